/* Lists of pages. */
#include <string.h>

#include "scan/pages.h"

static bool
number(const char **text, uint32_t *ret)
{
	const char *s = *text;
	uint32_t n = 0;

	if (*s < '1' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9' && n <= SCAN_PAGES_MAX; s++)
		n = n * 10 + (uint32_t)(*s - '0');
	if (n > SCAN_PAGES_MAX)
		return false;
	*text = s;
	*ret = n;
	return true;
}

/* "3" or "3-5" */
static bool
range(const char **text, struct scan_pages *p)
{
	uint32_t from, to;

	if (!number(text, &from))
		return false;
	to = from;
	if (**text == '-') {
		++*text;
		if (!number(text, &to) || to < from)
			return false;
	}
	for (; from <= to; from++) {
		if (p->count == SCAN_PAGES_MAX)
			return false;
		p->page[p->count++] = from;
	}
	return true;
}

bool
scan_pages_read(const char *text, struct scan_pages *ret)
{
	struct scan_pages p = { .count = 0 };

	if (!range(&text, &p))
		return false;
	while (*text == ',') {
		text++;
		if (!range(&text, &p))
			return false;
	}
	if (*text != '\0')
		return false;
	*ret = p;
	return true;
}

size_t
scan_pages_split(const char *operand)
{
	const char *hash = strrchr(operand, '#');

	if (hash == NULL || hash == operand ||
	    hash[1 + strspn(hash + 1, "0123456789,-")] != '\0')
		return strlen(operand);
	return (size_t)(hash - operand);
}
