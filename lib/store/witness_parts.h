/* The file beside the store, as it was found: what witness.c shares with
 * witness_walk.c. */
#ifndef CAO_STORE_WITNESS_PARTS_H
#define CAO_STORE_WITNESS_PARTS_H

#include "store/store.h"
#include "store/witness.h"
#include "store/witness_line.h"

struct cao_witness {
	char *path;
	int fd; /* -1: there is none */
	struct cao_witness_scan scan;
};
/* how: O_RDONLY or O_RDWR */
CAO_MUST enum cao_status cao_witness_open(const struct cao_store *, int how,
    struct cao_witness **ret, struct cao_error *);
/* Of a store whose folder need not be there; its parent is. */
CAO_MUST enum cao_status cao_witness_open_at(
    const char *dir, struct cao_witness **ret, struct cao_error *);
void cao_witness_close(struct cao_witness *);
/* Keep other writers out until it is closed. */
CAO_MUST enum cao_status
cao_witness_lock(struct cao_witness *, struct cao_error *);

/* Every line of it, each told to each (which may be NULL). */
CAO_MUST enum cao_status cao_witness_scan_all(struct cao_witness *,
    cao_witness_each *each, void *arg, struct cao_error *);
/* What its last line is; where the end alone does not tell, by all of it. */
CAO_MUST enum cao_status
cao_witness_scan_end(struct cao_witness *, struct cao_error *);
/* Is there something, with its first line? */
bool cao_witness_begun(const struct cao_witness *);
/* The file is missing, or has nothing in it: CAO_INTEGRITY if the store has
 * revocations. */
CAO_MUST enum cao_status cao_witness_missing(
    struct cao_store *, const struct cao_witness *, struct cao_error *);

CAO_MUST enum cao_status
cao_witness_rows(struct cao_store *, int64_t *ret, struct cao_error *);
/* Does the store say the same as that line? */
CAO_MUST enum cao_status cao_witness_hold(
    struct cao_store *, int64_t id, const char *line, struct cao_error *);
/* Append what the store has more.  forced: also where nothing is left of what
 * there was. */
CAO_MUST enum cao_status
cao_witness_fill(struct cao_store *, bool forced, struct cao_error *);

/* Make a file that is not there, whole at once.  s NULL: without lines. */
CAO_MUST enum cao_status
cao_witness_make(struct cao_store *s, struct cao_witness *, struct cao_error *);

#endif /* CAO_STORE_WITNESS_PARTS_H */
