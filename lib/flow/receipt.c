/* What is proved by installing. */
#include "base/text.h"
#include "flow/install.h"

static void
put_digest(struct cao_buf *out, const char *name, const void *data, size_t len)
{
	unsigned char digest[CAO_DIGEST_SIZE];

	cao_buf_puts(out, name);
	cao_buf_putc(out, ' ');
	cao_sha256(data, len, digest);
	cao_hex_put(out, digest, sizeof digest);
	cao_buf_putc(out, '\n');
}

void
cao_receipt_text(const struct cao_order *o, const struct cao_cert *sign,
    const struct cao_cert *encrypt, int64_t at, struct cao_buf *out)
{
	char when[CAO_RFC3339_SIZE];

	cao_time_format(at, when);
	cao_buf_printf(
	    out, "caorder receipt 1\norder %s\nat %s\n", o->number, when);
	put_digest(out, "sign", sign->der, sign->der_len);
	if (encrypt != NULL)
		put_digest(out, "encrypt", encrypt->der, encrypt->der_len);
	else
		put_digest(out, "payload", o->fulfilment->payload.data,
		    o->fulfilment->payload.len);
}

enum cao_status
cao_receipt_sign(struct cao_install *in, const struct cao_key *key,
    const struct cao_cert *sign, const struct cao_cert *encrypt,
    struct cao_error *err)
{
	struct cao_buf *text = &in->receipt, *signature = &in->signature;
	struct cao_key *public = NULL;
	enum cao_status st;

	cao_receipt_text(&in->order, sign, encrypt, in->env->now, text);
	if (!cao_buf_ok(text))
		return cao_fail_memory(err);
	st = cao_key_sign(key, text->data, text->len, signature, err);
	if (st == CAO_OK)
		st =
		    cao_key_from_spki(sign->spki, sign->spki_len, &public, err);
	if (st == CAO_OK)
		st = cao_key_verify(public, text->data, text->len,
		    signature->data, signature->len, err);
	cao_key_free(public);
	return st;
}

enum cao_status
cao_receipt_put(struct cao_install *in, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(in->store->db, SQL_PUT_RECEIPT);

	cao_db_int(q, ":order", in->order.id);
	cao_db_text(q, ":text", cao_buf_text(&in->receipt));
	cao_db_blob(q, ":signature", in->signature.data, in->signature.len);
	cao_db_int(q, ":at", in->env->now);
	return cao_store_put(
	    in->store, in->env, q, CAO_K_RECEIPT, in->order.id, NULL, err);
}
