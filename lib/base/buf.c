/* A growing run of octets.  What it leaves behind is wiped: it may have held
 * a key or a PIN. */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define BUF_FIRST 256

/* Have room for len more octets and the NUL. */
static bool
reserve(struct cao_buf *buf, size_t len)
{
	size_t cap = buf->cap == 0 ? BUF_FIRST : buf->cap;
	unsigned char *data;

	if (buf->failed)
		return false;
	if (buf->cap > buf->len && buf->cap - buf->len > len)
		return true;
	if (len >= SIZE_MAX / 4 || buf->len >= SIZE_MAX / 4) {
		buf->failed = true;
		return false;
	}
	while (cap <= buf->len + len)
		cap *= 2;
	/* Not realloc(), which may leave a copy of the old octets about. */
	if ((data = malloc(cap)) == NULL) {
		buf->failed = true;
		return false;
	}
	if (buf->data != NULL) {
		memcpy(data, buf->data, buf->len);
		explicit_bzero(buf->data, buf->cap);
		free(buf->data);
	}
	data[buf->len] = '\0';
	buf->data = data;
	buf->cap = cap;
	return true;
}

void
cao_buf_add(struct cao_buf *buf, const void *data, size_t len)
{
	if (len == 0 || !reserve(buf, len))
		return;
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void
cao_buf_puts(struct cao_buf *buf, const char *text)
{
	cao_buf_add(buf, text, strlen(text));
}

void
cao_buf_putc(struct cao_buf *buf, int c)
{
	unsigned char octet = (unsigned char)c;

	cao_buf_add(buf, &octet, 1);
}

void
cao_buf_printf(struct cao_buf *buf, const char *format, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	if (n < 0)
		buf->failed = true;
	else if (reserve(buf, (size_t)n)) {
		(void)vsnprintf((char *)buf->data + buf->len,
		    buf->cap - buf->len, format, again);
		buf->len += (size_t)n;
	}
	va_end(again);
	va_end(ap);
}

const char *
cao_buf_text(const struct cao_buf *buf)
{
	return buf->data == NULL ? "" : (const char *)buf->data;
}

bool
cao_buf_ok(const struct cao_buf *buf)
{
	return !buf->failed;
}

void
cao_buf_clear(struct cao_buf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

unsigned char *
cao_buf_take(struct cao_buf *buf, size_t *ret_len)
{
	unsigned char *data;

	if (!reserve(buf, 0)) {
		cao_buf_free(buf);
		return NULL;
	}
	data = buf->data;
	if (ret_len != NULL)
		*ret_len = buf->len;
	memset(buf, 0, sizeof *buf);
	return data;
}

enum cao_status
cao_buf_give(struct cao_buf *buf, char **ret_text, struct cao_error *err)
{
	char *text = (char *)cao_buf_take(buf, NULL);

	if (text == NULL)
		return cao_fail_memory(err);
	*ret_text = text;
	return CAO_OK;
}

void
cao_buf_free(struct cao_buf *buf)
{
	if (buf == NULL)
		return;
	if (buf->data != NULL)
		explicit_bzero(buf->data, buf->cap);
	free(buf->data);
	memset(buf, 0, sizeof *buf);
}

void *
cao_grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1)) /* not a power of two: there is room */
		return array;
	return realloc(array, (count == 0 ? 1 : 2 * count) * size);
}
