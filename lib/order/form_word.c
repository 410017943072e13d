/* The words that forms have for what is stored as a code, and money in words.
 * Forms are Chinese, whatever the language of messages. */
#include <string.h>

#include "order/form_parts.h"

struct word {
	const char *name, *zh;
};

static const struct word person_ids[] = {
	{ "resident-id", "身份证" },
	{ "officer-id", "军官证" },
	{ "passport", "护照" },
	{ "work-id", "工作证" },
	{ "home-return-permit", "回乡证" },
	{ "household-register", "户口本" },
	{ "hk-id", "香港身份证" },
	{ "other", "其他个人证件" },
	{ NULL, NULL },
};

static const struct word organisation_ids[] = {
	{ "uscc", "统一社会信用代码" },
	{ "organisation-code", "组织机构代码证" },
	{ "business-licence", "营业执照" },
	{ "institution-registration", "事业单位登记证" },
	{ "tax-registration", "税务登记证" },
	{ "social-group", "社会团体登记证" },
	{ "people-group", "人民团体登记证" },
	{ "enterprise-legal-person", "企业法人营业执照" },
	{ "institution-legal-person", "事业单位法人登记证" },
	{ "social-group-legal-person", "社会团体法人登记证" },
	{ "people-group-legal-person", "人民团体法人登记证" },
	{ "social-insurance", "社会保险登记证" },
	{ "other", "其他机构证件" },
	{ NULL, NULL },
};

static const struct word businesses[] = {
	{ "new", "新申请" },
	{ "renew", "续期" },
	{ "reissue", "补办" },
	{ "change", "变更" },
	{ "unlock", "解锁" },
	{ "revoke", "注销" },
	{ "hold", "冻结" },
	{ "release", "解冻" },
	{ "recover", "密钥恢复" },
	{ NULL, NULL },
};

static const struct word genders[] = {
	{ "male", "男" },
	{ "female", "女" },
	{ NULL, NULL },
};

static const struct word countries[] = {
	{ "CN", "中国" },
	{ NULL, NULL },
};

static const struct word algorithms[] = {
	{ "sm2", "SM2" },
	{ "p256", "ECDSA P-256" },
	{ "rsa2048", "RSA 2048" },
	{ "rsa3072", "RSA 3072" },
	{ NULL, NULL },
};

static const struct word *const lists[] = {
	[CAO_WORD_PERSON_ID] = person_ids,
	[CAO_WORD_ORGANISATION_ID] = organisation_ids,
	[CAO_WORD_BUSINESS] = businesses,
	[CAO_WORD_GENDER] = genders,
	[CAO_WORD_COUNTRY] = countries,
	[CAO_WORD_ALGORITHM] = algorithms,
};

const char *
cao_form_word(enum cao_word kind, const char *name)
{
	const struct word *w = lists[kind];

	while (w->name != NULL && strcmp(w->name, name) != 0)
		w++;
	return w->name != NULL ? w->zh : name;
}

static const char *const digits[] = { "零", "壹", "贰", "叁", "肆", "伍", "陆",
	"柒", "捌", "玖" };

/* Digits of a group of four, without zeroes at its beginning and end. */
static void
put_group(struct cao_buf *out, unsigned group, bool *zero)
{
	static const char *const units[] = { "", "拾", "佰", "仟" };
	static const unsigned powers[] = { 1, 10, 100, 1000 };

	for (unsigned i = 4; i-- > 0;) {
		unsigned digit = group / powers[i] % 10;

		if (digit == 0) {
			*zero = true;
			continue;
		}
		if (*zero && out->len > 0)
			cao_buf_puts(out, digits[0]);
		*zero = false;
		cao_buf_printf(out, "%s%s", digits[digit], units[i]);
	}
}

/* As on cheques: Rules on Payment and Settlement, annex 1. */
void
cao_form_yuan(struct cao_buf *out, int64_t fen)
{
	static const char *const units[] = { "", "万", "亿", "万亿" };
	uint64_t yuan = (uint64_t)fen / 100, divisor = UINT64_C(1000000000000);
	struct cao_buf text = { 0 };
	unsigned jiao = (unsigned)(fen / 10 % 10), cent = (unsigned)(fen % 10);
	bool zero = false;

	for (unsigned i = 4; i-- > 0; divisor /= 10000) {
		unsigned group = (unsigned)(yuan / divisor % 10000);

		put_group(&text, group, &zero);
		if (group > 0)
			cao_buf_puts(&text, units[i]);
	}
	if (text.len > 0 || (jiao == 0 && cent == 0))
		cao_buf_printf(out, "%s元",
		    text.len > 0 ? cao_buf_text(&text) : digits[0]);
	if (jiao == 0 && cent == 0)
		cao_buf_puts(out, "整");
	else if (jiao > 0)
		cao_buf_printf(out, "%s角", digits[jiao]);
	else if (text.len > 0)
		cao_buf_puts(out, digits[0]);
	if (cent > 0)
		cao_buf_printf(out, "%s分", digits[cent]);
	cao_buf_free(&text);
}
