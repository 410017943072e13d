/*
 * The addresses that certificates carry.  A profile's texts may hold {ca}, the
 * issuing CA's name, and that of the revocation list {shard}, a number from 0
 * below crl_shards that goes by the serial: a list each, so that none grows
 * large.
 */
#ifndef CAO_ORDER_ADDRESS_H
#define CAO_ORDER_ADDRESS_H

#include "order/service.h"
#include "pki/cert.h"

/* The addresses in one certificate; NULL where the profile has none. */
struct cao_address {
	char *cps, *crl, *ocsp, *issuer;
};
CAO_MUST enum cao_status cao_address_fill(const struct cao_profile *,
    const char *ca, const unsigned char serial[CAO_SERIAL_SIZE],
    struct cao_address *ret, struct cao_error *);
void cao_address_free(struct cao_address *); /* what it holds */

/* Of the revocation list alone: what a certificate of that serial carries;
 * *ret NULL if the profile has none. */
CAO_MUST enum cao_status cao_address_crl(const struct cao_profile *,
    const char *ca, const unsigned char serial[CAO_SERIAL_SIZE], char **ret,
    struct cao_error *);
/* How many lists of a CA {shard} stands for, 0 without it; and the address of
 * one of them. */
unsigned cao_address_shards(const struct cao_profile *);
CAO_MUST enum cao_status cao_address_shard(const struct cao_profile *,
    const char *ca, unsigned shard, char **ret, struct cao_error *);
/* The name behind its last slash, which the list's file has too. */
const char *cao_address_name(const char *address);

/*
 * Are these texts of a profile?  CAO_INPUT if not a URI (RFC 3986) of http or
 * https, if they hold another {word}, or if lists of several CAs would have
 * one name.
 */
CAO_MUST enum cao_status cao_address_check(const char *, struct cao_error *);
CAO_MUST enum cao_status
cao_address_check_crl(const char *, struct cao_error *);

#endif /* CAO_ORDER_ADDRESS_H */
