/* The backup PIN of an order. */
#include "flow/backup_pin.h"

#include "base/secret.h"
#include "base/text.h"
#include "flow/setup.h"
#include "pki/envelope.h"

/* The text that the order's signing key signs. */
static enum cao_status
text_of(const struct cao_order *o, const void *sealed, size_t len, int64_t at,
    struct cao_buf *out, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	char when[CAO_RFC3339_SIZE];

	cao_time_format(at, when);
	cao_sha256(sealed, len, digest);
	cao_buf_printf(
	    out, "caorder pin 1\norder %s\nat %s\nsealed ", o->number, when);
	cao_hex_put(out, digest, sizeof digest);
	cao_buf_putc(out, '\n');
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(err);
}

enum cao_status
cao_backup_pin_check(const struct cao_order *o, const void *sealed, size_t len,
    const void *signature, size_t signature_len, int64_t at,
    struct cao_error *err)
{
	struct cao_key *key = NULL;
	struct cao_buf text = { 0 };
	struct cao_cert cert;
	enum cao_status st;

	if (o->pair == NULL)
		return cao_fail(err, CAO_INTEGRITY,
		    "it has a backup PIN of later and no pair");
	if ((st = cao_cert_read_key(
		 o->pair->sign.data, o->pair->sign.len, &cert, &key, err)) ||
	    (st = text_of(o, sealed, len, at, &text, err)) != CAO_OK)
		goto out;
	if (cao_key_verify(key, text.data, text.len, signature, signature_len,
		err) != CAO_OK)
		st = cao_fail(err, CAO_INTEGRITY,
		    "its backup PIN is not signed with the order's key");
out:
	cao_key_free(key);
	cao_buf_free(&text);
	return st;
}

/* What the row under the cursor has sealed. */
static enum cao_status
take_row(const struct cao_order *o, const struct cao_query *q,
    struct cao_buf *ret, struct cao_error *err)
{
	size_t len, signature_len;
	const void *sealed = cao_col_blob(q, 0, &len);
	const void *signature = cao_col_blob(q, 1, &signature_len);
	enum cao_status st;

	st = cao_backup_pin_check(
	    o, sealed, len, signature, signature_len, cao_col_int(q, 2), err);
	if (st == CAO_OK)
		cao_buf_add(ret, sealed, len);
	return st;
}

enum cao_status
cao_backup_pin_sealed(struct cao_store *s, const struct cao_order *o,
    struct cao_buf *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PIN_LAST);
	enum cao_status st;
	bool row;

	if (!o->application.backup_pin)
		return cao_fail(err, CAO_DENIED,
		    "order %s has no backup PIN: backup_pin was not chosen",
		    o->number);
	cao_db_int(q, ":order", o->id);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (row)
		st = take_row(o, q, ret, err);
	else
		cao_buf_add(ret, o->sealed_pin.data, o->sealed_pin.len);
	cao_db_done(q);
	if (st == CAO_OK && !cao_buf_ok(ret))
		st = cao_fail_memory(err);
	return st;
}

enum cao_status
cao_backup_pin_put(struct cao_store *s, const struct cao_env *env,
    const struct cao_order *o, const struct cao_secret *pin,
    const struct cao_key *sign, struct cao_error *err)
{
	struct cao_buf cert = { 0 }, sealed = { 0 }, text = { 0 },
		       signature = { 0 };
	struct cao_query *q;
	enum cao_status st;

	if ((st = cao_setup_ca_cert(s, "recovery", &cert, err)) != CAO_OK ||
	    (st = cao_recovery_seal(cert.data, cert.len, cao_secret_data(pin),
		 cao_secret_len(pin), &sealed, err)) != CAO_OK ||
	    (st = text_of(o, sealed.data, sealed.len, env->now, &text, err)) ||
	    (st = cao_key_sign(sign, text.data, text.len, &signature, err)))
		goto out;
	q = cao_db_use(s->db, SQL_PUT_PIN);
	cao_db_int(q, ":order", o->id);
	cao_db_blob(q, ":sealed", sealed.data, sealed.len);
	cao_db_blob(q, ":signature", signature.data, signature.len);
	cao_db_int(q, ":at", env->now);
	st = cao_store_put(s, env, q, CAO_K_PIN, o->id, NULL, err);
out:
	cao_buf_free(&cert);
	cao_buf_free(&sealed);
	cao_buf_free(&text);
	cao_buf_free(&signature);
	return st;
}
