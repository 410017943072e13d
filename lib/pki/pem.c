/* PEM (RFC 7468). */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "pki/key_openssl.h"

#define LINE_OCTETS 48 /* 64 characters, RFC 7468 section 2 */
#define LABEL_MAX 64
#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"

struct span {
	const char *p, *end;
};

/* Where the text starts in the span, or NULL. */
static const char *
find(struct span in, const char *text)
{
	size_t len = strlen(text);
	const char *p = in.p;

	for (; p != NULL && (size_t)(in.end - p) >= len; p++) {
		p = memchr(p, text[0], (size_t)(in.end - p) - len + 1);
		if (p == NULL)
			return NULL;
		if (memcmp(p, text, len) == 0)
			return p;
	}
	return NULL;
}

/*
 * The next block with that label (NULL: any): its label to found, its inside
 * to ret_body, and *in moves behind its first line.  False if there is none.
 */
static bool
find_begin(struct span *in, const char *label, char found[LABEL_MAX])
{
	const char *p, *dashes, *text = in->p;
	size_t len;

	while ((p = find(*in, BEGIN)) != NULL) {
		in->p = p + sizeof BEGIN - 1;
		if (p != text && p[-1] != '\n' && p[-1] != '\r')
			continue;
		if ((dashes = find(*in, DASHES)) == NULL)
			return false;
		len = (size_t)(dashes - in->p);
		if (len >= LABEL_MAX || memchr(in->p, '\n', len) != NULL)
			continue;
		memcpy(found, in->p, len);
		found[len] = '\0';
		if (label != NULL && strcmp(found, label) != 0)
			continue;
		in->p = dashes + sizeof DASHES - 1;
		return true;
	}
	return false;
}

bool
cao_pem_has(const char *text, size_t len, const char *label)
{
	struct span in = { text, text + len };
	char found[LABEL_MAX];

	return len > 0 && find_begin(&in, label, found);
}

void
cao_pem_put(struct cao_buf *out, const char *label, const void *der, size_t len)
{
	const unsigned char *p = der;

	cao_buf_printf(out, BEGIN "%s" DASHES "\n", label);
	for (size_t n; len > 0; p += n, len -= n) {
		n = len < LINE_OCTETS ? len : LINE_OCTETS;
		cao_base64_put(out, p, n);
		cao_buf_putc(out, '\n');
	}
	cao_buf_printf(out, END "%s" DASHES "\n", label);
}

/* Decode the inside of a block. */
static enum cao_status
decode(const char *name, struct span body, const char *label,
    struct cao_buf *der, struct cao_error *err)
{
	size_t len = (size_t)(body.end - body.p);

	if (memchr(body.p, ':', len) != NULL)
		return cao_fail(err, CAO_INPUT,
		    "%s: the PEM block %s has headers, an encryption of old; "
		    "write it anew with openssl pkcs8 -topk8 -scrypt",
		    name, label);
	if (!cao_base64_get(body.p, len, der) || der->len == 0)
		return !cao_buf_ok(der)
		    ? cao_fail_memory(err)
		    : cao_fail(err, CAO_INPUT,
			  "%s: the PEM block %s is not base64 (RFC 7468)", name,
			  label);
	return CAO_OK;
}

enum cao_status
cao_pem_get(const char *name, const char *text, size_t len, const char *label,
    struct cao_buf *ret_der, const char **ret_rest, struct cao_error *err)
{
	char found[LABEL_MAX], last[LABEL_MAX + sizeof END + sizeof DASHES];
	struct span in = { text, text + len };
	struct cao_buf der = { 0 };
	const char *end;
	enum cao_status st;

	if (len == 0 || !find_begin(&in, label, found))
		return label != NULL
		    ? cao_fail(err, CAO_INPUT,
			  "%s: there is no PEM block %s in it", name, label)
		    : cao_fail(
			  err, CAO_INPUT, "%s: there is no PEM in it", name);
	(void)snprintf(last, sizeof last, END "%s" DASHES, found);
	if ((end = find(in, last)) == NULL)
		return cao_fail(err, CAO_INPUT,
		    "%s: the PEM block %s has no end", name, found);
	st = decode(name, (struct span){ in.p, end }, found, &der, err);
	if (st != CAO_OK) {
		cao_buf_free(&der);
		return st;
	}
	cao_buf_free(ret_der);
	*ret_der = der;
	if (ret_rest != NULL)
		*ret_rest = end + strlen(last);
	return CAO_OK;
}
