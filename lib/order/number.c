#include "order/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "codec/json.h"

#define DIGITS (CAO_NUMBER_SIZE - 1)
#define PREFIX "00"
#define DAY_AT (sizeof PREFIX - 1)
#define DAY_FIRST_YEAR 1970
#define SHOWN_MAX 40 /* octets of a line that is none */

/* The value of n digits, or -1 if one of them is none. */
static int
value(const char *digits, size_t n)
{
	int sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return -1;
		sum = sum * 10 + (digits[i] - '0');
	}
	return sum;
}

/* Do the first DIGITS characters, all of them digits, make a number? */
static bool
is_number(const char *digits)
{
	const char *day = digits + DAY_AT;
	int year = value(day, 4);

	return strncmp(digits, PREFIX, DAY_AT) == 0 && year >= DAY_FIRST_YEAR &&
	    cao_date_valid(year, value(day + 4, 2), value(day + 6, 2));
}

enum cao_status
cao_number_make(int64_t day, int64_t counter, char out[CAO_NUMBER_SIZE],
    struct cao_error *err)
{
	char date[CAO_DATE_SIZE];

	cao_date_format(day, date);
	if (day < 0 || counter < 1)
		return cao_fail(err, CAO_SYSTEM,
		    "no order number can be made for day %" PRId64
		    " and counter %" PRId64,
		    day, counter);
	if (counter > CAO_COUNTER_MAX)
		return cao_fail(err, CAO_DENIED,
		    "all %d order numbers of %s are taken: try again on the "
		    "next day",
		    CAO_COUNTER_MAX, date);
	(void)snprintf(out, CAO_NUMBER_SIZE, PREFIX "%.4s%.2s%.2s%07" PRId64,
	    date, date + 5, date + 8, counter);
	return CAO_OK;
}

bool
cao_number_valid(const char *text)
{
	return strspn(text, "0123456789") == DIGITS && text[DIGITS] == '\0' &&
	    is_number(text);
}

bool
cao_number_find(const char *text, char out[CAO_NUMBER_SIZE])
{
	size_t run;

	for (; *text != '\0'; text += run) {
		text += strcspn(text, "0123456789");
		run = strspn(text, "0123456789");
		if (run != DIGITS || !is_number(text))
			continue;
		memcpy(out, text, DIGITS);
		out[DIGITS] = '\0';
		return true;
	}
	return false;
}

/* A JSON object's member "order". */
static enum cao_status
from_object(const char *line, size_t len, char ret_number[CAO_NUMBER_SIZE],
    struct cao_error *err)
{
	const struct cao_node *order;
	struct cao_node *object;
	enum cao_status st;

	if ((st = cao_json_read("", line, len, &object, err)) != CAO_OK)
		return st;
	order = cao_node_get(object, "order");
	if (order == NULL)
		st = cao_fail(err, CAO_INPUT, "no member \"order\" in it");
	else if (order->kind != CAO_SCALAR || !order->quoted ||
	    !cao_number_valid(order->text))
		st = cao_fail(err, CAO_INPUT,
		    "its member \"order\" is not an order number in quotes");
	else
		memcpy(ret_number, order->text, CAO_NUMBER_SIZE);
	cao_node_free(object);
	return st;
}

enum cao_status
cao_number_read(const char *line, size_t len, char ret_number[CAO_NUMBER_SIZE],
    struct cao_error *err)
{
	char text[CAO_NUMBER_SIZE];

	if (len > CAO_LINE_MAX)
		return cao_fail(err, CAO_INPUT,
		    "the line has more than %d octets", CAO_LINE_MAX);
	if (len > 0 && *line == '{')
		return from_object(line, len, ret_number, err);
	if (len == DIGITS) {
		memcpy(text, line, DIGITS);
		text[DIGITS] = '\0';
		if (strlen(text) == DIGITS && cao_number_valid(text)) {
			memcpy(ret_number, text, sizeof text);
			return CAO_OK;
		}
	}
	if (memchr(line, '\0', len) != NULL)
		return cao_fail(
		    err, CAO_INPUT, "a NUL octet: this is not a text file");
	return cao_fail(err, CAO_INPUT,
	    "'%.*s' is not an order number: 00, the day as YYYYMMDD and 7 "
	    "digits",
	    (int)(len < SHOWN_MAX ? len : SHOWN_MAX), line);
}
