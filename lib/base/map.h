/* Numbers found by numbers: an open hash table. */
#ifndef CAO_BASE_MAP_H
#define CAO_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cao_map_place;
struct cao_map {
	struct cao_map_place *place;
	size_t count, cap;
};

/* The value of the key; false if there is none. */
bool cao_map_get(const struct cao_map *, uint64_t key, size_t *ret);
/* Put or replace it; false without memory. */
bool cao_map_put(struct cao_map *, uint64_t key, size_t value);
void cao_map_free(struct cao_map *); /* what it holds */

#endif /* CAO_BASE_MAP_H */
