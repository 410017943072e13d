/*
 * Memory that a decoder was refused.  Poppler leaves out, without a word, what
 * it has no memory to draw, and a page of which something was left out must
 * not be called blank or without codes.  So the program has the allocator's
 * names for itself, passes them on, and remembers failures.
 */
#include <stdlib.h>

#include "scan/image.h"
#include "scan/jail.h"

static bool refused;

#if !SCAN_SANITIZED && defined __GLIBC__

#define OPEN __attribute__((visibility("default")))

/* Of glibc: what it calls so itself. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

OPEN void *
malloc(size_t len)
{
	void *p = __libc_malloc(len);

	refused = refused || p == NULL;
	return p;
}

OPEN void *
calloc(size_t n, size_t len)
{
	void *p = __libc_calloc(n, len);

	refused = refused || p == NULL;
	return p;
}

OPEN void *
realloc(void *old, size_t len)
{
	void *p = __libc_realloc(old, len);

	refused = refused || (p == NULL && len > 0);
	return p;
}

#endif

static _Noreturn void
refuse(const struct scan_out *out)
{
	scan_refuse(out,
	    _("takes more memory than %u MB to read; scan it again at 300 dpi "
	      "or less"),
	    SCAN_MEMORY / 1024 / 1024);
}

void
scan_memory_check(const struct scan_out *out)
{
	if (refused)
		refuse(out);
}

void *
scan_memory(const struct scan_out *out, size_t len)
{
	void *p = calloc(1, len > 0 ? len : 1);

	if (p == NULL)
		refuse(out);
	return p;
}
