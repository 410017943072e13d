/*
 * A folder of small files for everybody to read, by the ten thousand: each is
 * replaced as a whole, and put in its place when its content is on disk,
 * which one sync sees to for many at once.
 */
#ifndef CAO_BASE_PUBLISH_H
#define CAO_BASE_PUBLISH_H

#include "base/buf.h"

struct cao_publish;

/* Make the folder (mode 0755) if it is not there, and keep others that do
 * this out; CAO_AGAIN if one is at it. */
CAO_MUST enum cao_status
cao_publish_open(const char *dir, struct cao_publish **ret, struct cao_error *);
/* What is not put in its place yet is dropped. */
void cao_publish_close(struct cao_publish *);

/* Read the file of that name, up to max octets; *ret is empty if there is
 * none that can be read so.  Names have folders as they like ("a/b"). */
CAO_MUST enum cao_status cao_publish_get(const struct cao_publish *,
    const char *name, size_t max, struct cao_buf *ret, struct cao_error *);
/* Replace it (mode 0644), at the latest when flushed. */
CAO_MUST enum cao_status cao_publish_put(struct cao_publish *, const char *name,
    const void *, size_t, struct cao_error *);
CAO_MUST enum cao_status
cao_publish_flush(struct cao_publish *, struct cao_error *);
/* Remove it, and the folders that are empty then, or only look (dry);
 * *ret_there: it was there. */
CAO_MUST enum cao_status cao_publish_remove(const struct cao_publish *,
    const char *name, bool dry, bool *ret_there, struct cao_error *);

#endif /* CAO_BASE_PUBLISH_H */
