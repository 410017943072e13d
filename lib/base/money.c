/* Money: read and written exactly, never through floating point. */
#include <assert.h>
#include <string.h>

#include "base/money.h"

#define PLACES 2

static enum cao_status
refuse(struct cao_error *err, const char *text)
{
	if (strchr(text, ',') != NULL)
		return cao_fail(err, CAO_INPUT,
		    "\"%.40s\" is not an amount: leave the commas out, "
		    "as in 1240.00",
		    text);
	return cao_fail(err, CAO_INPUT,
	    "\"%.40s\" is not an amount in yuan: write digits, and at most "
	    "two places after a point, as in 240.00",
	    text);
}

/* Add the digits at *p to *fen; false if there is none.  *fen stays above
 * CAO_MONEY_MAX once it is there. */
static bool
read_digits(const char **p, int64_t *fen, int *ret_count)
{
	int count = 0;

	for (; **p >= '0' && **p <= '9'; ++*p, count++)
		if (*fen <= CAO_MONEY_MAX)
			*fen = *fen * 10 + (**p - '0');
	*ret_count = count;
	return count > 0;
}

enum cao_status
cao_money_parse(const char *text, int64_t *ret_fen, struct cao_error *err)
{
	bool negative = *text == '-';
	const char *p = text + negative;
	int64_t fen = 0;
	int count;

	if (!read_digits(&p, &fen, &count))
		return refuse(err, text);
	count = 0;
	if (*p == '.') {
		p++;
		if (!read_digits(&p, &fen, &count))
			return refuse(err, text);
	}
	if (*p != '\0' || count > PLACES)
		return refuse(err, text);
	for (; count < PLACES && fen <= CAO_MONEY_MAX; count++)
		fen *= 10;
	if (fen > CAO_MONEY_MAX)
		return cao_fail(err, CAO_INPUT,
		    "\"%.40s\" is too large an amount: at most "
		    "999999999999.99 yuan",
		    text);
	*ret_fen = negative ? -fen : fen;
	return CAO_OK;
}

void
cao_money_format(int64_t fen, char out[CAO_MONEY_SIZE])
{
	char digits[CAO_MONEY_SIZE];
	int64_t rest = fen < 0 ? -fen : fen;
	size_t n = sizeof digits, used = 0;
	int count = 0;

	assert(fen >= -CAO_MONEY_MAX && fen <= CAO_MONEY_MAX);
	for (; rest > 0 || count <= PLACES; rest /= 10, count++) {
		if (count == PLACES)
			digits[--n] = '.';
		digits[--n] = (char)('0' + rest % 10);
	}
	if (fen < 0)
		out[used++] = '-';
	memcpy(out + used, digits + n, sizeof digits - n);
	out[used + sizeof digits - n] = '\0';
}
