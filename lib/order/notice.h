/*
 * The texts of notices, one file a kind and language:
 *
 *	Subject: {order}: approved
 *
 *	Dear {handler}, your order {order} for {user} is approved.
 *
 * The first line is the subject, the second is empty, the rest is the text.
 * {name} stands for a value; which ones there are depends on the kind.  "{{"
 * and "}}" are braces.
 */
#ifndef CAO_ORDER_NOTICE_H
#define CAO_ORDER_NOTICE_H

#include "base/buf.h"

#define CAO_NOTICE_MAX (8 * 1024)  /* octets of a file */
#define CAO_NOTICE_SUBJECT_MAX 100 /* characters, before values are put in */

/* The kinds, each about a fact: caorder(7) says which. */
enum cao_notice_kind {
	CAO_NOTICE_RETURNED,
	CAO_NOTICE_REFUSED,
	CAO_NOTICE_APPROVED,
	CAO_NOTICE_ISSUED,
	CAO_NOTICE_RECOVERED,
	CAO_NOTICE_UNLOCK,
	CAO_NOTICE_EXPIRING,
	CAO_NOTICE_REVOKED,
	CAO_NOTICE_HELD,
	CAO_NOTICE_RELEASED,
	CAO_NOTICE_REFUND,
	CAO_NOTICE_INVOICE,
	CAO_NOTICE_CODE,
	CAO_NOTICES
};
extern const char *const cao_notice_kinds[]; /* "returned" … NULL */
bool cao_notice_kind_find(const char *name, enum cao_notice_kind *ret);
/* Does it hold a one-time code, which goes to a telephone alone? */
bool cao_notice_is_secret(enum cao_notice_kind);

/* What can stand in them. */
enum cao_notice_value {
	CAO_NV_CA,
	CAO_NV_ORDER,
	CAO_NV_SERVICE,
	CAO_NV_HANDLER,
	CAO_NV_USER,
	CAO_NV_USER_ID, /* masked */
	CAO_NV_ORGANISATION,
	CAO_NV_ORGANISATION_ID, /* masked */
	CAO_NV_REASON,
	CAO_NV_SERIAL, /* of the certificate to sign with */
	CAO_NV_SINCE,
	CAO_NV_UNTIL,
	CAO_NV_CODE,
	CAO_NV_AMOUNT,
	CAO_NV_INVOICE, /* its number */
	CAO_NV_URL,     /* where it can be had */
	CAO_NOTICE_VALUES
};
extern const char *const cao_notice_values[]; /* "ca" … NULL */

struct cao_notice {
	char *subject, *text;
};
/*
 * Read one, and refuse what it could not be rendered with: each fault has its
 * line and column (in characters).
 */
CAO_MUST enum cao_status cao_notice_read(enum cao_notice_kind, const char *name,
    const char *text, size_t len, struct cao_notice *ret, struct cao_faults *);
void cao_notice_free(struct cao_notice *); /* what it holds */

/*
 * Append a subject or text that was read, with the values put in (NULL: none).
 * Values are not looked into for further names; control characters in them
 * become blanks.
 */
void cao_notice_render(const char *subject_or_text,
    const char *const values[CAO_NOTICE_VALUES], struct cao_buf *out);

#endif /* CAO_ORDER_NOTICE_H */
