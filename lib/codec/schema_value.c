/* One value of a struct: checked and put into its member. */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/schema_parts.h"

#define TEXT_DEFAULT 256 /* characters, where a field sets no bound */

static bool
is_blank(const char *p)
{
	return *p == ' ' || *p == '\t' || strncmp(p, "\xc2\xa0", 2) == 0 ||
	    strncmp(p, "\xe3\x80\x80", 3) == 0;
}

bool
cao_schema_has_blank_ends(const char *text)
{
	size_t len = strlen(text), i;

	for (i = 1; i <= 3 && i <= len; i++)
		if (is_blank(text + len - i) &&
		    cao_utf8_length(text + len - i) == 1)
			return true;
	return is_blank(text);
}

bool
cao_schema_has_control(const char *text, bool lines)
{
	size_t left = strlen(text), n;
	int32_t c;

	for (; left > 0; text += n, left -= n) {
		if ((n = cao_utf8_next(text, left, &c)) == 0)
			return true;
		if (lines && (c == '\n' || c == '\r' || c == '\t'))
			continue;
		if (is_control(c))
			return true;
	}
	return false;
}

static enum cao_status
check_length(const struct cao_field *f, const char *text, struct cao_error *e)
{
	int64_t n = (int64_t)cao_utf8_length(text);
	bool list = f->type == CAO_T_LIST;
	int64_t min = list ? 0 : f->min;
	int64_t max = list || f->max == 0 ? TEXT_DEFAULT : f->max;

	if (n >= min && n <= max)
		return CAO_OK;
	if (min == max)
		return cao_fail(e, CAO_INPUT,
		    "wrong length: %" PRId64 " characters, %" PRId64
		    " are needed",
		    n, max);
	if (n < min)
		return cao_fail(e, CAO_INPUT,
		    "too short: %" PRId64 " characters, at least %" PRId64
		    " are needed",
		    n, min);
	return cao_fail(e, CAO_INPUT,
	    "too long: %" PRId64 " characters, at most %" PRId64 " are allowed",
	    n, max);
}

static enum cao_status
check_word(const struct cao_field *f, const char *text, struct cao_error *e)
{
	struct cao_buf list = { 0 };
	const char *const *word = f->words, *near;

	for (; *word != NULL; word++) {
		if (strcmp(*word, text) == 0) {
			cao_buf_free(&list);
			return CAO_OK;
		}
		cao_buf_printf(&list, "%s%s", list.len ? ", " : "", *word);
	}
	near = (size_t)cao_node_shown(text) == strlen(text)
	    ? cao_text_nearest(text, f->words)
	    : NULL;
	if (near != NULL)
		cao_fail(e, CAO_INPUT,
		    "'%.*s' is not one of %s; did you mean '%s'",
		    cao_node_shown(text), text, cao_buf_text(&list), near);
	else
		cao_fail(e, CAO_INPUT, "'%.*s' is not one of %s",
		    cao_node_shown(text), text, cao_buf_text(&list));
	cao_buf_free(&list);
	return CAO_INPUT;
}

static enum cao_status
parse_int(const char *text, int64_t *ret, struct cao_error *e)
{
	const char *digits = text + (*text == '-');
	size_t n = strspn(digits, "0123456789");
	long long value = 0;

	errno = 0;
	if (n > 0 && digits[n] == '\0')
		value = strtoll(text, NULL, 10);
	else
		errno = EINVAL;
	if (errno != 0 || (*digits == '0' && (n > 1 || digits != text)))
		return cao_fail(e, CAO_INPUT,
		    "'%.*s' is not a whole number in plain decimal",
		    cao_node_shown(text), text);
	*ret = value;
	return CAO_OK;
}

static void
put_value(char *out, size_t size, bool money, int64_t value)
{
	char text[CAO_MONEY_SIZE];

	if (money && value <= CAO_MONEY_MAX && value >= -CAO_MONEY_MAX) {
		cao_money_format(value, text);
		snprintf(out, size, "%s", text);
	} else {
		snprintf(out, size, "%" PRId64, value);
	}
}

static enum cao_status
check_range(const struct cao_field *f, int64_t value, struct cao_error *e)
{
	bool money = f->type == CAO_T_MONEY;
	char found[32], min[32], max[32];

	if (value >= f->min && (f->max == 0 || value <= f->max))
		return CAO_OK;
	if (f->min == 0 && f->max == 0)
		return CAO_OK;
	put_value(found, sizeof found, money, value);
	put_value(min, sizeof min, money, f->min);
	put_value(max, sizeof max, money, f->max);
	if (f->max == 0)
		return cao_fail(e, CAO_INPUT, "%s is less than %s", found, min);
	return cao_fail(
	    e, CAO_INPUT, "%s is outside %s to %s", found, min, max);
}

static enum cao_status
parse_number(const struct cao_field *f, const char *text, int64_t *ret,
    struct cao_error *e)
{
	enum cao_status st;
	int64_t value = 0;

	st = f->type == CAO_T_MONEY ? cao_money_parse(text, &value, e)
				    : parse_int(text, &value, e);
	if (st == CAO_OK)
		st = check_range(f, value, e);
	if (st == CAO_OK)
		*ret = value;
	return st;
}

static enum cao_status
parse_bool(const char *text, bool quoted, bool *ret, struct cao_error *e)
{
	bool value = strcmp(text, "true") == 0;

	if (!value && strcmp(text, "false") != 0)
		return cao_fail(e, CAO_INPUT, "'%.*s' is not true or false",
		    cao_node_shown(text), text);
	if (quoted)
		return cao_fail(
		    e, CAO_INPUT, "'%s' is in quotes; write it without", text);
	*ret = value;
	return CAO_OK;
}

/* The rules of a text, whether by itself or in a list. */
static enum cao_status
check_text(const struct cao_field *f, const char *text, struct cao_error *e)
{
	int64_t day;

	if (f->type != CAO_T_LINES && strchr(text, '\n') != NULL)
		return cao_fail(
		    e, CAO_INPUT, "holds a line end; it must be one line");
	if (cao_schema_has_control(text, f->type == CAO_T_LINES))
		return cao_fail(e, CAO_INPUT, "holds a control character");
	if (f->type == CAO_T_DATE)
		return cao_date_parse(text, &day, e);
	if (f->words != NULL)
		return check_word(f, text, e);
	return check_length(f, text, e);
}

enum cao_status
cao_schema_check(const struct cao_field *f, const char *text, bool quoted,
    struct cao_error *e)
{
	enum cao_status st = CAO_OK;
	int64_t number;
	bool flag;

	if (f->type != CAO_T_LINES && cao_schema_has_blank_ends(text))
		return cao_fail(e, CAO_INPUT, "begins or ends with a blank");
	if (f->type == CAO_T_INT || f->type == CAO_T_MONEY)
		st = parse_number(f, text, &number, e);
	else if (f->type == CAO_T_BOOL)
		st = parse_bool(text, quoted, &flag, e);
	else
		st = check_text(f, text, e);
	if (st == CAO_INPUT && (f->flags & CAO_SECRET_FIELD) != 0 &&
	    f->type != CAO_T_TEXT && f->type != CAO_T_LINES)
		cao_fail(e, st, "not a value that is allowed here");
	if (st == CAO_OK && f->check != NULL)
		st = f->check(text, e);
	return st;
}

/* Put a value that is in order into its member. */
static enum cao_status
store_value(const struct cao_field *f, const char *text, void *object,
    struct cao_error *e)
{
	char **slot, *copy = NULL;

	if (f->type == CAO_T_INT || f->type == CAO_T_MONEY) {
		*(int64_t *)member_of(f, object) = 0;
		return *text == '\0'
		    ? CAO_OK
		    : parse_number(f, text, member_of(f, object), e);
	}
	if (f->type == CAO_T_BOOL) {
		*(bool *)member_of(f, object) = strcmp(text, "true") == 0;
		return CAO_OK;
	}
	assert(is_text_type(f->type));
	slot = member_of(f, object);
	if (*text != '\0' && (copy = strdup(text)) == NULL)
		return cao_fail_memory(e);
	free(*slot);
	*slot = copy;
	return CAO_OK;
}

enum cao_status
cao_schema_take(const struct cao_field *f, const char *text, bool quoted,
    void *object, struct cao_error *e)
{
	enum cao_status st = CAO_OK;

	if (*text == '\0' && (f->flags & CAO_REQUIRED) != 0)
		return cao_fail(e, CAO_INPUT, "empty; required");
	if (*text != '\0')
		st = cao_schema_check(f, text, quoted, e);
	if (st == CAO_OK)
		st = store_value(f, text, object, e);
	return st;
}

enum cao_status
cao_schema_set(const struct cao_field *f, const char *text, void *object,
    struct cao_error *e)
{
	assert(f->type != CAO_T_MAP && f->type != CAO_T_LIST);
	return cao_schema_take(f, text, false, object, e);
}

enum cao_status
cao_schema_take_stored(const struct cao_field *f, const char *text, bool quoted,
    void *object, struct cao_error *e)
{
	bool is_words = is_text_type(f->type) || f->type == CAO_T_LIST;
	enum cao_status st = CAO_OK;
	int64_t value;
	bool flag;

	if (is_words != quoted)
		return cao_fail(e, CAO_INPUT,
		    "text where none should be, or "
		    "none where it should");
	if (f->type == CAO_T_BOOL)
		st = parse_bool(text, false, &flag, e);
	else if (is_words && f->words != NULL)
		st = check_word(f, text, e);
	else if (!is_words && (st = parse_int(text, &value, e)) == CAO_OK)
		*(int64_t *)member_of(f, object) = value;
	if (st == CAO_OK && (is_text_type(f->type) || f->type == CAO_T_BOOL))
		st = store_value(f, text, object, e);
	return st;
}
