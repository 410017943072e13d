#include "order/config.h"

#include <string.h>

#include "codec/yaml.h"
#include "order/place.h"

#define HOURS_MAX (24 * 366)
#define DAYS_MAX 3650
#define YEARS_MIN 5 /* 电子签名法 article 24 */
#define YEARS_MAX 100
#define PROMISE_MAX 30 /* days: ends within the calendar's sight */
#define COMMAND_MAX 32 /* words */

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define AT(member) offsetof(struct cao_config, member)
#define IN(part, member)                            \
	(offsetof(struct cao_config, part.member) - \
	    offsetof(struct cao_config, part))
#define SIZE(part) sizeof((struct cao_config *)NULL)->part

static enum cao_status
check_calendar(const char *text, struct cao_error *err)
{
	if (text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0')
		return CAO_OK;
	return cao_fail(err, CAO_INPUT, "not only of a-z, 0-9 and hyphens");
}

/* The name of a folder, such as zh_CN. */
static enum cao_status
check_language(const char *text, struct cao_error *err)
{
	for (const char *p = text; *p != '\0'; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			*p == '_'))
			return cao_fail(err, CAO_INPUT,
			    "is no language such as zh_CN or en");
	return CAO_OK;
}

/* As WeChat Pay takes it: no query, and nothing that ends a line. */
static enum cao_status
check_url(const char *text, struct cao_error *err)
{
	size_t n = strlen(text);

	if (strncmp(text, "https://", 8) != 0)
		return cao_fail(err, CAO_INPUT, "not an address with https");
	for (size_t i = 8; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~' ||
		    strchr("?#\"\\@", text[i]) != NULL)
			return cao_fail(err, CAO_INPUT,
			    "an address has no '%c' here: only host, port and "
			    "path",
			    text[i] > ' ' && text[i] <= '~' ? text[i] : '?');
	return n > 8 ? CAO_OK
		     : cao_fail(err, CAO_INPUT, "there is no host in it");
}

static enum cao_status
check_word(const char *text, struct cao_error *err)
{
	if (text[strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_-")] == '\0')
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "not only of letters, digits, hyphens and underscores");
}

/* clang-format off */
static const struct cao_field crl_fields[] = {
	{ .key = "hours", .type = CAO_T_INT, .min = 1, .max = HOURS_MAX,
	    .offset = IN(crl, hours), .example = "168",
	    .what = N_("hours after which the next list is there at the "
		"latest") },
	{ .key = "before", .type = CAO_T_INT, .max = HOURS_MAX,
	    .offset = IN(crl, before), .example = "24",
	    .what = N_("hours before that from which on it is due") },
};
static const struct cao_schema crl_schema = {
	"crl", SIZE(crl), crl_fields, COUNT(crl_fields),
};

static const struct cao_field ocsp_fields[] = {
	{ .key = "hours", .type = CAO_T_INT, .min = 1, .max = HOURS_MAX,
	    .offset = IN(ocsp, hours), .example = "24",
	    .what = N_("hours that an answer may be kept") },
	{ .key = "responder", .type = CAO_T_INT, .min = 1, .max = DAYS_MAX,
	    .offset = IN(ocsp, responder), .example = "90",
	    .what = N_("days that a responder's certificate lasts") },
};
static const struct cao_schema ocsp_schema = {
	"ocsp", SIZE(ocsp), ocsp_fields, COUNT(ocsp_fields),
};

static const struct cao_field retention_fields[] = {
	{ .key = "years", .type = CAO_T_INT, .min = YEARS_MIN,
	    .max = YEARS_MAX, .offset = IN(retention, years), .example = "10",
	    .what = N_("years that personal data is kept behind the end of an "
		"order's last certificate") },
};
static const struct cao_schema retention_schema = {
	"retention", SIZE(retention), retention_fields,
	COUNT(retention_fields),
};

static const struct cao_field unlock_fields[] = {
	{ .key = "hours", .type = CAO_T_INT, .min = 1, .max = HOURS_MAX,
	    .offset = IN(unlock, hours), .example = "48",
	    .what = N_("hours that a one-time code is good for") },
};
static const struct cao_schema unlock_schema = {
	"unlock", SIZE(unlock), unlock_fields, COUNT(unlock_fields),
};

static const struct cao_field promise_fields[] = {
	{ .key = "days", .type = CAO_T_INT, .min = 1, .max = PROMISE_MAX,
	    .offset = IN(promise, days), .example = "2",
	    .what = N_("working days in which the CA goes on with an order") },
	{ .key = "calendar", .type = CAO_T_TEXT, .min = 1, .max = 64,
	    .offset = IN(promise, calendar), .check = check_calendar,
	    .example = CAO_CALENDAR_SHIPPED,
	    .what = N_("the calendar's name: a file in calendar/") },
};
static const struct cao_schema promise_schema = {
	"promise", SIZE(promise), promise_fields, COUNT(promise_fields),
};

static const struct cao_field notify_fields[] = {
	{ .key = "phone", .type = CAO_T_LIST, .max = COMMAND_MAX,
	    .offset = IN(notify, phone),
	    .what = N_("the command that sends to a telephone, with its "
		"arguments") },
	{ .key = "mail", .type = CAO_T_LIST, .max = COMMAND_MAX,
	    .offset = IN(notify, mail),
	    .what = N_("the command that sends mail, with its arguments") },
	{ .key = "language", .type = CAO_T_TEXT, .max = 16,
	    .check = check_language, .offset = IN(notify, language),
	    .example = "zh_CN",
	    .what = N_("the language of notices: a folder of notices/") },
	{ .key = "expiring", .type = CAO_T_INT, .min = 1, .max = 366,
	    .offset = IN(notify, expiring), .example = "30",
	    .what = N_("days before their end when certificates are told to "
		"run out") },
	{ .key = "timeout", .type = CAO_T_INT, .min = 1, .max = 600,
	    .offset = IN(notify, timeout), .example = "60",
	    .what = N_("seconds that a command may take") },
};
static const struct cao_schema notify_schema = {
	"notify", SIZE(notify), notify_fields, COUNT(notify_fields),
};

static const struct cao_field wechat_fields[] = {
	{ .key = "mchid", .type = CAO_T_TEXT, .max = 32, .check = check_word,
	    .offset = IN(wechat, mchid), .example = "\"1900000109\"",
	    .what = N_("the merchant's number") },
	{ .key = "appid", .type = CAO_T_TEXT, .max = 32, .check = check_word,
	    .offset = IN(wechat, appid), .example = "wxd678efh567hg6787",
	    .what = N_("the application's number") },
	{ .key = "api", .type = CAO_T_TEXT, .max = 255, .check = check_url,
	    .offset = IN(wechat, api), .example = CAO_WECHAT_API,
	    .what = N_("where WeChat Pay is asked") },
	{ .key = "notify_url", .type = CAO_T_TEXT, .max = 255,
	    .check = check_url, .offset = IN(wechat, notify_url),
	    .example = "https://ca.example.cn/wechat",
	    .what = N_("where ca-pay --wechat-notify receives notices") },
	{ .key = "merchant_serial", .type = CAO_T_TEXT, .max = 64,
	    .check = check_word, .offset = IN(wechat, merchant_serial),
	    .what = N_("the serial of the merchant's certificate, in hex") },
	{ .key = "timeout", .type = CAO_T_INT, .min = 1, .max = 60,
	    .offset = IN(wechat, timeout), .example = "10",
	    .what = N_("seconds that a request may take") },
};
static const struct cao_schema wechat_schema = {
	"wechat", SIZE(wechat), wechat_fields, COUNT(wechat_fields),
};

static const struct cao_field config_fields[] = {
	{ .key = "crl", .type = CAO_T_MAP, .offset = AT(crl),
	    .sub = &crl_schema, .what = N_("revocation lists") },
	{ .key = "ocsp", .type = CAO_T_MAP, .offset = AT(ocsp),
	    .sub = &ocsp_schema, .what = N_("answers by OCSP") },
	{ .key = "retention", .type = CAO_T_MAP, .offset = AT(retention),
	    .sub = &retention_schema, .what = N_("how long data is kept") },
	{ .key = "unlock", .type = CAO_T_MAP, .offset = AT(unlock),
	    .sub = &unlock_schema, .what = N_("unlocking a PIN") },
	{ .key = "promise", .type = CAO_T_MAP, .offset = AT(promise),
	    .sub = &promise_schema, .what = N_("what the CA promises") },
	{ .key = "notify", .type = CAO_T_MAP, .offset = AT(notify),
	    .sub = &notify_schema, .what = N_("telling handlers") },
	{ .key = "wechat", .type = CAO_T_MAP, .offset = AT(wechat),
	    .sub = &wechat_schema, .what = N_("paying by WeChat") },
};
/* clang-format on */
const struct cao_schema cao_config_schema = {
	"config",
	sizeof(struct cao_config),
	config_fields,
	COUNT(config_fields),
};

static void
fall_back(int64_t *value, int64_t shipped)
{
	if (*value == 0)
		*value = shipped;
}

enum cao_status
cao_config_read(const char *name, const char *text, size_t len,
    struct cao_config *ret, struct cao_faults *faults)
{
	struct cao_place place = { NULL, name, faults };
	struct cao_config config = { .crl = { .hours = 0 } };
	struct cao_yaml *yaml = NULL;
	struct cao_node *doc = NULL;
	struct cao_error err;

	if (cao_yaml_open_text(name, text, len, &yaml, &err) != CAO_OK)
		cao_place_fault(&place, "", &err);
	else if (cao_yaml_next(yaml, &doc, faults) == CAO_OK && doc != NULL)
		cao_schema_fill(&cao_config_schema, doc, name, &config, faults);
	place.doc = doc;
	fall_back(&config.crl.hours, 168);
	fall_back(&config.crl.before, config.crl.hours / 7);
	fall_back(&config.ocsp.hours, 24);
	fall_back(&config.ocsp.responder, 90);
	fall_back(&config.retention.years, 10);
	fall_back(&config.unlock.hours, 48);
	fall_back(&config.promise.days, 2);
	fall_back(&config.notify.expiring, 30);
	fall_back(&config.notify.timeout, 60);
	fall_back(&config.wechat.timeout, 10);
	if (config.crl.before >= config.crl.hours) {
		(void)cao_fail(&err, CAO_INPUT,
		    "a list would be due at once: less than crl.hours, which "
		    "is %lld",
		    (long long)config.crl.hours);
		cao_place_fault(&place, "crl.before", &err);
	}
	cao_node_free(doc);
	cao_yaml_close(yaml);
	if (cao_faults_status(faults) == CAO_OK)
		*ret = config;
	else
		cao_schema_free(&cao_config_schema, &config);
	return cao_faults_status(faults);
}
