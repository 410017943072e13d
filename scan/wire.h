/*
 * What a child tells its parent through a pipe: messages of a kind, a length
 * and so many octets, both numbers as the machine has them.  The reader
 * believes nothing: every length, count, place and order is checked, and what
 * is wrong ends it.
 */
#ifndef SCAN_WIRE_H
#define SCAN_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan/limits.h"

enum scan_type { SCAN_PDF, SCAN_JPEG, SCAN_PNG, SCAN_TIFF, SCAN_TYPES };
enum scan_symbol { SCAN_QR, SCAN_CODE128, SCAN_SYMBOLS };

/* Pixels of the page, from its upper left corner. */
struct scan_box {
	uint32_t x, y, width, height;
};

#define SCAN_NO_ROTATION 360u
struct scan_facts {
	uint32_t width, height; /* pixels */
	uint32_t dpi;           /* 0: unknown */
	uint32_t blank;         /* 0 or 1 */
	uint32_t rotation;      /* 0, 90, 180, 270 or SCAN_NO_ROTATION */
	uint32_t seal;          /* 0 or 1: one is likely */
	uint32_t red;           /* millionths of the page */
	struct scan_box where;  /* of the red, all 0 if there is none */
	uint32_t codes;         /* so many follow */
};

struct scan_code {
	uint32_t symbol; /* enum scan_symbol */
	struct scan_box box;
	char text[SCAN_TEXT_MAX + 1];
};

struct scan_page {
	struct scan_facts facts;
	struct scan_code *code;
	uint32_t code_count;
	unsigned char *thumb; /* a JPEG file, or NULL */
	size_t thumb_len;
};

enum scan_kind {
	SCAN_M_FILE = 1, /* struct scan_head: the first, once */
	SCAN_M_PAGE,     /* struct scan_facts */
	SCAN_M_CODE,     /* struct scan_code without what text leaves over */
	SCAN_M_THUMB,    /* of the page before it */
	SCAN_M_STEP,     /* empty: a page is joined */
	SCAN_M_DATA,     /* of the joined file */
	SCAN_M_REFUSED,  /* words; the last */
	SCAN_M_END       /* empty; the last */
};
#define SCAN_DATA_MAX (64u * 1024)

struct scan_head {
	uint32_t type, pages;
};

/* ---- The child's side: send.c ---- */

/* False: the parent is gone. */
bool scan_send(int fd, enum scan_kind, const void *, size_t len);
bool scan_send_code(int fd, const struct scan_code *);

/* ---- The parent's side: answer.c ---- */

struct scan_answer {
	bool joins; /* set at the start: SCAN_M_DATA is expected, not pages */
	bool begun, ended;
	struct scan_head head;
	struct scan_page *page;
	uint32_t page_count; /* begun */
	uint32_t steps;      /* pages read, for the time they may take */
	unsigned char *data; /* of the joined file */
	size_t data_len;
	char words[SCAN_WORDS_MAX + 1]; /* of a refusal, or "" */
	/* The message that is being read. */
	uint32_t frame[2];
	size_t frame_len;
	unsigned char *body;
	size_t body_len;
};

/* What came out of the pipe.  False: it breaks the rules (or memory ran out)
 * and must not be fed again. */
bool scan_answer_feed(struct scan_answer *, const void *, size_t);
/* Has all come, in full, that the child announced? */
bool scan_answer_whole(const struct scan_answer *);
void scan_answer_free(struct scan_answer *);

#endif /* SCAN_WIRE_H */
