#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "pki/cert.h"
#include "pki/der.h"

#define KEY_ID_SIZE 20 /* SHA-1 */

struct cao_issuer {
	struct cao_buf der;
	struct cao_cert cert; /* windows into der */
	struct cao_key *key;  /* NULL: builds only */
	struct cao_buf algorithm;
	unsigned char made_id[KEY_ID_SIZE];
	const unsigned char *key_id; /* its certificate's, or made_id */
	size_t key_id_len;
};

static bool
given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* RFC 5280 section 4.2.1.2, method 1: SHA-1 of the subjectPublicKey without
 * its tag, length and unused bits. */
static enum cao_status
key_id_of(const void *spki, size_t len, unsigned char out[KEY_ID_SIZE],
    struct cao_error *err)
{
	struct cao_der w = { spki, len }, body, part;

	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &body) ||
	    !cao_der_take(&body, CAO_DER_SEQUENCE, &part) ||
	    !cao_der_take(&body, CAO_DER_BIT_STRING, &part) || part.len < 2)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.1: not a SubjectPublicKeyInfo");
	if (!EVP_Digest(
		part.data + 1, part.len - 1, out, NULL, EVP_sha1(), NULL))
		return cao_fail(err, CAO_SYSTEM, "cannot compute SHA-1");
	return CAO_OK;
}

enum cao_status
cao_issuer_new(const void *cert_der, size_t len, struct cao_key *key,
    struct cao_issuer **ret, struct cao_error *err)
{
	enum cao_status st;
	struct cao_issuer *is = NULL;
	struct cao_key *public = NULL;
	const struct cao_cert *c;

	if ((is = calloc(1, sizeof *is)) == NULL)
		return cao_fail_memory(err);
	c = &is->cert;
	cao_buf_add(&is->der, cert_der, len);
	if (!cao_buf_ok(&is->der)) {
		st = cao_fail_memory(err);
		goto out;
	}
	if ((st = cao_cert_read(is->der.data, is->der.len, &is->cert, err)) !=
		CAO_OK ||
	    (st = cao_key_from_spki(c->spki, c->spki_len, &public, err)) !=
		CAO_OK ||
	    (st = key_id_of(c->spki, c->spki_len, is->made_id, err)) != CAO_OK)
		goto out;
	if (key != NULL && !cao_key_equal(key, public)) {
		st = cao_fail(err, CAO_INTEGRITY,
		    "the issuer's key is not that of its certificate");
		goto out;
	}
	is->key_id = c->key_id != NULL ? c->key_id : is->made_id;
	is->key_id_len = c->key_id != NULL ? c->key_id_len : KEY_ID_SIZE;
	cao_key_signature_algorithm(public, &is->algorithm);
	if (!cao_buf_ok(&is->algorithm)) {
		st = cao_fail_memory(err);
		goto out;
	}
	if (key != NULL)
		is->key = cao_key_share(key);
	*ret = is, is = NULL;
out:
	cao_key_free(public);
	cao_issuer_free(is);
	return st;
}

void
cao_issuer_free(struct cao_issuer *is)
{
	if (is == NULL)
		return;
	cao_key_free(is->key);
	cao_buf_free(&is->algorithm);
	cao_buf_free(&is->der);
	free(is);
}

const unsigned char *
cao_issuer_cert(const struct cao_issuer *is, size_t *ret_len)
{
	*ret_len = is->der.len;
	return is->der.data;
}

enum cao_status
cao_serial_make(unsigned char out[CAO_SERIAL_SIZE], struct cao_error *err)
{
	enum cao_status st;

	do {
		if ((st = cao_random(out, CAO_SERIAL_SIZE, err)) != CAO_OK)
			return st;
		out[0] &= 0x7F;
	} while (out[0] == 0);
	return CAO_OK;
}

/* The characters of PrintableString, X.680 section 41.4. */
static bool
is_printable(const char *text)
{
	return text[strspn(text,
		   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "abcdefghijklmnopqrstuvwxyz"
		   "0123456789 '()+,-./:=?")] == '\0';
}

static bool
is_uri(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

static enum cao_status
check_texts(const struct cao_cert_spec *spec, struct cao_error *err)
{
	const struct {
		const char *name, *value;
	} uris[] = {
		{ "cps", spec->cps },
		{ "crl", spec->crl },
		{ "ocsp", spec->ocsp },
		{ "issuer_url", spec->issuer_url },
	};

	for (size_t i = 0; i < sizeof uris / sizeof uris[0]; i++) {
		if (given(uris[i].value) && !is_uri(uris[i].value)) {
			(void)cao_fail(err, CAO_INPUT,
			    "RFC 5280 section 4.2.1.6: a URI holds printable ASCII only");
			return cao_error_place(err, NULL, 0, 0, uris[i].name);
		}
	}
	return CAO_OK;
}

/* A DistributionPointName or AccessDescription: uniformResourceIdentifier. */
static void
put_uri(struct cao_buf *out, const char *uri)
{
	cao_der_text(out, CAO_DER_CONTEXT | 6, uri);
}

static void
put_constraints(struct cao_buf *out, const struct cao_cert_spec *spec)
{
	struct cao_der_extension x =
	    cao_der_extension_open(out, "2.5.29.19", true);
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE);

	if (spec->usage == CAO_AUTHORITY) {
		cao_der_true(out);
		if (spec->path_length >= 0)
			cao_der_small(out, (unsigned)spec->path_length);
	}
	cao_der_close(out, seq);
	cao_der_extension_close(out, x);
}

static void
put_usage(struct cao_buf *out, enum cao_usage usage)
{
	/* The count of unused bits, then the bits: RFC 5280 section 4.2.1.3. */
	static const unsigned char bits[][2] = {
		[CAO_SIGN] = { 6, 0xC0 },
		[CAO_ENCRYPT] = { 3, 0x38 },
		[CAO_AUTHORITY] = { 1, 0x06 },
		[CAO_OPERATOR] = { 6, 0xC0 },
		[CAO_RECOVERY] = { 4, 0x30 },
		[CAO_RESPONDER] = { 7, 0x80 },
	};
	struct cao_der_extension x =
	    cao_der_extension_open(out, "2.5.29.15", true);

	cao_der_put(out, CAO_DER_BIT_STRING, bits[usage], 2);
	cao_der_extension_close(out, x);
}

/* RFC 6960 section 4.2.2.2: it signs answers, and is itself not asked for. */
static void
put_responder(struct cao_buf *out, const struct cao_cert_spec *spec)
{
	struct cao_der_extension x;
	size_t seq;

	if (spec->usage != CAO_RESPONDER)
		return;
	x = cao_der_extension_open(out, "2.5.29.37", false);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, "1.3.6.1.5.5.7.3.9");
	cao_der_close(out, seq);
	cao_der_extension_close(out, x);
	x = cao_der_extension_open(out, "1.3.6.1.5.5.7.48.1.5", false);
	cao_der_null(out);
	cao_der_extension_close(out, x);
}

static void
put_key_ids(struct cao_buf *out, const unsigned char subject[KEY_ID_SIZE],
    const unsigned char *authority, size_t authority_len)
{
	struct cao_der_extension x =
	    cao_der_extension_open(out, "2.5.29.14", false);

	cao_der_put(out, CAO_DER_OCTET_STRING, subject, KEY_ID_SIZE);
	cao_der_extension_close(out, x);
	cao_der_authority(out, authority, authority_len);
}

static void
put_policy(struct cao_buf *out, const struct cao_cert_spec *spec)
{
	struct cao_der_extension x;
	size_t list, info, qualifiers, qualifier;

	if (!given(spec->policy))
		return;
	x = cao_der_extension_open(out, "2.5.29.32", false);
	list = cao_der_open(out, CAO_DER_SEQUENCE);
	info = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, spec->policy);
	if (given(spec->cps)) {
		qualifiers = cao_der_open(out, CAO_DER_SEQUENCE);
		qualifier = cao_der_open(out, CAO_DER_SEQUENCE);
		cao_der_oid(out, "1.3.6.1.5.5.7.2.1");
		cao_der_text(out, CAO_DER_IA5, spec->cps);
		cao_der_close(out, qualifier);
		cao_der_close(out, qualifiers);
	}
	cao_der_close(out, info);
	cao_der_close(out, list);
	cao_der_extension_close(out, x);
}

static void
put_crl(struct cao_buf *out, const struct cao_cert_spec *spec)
{
	struct cao_der_extension x;
	size_t list, point, name, full;

	if (!given(spec->crl))
		return;
	x = cao_der_extension_open(out, "2.5.29.31", false);
	list = cao_der_open(out, CAO_DER_SEQUENCE);
	point = cao_der_open(out, CAO_DER_SEQUENCE);
	name = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	full = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	put_uri(out, spec->crl);
	cao_der_close(out, full);
	cao_der_close(out, name);
	cao_der_close(out, point);
	cao_der_close(out, list);
	cao_der_extension_close(out, x);
}

static void
put_access(struct cao_buf *out, const char *method, const char *uri)
{
	size_t seq;

	if (!given(uri))
		return;
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, method);
	put_uri(out, uri);
	cao_der_close(out, seq);
}

static void
put_accesses(struct cao_buf *out, const struct cao_cert_spec *spec)
{
	struct cao_der_extension x;
	size_t seq;

	if (!given(spec->ocsp) && !given(spec->issuer_url))
		return;
	x = cao_der_extension_open(out, "1.3.6.1.5.5.7.1.1", false);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	put_access(out, "1.3.6.1.5.5.7.48.1", spec->ocsp);
	put_access(out, "1.3.6.1.5.5.7.48.2", spec->issuer_url);
	cao_der_close(out, seq);
	cao_der_extension_close(out, x);
}

/* IdentifyCode of GM/T 0015, its choices tagged explicitly as other CAs do. */
static enum cao_status
put_person(struct cao_buf *out, const struct cao_cert_spec *spec,
    struct cao_error *err)
{
	struct cao_der_extension x;
	unsigned choice = 1, tag = CAO_DER_UTF8;
	size_t mark;

	if (!given(spec->person_id_type) || !given(spec->person_id))
		return CAO_OK;
	if (strcmp(spec->person_id_type, "resident-id") == 0)
		choice = 0, tag = CAO_DER_PRINTABLE;
	else if (strcmp(spec->person_id_type, "passport") == 0)
		choice = 2, tag = CAO_DER_PRINTABLE;
	if (tag == CAO_DER_PRINTABLE && !is_printable(spec->person_id)) {
		(void)cao_fail(err, CAO_INPUT,
		    "GM/T 0015: the person's number holds a character that PrintableString has not");
		return cao_error_place(err, NULL, 0, 0, "person_id");
	}
	x = cao_der_extension_open(out, "1.2.156.10260.4.1.1", false);
	mark = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | choice);
	cao_der_text(out, tag, spec->person_id);
	cao_der_close(out, mark);
	cao_der_extension_close(out, x);
	return CAO_OK;
}

/* The extension of GM/T 0015 that carries such a number, or NULL. */
static const char *
organisation_oid(const char *type)
{
	static const struct {
		const char *type, *oid;
	} table[] = {
		{ "uscc", "1.2.156.10260.4.1.4" },
		{ "organisation-code", "1.2.156.10260.4.1.4" },
		{ "business-licence", "1.2.156.10260.4.1.3" },
		{ "enterprise-legal-person", "1.2.156.10260.4.1.3" },
		{ "tax-registration", "1.2.156.10260.4.1.5" },
		{ "social-insurance", "1.2.156.10260.4.1.2" },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].type, type) == 0)
			return table[i].oid;
	return NULL;
}

static enum cao_status
put_organisation(struct cao_buf *out, const struct cao_cert_spec *spec,
    struct cao_error *err)
{
	struct cao_der_extension x;
	const char *oid;

	if (!given(spec->organisation_id_type) ||
	    !given(spec->organisation_id) ||
	    (oid = organisation_oid(spec->organisation_id_type)) == NULL)
		return CAO_OK;
	if (!is_printable(spec->organisation_id)) {
		(void)cao_fail(err, CAO_INPUT,
		    "GM/T 0015: the organisation's number holds a character that PrintableString has not");
		return cao_error_place(err, NULL, 0, 0, "organisation_id");
	}
	x = cao_der_extension_open(out, oid, false);
	cao_der_text(out, CAO_DER_PRINTABLE, spec->organisation_id);
	cao_der_extension_close(out, x);
	return CAO_OK;
}

static void
put_entity(struct cao_buf *out, const struct cao_cert_spec *spec)
{
	struct cao_der_extension x;

	if (!given(spec->entity_id))
		return;
	x = cao_der_extension_open(out, "1.3.6.1.4.1.18760.1.14", false);
	cao_der_text(out, CAO_DER_UTF8, spec->entity_id);
	cao_der_extension_close(out, x);
}

static enum cao_status
put_extensions(struct cao_buf *out, const struct cao_cert_spec *spec,
    const struct cao_issuer *issuer, struct cao_error *err)
{
	enum cao_status st;
	unsigned char id[KEY_ID_SIZE];
	size_t explicit, seq;

	if ((st = key_id_of(spec->spki, spec->spki_len, id, err)) != CAO_OK)
		return st;
	explicit = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 3);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	put_constraints(out, spec);
	put_usage(out, spec->usage);
	put_responder(out, spec);
	if (issuer != NULL)
		put_key_ids(out, id, issuer->key_id, issuer->key_id_len);
	else
		put_key_ids(out, id, id, sizeof id);
	put_policy(out, spec);
	put_crl(out, spec);
	put_accesses(out, spec);
	if ((st = put_person(out, spec, err)) != CAO_OK ||
	    (st = put_organisation(out, spec, err)) != CAO_OK)
		return st;
	put_entity(out, spec);
	cao_der_close(out, seq);
	cao_der_close(out, explicit);
	return CAO_OK;
}

/* An operator's roles are its OU. */
static struct cao_subject
subject_of(const struct cao_cert_spec *spec)
{
	struct cao_subject s = spec->subject;

	if (spec->usage == CAO_OPERATOR && given(spec->roles))
		s.unit = spec->roles;
	return s;
}

enum cao_status
cao_cert_tbs(const struct cao_cert_spec *spec, const struct cao_issuer *issuer,
    const struct cao_key *self, struct cao_buf *out, struct cao_error *err)
{
	enum cao_status st;
	struct cao_subject subject = subject_of(spec);
	size_t start = out->len, tbs, mark;

	if ((st = cao_subject_check(&subject, err)) != CAO_OK ||
	    (st = check_texts(spec, err)) != CAO_OK)
		return st;

	tbs = cao_der_open(out, CAO_DER_SEQUENCE);
	mark = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	cao_der_small(out, 2); /* v3 */
	cao_der_close(out, mark);
	cao_der_unsigned(out, spec->serial, sizeof spec->serial);
	if (issuer != NULL) {
		cao_buf_add(out, issuer->algorithm.data, issuer->algorithm.len);
		cao_buf_add(
		    out, issuer->cert.subject, issuer->cert.subject_len);
	} else {
		cao_key_signature_algorithm(self, out);
		cao_subject_der(&subject, out);
	}
	mark = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_time(out, spec->not_before);
	cao_der_time(out, spec->not_after);
	cao_der_close(out, mark);
	cao_subject_der(&subject, out);
	cao_buf_add(out, spec->spki, spec->spki_len);
	if ((st = put_extensions(out, spec, issuer, err)) != CAO_OK) {
		out->len = start;
		return st;
	}
	cao_der_close(out, tbs);
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(err);
}

enum cao_status
cao_cert_sign(const struct cao_key *key, const void *tbs, size_t tbs_len,
    struct cao_buf *out, struct cao_error *err)
{
	enum cao_status st;
	size_t start = out->len, seq, bits;

	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_buf_add(out, tbs, tbs_len);
	cao_key_signature_algorithm(key, out);
	bits = cao_der_open(out, CAO_DER_BIT_STRING);
	cao_buf_putc(out, 0);
	if ((st = cao_key_sign(key, tbs, tbs_len, out, err)) != CAO_OK) {
		out->len = start;
		return st;
	}
	cao_der_close(out, bits);
	cao_der_close(out, seq);
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(err);
}
