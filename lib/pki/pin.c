/* The key that scrypt makes of a PIN, made once for a salt. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "pki/key_openssl.h"

/* The most memory, and a tenth of a second, for which OpenSSL still opens the
 * file by itself: its limit is 32 MiB, which N = 2^15 with r = 8 passes by a
 * little (RFC 7914 section 2). */
#define SCRYPT_N (1U << 14)
#define SCRYPT_R 15
#define SCRYPT_P 1
#define PIN_MIN 8   /* octets */
#define KEPT_MAX 16 /* salts of other runs that are remembered */

struct derived {
	struct cao_scrypt how;
	struct cao_secret *key; /* NULL: not yet */
};

/* The lock guards what is kept; a derivation for another's salt runs outside
 * of it, so that keys with many salts open side by side. */
struct cao_pin {
	pthread_mutex_t lock;
	struct cao_secret *secret;
	struct derived own, kept[KEPT_MAX];
	size_t next;
};

enum cao_status
cao_pin_new(const struct cao_secret *secret, struct cao_pin **ret,
    struct cao_error *err)
{
	struct cao_pin *pin = calloc(1, sizeof *pin);

	if (pin == NULL)
		return cao_fail_memory(err);
	pin->secret =
	    cao_secret_new(cao_secret_data(secret), cao_secret_len(secret));
	if (pin->secret == NULL || pthread_mutex_init(&pin->lock, NULL) != 0) {
		cao_secret_free(pin->secret);
		free(pin);
		return cao_fail_memory(err);
	}
	*ret = pin;
	return CAO_OK;
}

void
cao_pin_free(struct cao_pin *pin)
{
	if (pin == NULL)
		return;
	cao_secret_free(pin->secret);
	cao_secret_free(pin->own.key);
	for (size_t i = 0; i < KEPT_MAX; i++)
		cao_secret_free(pin->kept[i].key);
	(void)pthread_mutex_destroy(&pin->lock);
	free(pin);
}

const struct cao_secret *
cao_pin_secret(const struct cao_pin *pin)
{
	return pin->secret;
}

static enum cao_status
derive(const struct cao_secret *secret, const struct cao_scrypt *how,
    unsigned char key[CAO_PIN_KEY], struct cao_error *err)
{
	/* 128 N r for the table, 128 r p for the blocks, and some. */
	const uint64_t memory =
	    128 * (uint64_t)how->r * (how->n + how->p + UINT64_C(2)) + 4096;

	if (EVP_PBE_scrypt((const char *)cao_secret_data(secret),
		cao_secret_len(secret), how->salt, how->salt_len, how->n,
		how->r, how->p, memory, key, CAO_PIN_KEY) != 1)
		return cao_fail_ssl(
		    err, CAO_SYSTEM, "no key can be made of the PIN");
	return CAO_OK;
}

static bool
same(const struct cao_scrypt *a, const struct cao_scrypt *b)
{
	return a->n == b->n && a->r == b->r && a->p == b->p &&
	    a->salt_len == b->salt_len &&
	    memcmp(a->salt, b->salt, a->salt_len) == 0;
}

static enum cao_status
make_own(struct cao_pin *pin, struct cao_error *err)
{
	struct cao_scrypt how = { .salt_len = CAO_SALT_SIZE,
		.n = SCRYPT_N,
		.r = SCRYPT_R,
		.p = SCRYPT_P };
	struct cao_secret *key = NULL;
	unsigned char *data;
	enum cao_status st;

	if ((st = cao_random(how.salt, how.salt_len, err)) != CAO_OK)
		return st;
	if ((key = cao_secret_alloc(CAO_PIN_KEY, &data)) == NULL)
		return cao_fail_memory(err);
	if ((st = derive(pin->secret, &how, data, err)) != CAO_OK) {
		cao_secret_free(key);
		return st;
	}
	pin->own = (struct derived){ how, key };
	return CAO_OK;
}

enum cao_status
cao_pin_check(const struct cao_secret *secret, struct cao_error *err)
{
	size_t len = cao_secret_len(secret);

	if (len < PIN_MIN)
		return cao_fail(err, CAO_INPUT,
		    "the PIN has %zu octets; it must have at least %d", len,
		    PIN_MIN);
	return CAO_OK;
}

enum cao_status
cao_pin_seal_key(struct cao_pin *pin, unsigned char ret_key[CAO_PIN_KEY],
    struct cao_scrypt *ret, struct cao_error *err)
{
	enum cao_status st = cao_pin_check(pin->secret, err);

	if (st != CAO_OK)
		return st;
	(void)pthread_mutex_lock(&pin->lock);
	if (pin->own.key == NULL)
		st = make_own(pin, err);
	if (st == CAO_OK) {
		memcpy(ret_key, cao_secret_data(pin->own.key), CAO_PIN_KEY);
		*ret = pin->own.how;
	}
	(void)pthread_mutex_unlock(&pin->lock);
	return st;
}

/* Is it remembered?  The lock is held. */
static const struct derived *
recall(const struct cao_pin *pin, const struct cao_scrypt *how)
{
	if (pin->own.key != NULL && same(&pin->own.how, how))
		return &pin->own;
	for (size_t i = 0; i < KEPT_MAX; i++)
		if (pin->kept[i].key != NULL && same(&pin->kept[i].how, how))
			return &pin->kept[i];
	return NULL;
}

/* Without memory it is not kept, which costs only time. */
static void
keep(struct cao_pin *pin, const struct cao_scrypt *how,
    const unsigned char key[CAO_PIN_KEY])
{
	struct derived *d = &pin->kept[pin->next];
	struct cao_secret *copy;

	if (recall(pin, how) != NULL ||
	    (copy = cao_secret_new(key, CAO_PIN_KEY)) == NULL)
		return;
	cao_secret_free(d->key);
	*d = (struct derived){ *how, copy };
	pin->next = (pin->next + 1) % KEPT_MAX;
}

static enum cao_status
check_cost(const struct cao_scrypt *how, struct cao_error *err)
{
	if (how->n < 2 || (how->n & (how->n - 1)) != 0 || how->r == 0 ||
	    how->p == 0)
		return cao_fail(err, CAO_INPUT,
		    "scrypt cannot have N = %u, r = %u, p = %u "
		    "(RFC 7914 section 2)",
		    how->n, how->r, how->p);
	if (how->r > CAO_SCRYPT_MAX || how->p > CAO_SCRYPT_MAX ||
	    (uint64_t)how->r * how->p > CAO_SCRYPT_MAX / how->n)
		return cao_fail(err, CAO_INPUT,
		    "scrypt with N = %u, r = %u, p = %u costs too much; "
		    "N * r * p may be %u at most",
		    how->n, how->r, how->p, CAO_SCRYPT_MAX);
	return CAO_OK;
}

enum cao_status
cao_pin_open_key(struct cao_pin *pin, const struct cao_scrypt *how,
    unsigned char ret_key[CAO_PIN_KEY], struct cao_error *err)
{
	const struct derived *found;
	enum cao_status st;

	if ((st = check_cost(how, err)) != CAO_OK)
		return st;
	(void)pthread_mutex_lock(&pin->lock);
	if ((found = recall(pin, how)) != NULL)
		memcpy(ret_key, cao_secret_data(found->key), CAO_PIN_KEY);
	(void)pthread_mutex_unlock(&pin->lock);
	if (found != NULL)
		return CAO_OK;
	if ((st = derive(pin->secret, how, ret_key, err)) != CAO_OK)
		return st;
	(void)pthread_mutex_lock(&pin->lock);
	keep(pin, how, ret_key);
	(void)pthread_mutex_unlock(&pin->lock);
	return CAO_OK;
}
