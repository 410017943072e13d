/*
 * PINs and keys in memory of their own: locked and kept out of core dumps
 * where the system allows it, wiped on free.
 */
#ifndef CAO_BASE_SECRET_H
#define CAO_BASE_SECRET_H

#include "base/error.h"

/* struct cao_secret is declared in caorder.h; its content only here. */
/* A NUL is behind them. */
const unsigned char *cao_secret_data(const struct cao_secret *);
size_t cao_secret_len(const struct cao_secret *);
/* A secret of len octets, zeroed, to be filled in through the pointer. */
struct cao_secret *cao_secret_alloc(size_t len, unsigned char **ret_data);

#endif /* CAO_BASE_SECRET_H */
