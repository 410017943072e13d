/*
 * Backups.  A folder of them:
 *
 *	DIR/objects/ab/cdef...		contents, shared by all of them
 *	DIR/20261122T020000Z/		a backup: the rest of a store
 *	DIR/20261122T020000Z/MANIFEST	store/manifest.h
 *
 * One that is being made is called .new behind its name, until it is whole.
 */
#ifndef CAO_FLOW_BACKUP_H
#define CAO_FLOW_BACKUP_H

#include "store/store.h"

#define CAO_BACKUP_MANIFEST "MANIFEST"
#define CAO_BACKUP_NAME_SIZE sizeof "20261122T020000Z-99"

/* Is it the name of a backup? */
bool cao_backup_name_ok(const char *);

/* Where one is made: others that make one there are kept out. */
struct cao_backup_place {
	char *dir; /* of all of them; its real path */
	char name[CAO_BACKUP_NAME_SIZE];
	char *draft; /* "<dir>/<name>.new", an empty folder */
	int lock;    /* -1: none */
};
CAO_MUST enum cao_status
cao_backup_place_make(const struct cao_store *, const char *dir, int64_t now,
    struct cao_backup_place *ret, struct cao_error *);
void cao_backup_place_free(struct cao_backup_place *);

/* Hold the copy of a store to its journal: the first bad place. */
CAO_MUST enum cao_status
cao_backup_verify(struct cao_store *, struct cao_error *);

#endif /* CAO_FLOW_BACKUP_H */
