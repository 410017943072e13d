/* Telephone numbers, mail addresses, bank accounts. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ident/contact.h"
#include "ident/idnumber.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define MOBILE_LEN 11
#define HOTLINE_LEN 10 /* 400 and 7 digits */
#define FIXED_MIN 10   /* 0, an area of 2 or 3 digits, 7 or 8 digits */
#define FIXED_MAX 12
#define ACCOUNT_MIN 8
#define ACCOUNT_MAX 32

/* RFC 5321 sections 4.5.3.1.1 to 4.5.3.1.3, the brackets of the path off. */
#define LOCAL_MAX 64
#define DOMAIN_MAX 255
#define MAIL_MAX 254
#define LABEL_MAX 63 /* RFC 1035 section 2.3.4 */
#define ATEXT LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~"

/* The national number behind +86, 0086 or 86; *ret_abroad: there was one. */
static const char *
skip_country(const char *number, bool *ret_abroad)
{
	static const char *const prefixes[] = { "+86", "0086" };
	size_t i, n;

	*ret_abroad = true;
	for (i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		n = strlen(prefixes[i]);
		if (strncmp(number, prefixes[i], n) == 0)
			return number + n;
	}
	/* Bare digits are a prefix only where a mobile number follows. */
	if (strncmp(number, "861", 3) == 0 && strlen(number) == MOBILE_LEN + 2)
		return number + 2;
	*ret_abroad = false;
	return number;
}

static bool
is_mobile(const char *number)
{
	return cao_idnumber_all_digits(number, MOBILE_LEN) &&
	    number[0] == '1' && number[1] >= '3';
}

enum cao_status
cao_mobile_check(
    const char *text, char out[CAO_MOBILE_SIZE], struct cao_error *err)
{
	char normal[CAO_ID_NUMBER_SIZE];
	enum cao_status status;
	const char *number;
	bool abroad;

	if ((status = cao_idnumber_normal(text, normal, err)) != CAO_OK)
		return status;
	number = skip_country(normal, &abroad);
	if (!is_mobile(number))
		return cao_fail(err, CAO_INPUT,
		    "not a mobile number of the mainland: 11 digits that "
		    "begin with 13 to 19, found %zu characters",
		    cao_utf8_length(number));
	memcpy(out, number, CAO_MOBILE_SIZE);
	return CAO_OK;
}

/* "02412345678"; behind a country code the 0 is left out. */
static bool
is_fixed(const char *number, bool abroad)
{
	size_t len = strlen(number), zero = number[0] == '0';

	if ((!zero && !abroad) || strspn(number, DIGITS) != len)
		return false;
	len += !zero;
	return len >= FIXED_MIN && len <= FIXED_MAX && number[zero] >= '1';
}

enum cao_status
cao_phone_check(const char *text, struct cao_error *err)
{
	char normal[CAO_ID_NUMBER_SIZE];
	enum cao_status status;
	const char *number;
	bool abroad;

	if ((status = cao_idnumber_normal(text, normal, err)) != CAO_OK)
		return status;
	number = skip_country(normal, &abroad);
	if (is_mobile(number) || is_fixed(number, abroad) ||
	    (cao_idnumber_all_digits(number, HOTLINE_LEN) &&
		strncmp(number, "400", 3) == 0))
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "not a telephone number: a mobile number of 11 digits, a landline "
	    "with its area code (024-12345678) or a 400 number");
}

/* Is text, len octets, atoms of ATEXT with single dots between?  The offset
 * of the first octet that breaks this, or len. */
static size_t
dot_string(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] == '.'
			? i == 0 || i + 1 == len || text[i - 1] == '.'
			: strchr(ATEXT, text[i]) == NULL)
			break;
	return i;
}

static enum cao_status
check_local(const char *text, size_t len, struct cao_error *err)
{
	size_t good;

	if (len == 0)
		return cao_fail(err, CAO_INPUT,
		    "nothing before the @ (RFC 5321 section 4.1.2)");
	if (len > LOCAL_MAX)
		return cao_fail(err, CAO_INPUT,
		    "more than %d characters before the @ "
		    "(RFC 5321 section 4.5.3.1.1)",
		    LOCAL_MAX);
	if ((good = dot_string(text, len)) < len)
		return cao_fail(err, CAO_INPUT,
		    "character %zu is not allowed there "
		    "(RFC 5321 section 4.1.2, Dot-string)",
		    good + 1);
	return CAO_OK;
}

/* One label: letters, digits and inner hyphens, len octets. */
static bool
is_label(const char *text, size_t len)
{
	return len >= 1 && len <= LABEL_MAX && text[0] != '-' &&
	    text[len - 1] != '-' && strspn(text, LETTERS DIGITS "-") >= len;
}

static enum cao_status
check_domain(const char *domain, struct cao_error *err)
{
	const char *label = domain, *dot;

	if (domain[0] == '[')
		return cao_fail(err, CAO_INPUT,
		    "an address in brackets behind the @ is not taken: give "
		    "a domain name");
	if (strlen(domain) > DOMAIN_MAX)
		return cao_fail(err, CAO_INPUT,
		    "the domain has more than %d characters "
		    "(RFC 5321 section 4.5.3.1.2)",
		    DOMAIN_MAX);
	for (; (dot = strchr(label, '.')) != NULL; label = dot + 1)
		if (!is_label(label, (size_t)(dot - label)))
			break;
	if (dot != NULL || !is_label(label, strlen(label)))
		return cao_fail(err, CAO_INPUT,
		    "what follows the @ is not a domain name "
		    "(RFC 5321 section 4.1.2, Domain)");
	if (label == domain || strspn(label, DIGITS) == strlen(label))
		return cao_fail(err, CAO_INPUT,
		    "the domain is not fully qualified "
		    "(RFC 5321 section 2.3.5), as example.com is");
	return CAO_OK;
}

enum cao_status
cao_email_check(const char *text, struct cao_error *err)
{
	const char *at = strchr(text, '@');
	enum cao_status status;

	if (text[0] == '"')
		return cao_fail(err, CAO_INPUT,
		    "a quoted name before the @ is not taken: give an "
		    "address without quotes");
	if (at == NULL)
		return cao_fail(err, CAO_INPUT,
		    "not a mail address: the @ is missing "
		    "(RFC 5321 section 4.1.2)");
	status = check_local(text, (size_t)(at - text), err);
	if (status == CAO_OK)
		status = check_domain(at + 1, err);
	if (status == CAO_OK && strlen(text) > MAIL_MAX)
		status = cao_fail(err, CAO_INPUT,
		    "the mail address has more than %d characters "
		    "(RFC 5321 section 4.5.3.1.3)",
		    MAIL_MAX);
	return status;
}

/* What a spreadsheet makes of a long number: "6.22208E+18". */
static bool
is_scientific(const char *text)
{
	const char *p = text + strspn(text, DIGITS);

	if (p == text)
		return false;
	if (*p == '.')
		p += 1 + strspn(p + 1, DIGITS);
	if (*p != 'e' && *p != 'E')
		return false;
	p++;
	if (*p == '+' || *p == '-')
		p++;
	return *p != '\0' && p[strspn(p, DIGITS)] == '\0';
}

/* Is the text as typed, folded, in scientific notation?  Its hyphen is not
 * to be dropped before. */
static enum cao_status
refuse_scientific(const char *text, struct cao_error *err)
{
	enum cao_status status;
	char *folded;

	if ((status = cao_text_fold(text, &folded, err)) != CAO_OK)
		return status;
	if (is_scientific(folded))
		status = cao_fail(err, CAO_INPUT,
		    "the account number is in scientific notation, digits of "
		    "it are lost: make the column of the spreadsheet text and "
		    "type the number anew");
	free(folded);
	return status;
}

enum cao_status
cao_account_check(
    const char *text, char out[CAO_ACCOUNT_SIZE], struct cao_error *err)
{
	char number[CAO_ID_NUMBER_SIZE];
	enum cao_status status;
	size_t len, good;

	if ((status = refuse_scientific(text, err)) != CAO_OK)
		return status;
	if ((status = cao_idnumber_normal(text, number, err)) != CAO_OK)
		return status;
	len = cao_utf8_length(number);
	if ((good = strspn(number, DIGITS)) != strlen(number))
		return cao_fail(err, CAO_INPUT,
		    "character %zu of the account number, blanks and hyphens "
		    "not counted, is not a digit",
		    good + 1);
	if (len < ACCOUNT_MIN || len > ACCOUNT_MAX)
		return cao_fail(err, CAO_INPUT,
		    "an account number has %d to %d digits, found %zu",
		    ACCOUNT_MIN, ACCOUNT_MAX, len);
	memcpy(out, number, len + 1);
	return CAO_OK;
}
