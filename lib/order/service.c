#include "order/service.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "codec/yaml.h"
#include "ident/organisation.h"
#include "ident/person.h"
#include "order/address.h"
#include "order/place.h"
#include "pki/key.h"

#define NAME_MAX_LENGTH 64
#define MONTHS_MAX 120
#define SLOT_ID_MAX 40 /* and "-50" fits into CAO_SLOT_SIZE */
#define SLOTS_MAX 50
#define FEES_MAX 20
#define FEE_MAX INT64_C(100000000) /* a million yuan */
#define SIZE_MAX_OCTETS (INT64_C(100) * 1024 * 1024)
#define PIXELS_MAX 10000
#define DAYS_MAX 3650
#define SHARDS_MAX 256
#define PATH_SIZE 64

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const char *const pers[] = { "year", "order", NULL };
static const char *const parts[] = { "user", "organisation", NULL };
static const char *const unless[] = { "company-transfer", NULL };
static const char *const formats[] = { "pdf", "jpeg", "png", "tiff", NULL };

/* Words of the characters given, joined by single hyphens. */
static bool
is_hyphenated(const char *text, const char *set)
{
	size_t n;

	for (;;) {
		if ((n = strspn(text, set)) == 0)
			return false;
		text += n;
		if (*text == '\0')
			return true;
		if (*text++ != '-')
			return false;
	}
}

static enum cao_status
check_name(const char *text, struct cao_error *err)
{
	if (is_hyphenated(text, LOWER DIGITS))
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "not only of a-z, 0-9 and single hyphens between them");
}

/* No digits, so that "seal-form-2" can only be a part of "seal-form". */
static enum cao_status
check_slot_id(const char *text, struct cao_error *err)
{
	if (is_hyphenated(text, LOWER))
		return CAO_OK;
	return cao_fail(
	    err, CAO_INPUT, "not only of a-z and single hyphens between them");
}

static enum cao_status
check_months(const char *text, struct cao_error *err)
{
	size_t len = strspn(text, DIGITS);
	bool good = len > 0 && len <= 3 && text[len] == '\0' && *text != '0';

	if (good && strtol(text, NULL, 10) <= MONTHS_MAX)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "not a whole number of months from 1 to %d", MONTHS_MAX);
}

static enum cao_status
check_file(const char *text, struct cao_error *err)
{
	if (*text != '.' && *text != '-' &&
	    text[strspn(text, LOWER UPPER DIGITS "._-")] == '\0')
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "not a plain file name: A-Z, a-z, 0-9, '.', '_' and '-', no "
	    "folder, not beginning with '.' or '-'");
}

/* Arcs without leading zeroes; the first is 0, 1 or 2, the second below 40
 * under 0 and 1: ITU-T X.660 section 7.6. */
static enum cao_status
check_oid(const char *text, struct cao_error *err)
{
	const char *arc = text;
	size_t n, arcs = 0;
	bool good = *text >= '0' && *text <= '2' && text[1] == '.';

	for (; good; arc += n + 1) {
		n = strspn(arc, DIGITS);
		good = n > 0 && n <= 9 && (n == 1 || *arc != '0');
		if (++arcs == 2 && *text < '2')
			good = good && strtol(arc, NULL, 10) < 40;
		if (arc[n] != '.') {
			good = good && arc[n] == '\0' && arcs > 1;
			break;
		}
	}
	if (good)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "X.660 section 7.6: not an object identifier such as "
	    "1.3.6.1.4.1.99999.1");
}

#define AT(type, member) offsetof(struct type, member)

/* clang-format off */
static const struct cao_field words_fields[] = {
	{ .key = "zh", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .offset = AT(cao_words, zh), .what = N_("in Chinese") },
	{ .key = "en", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .offset = AT(cao_words, en), .what = N_("in English") },
};
static const struct cao_schema words_schema = {
	"words", sizeof(struct cao_words), words_fields, COUNT(words_fields),
};

static const struct cao_field fee_fields[] = {
	{ .key = "id", .type = CAO_T_TEXT, .flags = CAO_REQUIRED, .min = 1,
	    .max = SLOT_ID_MAX, .offset = AT(cao_fee_item, id),
	    .check = check_slot_id,
	    .what = N_("what the item is called in data"),
	    .example = "certificate" },
	{ .key = "title", .type = CAO_T_MAP, .flags = CAO_REQUIRED,
	    .offset = AT(cao_fee_item, title), .sub = &words_schema,
	    .what = N_("what people read") },
	{ .key = "amount", .type = CAO_T_MONEY, .flags = CAO_REQUIRED,
	    .max = FEE_MAX, .offset = AT(cao_fee_item, fen),
	    .what = N_("yuan"), .example = "\"200.00\"" },
	{ .key = "per", .type = CAO_T_CHOICE, .flags = CAO_REQUIRED,
	    .offset = AT(cao_fee_item, per), .words = pers,
	    .what = N_("what it is due for"), .example = "year" },
	{ .key = "business", .type = CAO_T_LIST,
	    .offset = AT(cao_fee_item, business), .words = cao_businesses,
	    .what = N_("the kinds of business that it is due for; every one "
		"if left out"), .example = "[new, renew]" },
};
static const struct cao_schema fee_schema = {
	"fee", sizeof(struct cao_fee_item), fee_fields, COUNT(fee_fields),
};

static const struct cao_field slot_fields[] = {
	{ .key = "id", .type = CAO_T_TEXT, .flags = CAO_REQUIRED, .min = 1,
	    .max = SLOT_ID_MAX, .offset = AT(cao_slot, id),
	    .check = check_slot_id,
	    .what = N_("what the slot is called in data"),
	    .example = "application-form" },
	{ .key = "label", .type = CAO_T_MAP, .flags = CAO_REQUIRED,
	    .offset = AT(cao_slot, label), .sub = &words_schema,
	    .what = N_("what people read") },
	{ .key = "required", .type = CAO_T_BOOL,
	    .offset = AT(cao_slot, required),
	    .what = N_("whether an order needs it"), .example = "true" },
	{ .key = "repeat", .type = CAO_T_BOOL, .offset = AT(cao_slot, repeat),
	    .what = N_("whether it may have several parts"),
	    .example = "false" },
	{ .key = "formats", .type = CAO_T_LIST,
	    .offset = AT(cao_slot, formats), .words = formats,
	    .what = N_("the formats that are taken; all if left out"),
	    .example = "[pdf, jpeg, png, tiff]" },
	{ .key = "min_size", .type = CAO_T_INT, .max = SIZE_MAX_OCTETS,
	    .offset = AT(cao_slot, min_size),
	    .what = N_("the smallest size in octets"), .example = "1024" },
	{ .key = "max_size", .type = CAO_T_INT, .flags = CAO_REQUIRED,
	    .min = 1, .max = SIZE_MAX_OCTETS,
	    .offset = AT(cao_slot, max_size),
	    .what = N_("the largest size in octets"), .example = "20971520" },
	{ .key = "min_pixels", .type = CAO_T_INT, .max = PIXELS_MAX,
	    .offset = AT(cao_slot, min_pixels),
	    .what = N_("the shorter side of an image, at least, in pixels"),
	    .example = "300" },
	{ .key = "business", .type = CAO_T_LIST,
	    .offset = AT(cao_slot, business), .words = cao_businesses,
	    .what = N_("the kinds of business that have the slot; every one "
		"if left out"), .example = "[new]" },
	{ .key = "waived", .type = CAO_T_LIST,
	    .offset = AT(cao_slot, waived), .words = cao_businesses,
	    .what = N_("the kinds of business that do not need it where the "
		"holder signed the application with the key concerned"),
	    .example = "[renew]" },
	{ .key = "proves", .type = CAO_T_LIST,
	    .offset = AT(cao_slot, proves), .words = parts,
	    .what = N_("the parts of the application that it proves: a "
		"change of others does not need it"), .example = "[user]" },
};
static const struct cao_schema slot_schema = {
	"slot", sizeof(struct cao_slot), slot_fields, COUNT(slot_fields),
};

static const struct cao_field text_fields[] = {
	{ .key = "version", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .min = 1, .max = 32, .offset = AT(cao_text_ref, version),
	    .what = N_("the version that people agree to"),
	    .example = "\"2020-03-09\"" },
	{ .key = "file", .type = CAO_T_TEXT, .flags = CAO_REQUIRED, .min = 1,
	    .max = NAME_MAX_LENGTH, .offset = AT(cao_text_ref, file),
	    .check = check_file,
	    .what = N_("the text's file below agreements/"),
	    .example = "service-agreement-2020-03-09.txt" },
};
static const struct cao_schema text_schema = {
	"text", sizeof(struct cao_text_ref), text_fields, COUNT(text_fields),
};

static const struct cao_field profile_fields[] = {
	{ .key = "policy", .type = CAO_T_TEXT, .offset = AT(cao_profile, policy),
	    .check = check_oid,
	    .what = N_("the object identifier of the certificate policy"),
	    .example = "1.3.6.1.4.1.99999.1.1" },
	{ .key = "cps", .type = CAO_T_TEXT, .offset = AT(cao_profile, cps),
	    .check = cao_address_check,
	    .what = N_("where the certification practice statement is"),
	    .example = "http://www.example.cn/cps" },
	{ .key = "crl", .type = CAO_T_TEXT, .offset = AT(cao_profile, crl),
	    .check = cao_address_check_crl,
	    .what = N_("where the revocation list is; {ca} stands for the "
		"issuing CA, {shard} for the list's number"),
	    .example = "http://crl.example.cn/{ca}.crl" },
	{ .key = "crl_shards", .type = CAO_T_INT, .max = SHARDS_MAX,
	    .offset = AT(cao_profile, crl_shards),
	    .what = N_("how many lists {shard} stands for"), .example = "16" },
	{ .key = "ocsp", .type = CAO_T_TEXT, .offset = AT(cao_profile, ocsp),
	    .check = cao_address_check,
	    .what = N_("where the status is answered by OCSP"),
	    .example = "http://ocsp.example.cn/" },
	{ .key = "issuer", .type = CAO_T_TEXT,
	    .offset = AT(cao_profile, issuer), .check = cao_address_check,
	    .what = N_("where the issuer's certificate is; {ca} as above"),
	    .example = "http://aia.example.cn/{ca}.crt" },
};
static const struct cao_schema profile_schema = {
	"profile", sizeof(struct cao_profile), profile_fields,
	COUNT(profile_fields),
};

#define IN(part, member) \
	(offsetof(struct cao_service, part.member) - \
	    offsetof(struct cao_service, part))

static const struct cao_field renewal_fields[] = {
	{ .key = "before", .type = CAO_T_INT, .flags = CAO_REQUIRED, .min = 1,
	    .max = DAYS_MAX, .offset = IN(renewal, before),
	    .what = N_("days before the old certificates end from which on "
		"they can be renewed"), .example = "60" },
	{ .key = "after", .type = CAO_T_INT, .max = DAYS_MAX,
	    .offset = IN(renewal, after),
	    .what = N_("days behind their end until which they can be"),
	    .example = "30" },
};
static const struct cao_schema renewal_schema = {
	"renewal", sizeof((struct cao_service *)NULL)->renewal, renewal_fields,
	COUNT(renewal_fields),
};

static const struct cao_field paper_fields[] = {
	{ .key = "business", .type = CAO_T_LIST, .flags = CAO_REQUIRED,
	    .offset = IN(paper, business), .words = cao_businesses,
	    .what = N_("the kinds of business that need them"),
	    .example = "[new, renew]" },
	{ .key = "unless", .type = CAO_T_LIST, .offset = IN(paper, unless),
	    .words = unless,
	    .what = N_("what stands for them: company-transfer, that the "
		"whole fee came from the organisation's own account"),
	    .example = "[company-transfer]" },
};
static const struct cao_schema paper_schema = {
	"paper", sizeof((struct cao_service *)NULL)->paper, paper_fields,
	COUNT(paper_fields),
};

static const struct cao_field service_fields[] = {
	{ .key = "name", .type = CAO_T_TEXT, .flags = CAO_REQUIRED, .min = 1,
	    .max = NAME_MAX_LENGTH, .offset = AT(cao_service, name),
	    .check = check_name,
	    .what = N_("what applications call it"),
	    .example = "ln-gov-employee-mkey" },
	{ .key = "title", .type = CAO_T_MAP, .flags = CAO_REQUIRED,
	    .offset = AT(cao_service, title), .sub = &words_schema,
	    .what = N_("what people read") },
	{ .key = "provider", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .min = 1, .max = NAME_MAX_LENGTH,
	    .offset = AT(cao_service, provider),
	    .what = N_("who provides it") },
	{ .key = "businesses", .type = CAO_T_LIST, .flags = CAO_REQUIRED,
	    .offset = AT(cao_service, businesses), .words = cao_businesses,
	    .what = N_("the kinds of business that can be ordered"),
	    .example = "[new]" },
	{ .key = "validities", .type = CAO_T_LIST, .flags = CAO_REQUIRED,
	    .offset = AT(cao_service, validities), .check = check_months,
	    .what = N_("the terms that can be ordered, in months"),
	    .example = "[12, 24]" },
	{ .key = "algorithms", .type = CAO_T_LIST, .flags = CAO_REQUIRED,
	    .offset = AT(cao_service, algorithms),
	    .words = cao_algorithm_names,
	    .what = N_("the algorithms that can be ordered"),
	    .example = "[sm2]" },
	{ .key = "person_ids", .type = CAO_T_LIST,
	    .offset = AT(cao_service, person_ids),
	    .words = cao_person_id_types,
	    .what = N_("the persons' documents that are taken; all if left "
		"out"), .example = "[resident-id]" },
	{ .key = "organisation_ids", .type = CAO_T_LIST,
	    .offset = AT(cao_service, organisation_ids),
	    .words = cao_organisation_id_types,
	    .what = N_("the organisations' documents that are taken; all if "
		"left out"), .example = "[uscc]" },
	{ .key = "fees", .type = CAO_T_LIST, .max = FEES_MAX,
	    .offset = AT(cao_service, fees), .sub = &fee_schema,
	    .what = N_("what an order costs; nothing if left out") },
	{ .key = "slots", .type = CAO_T_LIST, .max = SLOTS_MAX,
	    .offset = AT(cao_service, slots), .sub = &slot_schema,
	    .what = N_("the documents of an order") },
	{ .key = "agreement", .type = CAO_T_MAP, .flags = CAO_REQUIRED,
	    .offset = AT(cao_service, agreement), .sub = &text_schema,
	    .what = N_("the service agreement") },
	{ .key = "privacy", .type = CAO_T_MAP, .flags = CAO_REQUIRED,
	    .offset = AT(cao_service, privacy), .sub = &text_schema,
	    .what = N_("the privacy policy") },
	{ .key = "renewal", .type = CAO_T_MAP,
	    .offset = AT(cao_service, renewal), .sub = &renewal_schema,
	    .what = N_("when certificates can be renewed; at any time until "
		"they end if left out") },
	{ .key = "paper", .type = CAO_T_MAP, .offset = AT(cao_service, paper),
	    .sub = &paper_schema,
	    .what = N_("whether the paper originals are needed before the "
		"issue; never if left out") },
	{ .key = "abandoned", .type = CAO_T_INT, .max = DAYS_MAX,
	    .offset = AT(cao_service, abandoned),
	    .what = N_("days after which an order that nothing happens to may "
		"be closed as expired; never if left out"), .example = "90" },
	{ .key = "profile", .type = CAO_T_MAP,
	    .offset = AT(cao_service, profile), .sub = &profile_schema,
	    .what = N_("what the certificates say beyond the subject") },
};
/* clang-format on */
const struct cao_schema cao_service_schema = {
	"service",
	sizeof(struct cao_service),
	service_fields,
	COUNT(service_fields),
};

static const char *
word_of(const struct cao_node *element, bool by_id)
{
	const struct cao_node *n =
	    by_id ? cao_node_get(element, "id") : element;

	return n != NULL ? n->text : NULL;
}

/* Each element of the list once: by itself, or by its id. */
static void
check_unique(const struct cao_place *place, const char *key, bool by_id)
{
	const struct cao_node *list = cao_node_find(place->doc, key), *n, *m;
	const char *word, *other;
	struct cao_error err;
	char path[PATH_SIZE];
	size_t i = 1;

	if (list == NULL || list->kind != CAO_LIST)
		return;
	for (n = list->children; n != NULL; n = n->next, i++) {
		word = word_of(n, by_id);
		for (m = list->children; m != n && word != NULL; m = m->next) {
			other = word_of(m, by_id);
			if (other == NULL || strcmp(word, other) != 0)
				continue;
			(void)cao_fail(&err, CAO_INPUT,
			    "listed twice, first in line %u", m->line);
			(void)snprintf(path, sizeof path, "%s[%zu]%s", key, i,
			    by_id ? ".id" : "");
			cao_place_fault(place, path, &err);
			break;
		}
	}
}

static void
check_slots(const struct cao_place *place, const struct cao_list *list)
{
	const struct cao_slot *slots = list->items;
	struct cao_error err;
	char path[PATH_SIZE];
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (slots[i].min_size <= slots[i].max_size)
			continue;
		(void)cao_fail(&err, CAO_INPUT,
		    "%" PRId64 " is above max_size, which is %" PRId64,
		    slots[i].min_size, slots[i].max_size);
		(void)snprintf(path, sizeof path, "slots[%zu].min_size", i + 1);
		cao_place_fault(place, path, &err);
	}
}

static void
check_service(const struct cao_place *place, const struct cao_service *service)
{
	check_unique(place, "businesses", false);
	check_unique(place, "validities", false);
	check_unique(place, "algorithms", false);
	check_unique(place, "person_ids", false);
	check_unique(place, "organisation_ids", false);
	check_unique(place, "paper.business", false);
	check_unique(place, "fees", true);
	check_unique(place, "slots", true);
	/* Elements that could not be read would shift the others' places. */
	if (cao_faults_status(place->faults) == CAO_OK)
		check_slots(place, &service->slots);
}

/* One document is wanted: none and a second one are faults. */
static void
read_one(struct cao_yaml *yaml, const char *name, struct cao_service *service,
    struct cao_faults *faults)
{
	struct cao_place place = { NULL, name, faults };
	struct cao_node *doc = NULL, *second = NULL;
	struct cao_error err;

	if (cao_yaml_next(yaml, &doc, faults) != CAO_OK)
		return;
	if (doc == NULL) {
		(void)cao_fail(&err, CAO_INPUT, "there is no service in it");
		cao_place_fault(&place, "", &err);
		return;
	}
	place.doc = doc;
	cao_schema_fill(&cao_service_schema, doc, name, service, faults);
	check_service(&place, service);
	if (cao_yaml_next(yaml, &second, faults) == CAO_OK && second != NULL) {
		place.doc = second;
		(void)cao_fail(&err, CAO_INPUT,
		    "a second document; a file holds one service");
		cao_place_fault(&place, "", &err);
	}
	cao_node_free(second);
	cao_node_free(doc);
}

enum cao_status
cao_service_read(const char *name, const char *text, size_t len,
    struct cao_service *ret, struct cao_faults *faults)
{
	struct cao_service service = { 0 };
	struct cao_faults found = { 0 };
	struct cao_yaml *yaml = NULL;
	struct cao_error err;
	enum cao_status status;
	size_t i;

	if (cao_yaml_open_text(name, text, len, &yaml, &err) == CAO_OK)
		read_one(yaml, name, &service, &found);
	else
		cao_faults_add(&found, &err);
	cao_yaml_close(yaml);
	status = cao_faults_status(&found);
	if (status == CAO_OK)
		*ret = service;
	else
		cao_schema_free(&cao_service_schema, &service);
	for (i = 0; i < found.count; i++)
		cao_faults_add(faults, &found.list[i]);
	cao_faults_free(&found);
	return status;
}

bool
cao_list_has(const struct cao_list *list, const char *word)
{
	char *const *words = list->items;
	size_t i;

	for (i = 0; i < list->count; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return list->count == 0;
}

int64_t
cao_service_fee_item(
    const struct cao_fee_item *item, const char *business, int64_t months)
{
	if (!cao_list_has(&item->business, business))
		return 0;
	return strcmp(item->per, "year") == 0 ? item->fen * ((months + 11) / 12)
					      : item->fen;
}

int64_t
cao_service_fee(
    const struct cao_service *service, const char *business, int64_t months)
{
	const struct cao_fee_item *fees = service->fees.items;
	int64_t sum = 0;

	for (size_t i = 0; i < service->fees.count; i++)
		sum += cao_service_fee_item(&fees[i], business, months);
	return sum;
}

enum cao_paper
cao_service_paper(const struct cao_service *service, const char *business)
{
	if (service->paper.business.count == 0 ||
	    !cao_list_has(&service->paper.business, business))
		return CAO_PAPER_UNNEEDED;
	return service->paper.unless.count > 0 ? CAO_PAPER_UNLESS_COMPANY
					       : CAO_PAPER_NEEDED;
}

void
cao_service_fees(const struct cao_service *service, const char *business,
    int64_t months, struct cao_buf *out)
{
	const struct cao_fee_item *fees = service->fees.items;
	struct cao_json json;

	cao_json_start(&json, out);
	cao_json_open(&json, NULL, '[');
	for (size_t i = 0; i < service->fees.count; i++) {
		if (!cao_list_has(&fees[i].business, business))
			continue;
		cao_json_open(&json, NULL, '{');
		cao_json_text(&json, "item", fees[i].id);
		cao_json_int(&json, "fen",
		    cao_service_fee_item(&fees[i], business, months));
		cao_json_close(&json, '}');
	}
	cao_json_close(&json, ']');
}

const struct cao_slot *
cao_service_slot(const struct cao_service *service, const char *id)
{
	const struct cao_slot *slots = service->slots.items;
	size_t i;

	for (i = 0; i < service->slots.count; i++)
		if (strcmp(slots[i].id, id) == 0)
			return &slots[i];
	return NULL;
}

/* Is one of the words among the strings of the list? */
static bool
has_any(const struct cao_list *list, const char *const *words)
{
	for (; words != NULL && *words != NULL; words++)
		if (cao_list_has(list, *words))
			return true;
	return false;
}

bool
cao_slot_required(const struct cao_slot *slot, const struct cao_business *b,
    bool signed_, const char *const *changed)
{
	if (!slot->required || !cao_slot_applies(slot, b->name))
		return false;
	if (signed_ && slot->waived.count > 0 &&
	    cao_list_has(&slot->waived, b->name))
		return false;
	return !b->changes || slot->proves.count == 0 ||
	    has_any(&slot->proves, changed);
}

bool
cao_slot_applies(const struct cao_slot *slot, const char *business)
{
	return cao_list_has(&slot->business, business);
}

/* The part that "-N" at the end of name says, whose id is *ret_len long; 1
 * without it, 0 if it is none. */
static unsigned
part_of(const char *name, size_t *ret_len)
{
	size_t len = strcspn(name, DIGITS), n = strspn(name + len, DIGITS);
	unsigned part;

	*ret_len = len;
	if (name[len] == '\0')
		return 1;
	if (len == 0 || name[len - 1] != '-' || name[len] == '0' || n > 2 ||
	    name[len + n] != '\0')
		return 0;
	*ret_len = len - 1;
	part = (unsigned)strtoul(name + len, NULL, 10);
	return part >= 2 && part <= CAO_PARTS_MAX ? part : 0;
}

bool
cao_slot_split(const struct cao_service *service, const char *name,
    const struct cao_slot **ret_slot, unsigned *ret_part)
{
	const struct cao_slot *slot;
	char id[CAO_SLOT_SIZE];
	unsigned part;
	size_t len;

	if ((part = part_of(name, &len)) == 0 || len >= sizeof id)
		return false;
	memcpy(id, name, len);
	id[len] = '\0';
	slot = cao_service_slot(service, id);
	if (slot == NULL || (part > 1 && !slot->repeat))
		return false;
	*ret_slot = slot;
	*ret_part = part;
	return true;
}

void
cao_slot_join(const char *slot, unsigned part, char out[CAO_SLOT_SIZE])
{
	if (part > 1)
		(void)snprintf(out, CAO_SLOT_SIZE, "%s-%u", slot, part);
	else
		(void)snprintf(out, CAO_SLOT_SIZE, "%s", slot);
}
