/* An application on its way in. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flow/draft.h"
#include "pki/der.h"

enum cao_status
cao_draft_new(struct cao_draft **ret, struct cao_error *err)
{
	struct cao_draft *d = calloc(1, sizeof *d);

	if (d == NULL)
		return cao_fail_memory(err);
	*ret = d;
	return CAO_OK;
}

const struct cao_draft *
cao_draft_of(const struct cao_application *application)
{
	return (const struct cao_draft *)application;
}

void
cao_application_free(struct cao_application *application)
{
	struct cao_draft *d = (struct cao_draft *)application;

	if (d == NULL)
		return;
	cao_schema_free(&cao_application_schema, &d->application);
	cao_csr_free(&d->csr);
	cao_buf_free(&d->sealed_pin);
	cao_buf_free(&d->holder);
	cao_faults_free(&d->notes);
	cao_asking_free(d->asking);
	free(d);
}

struct cao_subject
cao_draft_subject(const struct cao_application *a)
{
	return (struct cao_subject){
		.country = a->user.country,
		.province = a->user.province,
		.locality = a->organisation.address,
		.organisation = a->organisation.name,
		.unit = a->user.department,
		.common_name = a->user.name,
	};
}

static void
decode_csr(struct cao_draft *d, const struct cao_place *place)
{
	const char *wanted = d->application.algorithm, *found;
	const char *pem = d->application.csr;
	struct cao_error err;

	if (cao_csr_read("PKCS #10", pem, strlen(pem), &d->csr, &err) !=
	    CAO_OK) {
		cao_place_fault(place, "csr", &err);
		return;
	}
	found = cao_algorithm_names[cao_key_algorithm(d->csr.key)];
	if (wanted == NULL || strcmp(wanted, found) == 0)
		return;
	(void)cao_fail(&err, CAO_INPUT,
	    "its key is %s, and algorithm says %s: make them agree", found,
	    wanted);
	cao_place_fault(place, "csr", &err);
}

static void
decode_sealed_pin(struct cao_draft *d, const struct cao_place *place)
{
	const char *text = d->application.sealed_pin;
	struct cao_der in, whole;
	struct cao_error err;
	unsigned tag;

	if (cao_base64_get(text, strlen(text), &d->sealed_pin)) {
		in = (struct cao_der){ d->sealed_pin.data, d->sealed_pin.len };
		if (cao_der_next(&in, &tag, NULL, &whole) &&
		    tag == CAO_DER_SEQUENCE && in.len == 0)
			return;
	}
	(void)cao_fail(&err, CAO_INPUT,
	    "not the Base64 of a CMS EnvelopedData (RFC 5652); ca-apply "
	    "--prepare writes one");
	cao_place_fault(place, "sealed_pin", &err);
}

static void
decode_holder(struct cao_draft *d, const struct cao_place *place)
{
	const char *text = d->application.holder;
	struct cao_error err;

	if (!cao_base64_get(text, strlen(text), &d->holder)) {
		(void)cao_fail(&err, CAO_INPUT,
		    "not the Base64 of a signature; ca-apply --prepare "
		    "--signed writes one");
		cao_place_fault(place, "holder", &err);
	} else if (d->application.csr == NULL &&
	    d->application.algorithm != NULL) {
		(void)cao_fail(&err, CAO_INPUT,
		    "it signs the csr too, and there is none: give it, or "
		    "apply with --signed");
		cao_place_fault(place, "holder", &err);
	}
}

/* Who makes the key has the PIN, and nobody else can seal it. */
static void
check_pin(const struct cao_draft *d, const struct cao_place *place)
{
	const struct cao_application *a = &d->application;
	const char *path = "sealed_pin";
	struct cao_error err;

	if (a->sealed_pin != NULL && a->csr == NULL) {
		(void)cao_fail(&err, CAO_INPUT,
		    "it goes with the csr of the key that the PIN opens, and "
		    "there is none");
	} else if (a->sealed_pin != NULL && !a->backup_pin) {
		(void)cao_fail(&err, CAO_INPUT,
		    "it is for a PIN that can be recovered: say backup_pin: "
		    "true, or leave it out");
	} else if (a->sealed_pin == NULL && a->csr != NULL && a->backup_pin) {
		path = "backup_pin";
		(void)cao_fail(&err, CAO_INPUT,
		    "the PIN of a csr's key is not known here: give it as "
		    "sealed_pin (ca-apply --prepare writes both), or leave "
		    "backup_pin out");
	} else {
		return;
	}
	cao_place_fault(place, path, &err);
}

void
cao_draft_decode(struct cao_draft *d, const struct cao_place *place)
{
	if (d->application.csr != NULL)
		decode_csr(d, place);
	if (d->application.sealed_pin != NULL)
		decode_sealed_pin(d, place);
	if (d->application.holder != NULL)
		decode_holder(d, place);
	check_pin(d, place);
}

bool
cao_draft_fits(const struct cao_draft *d, struct cao_store *store,
    const struct cao_place *place, struct cao_offer *ret)
{
	const struct cao_application *a = &d->application;
	struct cao_faults found = { 0 };
	struct cao_error err;
	bool good;

	*ret = (struct cao_offer){ .service = NULL };
	if (a->service == NULL)
		return false;
	if (cao_offer_find(store, a->service, ret, &err) != CAO_OK) {
		cao_place_fault(place, "service", &err);
		return false;
	}
	cao_application_fits(a, ret->service, place->doc, place->file, &found);
	good = found.count == 0;
	for (size_t i = 0; i < found.count; i++)
		cao_place_fault(place, found.list[i].field, &found.list[i]);
	cao_faults_free(&found);
	if (!good)
		cao_offer_free(ret);
	return good;
}
