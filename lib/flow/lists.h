/*
 * The revocation lists of one CA, as files below the store's folder: the
 * complete one ("crl/sm2.crl", with its copy "crl/sm2.pem"), and one for each
 * {shard} address that a version of a service names.  All have the number
 * of the run that made them.  What belongs on a list is what was recorded
 * before its number was, so that it can be reckoned again at any time.
 */
#ifndef CAO_FLOW_LISTS_H
#define CAO_FLOW_LISTS_H

#include "flow/ca.h"
#include "pki/crl.h"
#include "store/revocation.h"

#define CAO_LISTS_DIR "crl"

struct cao_lists_file {
	char *name;                    /* of its file */
	const char **address;          /* in the certificates that it is for */
	size_t count;                  /* 0: it is complete */
	struct cao_crl_writer *writer; /* or NULL */

	/* From cao_lists_check(): the file as it is. */
	struct cao_buf der;
	struct cao_crl crl;
	/* CAO_OK; CAO_NOTFOUND: not there; CAO_NOTREADY: made before a service
	 * named its addresses; CAO_INTEGRITY: not the CA's, of a number or dates
	 * that were never recorded, or with other entries than belong on it.
	 * The error begins with the file's name. */
	enum cao_status status;
	struct cao_error error;
	struct cao_octets rest; /* entries that were not looked at yet */
};

#define CAO_LIST_COMPLETE 0
#define CAO_LIST_SHARDS 1 /* and those behind it */

struct cao_lists {
	const char *ca; /* one of cao_ca_names */
	struct cao_lists_file *list;
	size_t count;
	/* The complete list's copy.  Of its status, CAO_NOTREADY: it is the
	 * CA's, and another one. */
	struct cao_lists_copy {
		char name[16];
		enum cao_status status;
		struct cao_error error;
	} pem;
	struct cao_lists_point {
		char *address;
		size_t list;
	} * points; /* by their addresses */
	size_t npoints;
};

/* Which lists there are to be; free what it holds. */
CAO_MUST enum cao_status cao_lists_name(struct cao_store *, const char *ca,
    struct cao_lists *ret, struct cao_error *);
void cao_lists_free(struct cao_lists *);

/* A row of table crl; id 0: none. */
struct cao_list_number {
	int64_t id, number, this_update, next_update;
	int64_t bound; /* the last revocation before it */
};
/* The last one of the CA; or that number, 0: none such. */
CAO_MUST enum cao_status cao_lists_last(struct cao_store *, const char *ca,
    struct cao_list_number *ret, struct cao_error *);
CAO_MUST enum cao_status cao_lists_number(struct cao_store *, const char *ca,
    uint64_t number, struct cao_list_number *ret, struct cao_error *);

/* Each certificate that belongs on each list as of a bound, in a fixed order;
 * list is its place.  Inside a transaction. */
typedef enum cao_status cao_lists_visit(void *arg, size_t list,
    const struct cao_revocation *, enum cao_usage, struct cao_error *);
CAO_MUST enum cao_status
cao_lists_walk(struct cao_store *, const struct cao_lists *, int64_t bound,
    cao_lists_visit *, void *arg, struct cao_error *);
/* May a list leave it out that follows one of that thisUpdate?  It has been on
 * one that was made behind its end: RFC 5280 section 3.3. */
bool cao_lists_past(const struct cao_revocation *, int64_t this_update);

/* Read the file of every list and hold it to the CA's certificate and to the
 * store.  Inside a transaction. */
CAO_MUST enum cao_status cao_lists_check(struct cao_store *, struct cao_lists *,
    const struct cao_cert *ca, const struct cao_key *, struct cao_error *);
/* The complete one alone, and not its copy. */
CAO_MUST enum cao_status
cao_lists_check_complete(struct cao_store *, struct cao_lists *,
    const struct cao_cert *ca, const struct cao_key *, struct cao_error *);
/* Read one file, without holding it to anything but its form. */
CAO_MUST enum cao_status
cao_lists_read(struct cao_store *, struct cao_lists_file *, struct cao_error *);

#endif /* CAO_FLOW_LISTS_H */
