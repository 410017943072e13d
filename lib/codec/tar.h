/*
 * Archives of files, as POSIX.1-2017 has them (pax, "ustar Interchange
 * Format").  What is written follows from what goes in: regular files of mode
 * 0600 and owner 0, in the order in which they come.
 */
#ifndef CAO_CODEC_TAR_H
#define CAO_CODEC_TAR_H

#include "base/buf.h"

#define CAO_TAR_NAME_MAX 100                    /* octets */
#define CAO_TAR_CONTENT_MAX (256 * 1024 * 1024) /* octets of one file */
#define CAO_TAR_MEMBERS_MAX 10000

/* Is it a relative path of such a length, in visible ASCII, without "." and
 * ".." in it? */
bool cao_tar_name_ok(const char *);

/* Append a file.  CAO_INPUT if its name is none or it is too large; mtime is
 * from 1970 on. */
CAO_MUST enum cao_status cao_tar_put(struct cao_buf *out, const char *name,
    int64_t mtime, const void *, size_t, struct cao_error *);
/* Append what ends an archive. */
void cao_tar_end(struct cao_buf *out);

/* Where an archive comes from: fill in len octets, fewer at the end alone. */
typedef enum cao_status cao_tar_source(
    void *arg, void *to, size_t len, size_t *ret_got, struct cao_error *);

struct cao_tar {
	cao_tar_source *source;
	void *arg;
	unsigned members; /* that were read */
	bool ended;
};
struct cao_tar_member {
	char name[CAO_TAR_NAME_MAX + 1];
	int64_t mtime;
	struct cao_buf content;
};
void cao_tar_member_free(struct cao_tar_member *); /* what it holds */

/*
 * The next file; *ret_more false at the end, behind which nothing may come.
 * Read is what is written here and nothing else, so that every octet of an
 * archive means something: CAO_INTEGRITY.
 */
CAO_MUST enum cao_status cao_tar_next(struct cao_tar *,
    struct cao_tar_member *ret, bool *ret_more, struct cao_error *);

#endif /* CAO_CODEC_TAR_H */
