/* An order's part of the journal: read, written again the same, and told. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "flow/dossier.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static enum cao_status
see(void *arg, const char *name, const void *data, size_t len,
    struct cao_error *err)
{
	(void)arg, (void)err;
	assert(strlen(name) < CAO_DOSSIER_NAME_SIZE);
	assert(data != NULL || len == 0);
	return CAO_OK;
}

static const struct cao_buf *
get(void *arg, const char *name)
{
	(void)arg, (void)name;
	return NULL;
}

/* What was read is written so that it reads the same. */
static void
again(const struct cao_dossier *d)
{
	struct cao_buf once = { 0 }, twice = { 0 };
	struct cao_dossier other = { .count = 0 };
	struct cao_error err;

	cao_dossier_journal(d, &once);
	if (cao_dossier_journal_read(
		cao_buf_text(&once), once.len, &other, &err) == CAO_OK) {
		assert(other.count == d->count);
		cao_dossier_journal(&other, &twice);
		assert(once.len == twice.len);
		cao_dossier_free(&other);
	}
	cao_buf_free(&once);
	cao_buf_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char head[CAO_DIGEST_SIZE];
	struct cao_dossier d = { .count = 0 };
	struct cao_key *key = NULL;
	struct cao_order o;
	struct cao_error err;

	if (cao_dossier_journal_read((const char *)data, size, &d, &err) !=
	    CAO_OK)
		return 0;
	again(&d);
	(void)!cao_dossier_journal_check(&d, 1000, head, &err);
	if (cao_dossier_order(&d, &o, &err) == CAO_OK) {
		(void)!cao_dossier_files(&d, &o, see, NULL, &err);
		(void)!cao_dossier_views(&d, &o, see, NULL, &err);
		(void)!cao_dossier_prove(&d, &o, key, get, NULL, &err);
		cao_order_free(&o);
	}
	cao_dossier_free(&d);
	return 0;
}
