/* The addresses that certificates carry. */
#include "order/address.h"

#include <stdlib.h>
#include <string.h>

#define CA "{ca}"
#define SHARD "{shard}"

#define ALNUM                        \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789"
#define URI ALNUM "-._~:/?#[]@!$&'()*+,;=%"
#define WORD_SHOWN 24

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* *ret NULL of text NULL. */
static enum cao_status
expand(const char *text, const char *ca, unsigned shard, char **ret,
    struct cao_error *err)
{
	struct cao_buf out = { 0 };
	size_t n;

	*ret = NULL;
	if (text == NULL)
		return CAO_OK;
	for (; *text != '\0'; text += n) {
		if ((n = strcspn(text, "{")) > 0) {
			cao_buf_add(&out, text, n);
		} else if (begins(text, CA)) {
			cao_buf_puts(&out, ca);
			n = strlen(CA);
		} else if (begins(text, SHARD)) {
			cao_buf_printf(&out, "%u", shard);
			n = strlen(SHARD);
		} else {
			cao_buf_putc(&out, text[n++]);
		}
	}
	return cao_buf_give(&out, ret, err);
}

unsigned
cao_address_shards(const struct cao_profile *p)
{
	if (p->crl == NULL || strstr(p->crl, SHARD) == NULL)
		return 0;
	return p->crl_shards < 1 ? 1 : (unsigned)p->crl_shards;
}

enum cao_status
cao_address_shard(const struct cao_profile *p, const char *ca, unsigned shard,
    char **ret, struct cao_error *err)
{
	return expand(p->crl, ca, shard, ret, err);
}

enum cao_status
cao_address_crl(const struct cao_profile *p, const char *ca,
    const unsigned char serial[CAO_SERIAL_SIZE], char **ret,
    struct cao_error *err)
{
	unsigned shards = cao_address_shards(p);

	return expand(p->crl, ca,
	    shards > 0 ? serial[CAO_SERIAL_SIZE - 1] % shards : 0, ret, err);
}

enum cao_status
cao_address_fill(const struct cao_profile *p, const char *ca,
    const unsigned char serial[CAO_SERIAL_SIZE], struct cao_address *ret,
    struct cao_error *err)
{
	struct cao_address a = { .crl = NULL };
	enum cao_status st;

	if ((st = expand(p->cps, ca, 0, &a.cps, err)) != CAO_OK ||
	    (st = cao_address_crl(p, ca, serial, &a.crl, err)) != CAO_OK ||
	    (st = expand(p->ocsp, ca, 0, &a.ocsp, err)) != CAO_OK ||
	    (st = expand(p->issuer, ca, 0, &a.issuer, err)) != CAO_OK) {
		cao_address_free(&a);
		return st;
	}
	*ret = a;
	return CAO_OK;
}

void
cao_address_free(struct cao_address *a)
{
	free(a->cps);
	free(a->crl);
	free(a->ocsp);
	free(a->issuer);
	*a = (struct cao_address){ .crl = NULL };
}

const char *
cao_address_name(const char *address)
{
	const char *slash = strrchr(address, '/');

	return slash != NULL ? slash + 1 : address;
}

/* No braces but those of the placeholders. */
static enum cao_status
check_words(const char *text, bool shard, struct cao_error *err)
{
	size_t n;

	while (*(text += strcspn(text, "{}")) != '\0') {
		if (begins(text, CA)) {
			text += strlen(CA);
		} else if (shard && begins(text, SHARD)) {
			text += strlen(SHARD);
		} else {
			n = strcspn(text, "}");
			n = text[n] == '}' ? n + 1 : n;
			return cao_fail(err, CAO_INPUT,
			    "'%.*s' stands for nothing here; %s",
			    (int)(n < WORD_SHOWN ? n : WORD_SHOWN), text,
			    shard ? _("{ca} and {shard} do") : _("{ca} does"));
		}
	}
	return CAO_OK;
}

static bool
is_uri(const char *text)
{
	if (begins(text, "http://"))
		text += strlen("http://");
	else if (begins(text, "https://"))
		text += strlen("https://");
	else
		return false;
	return strspn(text, ALNUM "[") > 0 && text[strspn(text, URI)] == '\0';
}

static enum cao_status
check(const char *text, bool shard, struct cao_error *err)
{
	enum cao_status st;
	char *example;

	if ((st = check_words(text, shard, err)) != CAO_OK ||
	    (st = expand(text, "p256", 0, &example, err)) != CAO_OK)
		return st;
	if (!is_uri(example))
		st = cao_fail(err, CAO_INPUT,
		    "RFC 3986: not a URI that begins with http:// or "
		    "https://, in ASCII without blanks");
	free(example);
	return st;
}

enum cao_status
cao_address_check(const char *text, struct cao_error *err)
{
	return check(text, false, err);
}

enum cao_status
cao_address_check_crl(const char *text, struct cao_error *err)
{
	const char *name = cao_address_name(text);
	enum cao_status st;

	if ((st = check(text, true, err)) != CAO_OK ||
	    strstr(text, SHARD) == NULL)
		return st;
	if (strstr(name, CA) == NULL || strstr(name, SHARD) == NULL)
		return cao_fail(err, CAO_INPUT,
		    "with {shard}, the name behind the last '/' holds both "
		    "{ca} and {shard}: each list is a file of that name");
	if (*name == '.' || name[strspn(name, ALNUM "._-{}")] != '\0')
		return cao_fail(err, CAO_INPUT,
		    "with {shard}, the name behind the last '/' is a plain "
		    "file name: A-Z, a-z, 0-9, '.', '_' and '-'");
	return CAO_OK;
}
