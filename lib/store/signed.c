/* Files that the operators' CA signs as a whole. */
#include "store/signed.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "store/store.h"

#define WORD "signature "
#define MARK "\n" WORD

enum cao_status
cao_signed_bad(
    const struct cao_signed *f, struct cao_error *err, const char *why)
{
	return cao_fail(err, CAO_INTEGRITY, "%s (%s) is not valid: %s",
	    _(f->what), f->file, why);
}

/* The operators' CA: its certificate's key. */
static enum cao_status
ca_key(const struct cao_store *s, struct cao_key **ret, struct cao_error *err)
{
	struct cao_buf pem = { 0 }, der = { 0 };
	struct cao_cert cert;
	enum cao_status st;

	st = cao_store_file(s, "ca/operators.crt", CAO_CERT_MAX, &pem, err);
	if (st != CAO_OK)
		return st;
	st = cao_pem_get("ca/operators.crt", cao_buf_text(&pem), pem.len,
	    "CERTIFICATE", &der, NULL, err);
	if (st == CAO_OK)
		st = cao_cert_read_key(der.data, der.len, &cert, ret, err);
	cao_buf_free(&der);
	cao_buf_free(&pem);
	return st;
}

/* Is that Base64 the key's signature over so much of the file? */
static enum cao_status
verify(const struct cao_signed *f, const struct cao_buf *file, size_t len,
    const struct cao_key *ca, struct cao_error *err)
{
	const char *base64 = (const char *)file->data + len + strlen(MARK) - 1;
	struct cao_buf signature = { 0 };
	enum cao_status st = CAO_OK;

	if (!cao_base64_get(base64, strlen(base64), &signature))
		st = cao_signed_bad(f, err, "its signature is not Base64");
	else if (cao_key_verify(ca, file->data, len, signature.data,
		     signature.len, err) != CAO_OK)
		st = cao_signed_bad(
		    f, err, "the operators' CA did not sign it as it is");
	cao_buf_free(&signature);
	return st;
}

enum cao_status
cao_signed_read(const struct cao_store *s, const struct cao_signed *f,
    struct cao_buf *ret_lines, unsigned char ret_digest[CAO_DIGEST_SIZE],
    struct cao_key **ret_ca, struct cao_error *err)
{
	size_t head = strlen(f->head), len = 0;
	struct cao_buf file = { 0 };
	struct cao_key *ca = NULL;
	const char *text, *end;
	enum cao_status st;

	if ((st = cao_store_file(s, f->file, f->max, &file, err)) != CAO_OK)
		return st;
	text = cao_buf_text(&file);
	end = strlen(text) == file.len ? strstr(text, MARK) : NULL;
	if (end != NULL)
		len = (size_t)(end - text) + 1; /* the line end is signed too */
	if (strncmp(text, f->head, head) != 0 || len < head)
		st = cao_signed_bad(f, err, "it is not such a file");
	else if ((st = ca_key(s, &ca, err)) == CAO_OK)
		st = verify(f, &file, len, ca, err);
	if (st == CAO_OK) {
		cao_buf_clear(ret_lines);
		cao_buf_add(ret_lines, text + head, len - head);
		if (!cao_buf_ok(ret_lines))
			st = cao_fail_memory(err);
	}
	if (st == CAO_OK) {
		cao_sha256(file.data, file.len, ret_digest);
		*ret_ca = ca;
		ca = NULL;
	}
	cao_key_free(ca);
	cao_buf_free(&file);
	return st;
}

enum cao_status
cao_signed_write(const struct cao_store *s, const struct cao_signed *f,
    const struct cao_buf *lines, const struct cao_key *ca,
    struct cao_error *err)
{
	struct cao_buf text = { 0 }, signature = { 0 };
	char *path = cao_store_path(s, f->file);
	enum cao_status st;

	cao_buf_puts(&text, f->head);
	cao_buf_add(&text, lines->data, lines->len);
	if (path == NULL || !cao_buf_ok(lines) || !cao_buf_ok(&text))
		st = cao_fail_memory(err);
	else
		st = cao_key_sign(ca, text.data, text.len, &signature, err);
	cao_buf_puts(&text, WORD);
	cao_base64_put(&text, signature.data, signature.len);
	cao_buf_putc(&text, '\n');
	if (st == CAO_OK && !cao_buf_ok(&text))
		st = cao_fail_memory(err);
	if (st == CAO_OK)
		st = cao_file_write(path, text.data, text.len, err);
	cao_buf_free(&signature);
	cao_buf_free(&text);
	free(path);
	return st;
}
