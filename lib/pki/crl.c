/* Certificate revocation lists, written. */
#include <stdlib.h>
#include <string.h>

#include "pki/crl.h"
#include "pki/der.h"

/*
 * The list grows in one run of octets, headers included, so that it is in
 * memory once: what is signed is a part of it.
 */
struct cao_crl_writer {
	const struct cao_key *key;
	struct cao_buf der, extensions;
	size_t outer, tbs; /* marks */
	size_t entries;    /* mark; 0: no entry yet */
	uint64_t count;
};

static void
put_number(struct cao_buf *out, uint64_t number)
{
	struct cao_der_extension x =
	    cao_der_extension_open(out, "2.5.29.20", false);
	unsigned char octets[8];

	for (size_t i = sizeof octets; i > 0; i--, number >>= 8)
		octets[i - 1] = (unsigned char)number;
	cao_der_unsigned(out, octets, sizeof octets);
	cao_der_extension_close(out, x);
}

static void
put_points(struct cao_buf *out, const struct cao_crl_spec *spec)
{
	struct cao_der_extension x;
	size_t seq, name, full;

	if (spec->count == 0)
		return;
	x = cao_der_extension_open(out, "2.5.29.28", true);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	name = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	full = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	for (size_t i = 0; i < spec->count; i++)
		cao_der_text(out, CAO_DER_CONTEXT | 6, spec->addresses[i]);
	cao_der_close(out, full);
	cao_der_close(out, name);
	cao_der_close(out, seq);
	cao_der_extension_close(out, x);
}

/* RFC 5280 section 5.2: what stands behind the entries. */
static void
put_extensions(struct cao_buf *out, const struct cao_cert *issuer,
    const struct cao_crl_spec *spec)
{
	size_t explicit = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	size_t list = cao_der_open(out, CAO_DER_SEQUENCE);

	cao_der_authority(out, issuer->key_id, issuer->key_id_len);
	put_number(out, spec->number);
	put_points(out, spec);
	cao_der_close(out, list);
	cao_der_close(out, explicit);
}

enum cao_status
cao_crl_begin(const struct cao_cert *issuer, const struct cao_key *key,
    const struct cao_crl_spec *spec, struct cao_crl_writer **ret,
    struct cao_error *err)
{
	struct cao_crl_writer *w;

	if (issuer->key_id == NULL)
		return cao_fail(err, CAO_INTEGRITY,
		    "RFC 5280 section 5.2.1: the CA's certificate has no "
		    "subjectKeyIdentifier for its list to name");
	if ((w = calloc(1, sizeof *w)) == NULL)
		return cao_fail_memory(err);
	w->key = key;
	w->outer = cao_der_open(&w->der, CAO_DER_SEQUENCE);
	w->tbs = cao_der_open(&w->der, CAO_DER_SEQUENCE);
	cao_der_small(&w->der, 1); /* v2 */
	cao_key_signature_algorithm(key, &w->der);
	cao_buf_add(&w->der, issuer->subject, issuer->subject_len);
	cao_der_time(&w->der, spec->this_update);
	cao_der_time(&w->der, spec->next_update);
	put_extensions(&w->extensions, issuer, spec);
	*ret = w;
	return CAO_OK;
}

void
cao_crl_add(struct cao_crl_writer *w, const void *serial, size_t len,
    int64_t since, enum cao_reason reason)
{
	const unsigned char code = (unsigned char)reason;
	struct cao_buf *out = &w->der;
	struct cao_der_extension x;
	size_t seq, list;

	if (w->entries == 0)
		w->entries = cao_der_open(out, CAO_DER_SEQUENCE);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_unsigned(out, serial, len);
	cao_der_time(out, since);
	if (reason != CAO_UNSPECIFIED) {
		list = cao_der_open(out, CAO_DER_SEQUENCE);
		x = cao_der_extension_open(out, "2.5.29.21", false);
		cao_der_put(out, CAO_DER_ENUMERATED, &code, 1);
		cao_der_extension_close(out, x);
		cao_der_close(out, list);
	}
	cao_der_close(out, seq);
	w->count++;
}

uint64_t
cao_crl_count(const struct cao_crl_writer *w)
{
	return w->count;
}

enum cao_status
cao_crl_end(
    struct cao_crl_writer *w, struct cao_buf *ret, struct cao_error *err)
{
	struct cao_buf *der = &w->der, signature = { 0 };
	enum cao_status st;
	size_t from, len;

	if (w->entries != 0)
		cao_der_close(der, w->entries);
	cao_buf_add(der, w->extensions.data, w->extensions.len);
	cao_der_close(der, w->tbs);
	if (!cao_buf_ok(der) || !cao_buf_ok(&w->extensions))
		return cao_fail_memory(err);
	from = w->outer;
	len = der->len - from;
	st = cao_key_sign(w->key, der->data + from, len, &signature, err);
	if (st != CAO_OK)
		goto out;
	cao_key_signature_algorithm(w->key, der);
	cao_der_bits(der, signature.data, signature.len);
	cao_der_close(der, w->outer);
	if (!cao_buf_ok(der)) {
		st = cao_fail_memory(err);
		goto out;
	}
	*ret = *der, *der = (struct cao_buf){ 0 };
out:
	cao_buf_free(&signature);
	return st;
}

void
cao_crl_free(struct cao_crl_writer *w)
{
	if (w == NULL)
		return;
	cao_buf_free(&w->der);
	cao_buf_free(&w->extensions);
	free(w);
}
