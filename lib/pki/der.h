/*
 * DER (X.690), written and read by hand: what is signed here is built octet
 * by octet, and read back by code that does not share the builder.
 */
#ifndef CAO_PKI_DER_H
#define CAO_PKI_DER_H

#include "base/buf.h"

enum cao_der_tag {
	CAO_DER_BOOLEAN = 0x01,
	CAO_DER_INTEGER = 0x02,
	CAO_DER_BIT_STRING = 0x03,
	CAO_DER_OCTET_STRING = 0x04,
	CAO_DER_NULL = 0x05,
	CAO_DER_OID = 0x06,
	CAO_DER_ENUMERATED = 0x0A,
	CAO_DER_UTF8 = 0x0C,
	CAO_DER_PRINTABLE = 0x13,
	CAO_DER_IA5 = 0x16,
	CAO_DER_UTC_TIME = 0x17,
	CAO_DER_GENERALIZED_TIME = 0x18,
	CAO_DER_SEQUENCE = 0x30,
	CAO_DER_SET = 0x31,
	CAO_DER_CONTEXT = 0x80,         /* | number: implicit primitive */
	CAO_DER_CONTEXT_EXPLICIT = 0xA0 /* | number: constructed */
};

/* Writing.  open returns a mark for close, which fills the length in. */
size_t cao_der_open(struct cao_buf *, unsigned tag);
void cao_der_close(struct cao_buf *, size_t mark);
void cao_der_put(struct cao_buf *, unsigned tag, const void *, size_t);
void cao_der_text(struct cao_buf *, unsigned tag, const char *);
void cao_der_oid(struct cao_buf *, const char *dotted);
/* A non-negative INTEGER from big-endian octets: no needless zeros, a zero in
 * front where the top bit is set. */
void cao_der_unsigned(struct cao_buf *, const void *, size_t);
void cao_der_small(struct cao_buf *, unsigned value);
void cao_der_bits(struct cao_buf *, const void *, size_t); /* 0 unused bits */
void cao_der_true(struct cao_buf *);
/* An open Extension (RFC 5280 section 4.1): its SEQUENCE and its extnValue. */
struct cao_der_extension {
	size_t sequence, value;
};
struct cao_der_extension
cao_der_extension_open(struct cao_buf *, const char *oid, bool critical);
void cao_der_extension_close(struct cao_buf *, struct cao_der_extension);
/* authorityKeyIdentifier, with the keyIdentifier alone. */
void
cao_der_authority(struct cao_buf *, const unsigned char *key_id, size_t len);
void cao_der_null(struct cao_buf *);
/* UTCTime to 2049, GeneralizedTime from 2050 (RFC 5280 section 4.1.2.5). */
void cao_der_time(struct cao_buf *, int64_t);
/* GeneralizedTime whatever the year. */
void cao_der_generalized(struct cao_buf *, int64_t);

/* Reading: a window that moves forward. */
struct cao_der {
	const unsigned char *data;
	size_t len;
};

/* Take the next element: its tag, its content, and (if not NULL) the whole of
 * it with its header.  False if nothing is left or it is not DER (indefinite
 * or needlessly long length, tag number above 30). */
bool cao_der_next(struct cao_der *, unsigned *ret_tag, struct cao_der *content,
    struct cao_der *whole);
/* Take the next element if it has that tag; else leave the window alone. */
bool cao_der_take(struct cao_der *, unsigned tag, struct cao_der *content);
/* The same, with its header. */
bool
cao_der_take_whole(struct cao_der *, unsigned tag, struct cao_octets *whole);
/* Take an Extension (RFC 5280 section 4.1). */
bool cao_der_take_extension(struct cao_der *, struct cao_der *oid,
    bool *ret_critical, struct cao_der *value);
/* The octets of a non-negative INTEGER without needless zeros; else leave the
 * window alone. */
bool cao_der_get_unsigned(struct cao_der *, struct cao_octets *ret);
/* One of at most 32 bits; else leave the window alone. */
bool cao_der_get_small(struct cao_der *, uint32_t *ret);
/* A BIT STRING of whole octets; else leave the window alone. */
bool cao_der_get_bits(struct cao_der *, struct cao_der *octets);
bool cao_der_is_oid(const struct cao_der *content, const char *dotted);
/* UTCTime or GeneralizedTime in Z form. */
bool cao_der_get_time(struct cao_der *, int64_t *ret_time);
bool cao_der_equal(const struct cao_der *, const struct cao_der *);

#endif /* CAO_PKI_DER_H */
