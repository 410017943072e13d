/* The parent's side of the pipe: a child may be the scan's creature. */
#include <stdlib.h>
#include <string.h>

#include "scan/wire.h"

#define MILLION 1000000u

static bool
box_inside(const struct scan_box *b, const struct scan_facts *f)
{
	return b->x <= f->width && b->width <= f->width - b->x &&
	    b->y <= f->height && b->height <= f->height - b->y;
}

static bool
rotation_known(uint32_t r)
{
	return r % 90 == 0 && r <= SCAN_NO_ROTATION;
}

/* The page that codes and a thumbnail belong to, or NULL. */
static struct scan_page *
current(const struct scan_answer *a)
{
	return a->page_count > 0 ? &a->page[a->page_count - 1] : NULL;
}

static bool
page_complete(const struct scan_page *p)
{
	return p == NULL || p->code_count == p->facts.codes;
}

static bool
take_head(struct scan_answer *a)
{
	struct scan_head h;

	if (a->begun || a->joins || a->body_len != sizeof h)
		return false;
	memcpy(&h, a->body, sizeof h);
	if (h.type >= SCAN_TYPES || h.pages == 0 || h.pages > SCAN_PAGES_MAX)
		return false;
	if ((a->page = calloc(h.pages, sizeof *a->page)) == NULL)
		return false;
	a->head = h;
	a->begun = true;
	return true;
}

static bool
take_page(struct scan_answer *a)
{
	struct scan_facts f;
	struct scan_page *p;

	if (!a->begun || a->page_count == a->head.pages ||
	    !page_complete(current(a)) || a->body_len != sizeof f)
		return false;
	memcpy(&f, a->body, sizeof f);
	if (f.width == 0 || f.width > SCAN_SIDE_MAX || f.height == 0 ||
	    f.height > SCAN_SIDE_MAX || f.dpi > SCAN_SIDE_MAX || f.blank > 1 ||
	    f.seal > 1 || f.red > MILLION || !rotation_known(f.rotation) ||
	    f.codes > SCAN_CODES_MAX || !box_inside(&f.where, &f))
		return false;
	p = &a->page[a->page_count];
	if ((p->code = calloc(f.codes + 1, sizeof *p->code)) == NULL)
		return false;
	p->facts = f;
	a->page_count++;
	a->steps++;
	return true;
}

static bool
take_code(struct scan_answer *a)
{
	const size_t fixed = offsetof(struct scan_code, text);
	struct scan_page *p = current(a);
	struct scan_code *c;

	if (p == NULL || page_complete(p) || a->body_len <= fixed ||
	    a->body_len > fixed + SCAN_TEXT_MAX ||
	    memchr(a->body + fixed, '\0', a->body_len - fixed) != NULL)
		return false;
	c = &p->code[p->code_count];
	memcpy(c, a->body, a->body_len);
	c->text[a->body_len - fixed] = '\0';
	if (c->symbol >= SCAN_SYMBOLS || !box_inside(&c->box, &p->facts))
		return false;
	p->code_count++;
	return true;
}

static bool
take_thumb(struct scan_answer *a)
{
	struct scan_page *p = current(a);

	if (p == NULL || !page_complete(p) || p->thumb != NULL ||
	    a->body_len == 0)
		return false;
	p->thumb = a->body;
	p->thumb_len = a->body_len;
	a->body = NULL;
	return true;
}

static bool
take_data(struct scan_answer *a)
{
	unsigned char *more;

	if (!a->joins || a->body_len == 0 ||
	    a->body_len > SCAN_FILE_MAX - a->data_len)
		return false;
	if ((more = realloc(a->data, a->data_len + a->body_len)) == NULL)
		return false;
	memcpy(more + a->data_len, a->body, a->body_len);
	a->data = more;
	a->data_len += a->body_len;
	return true;
}

static bool
take_step(struct scan_answer *a)
{
	if (!a->joins || a->steps == SCAN_PAGES_MAX)
		return false;
	a->steps++;
	return true;
}

static bool
take_refusal(struct scan_answer *a)
{
	if (a->body_len == 0 || memchr(a->body, '\0', a->body_len) != NULL)
		return false;
	memcpy(a->words, a->body, a->body_len);
	a->words[a->body_len] = '\0';
	a->ended = true;
	return true;
}

/* The most that a message of that kind may hold; SIZE_MAX: no such kind. */
static size_t
most(uint32_t kind)
{
	switch (kind) {
	case SCAN_M_FILE:
		return sizeof(struct scan_head);
	case SCAN_M_PAGE:
		return sizeof(struct scan_facts);
	case SCAN_M_CODE:
		return sizeof(struct scan_code);
	case SCAN_M_THUMB:
		return SCAN_THUMB_MAX;
	case SCAN_M_DATA:
		return SCAN_DATA_MAX;
	case SCAN_M_REFUSED:
		return SCAN_WORDS_MAX;
	case SCAN_M_STEP:
	case SCAN_M_END:
		return 0;
	default:
		return SIZE_MAX;
	}
}

static bool
take(struct scan_answer *a)
{
	switch (a->frame[0]) {
	case SCAN_M_FILE:
		return take_head(a);
	case SCAN_M_PAGE:
		return take_page(a);
	case SCAN_M_CODE:
		return take_code(a);
	case SCAN_M_THUMB:
		return take_thumb(a);
	case SCAN_M_STEP:
		return take_step(a);
	case SCAN_M_DATA:
		return take_data(a);
	case SCAN_M_REFUSED:
		return take_refusal(a);
	default:
		a->ended = true;
		return scan_answer_whole(a);
	}
}

/* So many of len octets as the field still lacks. */
static size_t
fill(void *field, size_t *have, size_t want, const void *data, size_t len)
{
	size_t n = want - *have < len ? want - *have : len;

	if (n > 0)
		memcpy((unsigned char *)field + *have, data, n);
	*have += n;
	return n;
}

bool
scan_answer_feed(struct scan_answer *a, const void *data, size_t len)
{
	const unsigned char *p = data;
	size_t n;

	while (len > 0) {
		if (a->ended)
			return false;
		n = fill(a->frame, &a->frame_len, sizeof a->frame, p, len);
		p += n;
		len -= n;
		if (a->frame_len < sizeof a->frame)
			return true;
		if (most(a->frame[0]) == SIZE_MAX ||
		    a->frame[1] > most(a->frame[0]))
			return false;
		if (a->body == NULL &&
		    (a->body = malloc((size_t)a->frame[1] + 1)) == NULL)
			return false;
		n = fill(a->body, &a->body_len, a->frame[1], p, len);
		p += n;
		len -= n;
		if (a->body_len < a->frame[1])
			return true;
		if (!take(a))
			return false;
		free(a->body);
		a->body = NULL;
		a->body_len = a->frame_len = 0;
	}
	return true;
}

bool
scan_answer_whole(const struct scan_answer *a)
{
	if (!a->ended || *a->words != '\0')
		return false;
	if (a->joins)
		return a->data_len > 0;
	return a->begun && a->page_count == a->head.pages &&
	    page_complete(current(a));
}

void
scan_answer_free(struct scan_answer *a)
{
	for (uint32_t i = 0; i < a->page_count; i++) {
		free(a->page[i].code);
		free(a->page[i].thumb);
	}
	free(a->page);
	free(a->data);
	free(a->body);
	*a = (struct scan_answer){ .joins = a->joins };
}
