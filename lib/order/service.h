/* A service: what can be ordered, for how much, with which papers. */
#ifndef CAO_ORDER_SERVICE_H
#define CAO_ORDER_SERVICE_H

#include "codec/schema.h"
#include "order/business.h"

struct cao_words {
	char *zh, *en;
};

struct cao_fee_item {
	char *id;
	struct cao_words title;
	int64_t fen;
	char *per;                /* "year" or "order" */
	struct cao_list business; /* char *: empty means every one */
};

struct cao_slot {
	char *id;
	struct cao_words label;
	bool required, repeat;
	struct cao_list formats;    /* char *: pdf jpeg png tiff; empty: all */
	int64_t min_size, max_size; /* octets */
	int64_t min_pixels;         /* of the shorter side; images only */
	struct cao_list business;   /* the condition: empty means every one */
	struct cao_list waived;     /* char *: not required of these where the
	                               holder signed the application */
	struct cao_list proves;     /* char *: in a change, required only if one
	                               of these parts changed; empty: always */
};

struct cao_text_ref {
	char *version, *file; /* file below agreements/ */
};

struct cao_profile {
	/* Any may be NULL.  crl may hold {ca} and {shard}, the others {ca}. */
	char *policy, *cps, *crl, *ocsp, *issuer;
	int64_t crl_shards; /* lists that {shard} counts from 0; 0: one */
};

struct cao_service {
	char *name;
	struct cao_words title;
	char *provider;
	struct cao_list businesses;                   /* char * */
	struct cao_list validities;                   /* char *, months */
	struct cao_list algorithms;                   /* char * */
	struct cao_list person_ids, organisation_ids; /* char * */
	struct cao_list fees;                         /* struct cao_fee_item */
	struct cao_list slots;                        /* struct cao_slot */
	struct cao_text_ref agreement, privacy;
	struct {
		int64_t before, after; /* days around the old notAfter */
	} renewal;
	struct {
		struct cao_list business; /* char *; empty: none */
		struct cao_list unless;   /* char *: "company-transfer" */
	} paper;                          /* whose originals are needed */
	int64_t abandoned; /* days without a fact until it may expire; 0: no */
	struct cao_profile profile;
};

extern const struct cao_schema cao_service_schema;

/* Read and check one service document; free with cao_schema_free(). */
CAO_MUST enum cao_status cao_service_read(const char *name, const char *text,
    size_t len, struct cao_service *ret, struct cao_faults *);
/* Is word among the strings of the list (or the list empty)? */
bool cao_list_has(const struct cao_list *, const char *word);
/* What an order of that business and term (months) costs, in fen; and one item
 * of it: 0 where that is not of the business. */
int64_t cao_service_fee(
    const struct cao_service *, const char *business, int64_t months);
int64_t cao_service_fee_item(
    const struct cao_fee_item *, const char *business, int64_t months);
/* The items as JSON: [{"item": id, "fen": …}]. */
void cao_service_fees(const struct cao_service *, const char *business,
    int64_t months, struct cao_buf *out);
/* Does an order of that business need the paper originals? */
enum cao_paper {
	CAO_PAPER_UNNEEDED,
	CAO_PAPER_NEEDED,
	CAO_PAPER_UNLESS_COMPANY /* needed unless the fee came by company
	                            transfer */
};
enum cao_paper
cao_service_paper(const struct cao_service *, const char *business);
/* The slot of that id, or NULL; applies to the business or not. */
const struct cao_slot *
cao_service_slot(const struct cao_service *, const char *id);
bool cao_slot_applies(const struct cao_slot *, const char *business);
/* Must an order of that business fill it?  signed_: the holder signed the
 * application; changed lists what a change is of, NULL-terminated. */
bool cao_slot_required(const struct cao_slot *, const struct cao_business *,
    bool signed_, const char *const *changed);
/* "seal-form-extra-2" is slot "seal-form-extra", part 2; part 1 has no
 * number.  False if there is no such slot or it does not repeat. */
#define CAO_SLOT_SIZE 48
#define CAO_PARTS_MAX 50
bool cao_slot_split(const struct cao_service *, const char *name,
    const struct cao_slot **ret_slot, unsigned *ret_part);
void cao_slot_join(const char *slot, unsigned part, char out[CAO_SLOT_SIZE]);

#endif /* CAO_ORDER_SERVICE_H */
