/* Receipts, and what holders signed later: held to the pair whose key they
 * are signed with. */
#include <string.h>

#include "flow/backup_pin.h"
#include "flow/install.h"
#include "flow/successor.h"
#include "flow/verify.h"
#include "pki/code.h"

/* Is the row's text the receipt of the order by that pair, and signed with
 * its key?  *ret_named false: it is another pair's. */
static enum cao_status
check_signer(const struct cao_order *o, const struct cao_pair *p,
    const struct cao_query *q, bool *ret_named, struct cao_error *err)
{
	struct cao_cert sign, encrypt;
	struct cao_buf text = { 0 };
	struct cao_key *key = NULL;
	enum cao_status st;
	const void *signature;
	size_t len;

	if ((st = cao_cert_read_key(
		 p->sign.data, p->sign.len, &sign, &key, err)) ||
	    (st = cao_cert_read(
		 p->encrypt.data, p->encrypt.len, &encrypt, err)) != CAO_OK)
		goto out;
	cao_receipt_text(o, &sign, o->pair != NULL ? &encrypt : NULL,
	    cao_col_int(q, 2), &text);
	signature = cao_col_blob(q, 1, &len);
	*ret_named = strcmp(cao_buf_text(&text), cao_col_text(q, 0)) == 0;
	if (!cao_buf_ok(&text))
		st = cao_fail_memory(err);
	else if (*ret_named &&
	    cao_key_verify(key, text.data, text.len, signature, len, err) !=
		CAO_OK)
		st = cao_fail(err, CAO_INTEGRITY,
		    o->pair != NULL
			? N_("the receipt is not signed with the order's new "
			     "key")
			: N_("the receipt is not signed with the key that it "
			     "names"));
out:
	cao_key_free(key);
	cao_buf_free(&text);
	return st;
}

/* A PIN is received with the keys that it opens; a key with those of any pair
 * that took the place of its own. */
static enum cao_status
check_delivered(struct cao_verify *v, const struct cao_order *o,
    const struct cao_query *q, bool *ret_named, struct cao_error *err)
{
	struct cao_order by = { 0 };
	enum cao_status st;
	char number[CAO_NUMBER_SIZE];
	bool found = true, named = false;

	for (size_t i = 0; !named; i++) {
		st = cao_successor_at(
		    v->store, o->certificate, i, number, &found, err);
		if (st != CAO_OK || !found)
			return st;
		if (o->business->product == CAO_MAKES_PIN &&
		    strcmp(number, o->certificate) != 0)
			continue;
		st = cao_store_load(v->store, number, CAO_LOAD_PAIR, &by, err);
		if (st == CAO_OK && by.pair != NULL)
			st = check_signer(o, by.pair, q, &named, err);
		cao_order_free(&by);
		if (st != CAO_OK)
			return st;
	}
	*ret_named = named;
	return CAO_OK;
}

static enum cao_status
check_receipt(struct cao_verify *v, const struct cao_order *o,
    const struct cao_query *q, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	bool named = false;

	if (o->pair != NULL)
		st = check_signer(o, o->pair, q, &named, err);
	else if (o->fulfilment != NULL)
		st = check_delivered(v, o, q, &named, err);
	else
		return cao_fail(err, CAO_INTEGRITY,
		    "it has a receipt and nothing was issued");
	if (st != CAO_OK || named)
		return st;
	return cao_fail(err, CAO_INTEGRITY,
	    o->pair != NULL
		? N_("the receipt is not over the order's certificates")
		: N_("the receipt is not over what the order delivers"));
}

enum cao_status
cao_verify_receipt(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_VERIFY_RECEIPT);
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", o->id);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
		return st;
	st = check_receipt(v, o, q, err);
	cao_db_done(q);
	return st;
}

static enum cao_status
check_tries(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_ATTEMPT_COUNT);
	enum cao_status st;
	int64_t tries;

	cao_db_int(q, ":order", o->id);
	if ((st = cao_db_number(q, &tries, err)) != CAO_OK)
		return st;
	if (tries > 0 && o->business->product != CAO_MAKES_PIN)
		return cao_fail(err, CAO_INTEGRITY,
		    "a one-time code was tried and it has none");
	if (tries > CAO_CODE_TRIES)
		return cao_fail(err, CAO_INTEGRITY,
		    "its one-time code was tried %lld times; it may be %d",
		    (long long)tries, CAO_CODE_TRIES);
	return CAO_OK;
}

enum cao_status
cao_verify_pins(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_VERIFY_PINS);
	const void *sealed, *signature;
	size_t len, signature_len;
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", o->id);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		sealed = cao_col_blob(q, 0, &len);
		signature = cao_col_blob(q, 1, &signature_len);
		st = cao_backup_pin_check(o, sealed, len, signature,
		    signature_len, cao_col_int(q, 2), err);
		if (st != CAO_OK)
			break;
	}
	cao_db_done(q);
	return st == CAO_OK ? check_tries(v, o, err) : st;
}
