/* Provinces and countries. */
#include <string.h>

#include "base/text.h"
#include "ident/region.h"

/* clang-format off */
#define PROVINCES(P) \
	P(11, "北京", "市") P(12, "天津", "市") P(13, "河北", "省") \
	P(14, "山西", "省") P(15, "内蒙古", "自治区") \
	P(21, "辽宁", "省") P(22, "吉林", "省") P(23, "黑龙江", "省") \
	P(31, "上海", "市") P(32, "江苏", "省") P(33, "浙江", "省") \
	P(34, "安徽", "省") P(35, "福建", "省") P(36, "江西", "省") \
	P(37, "山东", "省") \
	P(41, "河南", "省") P(42, "湖北", "省") P(43, "湖南", "省") \
	P(44, "广东", "省") P(45, "广西", "壮族自治区") P(46, "海南", "省") \
	P(50, "重庆", "市") P(51, "四川", "省") P(52, "贵州", "省") \
	P(53, "云南", "省") P(54, "西藏", "自治区") \
	P(61, "陕西", "省") P(62, "甘肃", "省") P(63, "青海", "省") \
	P(64, "宁夏", "回族自治区") P(65, "新疆", "维吾尔自治区") \
	P(71, "台湾", "省") \
	P(81, "香港", "特别行政区") P(82, "澳门", "特别行政区")

/* ISO 3166-1, as officially assigned. */
static const char countries[] =
	"AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF "
	"BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG "
	"CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC "
	"EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL "
	"GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN "
	"IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA "
	"LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN "
	"MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP "
	"NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO "
	"RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
	"SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG "
	"UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";
/* clang-format on */

static const struct {
	int code;
	const char *digits, *name, *full;
} provinces[] = {
#define ROW(code, name, rest) { code, #code, name, name rest },
	PROVINCES(ROW)
#undef ROW
};
#define PROVINCE_COUNT (sizeof provinces / sizeof *provinces)

const char *const cao_provinces[] = {
#define NAME(code, name, rest) name,
	PROVINCES(NAME)
#undef NAME
	    NULL,
};

/* The row of a province given short, in full or by its code, or -1. */
static int
find(const char *text)
{
	size_t i;

	for (i = 0; i < PROVINCE_COUNT; i++)
		if (strcmp(provinces[i].name, text) == 0 ||
		    strcmp(provinces[i].full, text) == 0 ||
		    strcmp(provinces[i].digits, text) == 0)
			return (int)i;
	return -1;
}

const char *
cao_province_name(const char *text)
{
	int i = find(text);

	return i == -1 ? NULL : provinces[i].name;
}

int
cao_province_code(const char *text)
{
	int i = find(text);

	return i == -1 ? 0 : provinces[i].code;
}

enum cao_status
cao_province_check(const char *text, struct cao_error *err)
{
	const char *near;

	if (find(text) != -1)
		return CAO_OK;
	if ((near = cao_text_nearest(text, cao_provinces)) != NULL)
		return cao_fail(err, CAO_INPUT,
		    "\"%.60s\" is not a province (GB/T 2260): did you mean "
		    "%s",
		    text, near);
	return cao_fail(err, CAO_INPUT,
	    "\"%.60s\" is not a province (GB/T 2260): write its name, such "
	    "as 辽宁 or 辽宁省",
	    text);
}

bool
cao_country_valid(const char *alpha2)
{
	const char *p;

	if (strlen(alpha2) != 2)
		return false;
	for (p = countries; *p != '\0'; p += p[2] == '\0' ? 2 : 3)
		if (strncmp(p, alpha2, 2) == 0)
			return true;
	return false;
}

enum cao_status
cao_country_check(const char *alpha2, struct cao_error *err)
{
	if (cao_country_valid(alpha2))
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "\"%.40s\" is not a country (ISO 3166-1 alpha-2): write two "
	    "capital letters, such as CN",
	    alpha2);
}
