/* Files, read whole and replaced whole. */
#ifndef CAO_BASE_FILE_H
#define CAO_BASE_FILE_H

#include "base/buf.h"

/* Read a regular file (never a FIFO or device) of at most max octets.  What
 * *ret held is freed. */
CAO_MUST enum cao_status cao_file_read(
    const char *path, size_t max, struct cao_buf *ret, struct cao_error *);
/* The same of an open descriptor of any kind, up to its end. */
CAO_MUST enum cao_status cao_file_read_fd(int fd, const char *name, size_t max,
    struct cao_buf *ret, struct cao_error *);

/*
 * Replace or create the file, all or nothing and durably: a temporary file
 * beside it (mode 0600), fsync, rename, fsync of the folder.
 */
CAO_MUST enum cao_status
cao_file_write(const char *path, const void *, size_t, struct cao_error *);

/* Copy a regular file of any size so, all or nothing and durably. */
CAO_MUST enum cao_status
cao_file_copy(const char *from, const char *to, struct cao_error *);

/* Write all of it where the file is; false: as errno says. */
bool cao_file_put(int fd, const void *, size_t);
/* Write at the end of a file open for appending, and sync it. */
CAO_MUST enum cao_status cao_file_append(
    int fd, const char *path, const void *, size_t, struct cao_error *);

/* Make the folder and its parents, mode 0700, durably; existing is success. */
CAO_MUST enum cao_status cao_file_mkdir(const char *path, struct cao_error *);
/* "<dir>/<below>" with its folder made; free() it. */
CAO_MUST enum cao_status cao_file_below(
    const char *dir, const char *below, char **ret, struct cao_error *);
CAO_MUST enum cao_status
cao_file_sync_dir(const char *path, struct cao_error *);
bool cao_file_exists(const char *path);

/* The folder of a path, "." of a bare name: to be freed, NULL: no memory. */
char *cao_path_folder(const char *path);
/* "a/b": a fresh string to be freed, or NULL without memory. */
char *cao_path_join(const char *dir, const char *name);

#endif /* CAO_BASE_FILE_H */
