/* OCSP: any octets are refused or are a good request, whose answer is read
 * back; or are a response. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pki/authority.h"
#include "pki/ocsp.h"

#define NOW INT64_C(1795000000)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A CA's key answers for it, since another would take the same code. */
static struct cao_responder *
responder(void)
{
	static struct cao_responder *made;
	struct cao_hierarchy h = { 0 };
	struct cao_issuer *issuer = NULL;
	struct cao_buf der = { 0 };
	struct cao_error err;

	if (made != NULL)
		return made;
	if (cao_authority_make(CAO_P256, "CA", NOW, &h, &err) != CAO_OK ||
	    cao_issuer_new(h.issuing_cert.data, h.issuing_cert.len,
		h.issuing_key, &issuer, &err) != CAO_OK ||
	    cao_authority_responder(issuer, h.issuing_key, h.issuing_key, NOW,
		1, &der, &err) != CAO_OK ||
	    cao_responder_new(der.data, der.len, h.issuing_key, &made, &err) !=
		CAO_OK)
		abort();
	cao_buf_free(&der);
	cao_issuer_free(issuer);
	cao_hierarchy_free(&h);
	return made;
}

static void
answered(const struct cao_ocsp_request *r)
{
	static const struct cao_ocsp_status status[CAO_OCSP_CERTS_MAX];
	static struct cao_ocsp_response back;
	struct cao_buf der = { 0 };
	struct cao_error err;

	assert(r->count >= 1 && r->count <= CAO_OCSP_CERTS_MAX);
	if (cao_ocsp_answer(responder(), r, status, NOW, NOW + 1, &der, &err) !=
		CAO_OK ||
	    cao_ocsp_response_read(der.data, der.len, &back, &err) != CAO_OK)
		abort();
	assert(back.count == r->count && back.nonce.len == r->nonce.len);
	for (size_t i = 0; i < r->count; i++)
		assert(memcmp(back.list[i].id.whole.data, r->list[i].whole.data,
			   r->list[i].whole.len) == 0);
	cao_buf_free(&der);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cao_ocsp_request request;
	static struct cao_ocsp_response response;
	struct cao_error err;
	enum cao_status st;

	st = cao_ocsp_request_read(data, size, &request, &err);
	assert(st == CAO_OK || (st == CAO_INPUT && err.text[0] != '\0'));
	if (st == CAO_OK)
		answered(&request);
	st = cao_ocsp_response_read(data, size, &response, &err);
	assert(st == CAO_OK || (st == CAO_INPUT && err.text[0] != '\0'));
	return 0;
}
