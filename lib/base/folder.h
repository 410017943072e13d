/* Folders as a whole: listed, locked, exchanged, removed. */
#ifndef CAO_BASE_FOLDER_H
#define CAO_BASE_FOLDER_H

#include "base/error.h"

bool cao_folder_exists(const char *path);
/* The names in it, sorted by their octets, without "." and ".."; ends with
 * NULL.  Free with cao_folder_list_free(). */
CAO_MUST enum cao_status
cao_folder_list(const char *path, char ***ret, struct cao_error *);
void cao_folder_list_free(char **);
/* The files below it, as "a/b/c", in any order, without what begins with a
 * "."; CAO_INPUT if it goes deeper than CAO_FOLDER_DEPTH.  The same list. */
#define CAO_FOLDER_DEPTH 8
CAO_MUST enum cao_status
cao_folder_tree(const char *path, char ***ret, struct cao_error *);

/* Keep other processes that lock it out until the descriptor is closed;
 * CAO_AGAIN if one has it. */
CAO_MUST enum cao_status
cao_folder_lock(const char *path, int *ret_fd, struct cao_error *);
/* The same, but wait for it; CAO_AGAIN if a signal came meanwhile. */
CAO_MUST enum cao_status
cao_folder_lock_wait(const char *path, int *ret_fd, struct cao_error *);

/*
 * Let the two folders change places, at once and durably: whoever looks sees
 * both as they were, or both changed.  They are of the same parent.
 * CAO_SYSTEM says where the file system cannot.
 */
CAO_MUST enum cao_status
cao_folder_exchange(const char *a, const char *b, struct cao_error *);

/* Remove it with the files in it; one that is not there is success. */
CAO_MUST enum cao_status
cao_folder_remove(const char *path, struct cao_error *);

#endif /* CAO_BASE_FOLDER_H */
