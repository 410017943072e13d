#include "order/match.h"

#include "base/text.h"
#include "order/number.h"

#include <stdlib.h>
#include <string.h>

const char *const cao_match_words[] = { "paid", "repeated", "short", "over",
	"duplicate", "ambiguous", "several", "payer", "unknown", "out", "bad",
	NULL };

/* Here and not with the statements: who holds a line reads none. */
void
cao_bank_line_free(struct cao_bank_line *line)
{
	if (line == NULL)
		return;
	free(line->account);
	free(line->name);
	free(line->reference);
	free(line->text);
	memset(line, 0, sizeof *line);
}

/* Brackets of every kind become round ones, capitals small; in place. */
static void
even_out(char *text)
{
	static const struct {
		const char *from;
		char to;
	} brackets[] = { { "【", '(' }, { "】", ')' }, { "〔", '(' },
		{ "〕", ')' }, { "[", '(' }, { "]", ')' }, { "〈", '(' },
		{ "〉", ')' }, { "《", '(' }, { "》", ')' }, { "「", '(' },
		{ "」", ')' }, { "<", '(' }, { ">", ')' }, { "{", '(' },
		{ "}", ')' } };
	const size_t n = sizeof brackets / sizeof *brackets;
	char *to = text;
	size_t i, len;

	for (; *text != '\0'; text += len) {
		for (i = 0; i < n; i++)
			if (*text == *brackets[i].from &&
			    strncmp(text, brackets[i].from,
				strlen(brackets[i].from)) == 0)
				break;
		len = i < n ? strlen(brackets[i].from) : 1;
		if (i < n)
			*to++ = brackets[i].to;
		else if (*text >= 'A' && *text <= 'Z')
			*to++ = (char)(*text - 'A' + 'a');
		else
			*to++ = *text;
	}
	*to = '\0';
}

bool
cao_name_same(const char *a, const char *b)
{
	struct cao_error ignored;
	char *x = NULL, *y = NULL;
	bool same = false;

	if (cao_text_fold(a, &x, &ignored) != CAO_OK)
		return false;
	even_out(x);
	if (strcmp(a, b) == 0) {
		same = *x != '\0';
	} else if (cao_text_fold(b, &y, &ignored) == CAO_OK) {
		even_out(y);
		same = *x != '\0' && strcmp(x, y) == 0;
	}
	free(x);
	free(y);
	return same;
}

/* The next octet of an account that is no blank and no hyphen. */
static const char *
solid(const char *p)
{
	return p + strspn(p, " -");
}

static size_t
count_solid(const char *p)
{
	size_t n = 0;

	for (p = solid(p); *p != '\0'; p = solid(p + 1))
		n++;
	return n;
}

/* The first n octets equal, blanks and hyphens aside? */
static bool
same_run(const char *a, const char *b, size_t n)
{
	for (; n > 0; n--, a++, b++) {
		a = solid(a);
		b = solid(b);
		if (*a != *b || *a == '\0')
			return false;
	}
	return true;
}

static const char *
skip_solid(const char *p, size_t n)
{
	for (p = solid(p); n > 0; n--)
		p = solid(p + 1);
	return p;
}

/* seen as the bank shows it, perhaps with '*' for what it hides: as many as
 * it likes, but in one run, and enough is seen behind it. */
static bool
same_account(const char *seen, const char *whole)
{
	const char *first = strchr(seen, '*'), *last = strrchr(seen, '*');
	size_t n = count_solid(whole), head, tail;

	if (first == NULL)
		return n > 0 && n == count_solid(seen) &&
		    same_run(seen, whole, n);
	if (first[strspn(first, "*")] != '\0' &&
	    first + strspn(first, "*") != last + 1)
		return false;
	tail = count_solid(last + 1);
	head = count_solid(seen) - tail - (size_t)(last + 1 - first);
	return tail >= CAO_MATCH_TAIL && head + tail < n &&
	    same_run(seen, whole, head) &&
	    same_run(last + 1, skip_solid(whole, n - tail), tail);
}

/* The payer of the transfer before: those of one account seldom differ. */
struct payer {
	const char *name; /* or NULL */
	bool same;
};

static bool
same_payer(const struct cao_bank_line *line, const char *name, struct payer *p)
{
	if (p->name == NULL || strcmp(p->name, name) != 0)
		*p = (struct payer){ name, cao_name_same(line->name, name) };
	return p->same;
}

static bool
is_candidate(const struct cao_bank_line *line, const struct cao_declared *d,
    struct payer *last)
{
	return line->day >= d->day - CAO_MATCH_DAYS_BEFORE &&
	    line->day <= d->day + CAO_MATCH_DAYS_AFTER &&
	    same_account(line->account, d->account) &&
	    same_payer(line, d->name, last);
}

/* Which of the candidates are asked for. */
struct choice {
	bool settled;
	bool exact;         /* of the line's amount; else of any other */
	const char *number; /* of that order, or NULL */
};

/* How many orders have a transfer that is asked for: 0, 1 or several.  Of
 * one order's, *ret is the earliest. */
static size_t
choose(const struct cao_bank_line *line, const struct cao_declared *d,
    size_t count, const struct choice *want, size_t *ret)
{
	struct payer last = { NULL, false };
	size_t i, best = count, orders = 0;

	for (i = 0; i < count; i++) {
		if (d[i].settled != want->settled ||
		    (d[i].fen == line->fen) != want->exact ||
		    (want->number != NULL &&
			strcmp(d[i].number, want->number) != 0) ||
		    !is_candidate(line, &d[i], &last))
			continue;
		if (best == count)
			orders = 1;
		else if (strcmp(d[i].number, d[best].number) != 0)
			orders++;
		if (best == count || d[i].day < d[best].day ||
		    (d[i].day == d[best].day && d[i].id < d[best].id))
			best = i;
	}
	if (best < count)
		*ret = best;
	return orders;
}

/* The same, with the order that the line names preferred. */
static size_t
prefer(const struct cao_bank_line *line, const struct cao_declared *d,
    size_t count, struct choice want, size_t *ret)
{
	char number[CAO_NUMBER_SIZE];

	if (cao_number_find(line->text, number)) {
		want.number = number;
		if (choose(line, d, count, &want, ret) == 1)
			return 1;
		want.number = NULL;
	}
	return choose(line, d, count, &want, ret);
}

enum cao_match
cao_match_line(const struct cao_bank_line *line, const struct cao_declared *d,
    size_t count, size_t *ret_which)
{
	size_t which = 0, orders;

	if (!line->credit)
		return CAO_MATCH_OUT;
	orders =
	    prefer(line, d, count, (struct choice){ .exact = true }, &which);
	if (orders > 1)
		return CAO_MATCH_AMBIGUOUS;
	if (orders == 1) {
		*ret_which = which;
		return CAO_MATCH_PAID;
	}
	if (prefer(line, d, count,
		(struct choice){ .exact = true, .settled = true },
		&which) > 0) {
		*ret_which = which;
		return CAO_MATCH_DUPLICATE;
	}
	orders = prefer(line, d, count, (struct choice){ 0 }, &which);
	if (orders == 0)
		return CAO_MATCH_UNKNOWN;
	if (orders > 1)
		return CAO_MATCH_AMBIGUOUS;
	*ret_which = which;
	return line->fen < d[which].fen ? CAO_MATCH_SHORT : CAO_MATCH_OVER;
}

size_t
cao_match_several(const struct cao_bank_line *line,
    const struct cao_declared *d, size_t count, size_t *ret_which)
{
	struct payer last = { NULL, false };
	size_t n = 0, known;
	int64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		if (d[i].settled || sum > line->fen ||
		    !is_candidate(line, &d[i], &last))
			continue;
		for (known = 0; known < n; known++)
			if (strcmp(d[ret_which[known]].number, d[i].number) ==
			    0)
				break;
		if (known < n) /* two of one order: that is its own affair */
			return 0;
		ret_which[n++] = i;
		sum += d[i].fen;
	}
	return n > 1 && sum == line->fen ? n : 0;
}
