/* Installing: verify the pair, open the envelope, write the container, sign a
 * receipt that the store checks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "base/time.h"
#include "flow/ca.h"
#include "flow/container.h"
#include "flow/flow.h"
#include "flow/install.h"
#include "pki/chain.h"
#include "pki/envelope.h"

/* An order on its way into its container. */
struct job {
	struct cao_result *result;
	struct cao_order order;
	struct cao_key *sign; /* the holder's */
	struct cao_buf receipt, signature;
	bool open;
};

static void
free_jobs(struct job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cao_key_free(jobs[i].sign);
		cao_buf_free(&jobs[i].receipt);
		cao_buf_free(&jobs[i].signature);
		cao_order_free(&jobs[i].order);
	}
	free(jobs);
}

static bool
has_key_file(const struct cao_container *c, const char *name)
{
	char *path = cao_container_path(c, name, "sign.key");
	bool there = path != NULL && cao_file_exists(path);

	free(path);
	return there;
}

/* The folder of an order in the keystore: its number's, or, where the keys
 * were made before the order and are not installed yet, the one they were
 * prepared in. */
static void
keys_folder(const struct cao_container *c, const struct cao_order *o,
    char out[CAO_CONTAINER_NAME_SIZE])
{
	unsigned char content[CAO_DIGEST_SIZE];

	if (!has_key_file(c, o->number)) {
		cao_sha256(o->content, strlen(o->content), content);
		cao_container_name(o->request, content, out);
		if (has_key_file(c, out))
			return;
	}
	(void)snprintf(out, CAO_CONTAINER_NAME_SIZE, "%s", o->number);
}

/* A key that was made before its order had a number gets it now, so that the
 * container is found by the number alone from here on. */
static enum cao_status
take_number(const struct cao_container *c, const struct cao_order *o,
    const char *name, struct cao_error *err)
{
	char *from, *to;
	enum cao_status st;

	if (strcmp(name, o->number) == 0)
		return CAO_OK;
	from = cao_container_path(c, name, NULL);
	to = cao_container_path(c, o->number, NULL);
	if (from == NULL || to == NULL)
		st = cao_fail_memory(err);
	else if (rename(from, to) == -1)
		st = cao_fail_errno(err, "%s", to);
	else
		st = cao_file_sync_dir(c->dir, err);
	free(from);
	free(to);
	return st;
}

/* One certificate of the pair: its chain, its usage, its key. */
static enum cao_status
check_cert(const struct cao_buf *der, enum cao_usage want,
    const struct cao_octets above[2], int64_t now, struct cao_cert *ret,
    struct cao_error *err)
{
	const struct cao_octets leaf = { der->data, der->len };
	enum cao_usage usage;
	enum cao_status st;

	if ((st = cao_cert_read(der->data, der->len, ret, err)) != CAO_OK)
		return st;
	if (!cao_cert_usage(ret, &usage) || usage != want)
		return cao_fail(err, CAO_INTEGRITY,
		    want == CAO_SIGN
			? N_("the signing certificate does not say that it is "
			     "one (keyUsage)")
			: N_("the encryption certificate does not say that it "
			     "is one (keyUsage)"));
	return cao_chain_verify(&leaf, above, 2, now, err);
}

/* Both certificates: good, of one holder and term, the first over our key. */
static enum cao_status
check_pair(struct cao_store *s, const struct cao_env *env, struct job *j,
    struct cao_cert ret[2], struct cao_buf chain[2], struct cao_error *err)
{
	const struct cao_pair *p = j->order.pair;
	struct cao_octets above[2];
	const unsigned char *spki;
	enum cao_status st;
	size_t len;

	st = cao_ca_chain(
	    s, cao_key_algorithm(j->sign), &chain[0], &chain[1], err);
	if (st != CAO_OK)
		return st;
	for (int i = 0; i < 2; i++)
		above[i] = (struct cao_octets){ chain[i].data, chain[i].len };
	if ((st = check_cert(&p->sign, CAO_SIGN, above, env->now,
		 &ret[CAO_SIGN], err)) != CAO_OK ||
	    (st = check_cert(&p->encrypt, CAO_ENCRYPT, above, env->now,
		 &ret[CAO_ENCRYPT], err)) != CAO_OK)
		return st;
	if (ret[0].subject_len != ret[1].subject_len ||
	    memcmp(ret[0].subject, ret[1].subject, ret[0].subject_len) != 0 ||
	    ret[0].not_before != ret[1].not_before ||
	    ret[0].not_after != ret[1].not_after)
		return cao_fail(err, CAO_INTEGRITY,
		    "the two certificates are not one pair: their subjects or "
		    "terms differ");
	spki = cao_key_spki(j->sign, &len);
	if (ret[CAO_SIGN].spki_len != len ||
	    memcmp(ret[CAO_SIGN].spki, spki, len) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "the signing certificate is not over the key in the "
		    "container");
	return CAO_OK;
}

static enum cao_status
put_pem(const struct cao_container *c, const char *name, const char *file,
    const struct cao_buf *first, const struct cao_buf *second,
    struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st;

	cao_pem_put(&pem, "CERTIFICATE", first->data, first->len);
	if (second != NULL)
		cao_pem_put(&pem, "CERTIFICATE", second->data, second->len);
	st = cao_buf_ok(&pem)
	    ? cao_container_write(c, name, file, pem.data, pem.len, err)
	    : cao_fail_memory(err);
	cao_buf_free(&pem);
	return st;
}

/* Is the encryption key in the container already the certificate's? */
static bool
has_key(const struct cao_container *c, const char *name,
    const struct cao_cert *encrypt)
{
	struct cao_error ignored;
	const unsigned char *spki;
	struct cao_key *key;
	size_t len;
	bool same;

	if (cao_container_get_key(c, name, "encrypt.key", &key, &ignored))
		return false;
	spki = cao_key_spki(key, &len);
	same =
	    len == encrypt->spki_len && memcmp(spki, encrypt->spki, len) == 0;
	cao_key_free(key);
	return same;
}

/* The encryption key out of its envelope, which must be the certificate's. */
static enum cao_status
put_key(const struct cao_container *c, const char *name, struct job *j,
    const struct cao_cert *encrypt, struct cao_error *err)
{
	const struct cao_pair *p = j->order.pair;
	const unsigned char *spki;
	struct cao_key *key = NULL;
	enum cao_status st;
	size_t len;

	if (has_key(c, name, encrypt))
		return CAO_OK;
	st = cao_envelope_open(j->sign, p->sign.data, p->sign.len,
	    p->envelope.data, p->envelope.len, &key, err);
	if (st != CAO_OK)
		return st;
	spki = cao_key_spki(key, &len);
	if (len != encrypt->spki_len || memcmp(spki, encrypt->spki, len) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "the key in the envelope is not the encryption "
		    "certificate's");
	else
		st = cao_container_put_key(c, name, "encrypt.key", key, err);
	cao_key_free(key);
	return st;
}

void
cao_receipt_text(const struct cao_order *o, const struct cao_cert *sign,
    const struct cao_cert *encrypt, int64_t at, struct cao_buf *out)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	char when[CAO_RFC3339_SIZE];

	cao_time_format(at, when);
	cao_buf_printf(
	    out, "caorder receipt 1\norder %s\nat %s\nsign ", o->number, when);
	cao_sha256(sign->der, sign->der_len, digest);
	cao_hex_put(out, digest, sizeof digest);
	cao_buf_puts(out, "\nencrypt ");
	cao_sha256(encrypt->der, encrypt->der_len, digest);
	cao_hex_put(out, digest, sizeof digest);
	cao_buf_putc(out, '\n');
}

/* Possession proved: signed with the new key, verified by its certificate. */
static enum cao_status
sign_receipt(struct job *j, const struct cao_cert certs[2], int64_t now,
    struct cao_error *err)
{
	struct cao_key *public = NULL;
	enum cao_status st;

	cao_receipt_text(
	    &j->order, &certs[CAO_SIGN], &certs[CAO_ENCRYPT], now, &j->receipt);
	if (!cao_buf_ok(&j->receipt))
		return cao_fail_memory(err);
	st = cao_key_sign(
	    j->sign, j->receipt.data, j->receipt.len, &j->signature, err);
	if (st == CAO_OK)
		st = cao_key_from_spki(certs[CAO_SIGN].spki,
		    certs[CAO_SIGN].spki_len, &public, err);
	if (st == CAO_OK)
		st = cao_key_verify(public, j->receipt.data, j->receipt.len,
		    j->signature.data, j->signature.len, err);
	cao_key_free(public);
	return st;
}

/* The authorisation of the handler covers collecting and installing. */
static enum cao_status
check_authorised(const struct cao_order *o, int64_t now, struct cao_error *err)
{
	int64_t from, to, today = cao_date_of(now);
	enum cao_status st;

	st = cao_date_parse(o->application.authorisation.from, &from, err);
	if (st == CAO_OK)
		st = cao_date_parse(o->application.authorisation.to, &to, err);
	if (st != CAO_OK)
		return st;
	if (today < from || today > to)
		return cao_fail(err, CAO_DENIED,
		    "the handler's authorisation is from %s to %s; amend the "
		    "application with a new one",
		    o->application.authorisation.from,
		    o->application.authorisation.to);
	return CAO_OK;
}

static enum cao_status
fill_container(struct cao_store *s, const struct cao_env *env,
    const struct cao_container *c, struct job *j, struct cao_error *err)
{
	const struct cao_pair *p = j->order.pair;
	const char *name = j->order.number;
	char folder[CAO_CONTAINER_NAME_SIZE];
	struct cao_buf chain[2] = { { 0 }, { 0 } };
	struct cao_cert certs[2];
	enum cao_status st;

	keys_folder(c, &j->order, folder);
	if ((st = cao_container_get_key(
		 c, folder, "sign.key", &j->sign, err)) != CAO_OK ||
	    (st = check_pair(s, env, j, certs, chain, err)) != CAO_OK ||
	    env->dry_run ||
	    (st = take_number(c, &j->order, folder, err)) != CAO_OK)
		goto out;
	if ((st = put_key(c, name, j, &certs[CAO_ENCRYPT], err)) != CAO_OK ||
	    (st = put_pem(c, name, "encrypt.crt", &p->encrypt, NULL, err)) ||
	    (st = put_pem(c, name, "chain.pem", &chain[0], &chain[1], err)) ||
	    (st = put_pem(c, name, "sign.crt", &p->sign, NULL, err)))
		goto out;
	if (j->order.installed == 0)
		st = sign_receipt(j, certs, env->now, err);
out:
	cao_buf_free(&chain[0]);
	cao_buf_free(&chain[1]);
	return st;
}

/* An order that was installed before is written again only where its files
 * are missing, and gives no second receipt. */
static enum cao_status
install_one(struct cao_store *s, const struct cao_env *env,
    const struct cao_container *c, struct job *j, struct cao_error *err)
{
	enum cao_status st;
	bool done;

	st = cao_store_load(s, j->result->number,
	    CAO_LOAD_APPLICATION | CAO_LOAD_PAIR, &j->order, err);
	if (st != CAO_OK)
		return st;
	cao_result_name(j->result, &j->order);
	st = cao_step_check(CAO_STEP_INSTALL, j->order.facts, &done, err);
	if (st != CAO_OK)
		return st;
	if (j->order.pair == NULL)
		return cao_fail(
		    err, CAO_INTEGRITY, "the order's pair is missing");
	if (!done &&
	    (st = check_authorised(&j->order, env->now, err)) != CAO_OK)
		return st;
	if ((st = fill_container(s, env, c, j, err)) != CAO_OK)
		return st;
	j->open = !done;
	return CAO_OK;
}

static enum cao_status
record(struct cao_store *s, const struct cao_env *env, void *jobs, size_t i,
    struct cao_error *err)
{
	struct job *j = (struct job *)jobs + i;
	struct cao_query *q;
	struct cao_order o;
	enum cao_status st;
	bool done;

	if (!j->open)
		return CAO_OK;
	if ((st = cao_store_load(s, j->order.number, 0, &o, err)) != CAO_OK)
		return st;
	st = cao_step_check(CAO_STEP_INSTALL, o.facts, &done, err);
	cao_order_free(&o);
	if (st != CAO_OK || done)
		return st;
	q = cao_db_use(s->db, SQL_PUT_RECEIPT);
	cao_db_int(q, ":order", j->order.id);
	cao_db_text(q, ":text", cao_buf_text(&j->receipt));
	cao_db_blob(q, ":signature", j->signature.data, j->signature.len);
	cao_db_int(q, ":at", env->now);
	st = cao_store_put(s, env, q, CAO_K_RECEIPT, j->order.id, NULL, err);
	if (st == CAO_OK)
		j->result->changed = true;
	return st;
}

enum cao_status
cao_install(struct cao_store *s, const struct cao_env *env,
    struct cao_container *c, struct cao_result *results, size_t n,
    struct cao_error *err)
{
	struct job *jobs = calloc(n > 0 ? n : 1, sizeof *jobs);
	enum cao_status st = CAO_OK;
	bool any = false;

	if (jobs == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < n; i++) {
		jobs[i].result = &results[i];
		st = cao_result_judge(
		    &results[i], install_one(s, env, c, &jobs[i], err), err);
		if (st != CAO_OK)
			goto out;
		any = any || jobs[i].open;
	}
	if (any && !env->dry_run)
		st = cao_flow_batch(
		    s, env, __func__, record, jobs, results, n, err);
out:
	free_jobs(jobs, n);
	return st;
}
