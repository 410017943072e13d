/* Certificates, as PEM. */
#include <string.h>

#include "flow/ca.h"
#include "flow/query.h"
#include "flow/setup.h"

static void
put(struct cao_buf *out, const struct cao_buf *der)
{
	cao_pem_put(out, "CERTIFICATE", der->data, der->len);
}

static enum cao_status
put_chain(struct cao_store *s, const struct cao_order *o, struct cao_buf *out,
    struct cao_error *err)
{
	struct cao_buf issuing = { 0 }, root = { 0 };
	enum cao_algorithm algorithm;
	enum cao_status st;

	if (!cao_algorithm_find(o->application.algorithm, &algorithm))
		return cao_fail(err, CAO_INTEGRITY, "unknown algorithm '%.32s'",
		    o->application.algorithm);
	st = cao_ca_chain(s, algorithm, &issuing, &root, err);
	if (st == CAO_OK) {
		put(out, &issuing);
		put(out, &root);
	}
	cao_buf_free(&issuing);
	cao_buf_free(&root);
	return st;
}

static enum cao_status
put_one(const struct cao_order *o, const char *which, struct cao_buf *out,
    struct cao_error *err)
{
	if (o->pair == NULL)
		return cao_fail(err, CAO_NOTREADY,
		    "the certificates are not issued (ca-query --why %s)",
		    o->number);
	put(out,
	    strcmp(which, "sign") == 0 ? &o->pair->sign : &o->pair->encrypt);
	return CAO_OK;
}

static enum cao_status
put_order(struct cao_store *s, const char *number, const char *which,
    struct cao_buf *out, struct cao_error *err)
{
	bool chain = strcmp(which, "chain") == 0;
	enum cao_status st;
	struct cao_order o;

	st = cao_store_load(
	    s, number, chain ? CAO_LOAD_APPLICATION : CAO_LOAD_PAIR, &o, err);
	if (st != CAO_OK)
		return st;
	st = chain ? put_chain(s, &o, out, err) : put_one(&o, which, out, err);
	cao_order_free(&o);
	return st;
}

static enum cao_status
put_recovery(struct cao_store *s, struct cao_buf *out, struct cao_error *err)
{
	struct cao_buf der = { 0 };
	enum cao_status st;

	st = cao_setup_ca_cert(s, "recovery", &der, err);
	if (st == CAO_OK)
		put(out, &der);
	cao_buf_free(&der);
	return st;
}

enum cao_status
cao_query_pem(struct cao_store *s, const char *number, const char *which,
    char **ret_pem, struct cao_error *err)
{
	struct cao_buf out = { 0 };
	enum cao_status st;

	if (strcmp(which, "recovery") == 0)
		st = put_recovery(s, &out, err);
	else if (strcmp(which, "sign") == 0 || strcmp(which, "encrypt") == 0 ||
	    strcmp(which, "chain") == 0)
		st = put_order(s, number, which, &out, err);
	else
		st = cao_fail(err, CAO_USAGE,
		    "no certificate '%.32s': it is one of sign, encrypt, "
		    "chain, recovery",
		    which);
	if (st == CAO_OK)
		st = cao_buf_give(&out, ret_pem, err);
	cao_buf_free(&out);
	return st;
}
