/* Archives: what is read and written again is the same; and through gzip. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "codec/gzip.h"
#include "codec/tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct memory {
	const uint8_t *data;
	size_t left;
};

static enum cao_status
read_memory(
    void *arg, void *to, size_t len, size_t *ret_got, struct cao_error *err)
{
	struct memory *m = arg;

	(void)err;
	if (len > m->left)
		len = m->left;
	if (len > 0)
		memcpy(to, m->data, len);
	m->data += len;
	m->left -= len;
	*ret_got = len;
	return CAO_OK;
}

/* All files, written again to out. */
static enum cao_status
copy(cao_tar_source *source, void *arg, struct cao_buf *out)
{
	struct cao_tar t = { .source = source, .arg = arg };
	struct cao_tar_member m;
	struct cao_error err;
	enum cao_status st;
	bool more;

	while ((st = cao_tar_next(&t, &m, &more, &err)) == CAO_OK && more) {
		st = cao_tar_put(
		    out, m.name, m.mtime, m.content.data, m.content.len, &err);
		assert(st == CAO_OK);
		cao_tar_member_free(&m);
	}
	if (st == CAO_OK)
		cao_tar_end(out);
	return st;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory m = { data, size };
	struct cao_buf out = { 0 };
	struct cao_gunzip *g = NULL;
	struct cao_error err;

	if (copy(read_memory, &m, &out) == CAO_OK) {
		assert(out.len == size);
		assert(memcmp(out.data, data, size) == 0);
	}
	cao_buf_free(&out);
	if (cao_gunzip_new(data, size, &g, &err) == CAO_OK)
		(void)copy(cao_gunzip_read, g, &out);
	cao_gunzip_free(g);
	cao_buf_free(&out);
	return 0;
}
