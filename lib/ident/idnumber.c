/* Normal forms and digits. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "ident/idnumber.h"

/* Hyphens, dashes and the minus sign as NFKC leaves them. */
static bool
is_dropped(int32_t c)
{
	return c == '-' || c == '(' || c == ')' ||
	    (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

/* Fill out from folded text; the count of characters, or one more than the
 * most there may be. */
static size_t
normalise(const char *folded, char out[CAO_ID_NUMBER_SIZE])
{
	size_t len = strlen(folded), used = 0, count = 0, n;
	int32_t c;

	for (; (n = cao_utf8_next(folded, len, &c)) != 0;
	     folded += n, len -= n) {
		if (is_dropped(c))
			continue;
		if (++count > CAO_ID_NUMBER_MAX)
			break;
		memcpy(out + used, folded, n);
		if (c >= 'a' && c <= 'z')
			out[used] = (char)(c - 'a' + 'A');
		used += n;
	}
	out[used] = '\0';
	return count;
}

enum cao_status
cao_idnumber_normal(
    const char *text, char out[CAO_ID_NUMBER_SIZE], struct cao_error *err)
{
	enum cao_status status;
	char *folded;
	size_t count;

	if ((status = cao_text_fold(text, &folded, err)) != CAO_OK)
		return status;
	count = normalise(folded, out);
	free(folded);
	if (count == 0)
		return cao_fail(err, CAO_INPUT, "the number is missing");
	if (count > CAO_ID_NUMBER_MAX)
		return cao_fail(err, CAO_INPUT,
		    "the number is longer than %d characters",
		    CAO_ID_NUMBER_MAX);
	if (cao_text_has_control(out))
		return cao_fail(err, CAO_INPUT,
		    "the number holds a control character: type it anew");
	return CAO_OK;
}

enum cao_status
cao_idnumber_length(const char *number, size_t n, const char *what,
    const char *rule, struct cao_error *err)
{
	size_t found = cao_utf8_length(number);

	if (found == n)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "the %s has %zu characters (%s), found %zu", _(what), n, _(rule),
	    found);
}

enum cao_status
cao_idnumber_digits(const char *number, size_t from, size_t n, const char *rule,
    struct cao_error *err)
{
	size_t i;

	for (i = from; i < from + n; i++)
		if (number[i] < '0' || number[i] > '9')
			return cao_fail(err, CAO_INPUT,
			    "character %zu is not a digit (%s)", i + 1,
			    _(rule));
	return CAO_OK;
}

bool
cao_idnumber_all_digits(const char *number, size_t n)
{
	return strlen(number) == n && strspn(number, "0123456789") == n;
}

int
cao_idnumber_type(const char *type, const char *const *types)
{
	int i;

	for (i = 0; types[i] != NULL; i++)
		if (strcmp(types[i], type) == 0)
			return i;
	return -1;
}

enum cao_status
cao_idnumber_no_type(
    const char *type, const char *const *types, struct cao_error *err)
{
	const char *near = cao_text_nearest(type, types);

	if (near == NULL)
		return cao_fail(err, CAO_INPUT,
		    "\"%.40s\" is not a type of document", type);
	return cao_fail(err, CAO_INPUT,
	    "\"%.40s\" is not a type of document: did you mean \"%s\"", type,
	    near);
}
