/* UTF-8 text: is it valid, how long, how alike; and octets as text. */
#ifndef CAO_BASE_TEXT_H
#define CAO_BASE_TEXT_H

#include "base/buf.h"

/* The offset of the first octet that is not UTF-8 (RFC 3629), or len. */
size_t cao_utf8_check(const char *, size_t len);
/* Characters of valid UTF-8. */
size_t cao_utf8_length(const char *);
/* Columns that it takes on a terminal: Chinese characters take two. */
size_t cao_text_width(const char *);
/* Does it hold a control character (C0, DEL, C1, U+2028, U+2029, bidi
 * controls U+202A-202E and U+2066-2069)? */
bool cao_text_has_control(const char *);

/*
 * Fold for comparing and for numbers: NFKC (full-width letters, digits and
 * brackets become ASCII), spaces of any kind dropped.  The copy is free()d.
 * CAO_INPUT if text is not UTF-8.
 */
CAO_MUST enum cao_status
cao_text_fold(const char *, char **ret_folded, struct cao_error *);

/* cao_text_nearest() is declared in caorder.h. */

void cao_hex_put(struct cao_buf *, const void *, size_t); /* lower case */
/* 2 * len hex digits, either case, to len octets. */
bool cao_hex_get(const char *text, unsigned char *octets, size_t len);
void cao_base64_put(struct cao_buf *, const void *, size_t); /* one line */
/* RFC 4648 with padding; white space is skipped.  False if not base64. */
bool cao_base64_get(const char *text, size_t len, struct cao_buf *ret);

/*
 * The text as HTML shows it, in an element or a quoted attribute: no mark-up
 * of its own comes through, what is not UTF-8 or steers is shown as U+FFFD.
 */
void cao_html_put(struct cao_buf *, const char *);

/* "210102199003078881" to "210*************81": all but the first 3 and the
 * last 2 characters; at most 5 characters: all but the first. */
void cao_text_mask(struct cao_buf *, const char *);

#endif /* CAO_BASE_TEXT_H */
