/*
 * A growing run of octets.  A failed growth sticks: what is added after it is
 * dropped, and cao_buf_ok() tells once at the end.
 */
#ifndef CAO_BASE_BUF_H
#define CAO_BASE_BUF_H

#include "base/error.h"

/* A window into somebody else's. */
struct cao_octets {
	const unsigned char *data;
	size_t len;
};

struct cao_buf {
	unsigned char *data; /* NUL-terminated beyond len, once allocated */
	size_t len, cap;
	bool failed;
};

void cao_buf_add(struct cao_buf *, const void *data, size_t len);
void cao_buf_puts(struct cao_buf *, const char *);
void cao_buf_putc(struct cao_buf *, int c);
void cao_buf_printf(struct cao_buf *, const char *format, ...) CAO_PRINTF(2, 3);
/* The text so far; "" of an empty buffer, never NULL. */
const char *cao_buf_text(const struct cao_buf *);
bool cao_buf_ok(const struct cao_buf *);
/* Empty it, keeping the memory. */
void cao_buf_clear(struct cao_buf *);
/* Hand the memory over (free() it); the buffer is empty afterwards.  NULL if
 * it failed; "" if nothing was added. */
unsigned char *cao_buf_take(struct cao_buf *, size_t *ret_len);
/* The same as text, or the word that memory ran out; the buffer is empty
 * either way. */
CAO_MUST enum cao_status
cao_buf_give(struct cao_buf *, char **ret_text, struct cao_error *);
/* Wipe and free. */
void cao_buf_free(struct cao_buf *);

/* The array with room for one more than count, which it has had room for since
 * it was grown so the last time: it doubles.  NULL: no memory, and the array is
 * as it was. */
void *cao_grow(void *array, size_t count, size_t size);

#endif /* CAO_BASE_BUF_H */
