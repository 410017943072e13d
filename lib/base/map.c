#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#define CAP_FIRST 64 /* a power of 2 */

struct cao_map_place {
	uint64_t key;
	size_t value;
	bool used;
};

/* Where the key is, or the free place where it belongs. */
static struct cao_map_place *
place_of(struct cao_map_place *place, size_t cap, uint64_t key)
{
	/* Fibonacci hashing: the upper bits of the product are mixed best. */
	size_t i = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32);

	for (i &= cap - 1; place[i].used; i = (i + 1) & (cap - 1))
		if (place[i].key == key)
			break;
	return &place[i];
}

bool
cao_map_get(const struct cao_map *m, uint64_t key, size_t *ret)
{
	const struct cao_map_place *p;

	if (m->count == 0)
		return false;
	p = place_of(m->place, m->cap, key);
	if (p->used)
		*ret = p->value;
	return p->used;
}

/* Keep at least half of the places free. */
static bool
grow(struct cao_map *m)
{
	size_t cap = m->cap == 0 ? CAP_FIRST : 2 * m->cap;
	struct cao_map_place *place;

	if (2 * m->count < m->cap)
		return true;
	if ((place = calloc(cap, sizeof *place)) == NULL)
		return false;
	for (size_t i = 0; i < m->cap; i++)
		if (m->place[i].used)
			*place_of(place, cap, m->place[i].key) = m->place[i];
	free(m->place);
	m->place = place;
	m->cap = cap;
	return true;
}

bool
cao_map_put(struct cao_map *m, uint64_t key, size_t value)
{
	struct cao_map_place *p;

	if (!grow(m))
		return false;
	p = place_of(m->place, m->cap, key);
	m->count += !p->used;
	*p = (struct cao_map_place){ key, value, true };
	return true;
}

void
cao_map_free(struct cao_map *m)
{
	free(m->place);
	memset(m, 0, sizeof *m);
}
