/* Manifests of backups: any octets are refused, or give files with paths that
 * stay where they belong; what is read is written the same again. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "store/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_manifest_draft d = { .files = 0 };
	struct cao_manifest_file f;
	struct cao_manifest m;
	struct cao_error err;
	struct cao_buf again = { 0 };
	enum cao_status st;
	bool more = true;

	st = cao_manifest_begin((const char *)data, size, &m, &err);
	while (st == CAO_OK && more) {
		st = cao_manifest_next(&m, &f, &more, &err);
		if (st == CAO_OK && more) {
			assert(f.path[0] != '/' && f.path[0] != '\0');
			assert(strstr(f.path + 1, "..") == NULL ||
			    strstr(f.path + 1, "/..") == NULL);
			assert(cao_manifest_add(
				   &d, f.path, f.digest, 0, &err) == CAO_OK);
		}
	}
	assert(st == CAO_OK || st == CAO_INTEGRITY);
	if (st == CAO_OK) {
		assert(d.files == m.files);
		d.octets = m.octets;
		assert(cao_manifest_end(&d, m.at, &again, &err) == CAO_OK);
		assert(again.len == size);
	}
	cao_buf_free(&again);
	cao_buf_free(&d.lines);
	return 0;
}
