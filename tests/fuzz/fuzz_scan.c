/* Any octets as what a decoder says, in parts, and as a list of pages: what is
 * taken of it is within its bounds. */
#include <stdlib.h>
#include <string.h>

#include "scan/pages.h"
#include "scan/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
look_at(const struct scan_page *p)
{
	if (p->facts.width > SCAN_SIDE_MAX || p->facts.height > SCAN_SIDE_MAX ||
	    p->code_count > p->facts.codes || p->thumb_len > SCAN_THUMB_MAX)
		abort();
	for (uint32_t i = 0; i < p->code_count; i++)
		if (strlen(p->code[i].text) > SCAN_TEXT_MAX ||
		    p->code[i].symbol >= SCAN_SYMBOLS ||
		    p->code[i].box.x + p->code[i].box.width > p->facts.width)
			abort();
}

/* The first octet tells what is expected, and the length of the parts. */
static void
hear(const uint8_t *data, size_t size)
{
	struct scan_answer a = { .joins = (data[0] & 1) != 0 };
	size_t part = data[0] / 2 + 1;

	for (size_t at = 1; at < size; at += part) {
		if (part > size - at)
			part = size - at;
		if (!scan_answer_feed(&a, data + at, part))
			break;
	}
	if (a.data_len > SCAN_FILE_MAX || a.page_count > SCAN_PAGES_MAX ||
	    strlen(a.words) > SCAN_WORDS_MAX)
		abort();
	for (uint32_t i = 0; i < a.page_count; i++)
		look_at(&a.page[i]);
	scan_answer_free(&a);
}

static void
read_pages(const uint8_t *data, size_t size)
{
	char text[64];
	struct scan_pages p;
	size_t len = size < sizeof text ? size : sizeof text - 1;

	memcpy(text, data, len);
	text[len] = '\0';
	if (scan_pages_split(text) > strlen(text))
		abort();
	if (!scan_pages_read(text, &p))
		return;
	if (p.count == 0 || p.count > SCAN_PAGES_MAX)
		abort();
	for (uint32_t i = 0; i < p.count; i++)
		if (p.page[i] == 0 || p.page[i] > SCAN_PAGES_MAX)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0)
		hear(data, size);
	read_pages(data, size);
	return 0;
}
