/*
 * What a backup consists of: a text that "sha256sum -c" takes, too.
 *
 *	# caorder backup 1
 *	# 2026-11-22T02:00:00Z 47 files 1234567 octets
 *	<SHA-256>  orders.db
 *	<SHA-256>  ../objects/ab/cdef...
 */
#ifndef CAO_STORE_MANIFEST_H
#define CAO_STORE_MANIFEST_H

#include "pki/digest.h"

#define CAO_MANIFEST_PATH_MAX 255
#define CAO_MANIFEST_SHARED "../" /* before what all backups share */

/* As it is written: clear it first, free lines in the end. */
struct cao_manifest_draft {
	struct cao_buf lines;
	uint64_t files, octets;
};
/* CAO_INPUT if a file's path cannot be in it. */
CAO_MUST enum cao_status cao_manifest_add(struct cao_manifest_draft *,
    const char *path, const unsigned char digest[CAO_DIGEST_SIZE],
    uint64_t size, struct cao_error *);
CAO_MUST enum cao_status cao_manifest_end(const struct cao_manifest_draft *,
    int64_t at, struct cao_buf *out, struct cao_error *);

/* As it is read. */
struct cao_manifest {
	int64_t at;
	uint64_t files, octets;
	uint64_t line, read; /* so far */
	const char *next, *end;
};
struct cao_manifest_file {
	char path[CAO_MANIFEST_PATH_MAX + 1]; /* of a plain form */
	unsigned char digest[CAO_DIGEST_SIZE];
};
/* CAO_INTEGRITY, with the line, if it is not such a text. */
CAO_MUST enum cao_status cao_manifest_begin(
    const char *text, size_t len, struct cao_manifest *ret, struct cao_error *);
/* The next file; *ret_more false at the end, if all were there. */
CAO_MUST enum cao_status cao_manifest_next(struct cao_manifest *,
    struct cao_manifest_file *ret, bool *ret_more, struct cao_error *);

#endif /* CAO_STORE_MANIFEST_H */
