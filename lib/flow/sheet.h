/*
 * What is told about one thing, section by section, either as aligned text
 * for a person, as HTML, or as one JSON object with the same members.  A label is N_()
 * and translated here; values are shown as they are.  What is absent (text
 * that is NULL or "", an instant of 0) is left out of the text and null in
 * the JSON.
 */
#ifndef CAO_FLOW_SHEET_H
#define CAO_FLOW_SHEET_H

#include "codec/json.h"

struct cao_sheet {
	struct cao_buf *out;
	bool as_json;
	bool as_html; /* text in its elements */
	struct cao_json json;
	const char *open; /* of the HTML: the element that is, or NULL */
	unsigned row;     /* of the text: 0 none, 1 its head, 2 beyond it */
	bool bare;        /* a list with a title, without a row so far */
};

void cao_sheet_begin(struct cao_sheet *, struct cao_buf *out, bool as_json);
/* As elements of an HTML page. */
void cao_sheet_begin_html(struct cao_sheet *, struct cao_buf *out);
/* False: out of memory. */
bool cao_sheet_end(struct cao_sheet *);

/* A section: an object, or with key NULL members of the one around it; title
 * NULL: its lines belong to the section before. */
void cao_sheet_open(struct cao_sheet *, const char *key, const char *title);
void cao_sheet_close(struct cao_sheet *, const char *key);
/* A list of rows; title NULL: it belongs to the section around it.  One with
 * a title says if it is empty. */
void cao_sheet_list(struct cao_sheet *, const char *key, const char *title);
void cao_sheet_list_end(struct cao_sheet *);
/* A row begins with the member that names it. */
void cao_sheet_row(struct cao_sheet *, const char *key, const char *head);
void cao_sheet_row_end(struct cao_sheet *);

/* A value of a row in the text alone. */
void cao_sheet_word(struct cao_sheet *, const char *word);

/* One member: a line of a section, or two blanks further in a row, where label
 * NULL shows the value alone; in a row also "" for a value of the JSON only. */
void cao_sheet_text(
    struct cao_sheet *, const char *key, const char *label, const char *value);
void
cao_sheet_int(struct cao_sheet *, const char *key, const char *label, int64_t);
void cao_sheet_money(
    struct cao_sheet *, const char *key, const char *label, int64_t fen);
void
cao_sheet_time(struct cao_sheet *, const char *key, const char *label, int64_t);
void
cao_sheet_day(struct cao_sheet *, const char *key, const char *label, int64_t);
void
cao_sheet_bool(struct cao_sheet *, const char *key, const char *label, bool);
/* The first octets of a digest; all of it in the JSON. */
void cao_sheet_digest(struct cao_sheet *, const char *key, const char *label,
    const unsigned char digest[32]);

#endif /* CAO_FLOW_SHEET_H */
