/* The application: who, for which organisation, through which handler, what. */
#ifndef CAO_ORDER_APPLICATION_H
#define CAO_ORDER_APPLICATION_H

#include "codec/schema.h"
#include "order/service.h"
#include "pki/digest.h"

struct cao_person {
	char *name, *id_type, *id_number, *country, *province, *phone;
	char *gender, *department; /* optional */
};

struct cao_organisation {
	char *name, *id_type, *id_number, *country, *province, *address;
	char *phone; /* optional */
};

struct cao_handler {
	char *like; /* "user": name, id_type and id_number are the user's */
	char *name, *id_type, *id_number;
	char *address, *phone, *email;
};

struct cao_application {
	char *request; /* or NULL */
	char *service, *business;
	int64_t validity; /* months; 0: what remains, or none */
	char *algorithm;  /* NULL: it makes no certificate */
	struct {
		char *agreement, *privacy; /* versions agreed to */
	} consent;
	bool backup_pin;
	struct {
		char *order, *serial; /* order alone once it was looked up */
	} certificate;                /* the pair that the business is about */
	char *reason;                 /* enum cao_reason's name, or NULL */
	char
	    *encryption_key; /* "kept" or "new"; NULL: as the business has it */
	struct cao_person user;
	struct cao_organisation organisation;
	struct cao_handler handler; /* complete after cao_application_check() */
	struct {
		char *from, *to; /* YYYY-MM-DD, both included */
	} authorisation;
	char *csr;        /* PEM, or NULL */
	char *sealed_pin; /* Base64 of a CMS EnvelopedData, or NULL */
	char *holder;     /* Base64 of cao_application_holder()'s signature */
};

extern const struct cao_schema cao_application_schema;

/*
 * What no single field can tell: numbers by their type; the gender of a
 * resident id; the handler taken over from the user; the authorisation's dates
 * around today (days since 1970).  Numbers, mobiles and provinces are put into
 * their normal form, the handler is made complete and its like NULL, so that
 * the same content is the same however it was written.  What the schema
 * refused already is passed over.  doc, if not NULL, gives the places of the
 * faults, which come into the order of their places.  Notes are faults of
 * status CAO_OK.
 */
void cao_application_check(struct cao_application *, const struct cao_node *doc,
    const char *file, int64_t today, struct cao_faults *);
/* Whether a kind of business takes a member of the application; of those that
 * all kinds take, CAO_WANTED: the schema says more. */
enum cao_want { CAO_UNWANTED, CAO_WANTED, CAO_NEEDED };
enum cao_want
cao_application_wants(const struct cao_business *, const char *member);
/* Is all of it what the service offers: business, validity, algorithm, id
 * types, the versions agreed to. */
void
cao_application_fits(const struct cao_application *, const struct cao_service *,
    const struct cao_node *doc, const char *file, struct cao_faults *);
/*
 * A checked application's canonical JSON and its SHA-256, by which a repeated
 * one is recognised.  Without csr and sealed_pin, which are facts of their
 * own, without holder, which signs it, and without request, which names the
 * application and is none of its content.  What *ret_json held is freed.
 */
CAO_MUST enum cao_status cao_application_content(const struct cao_application *,
    struct cao_buf *ret_json, unsigned char ret_digest[CAO_DIGEST_SIZE],
    struct cao_error *);

/*
 * What the holder signs, with the key of the certificate concerned, to apply
 * without papers: "caorder holder 1", then the digests of the content and of
 * the certification request (csr_der empty: a "-").
 */
void cao_application_holder(const unsigned char content[CAO_DIGEST_SIZE],
    const struct cao_buf *csr_der, struct cao_buf *out);

#endif /* CAO_ORDER_APPLICATION_H */
