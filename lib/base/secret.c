/* Secrets have pages of their own, so that locking, keeping out of core dumps
 * and wiping touch nothing else. */
#define _DEFAULT_SOURCE /* explicit_bzero, madvise, MAP_ANONYMOUS */
#include <sys/mman.h>

#include <string.h>

#include "base/secret.h"

#define SECRET_LIMIT ((size_t)1 << 20) /* of a key, in octets */

struct cao_secret {
	size_t len, mapped;
	unsigned char data[]; /* len octets and a NUL */
};

struct cao_secret *
cao_secret_alloc(size_t len, unsigned char **ret_data)
{
	struct cao_secret *secret;
	size_t mapped = sizeof *secret + len + 1;
	void *map;

	if (len > SECRET_LIMIT)
		return NULL;
	map = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return NULL;
	/* Both may be refused by a limit; the secret is still wiped. */
	(void)mlock(map, mapped);
	(void)madvise(map, mapped, MADV_DONTDUMP);
	secret = map;
	secret->len = len;
	secret->mapped = mapped;
	*ret_data = secret->data;
	return secret;
}

struct cao_secret *
cao_secret_new(const void *data, size_t len)
{
	struct cao_secret *secret;
	unsigned char *room;

	if (len > CAO_SECRET_MAX)
		return NULL;
	if ((secret = cao_secret_alloc(len, &room)) == NULL)
		return NULL;
	if (len > 0)
		memcpy(room, data, len);
	return secret;
}

const unsigned char *
cao_secret_data(const struct cao_secret *secret)
{
	return secret->data;
}

size_t
cao_secret_len(const struct cao_secret *secret)
{
	return secret->len;
}

void
cao_secret_free(struct cao_secret *secret)
{
	size_t mapped;

	if (secret == NULL)
		return;
	mapped = secret->mapped;
	explicit_bzero(secret, mapped);
	(void)munmap(secret, mapped);
}
