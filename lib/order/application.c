#include "order/application.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "ident/contact.h"
#include "ident/organisation.h"
#include "ident/region.h"
#include "order/number.h"
#include "order/place.h"
#include "pki/key.h"

/* Upper bounds of X.520 for what becomes part of the subject. */
#define UB_NAME 64
#define UB_LOCALITY 128

#define SERVICE_MAX 64
#define MONTHS_MAX 120
#define VERSION_MAX 32
#define EMAIL_MAX 254 /* RFC 5321 section 4.5.3.1.3, without "<>" */
#define PHONE_MAX 32
#define CSR_MAX 16384
#define SEALED_PIN_MAX 16384
#define REGION_MAX 32
#define SERIAL_MAX 60 /* 20 octets, with colons */
#define HOLDER_MAX 2048

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define REQUEST_CHARACTERS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

static const char *const genders[] = { "male", "female", NULL };
static const char *const likes[] = { "user", NULL };
static const char *const encryption_keys[] = { "kept", "new", NULL };
/* What people may give; those of holds are the business's own. */
static const char *const reasons[] = { "unspecified", "keyCompromise",
	"affiliationChanged", "superseded", "cessationOfOperation",
	"privilegeWithdrawn", NULL };

/* A folder may be named after it, beside those named after order numbers. */
static enum cao_status
check_request(const char *text, struct cao_error *err)
{
	if (*text == '.' || *text == '-' ||
	    text[strspn(text, REQUEST_CHARACTERS)] != '\0')
		return cao_fail(err, CAO_INPUT,
		    "not only of A-Z, a-z, 0-9, '.', '_' and '-', or it "
		    "begins with '.' or '-'");
	if (cao_number_valid(text))
		return cao_fail(err, CAO_INPUT,
		    "it would be taken for an order number: put something "
		    "before it");
	return CAO_OK;
}

static enum cao_status
check_number(const char *text, struct cao_error *err)
{
	if (cao_number_valid(text))
		return CAO_OK;
	return cao_fail(err, CAO_INPUT, "not an order number of 17 digits");
}

static enum cao_status
check_serial(const char *text, struct cao_error *err)
{
	if (text[strspn(text, "0123456789abcdefABCDEF:")] == '\0')
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "not a serial number in hexadecimal digits, with or without "
	    "colons");
}

static enum cao_status
check_mobile(const char *text, struct cao_error *err)
{
	char digits[CAO_MOBILE_SIZE];

	return cao_mobile_check(text, digits, err);
}

#define AT(type, member) offsetof(struct type, member)
#define IN(part, member)                                 \
	(offsetof(struct cao_application, part.member) - \
	    offsetof(struct cao_application, part))
#define SIZE(part) sizeof((struct cao_application *)NULL)->part

/* clang-format off */
static const struct cao_field consent_fields[] = {
	{ .key = "agreement", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = VERSION_MAX, .offset = IN(consent, agreement),
	    .what = N_("the version of the service agreement that is agreed "
		"to"), .example = "\"2020-03-09\"" },
	{ .key = "privacy", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = VERSION_MAX, .offset = IN(consent, privacy),
	    .what = N_("the version of the privacy policy that is agreed to"),
	    .example = "\"2020-03-09\"" },
};
static const struct cao_schema consent_schema = {
	"consent", SIZE(consent), consent_fields, COUNT(consent_fields),
};

static const struct cao_field user_fields[] = {
	{ .key = "name", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = UB_NAME, .offset = AT(cao_person, name),
	    .what = N_("name of the certificate's user"), .example = "林晓" },
	{ .key = "id_type", .type = CAO_T_CHOICE, .flags = CAO_REQUIRED,
	    .offset = AT(cao_person, id_type), .words = cao_person_id_types,
	    .what = N_("kind of identity document"),
	    .example = "resident-id" },
	{ .key = "id_number", .type = CAO_T_TEXT,
	    .flags = CAO_REQUIRED | CAO_SECRET_FIELD,
	    .max = CAO_ID_NUMBER_SIZE - 1,
	    .offset = AT(cao_person, id_number),
	    .what = N_("number of the identity document"),
	    .example = "\"210102199003078881\"" },
	{ .key = "country", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = REGION_MAX, .offset = AT(cao_person, country),
	    .check = cao_country_check,
	    .what = N_("country, two letters"), .example = "CN" },
	{ .key = "province", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = REGION_MAX, .offset = AT(cao_person, province),
	    .check = cao_province_check,
	    .what = N_("province"), .example = "辽宁" },
	{ .key = "phone", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = PHONE_MAX, .offset = AT(cao_person, phone),
	    .check = check_mobile,
	    .what = N_("mobile telephone"), .example = "\"13800000001\"" },
	{ .key = "gender", .type = CAO_T_CHOICE,
	    .offset = AT(cao_person, gender), .words = genders,
	    .what = N_("gender"), .example = "female" },
	{ .key = "department", .type = CAO_T_TEXT, .max = UB_NAME,
	    .offset = AT(cao_person, department),
	    .what = N_("department"), .example = "采购部" },
};
static const struct cao_schema user_schema = {
	"user", sizeof(struct cao_person), user_fields, COUNT(user_fields),
};

static const struct cao_field organisation_fields[] = {
	{ .key = "name", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = UB_NAME, .offset = AT(cao_organisation, name),
	    .what = N_("name of the organisation, as registered"),
	    .example = "沈阳示例科技有限公司" },
	{ .key = "id_type", .type = CAO_T_CHOICE, .flags = CAO_REQUIRED,
	    .offset = AT(cao_organisation, id_type),
	    .words = cao_organisation_id_types,
	    .what = N_("kind of the organisation's document"),
	    .example = "uscc" },
	{ .key = "id_number", .type = CAO_T_TEXT,
	    .flags = CAO_REQUIRED | CAO_SECRET_FIELD,
	    .max = CAO_ID_NUMBER_SIZE - 1,
	    .offset = AT(cao_organisation, id_number),
	    .what = N_("number of the organisation's document"),
	    .example = "91210100MA0ABCDE6X" },
	{ .key = "country", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = REGION_MAX, .offset = AT(cao_organisation, country),
	    .check = cao_country_check,
	    .what = N_("country, two letters"), .example = "CN" },
	{ .key = "province", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = REGION_MAX, .offset = AT(cao_organisation, province),
	    .check = cao_province_check,
	    .what = N_("province"), .example = "辽宁" },
	{ .key = "address", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = UB_LOCALITY, .offset = AT(cao_organisation, address),
	    .what = N_("registered address"),
	    .example = "沈阳市沈河区十三纬路1号" },
	{ .key = "phone", .type = CAO_T_TEXT, .max = PHONE_MAX,
	    .offset = AT(cao_organisation, phone), .check = cao_phone_check,
	    .what = N_("telephone"), .example = "\"02412345678\"" },
};
static const struct cao_schema organisation_schema = {
	"organisation", sizeof(struct cao_organisation), organisation_fields,
	COUNT(organisation_fields),
};

static const struct cao_field handler_fields[] = {
	{ .key = "like", .type = CAO_T_CHOICE, .flags = CAO_OFFERED,
	    .offset = AT(cao_handler, like), .words = likes,
	    .what = N_("take name and identity document over from the user; "
		"else they are to be given here"), .example = "user" },
	{ .key = "name", .type = CAO_T_TEXT, .max = UB_NAME,
	    .offset = AT(cao_handler, name),
	    .what = N_("name of the handler"), .example = "王辰" },
	{ .key = "id_type", .type = CAO_T_CHOICE,
	    .offset = AT(cao_handler, id_type), .words = cao_person_id_types,
	    .what = N_("kind of identity document"),
	    .example = "resident-id" },
	{ .key = "id_number", .type = CAO_T_TEXT, .flags = CAO_SECRET_FIELD,
	    .max = CAO_ID_NUMBER_SIZE - 1,
	    .offset = AT(cao_handler, id_number),
	    .what = N_("number of the identity document"),
	    .example = "\"210102198805010024\"" },
	{ .key = "address", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = UB_LOCALITY, .offset = AT(cao_handler, address),
	    .what = N_("postal address"),
	    .example = "辽宁省沈阳市沈河区十三纬路三经街16层" },
	{ .key = "phone", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = PHONE_MAX, .offset = AT(cao_handler, phone),
	    .check = check_mobile,
	    .what = N_("mobile telephone"), .example = "\"13800000001\"" },
	{ .key = "email", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = EMAIL_MAX, .offset = AT(cao_handler, email),
	    .check = cao_email_check,
	    .what = N_("mail address"), .example = "linxiao@example.cn" },
};
static const struct cao_schema handler_schema = {
	"handler", sizeof(struct cao_handler), handler_fields,
	COUNT(handler_fields),
};

static const struct cao_field authorisation_fields[] = {
	{ .key = "from", .type = CAO_T_DATE, .flags = CAO_REQUIRED,
	    .offset = IN(authorisation, from),
	    .what = N_("first day of the letter of authorisation"),
	    .example = "2026-11-01" },
	{ .key = "to", .type = CAO_T_DATE, .flags = CAO_REQUIRED,
	    .offset = IN(authorisation, to),
	    .what = N_("last day of the letter of authorisation"),
	    .example = "2027-04-30" },
};
static const struct cao_schema authorisation_schema = {
	"authorisation", SIZE(authorisation), authorisation_fields,
	COUNT(authorisation_fields),
};

static const struct cao_field certificate_fields[] = {
	{ .key = "order", .type = CAO_T_TEXT, .max = CAO_NUMBER_SIZE - 1,
	    .offset = IN(certificate, order), .check = check_number,
	    .what = N_("number of the order that they were issued for"),
	    .example = "\"00202611220000001\"" },
	{ .key = "serial", .type = CAO_T_TEXT, .max = SERIAL_MAX,
	    .offset = IN(certificate, serial), .check = check_serial,
	    .what = N_("or serial of one of them, in hexadecimal") },
};
static const struct cao_schema certificate_schema = {
	"certificate", SIZE(certificate), certificate_fields,
	COUNT(certificate_fields),
};

static const struct cao_field application_fields[] = {
	{ .key = "request", .type = CAO_T_TEXT, .max = CAO_REQUEST_SIZE - 1,
	    .offset = AT(cao_application, request), .check = check_request,
	    .what = N_("your own name for the application, by which a "
		"repeated one is recognised"), .example = "crm-2020-000123" },
	{ .key = "service", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = SERVICE_MAX, .offset = AT(cao_application, service),
	    .what = N_("service"), .example = "ln-gov-employee-mkey" },
	{ .key = "business", .type = CAO_T_CHOICE, .flags = CAO_REQUIRED,
	    .offset = AT(cao_application, business), .words = cao_businesses,
	    .what = N_("kind of business"), .example = "new" },
	{ .key = "validity", .type = CAO_T_INT, .flags = CAO_OFFERED,
	    .min = 1, .max = MONTHS_MAX,
	    .offset = AT(cao_application, validity),
	    .what = N_("validity in months"), .example = "12" },
	{ .key = "algorithm", .type = CAO_T_CHOICE, .flags = CAO_OFFERED,
	    .offset = AT(cao_application, algorithm),
	    .words = cao_algorithm_names,
	    .what = N_("algorithm of the keys"), .example = "sm2" },
	{ .key = "consent", .type = CAO_T_MAP, .flags = CAO_REQUIRED,
	    .offset = AT(cao_application, consent), .sub = &consent_schema,
	    .what = N_("what is agreed to (ca-apply --agreement shows the "
		"texts)") },
	{ .key = "backup_pin", .type = CAO_T_BOOL,
	    .offset = AT(cao_application, backup_pin),
	    .what = N_("whether a forgotten PIN can be recovered"),
	    .example = "true" },
	{ .key = "certificate", .type = CAO_T_MAP,
	    .offset = AT(cao_application, certificate),
	    .sub = &certificate_schema,
	    .what = N_("the pair of certificates that the business is about, "
		"by its order or by either serial; not for new ones") },
	{ .key = "reason", .type = CAO_T_CHOICE,
	    .offset = AT(cao_application, reason), .words = reasons,
	    .what = N_("why the certificates are to be revoked"),
	    .example = "keyCompromise" },
	{ .key = "encryption_key", .type = CAO_T_CHOICE,
	    .offset = AT(cao_application, encryption_key),
	    .words = encryption_keys,
	    .what = N_("whether the encryption key stays the one that there "
		"is or is made anew"), .example = "kept" },
	{ .key = "user", .type = CAO_T_MAP, .flags = CAO_REQUIRED,
	    .offset = AT(cao_application, user), .sub = &user_schema,
	    .what = N_("the certificate's user") },
	{ .key = "organisation", .type = CAO_T_MAP, .flags = CAO_REQUIRED,
	    .offset = AT(cao_application, organisation),
	    .sub = &organisation_schema,
	    .what = N_("the user's organisation") },
	{ .key = "handler", .type = CAO_T_MAP, .flags = CAO_REQUIRED,
	    .offset = AT(cao_application, handler), .sub = &handler_schema,
	    .what = N_("who handles the order for the organisation") },
	{ .key = "authorisation", .type = CAO_T_MAP, .flags = CAO_REQUIRED,
	    .offset = AT(cao_application, authorisation),
	    .sub = &authorisation_schema,
	    .what = N_("when the handler is authorised") },
	{ .key = "csr", .type = CAO_T_LINES, .max = CSR_MAX,
	    .offset = AT(cao_application, csr),
	    .what = N_("PKCS #10 request of an existing key, in PEM; without "
		"it ca-apply makes the key"),
	    .example = "|\n"
		"  -----BEGIN CERTIFICATE REQUEST-----\n"
		"  ...\n"
		"  -----END CERTIFICATE REQUEST-----" },
	{ .key = "sealed_pin", .type = CAO_T_LINES, .flags = CAO_SECRET_FIELD,
	    .max = SEALED_PIN_MAX, .offset = AT(cao_application, sealed_pin),
	    .what = N_("PIN sealed for recovery, as ca-apply --prepare "
		"writes it") },
	{ .key = "holder", .type = CAO_T_LINES, .max = HOLDER_MAX,
	    .offset = AT(cao_application, holder),
	    .what = N_("signature with the key of the certificate concerned, "
		"as ca-apply --prepare --signed writes it") },
};
/* clang-format on */
const struct cao_schema cao_application_schema = {
	"application",
	sizeof(struct cao_application),
	application_fields,
	COUNT(application_fields),
};

/* Put a copy of text into *member. */
static void
put(const struct cao_place *place, const char *path, char **member,
    const char *text)
{
	struct cao_error err;
	char *copy = strdup(text);

	if (copy == NULL) {
		(void)cao_fail_memory(&err);
		cao_place_fault(place, path, &err);
		return;
	}
	free(*member);
	*member = copy;
}

/* What the schema refused is NULL or as it was written: it has its fault. */
static void
put_province(const struct cao_place *place, const char *path, char **member)
{
	const char *name = *member ? cao_province_name(*member) : NULL;

	if (name != NULL)
		put(place, path, member, name);
}

static void
put_mobile(const struct cao_place *place, const char *path, char **member)
{
	char digits[CAO_MOBILE_SIZE];
	struct cao_error err;

	if (*member != NULL &&
	    cao_mobile_check(*member, digits, &err) == CAO_OK)
		put(place, path, member, digits);
}

/* The outcome of checking a number of a document. */
static bool
put_number(const struct cao_place *place, const char *path, char **member,
    enum cao_status status, const char *number, const char *warning,
    struct cao_error *err)
{
	if (status != CAO_OK) {
		cao_place_fault(place, path, err);
		return false;
	}
	put(place, path, member, number);
	if (warning != NULL) {
		(void)cao_fail(err, CAO_OK, "%s", warning);
		cao_place_fault(place, path, err);
	}
	return true;
}

static bool
check_person(const struct cao_place *place, const char *path, const char *type,
    char **number, int64_t today)
{
	char normal[CAO_ID_NUMBER_SIZE];
	const char *warning = NULL;
	enum cao_status status;
	struct cao_error err;

	if (type == NULL || *number == NULL)
		return false;
	status = cao_person_check(type, *number, today, normal, &warning, &err);
	return put_number(place, path, number, status, normal, warning, &err);
}

static void
check_organisation(
    const struct cao_place *place, struct cao_organisation *organisation)
{
	static const char path[] = "organisation.id_number";
	char normal[CAO_ID_NUMBER_SIZE];
	const char *warning = NULL;
	enum cao_status status;
	struct cao_error err;

	put_province(place, "organisation.province", &organisation->province);
	if (organisation->id_type == NULL || organisation->id_number == NULL)
		return;
	status = cao_organisation_check(organisation->id_type,
	    organisation->id_number, normal, &warning, &err);
	(void)put_number(place, path, &organisation->id_number, status, normal,
	    warning, &err);
}

static void
check_user(
    const struct cao_place *place, struct cao_person *user, int64_t today)
{
	const char *told;
	struct cao_error err;

	put_province(place, "user.province", &user->province);
	put_mobile(place, "user.phone", &user->phone);
	if (!check_person(place, "user.id_number", user->id_type,
		&user->id_number, today))
		return;
	if (user->gender == NULL || strlen(user->id_number) != 18 ||
	    strcmp(user->id_type, cao_person_id_types[CAO_RESIDENT_ID]) != 0)
		return;
	told = cao_resident_gender(user->id_number);
	if (strcmp(told, user->gender) == 0)
		return;
	(void)cao_fail(&err, CAO_INPUT,
	    "GB 11643-1999: it is %s, but the resident id is of somebody %s",
	    user->gender, told);
	cao_place_fault(place, "user.gender", &err);
}

/* Of the handler, what can be taken over from the user. */
struct taken {
	const char *path;
	char **member;
	const char *user;
};

static void
take_over(const struct cao_place *place, const struct taken *taken)
{
	struct cao_error err;

	if (*taken->member != NULL) {
		(void)cao_fail(&err, CAO_INPUT,
		    "given twice: handler.like takes it over from the user; "
		    "leave out one of them");
		cao_place_fault(place, taken->path, &err);
	}
	if (taken->user != NULL)
		put(place, taken->path, taken->member, taken->user);
}

/* Is it not there, and has the schema not said so? */
static bool
is_missing(const struct cao_place *place, const struct taken *taken)
{
	const struct cao_node *n;

	if (*taken->member != NULL)
		return false;
	if (place->doc == NULL)
		return true;
	n = cao_node_find(place->doc, "handler");
	if (n == NULL || n->kind != CAO_MAP || n->children == NULL)
		return false;
	n = cao_node_find(place->doc, taken->path);
	return n == NULL ||
	    (n->kind == CAO_SCALAR && !n->faulty && *n->text == '\0');
}

static void
check_handler(
    const struct cao_place *place, struct cao_application *app, int64_t today)
{
	struct cao_handler *handler = &app->handler;
	const struct taken taken[] = {
		{ "handler.name", &handler->name, app->user.name },
		{ "handler.id_type", &handler->id_type, app->user.id_type },
		{ "handler.id_number", &handler->id_number,
		    app->user.id_number },
	};
	struct cao_error err;
	size_t i;

	put_mobile(place, "handler.phone", &handler->phone);
	for (i = 0; i < COUNT(taken); i++) {
		if (handler->like != NULL) {
			take_over(place, &taken[i]);
		} else if (is_missing(place, &taken[i])) {
			(void)cao_fail(&err, CAO_INPUT,
			    "missing; required unless handler.like is user");
			cao_place_fault(place, taken[i].path, &err);
		}
	}
	if (handler->like == NULL)
		(void)check_person(place, "handler.id_number", handler->id_type,
		    &handler->id_number, today);
	free(handler->like);
	handler->like = NULL;
}

static void
check_authorisation(const struct cao_place *place,
    const struct cao_application *app, int64_t today)
{
	const char *from = app->authorisation.from, *to = app->authorisation.to;
	const char *path = "authorisation.to";
	char now[CAO_DATE_SIZE];
	int64_t first, last;
	struct cao_error err;

	if (from == NULL || to == NULL ||
	    cao_date_parse(from, &first, &err) != CAO_OK ||
	    cao_date_parse(to, &last, &err) != CAO_OK)
		return;
	cao_date_format(today, now);
	if (last < first) {
		(void)cao_fail(&err, CAO_INPUT,
		    "%s is before authorisation.from, which is %s", to, from);
	} else if (today < first) {
		path = "authorisation.from";
		(void)cao_fail(&err, CAO_INPUT,
		    "the authorisation begins on %s; today is %s", from, now);
	} else if (today > last) {
		(void)cao_fail(&err, CAO_INPUT,
		    "the authorisation ended on %s; today is %s: a new letter "
		    "is needed",
		    to, now);
	} else {
		return;
	}
	cao_place_fault(place, path, &err);
}

/* Is the member not there, and has the schema not said so? */
static bool
is_absent(const struct cao_place *place, const char *path)
{
	char part[64];
	const struct cao_node *n;

	if (place->doc == NULL)
		return true;
	if ((n = cao_node_find(place->doc, path)) == NULL) {
		(void)snprintf(
		    part, sizeof part, "%.*s", (int)strcspn(path, "."), path);
		n = cao_node_find(place->doc, part);
		if (n == NULL || n->kind == CAO_MAP)
			return true;
	}
	return n->kind == CAO_SCALAR && !n->faulty && *n->text == '\0';
}

enum cao_want
cao_application_wants(const struct cao_business *b, const char *member)
{
	bool pair = b->product == CAO_MAKES_PAIR;

	if (strcmp(member, "validity") == 0)
		return pair && !b->remains ? CAO_NEEDED : CAO_UNWANTED;
	if (strcmp(member, "algorithm") == 0)
		return pair ? CAO_NEEDED : CAO_UNWANTED;
	if (strcmp(member, "backup_pin") == 0 || strcmp(member, "csr") == 0)
		return pair ? CAO_WANTED : CAO_UNWANTED;
	if (strncmp(member, "certificate", strlen("certificate")) == 0)
		return b->concerns != 0 ? CAO_NEEDED : CAO_UNWANTED;
	if (strcmp(member, "holder") == 0)
		return b->concerns != 0 ? CAO_WANTED : CAO_UNWANTED;
	if (strcmp(member, "encryption_key") == 0)
		return b->follows ? CAO_WANTED : CAO_UNWANTED;
	if (strcmp(member, "reason") != 0)
		return CAO_WANTED;
	if (b->reason_required)
		return CAO_NEEDED;
	return b->reasons != 0 && pair ? CAO_WANTED : CAO_UNWANTED;
}

/* One member that goes with the business, or does not. */
static void
check_member(const struct cao_place *place, const char *path, bool given,
    const struct cao_business *b)
{
	enum cao_want want = cao_application_wants(b, path);
	struct cao_error err;

	if (given && want == CAO_UNWANTED)
		(void)cao_fail(&err, CAO_INPUT,
		    "not for business \"%s\": leave it out", b->name);
	else if (!given && want == CAO_NEEDED && is_absent(place, path))
		(void)cao_fail(&err, CAO_INPUT,
		    "missing; business \"%s\" requires it", b->name);
	else
		return;
	cao_place_fault(place, path, &err);
}

static void
check_reason(const struct cao_place *place, const char *reason,
    const struct cao_business *b)
{
	enum cao_reason given;
	struct cao_error err;

	if (reason == NULL || !cao_reason_find(reason, &given) ||
	    cao_application_wants(b, "reason") == CAO_UNWANTED ||
	    (b->reasons >> given & 1) != 0)
		return;
	(void)cao_fail(&err, CAO_INPUT, "%s is no reason for business \"%s\"",
	    reason, b->name);
	cao_place_fault(place, "reason", &err);
}

static void
check_once(const struct cao_place *place)
{
	struct cao_error err;

	(void)cao_fail(
	    &err, CAO_INPUT, "given by its order too: leave out one of them");
	cao_place_fault(place, "certificate.serial", &err);
}

/* What each kind of business must say, and what it must not. */
static void
check_business(const struct cao_place *place, const struct cao_application *app)
{
	const struct cao_business *b;
	bool order = app->certificate.order != NULL;
	bool serial = app->certificate.serial != NULL;
	bool by_serial = serial ||
	    (place->doc != NULL &&
		cao_node_find(place->doc, "certificate.serial") != NULL);

	if (app->business == NULL ||
	    (b = cao_business_find(app->business)) == NULL)
		return;
	check_member(place, "validity", app->validity != 0, b);
	check_member(place, "algorithm", app->algorithm != NULL, b);
	check_member(place, "backup_pin", app->backup_pin, b);
	check_member(place,
	    by_serial ? "certificate.serial" : "certificate.order",
	    order || serial, b);
	if (order && serial)
		check_once(place);
	check_member(place, "reason", app->reason != NULL, b);
	check_reason(place, app->reason, b);
	check_member(place, "encryption_key", app->encryption_key != NULL, b);
	check_member(place, "csr", app->csr != NULL, b);
	check_member(place, "holder", app->holder != NULL, b);
}

void
cao_application_check(struct cao_application *app, const struct cao_node *doc,
    const char *file, int64_t today, struct cao_faults *faults)
{
	const struct cao_place place = { doc, file, faults };

	check_user(&place, &app->user, today);
	check_organisation(&place, &app->organisation);
	check_handler(&place, app, today);
	check_authorisation(&place, app, today);
	check_business(&place, app);
}

/* Is value, if there is one, among those that the service offers? */
static void
check_offer(const struct cao_place *place, const char *path, const char *value,
    const struct cao_list *offers)
{
	char *const *words = offers->items;
	struct cao_buf list = { 0 };
	struct cao_error err;
	size_t i;

	if (value == NULL || cao_list_has(offers, value))
		return;
	for (i = 0; i < offers->count; i++)
		cao_buf_printf(&list, "%s%s", i > 0 ? ", " : "", words[i]);
	(void)cao_fail(&err, CAO_INPUT, "%s is %s; the service offers %s", path,
	    value, cao_buf_text(&list));
	cao_place_fault(place, path, &err);
	cao_buf_free(&list);
}

static void
check_consent(const struct cao_place *place, const char *path,
    const char *agreed, const char *version)
{
	struct cao_error err;

	if (agreed == NULL || strcmp(agreed, version) == 0)
		return;
	(void)cao_fail(&err, CAO_INPUT,
	    "%s is %s; the service's text is %s: read it with ca-apply "
	    "--agreement",
	    path, agreed, version);
	cao_place_fault(place, path, &err);
}

void
cao_application_fits(const struct cao_application *app,
    const struct cao_service *service, const struct cao_node *doc,
    const char *file, struct cao_faults *faults)
{
	const struct cao_place place = { doc, file, faults };
	const char *user = app->user.id_type, *handler = app->handler.id_type;
	char months[sizeof "-9223372036854775808"];

	(void)snprintf(months, sizeof months, "%" PRId64, app->validity);
	check_offer(&place, "business", app->business, &service->businesses);
	check_offer(&place, "validity", app->validity != 0 ? months : NULL,
	    &service->validities);
	check_offer(&place, "algorithm", app->algorithm, &service->algorithms);
	check_offer(&place, "user.id_type", user, &service->person_ids);
	check_offer(&place, "organisation.id_type", app->organisation.id_type,
	    &service->organisation_ids);
	/* One that was taken over has been told of as the user's. */
	if (user == NULL || handler == NULL || strcmp(user, handler) != 0)
		check_offer(
		    &place, "handler.id_type", handler, &service->person_ids);
	check_consent(&place, "consent.agreement", app->consent.agreement,
	    service->agreement.version);
	check_consent(&place, "consent.privacy", app->consent.privacy,
	    service->privacy.version);
}

void
cao_application_holder(const unsigned char content[CAO_DIGEST_SIZE],
    const struct cao_buf *csr, struct cao_buf *out)
{
	unsigned char digest[CAO_DIGEST_SIZE];

	cao_buf_puts(out, "caorder holder 1\ncontent ");
	cao_hex_put(out, content, CAO_DIGEST_SIZE);
	cao_buf_puts(out, "\ncsr ");
	if (csr->len > 0) {
		cao_sha256(csr->data, csr->len, digest);
		cao_hex_put(out, digest, sizeof digest);
	} else {
		cao_buf_putc(out, '-');
	}
	cao_buf_putc(out, '\n');
}

enum cao_status
cao_application_content(const struct cao_application *app,
    struct cao_buf *ret_json, unsigned char ret_digest[CAO_DIGEST_SIZE],
    struct cao_error *err)
{
	struct cao_application content = *app;
	struct cao_buf json = { 0 };

	content.request = NULL;
	content.csr = NULL;
	content.sealed_pin = NULL;
	content.holder = NULL;
	cao_schema_json(&cao_application_schema, &content, &json);
	if (!cao_buf_ok(&json)) {
		cao_buf_free(&json);
		return cao_fail_memory(err);
	}
	cao_sha256(json.data, json.len, ret_digest);
	cao_buf_free(ret_json);
	*ret_json = json;
	return CAO_OK;
}
