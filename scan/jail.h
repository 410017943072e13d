/* The jail that a decoder works in. */
#ifndef SCAN_JAIL_H
#define SCAN_JAIL_H

#include <stdbool.h>

/* AddressSanitizer has an allocator of its own, and its shadow takes terabytes
 * of address space. */
#if defined __SANITIZE_ADDRESS__
#define SCAN_SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SCAN_SANITIZED 1
#endif
#endif
#ifndef SCAN_SANITIZED
#define SCAN_SANITIZED 0
#endif

/*
 * Shut the calling process in, for good: no descriptor but standard input and
 * output (which are /dev/null), standard error and out (which becomes
 * SCAN_JAIL_FD); memory, time and files limited; of the file system only fonts
 * and character maps, to read; of the system calls only those that computing
 * needs, and none that makes a file, a socket or a process.  What is not
 * allowed fails with EPERM.  False: the system cannot do it, so nothing may be
 * decoded.
 */
#define SCAN_JAIL_FD 3
bool scan_jail_enter(int out);

#endif /* SCAN_JAIL_H */
