#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>

#include "pki/envelope.h"
#include "pki/key_openssl.h"

/* PBKDF2 and the MAC's derivation; the weaker would be the one attacked. */
#define ITERATIONS 200000
#define SALT_SIZE 16

typedef STACK_OF(PKCS12_SAFEBAG) bag_stack;
typedef STACK_OF(PKCS7) safe_stack;

static enum cao_status
read_x509(const void *der, size_t len, X509 **ret, struct cao_error *err)
{
	const unsigned char *p = der;

	if (len > CAO_CERT_MAX ||
	    (*ret = d2i_X509(NULL, &p, (long)len)) == NULL)
		return cao_fail_ssl(
		    err, CAO_INPUT, "RFC 5280 section 4.1: not a certificate");
	return CAO_OK;
}

/* A key and its certificate belong together by localKeyID, its SHA-1. */
static enum cao_status
add_pair(const struct cao_bag *bag, const char *pin, bag_stack **keys,
    bag_stack **certs, struct cao_error *err)
{
	enum cao_status st;
	EVP_PKEY *pkey = cao_key_pkey(bag->key);
	PKCS12_SAFEBAG *added;
	X509 *x = NULL;
	unsigned char id[EVP_MAX_MD_SIZE];
	unsigned id_len;

	if ((st = read_x509(bag->cert, bag->cert_len, &x, err)) != CAO_OK)
		return st;
	if (!X509_check_private_key(x, pkey)) {
		st = cao_fail_ssl(err, CAO_INTEGRITY,
		    "the key \"%s\" is not that of its certificate", bag->name);
	} else if (!X509_digest(x, EVP_sha1(), id, &id_len) ||
	    !X509_keyid_set1(x, id, (int)id_len) ||
	    !X509_alias_set1(
		x, (const unsigned char *)bag->name, (int)strlen(bag->name)) ||
	    PKCS12_add_cert(certs, x) == NULL ||
	    (added = PKCS12_add_key_ex(keys, pkey, 0, ITERATIONS,
		 NID_aes_256_cbc, pin, NULL, NULL)) == NULL ||
	    !PKCS12_add_friendlyname_utf8(added, bag->name, -1) ||
	    !PKCS12_add_localkeyid(added, id, (int)id_len)) {
		st = cao_fail_ssl(err, CAO_SYSTEM,
		    "RFC 7292: cannot make the bags of \"%s\"", bag->name);
	}
	X509_free(x);
	return st;
}

static enum cao_status
add_chain(const struct cao_octets *chain, size_t count, bag_stack **certs,
    struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	X509 *x = NULL;

	for (size_t i = 0; i < count && st == CAO_OK; i++) {
		st = read_x509(chain[i].data, chain[i].len, &x, err);
		if (st == CAO_OK && PKCS12_add_cert(certs, x) == NULL)
			st = cao_fail_memory(err);
		X509_free(x), x = NULL;
	}
	return st;
}

static enum cao_status
add_all(const struct cao_bag *bags, size_t nbags,
    const struct cao_octets *chain, size_t count, const char *pin,
    safe_stack **safes, struct cao_error *err)
{
	enum cao_status st;
	bag_stack *keys = NULL, *certs = NULL;

	for (size_t i = 0; i < nbags; i++)
		if ((st = add_pair(&bags[i], pin, &keys, &certs, err)) !=
		    CAO_OK)
			goto out;
	if ((st = add_chain(chain, count, &certs, err)) != CAO_OK)
		goto out;
	/* The keys have their own encryption, the certificates get the safe's. */
	if (!PKCS12_add_safe_ex(
		safes, certs, NID_aes_256_cbc, ITERATIONS, pin, NULL, NULL) ||
	    !PKCS12_add_safe_ex(safes, keys, -1, 0, NULL, NULL, NULL))
		st = cao_fail_ssl(
		    err, CAO_SYSTEM, "RFC 7292: cannot make the safes");
out:
	sk_PKCS12_SAFEBAG_pop_free(keys, PKCS12_SAFEBAG_free);
	sk_PKCS12_SAFEBAG_pop_free(certs, PKCS12_SAFEBAG_free);
	return st;
}

static enum cao_status
finish(safe_stack *safes, const char *pin, struct cao_buf *out,
    struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	PKCS12 *p12 = PKCS12_add_safes_ex(safes, 0, NULL, NULL);
	unsigned char *der = NULL;
	int len = 0;

	if (p12 == NULL ||
	    !PKCS12_set_mac(
		p12, pin, -1, NULL, SALT_SIZE, ITERATIONS, EVP_sha256()) ||
	    (len = i2d_PKCS12(p12, &der)) <= 0) {
		st = cao_fail_ssl(
		    err, CAO_SYSTEM, "RFC 7292: cannot make the PKCS #12 file");
		goto out;
	}
	cao_buf_add(out, der, (size_t)len);
	if (!cao_buf_ok(out))
		st = cao_fail_memory(err);
out:
	OPENSSL_free(der);
	PKCS12_free(p12);
	return st;
}

/* OpenSSL wants the PIN as a string. */
static enum cao_status
pin_string(const struct cao_secret *pin, struct cao_secret **ret,
    struct cao_error *err)
{
	size_t len = cao_secret_len(pin);
	unsigned char *room;

	if (len == 0 || memchr(cao_secret_data(pin), '\0', len) != NULL)
		return cao_fail(err, CAO_INPUT,
		    "RFC 7292: the PIN of a PKCS #12 file is empty or holds a NUL");
	if ((*ret = cao_secret_alloc(len + 1, &room)) == NULL)
		return cao_fail_memory(err);
	memcpy(room, cao_secret_data(pin), len);
	return CAO_OK;
}

enum cao_status
cao_pkcs12_make(const struct cao_bag *bags, size_t nbags,
    const struct cao_octets *chain, size_t count, const struct cao_secret *pin,
    struct cao_buf *out, struct cao_error *err)
{
	enum cao_status st;
	struct cao_secret *string = NULL;
	safe_stack *safes = NULL;
	const char *text;

	if ((st = pin_string(pin, &string, err)) != CAO_OK)
		return st;
	text = (const char *)cao_secret_data(string);
	if ((st = add_all(bags, nbags, chain, count, text, &safes, err)) ==
	    CAO_OK)
		st = finish(safes, text, out, err);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	cao_secret_free(string);
	return st;
}
