/* Messages to handlers: what notify.c shares with its parts. */
#ifndef CAO_FLOW_NOTIFY_H
#define CAO_FLOW_NOTIFY_H

#include "flow/notify_key.h"
#include "order/notice.h"

#define CAO_NOTIFY_KEPT \
	(INT64_C(30) * 24 * 60 * 60) /* seconds: messages that
	never were tried, and what was given up, are of no use after it */
#define CAO_NOTIFY_ID 64

enum cao_channel { CAO_PHONE, CAO_MAIL, CAO_CHANNELS };
extern const char *const cao_channels[]; /* "phone" "mail" NULL */

/* What waits to be delivered. */
struct cao_waiting {
	enum cao_notice_kind kind;
	enum cao_channel channel;
	int64_t fact, next, at, tries;
	int64_t until; /* 0: no end */
	struct cao_buf sealed;
	char number[CAO_NUMBER_SIZE]; /* of the order, or "" */
	int64_t order;                /* its row, or 0 */
};
/* "approved-17" */
void cao_notify_id(const char *kind, int64_t fact, char out[CAO_NOTIFY_ID]);

/* It, as it is to be read. */
struct cao_rendered {
	struct cao_buf to, subject, text;
	struct cao_buf shown; /* the text, codes masked */
};
void cao_rendered_free(struct cao_rendered *);

struct cao_notifier {
	struct cao_store *store;
	const struct cao_config *config;
	const char **command[CAO_CHANNELS]; /* NULL: there is none */
	struct cao_notice texts[CAO_NOTICES];
	char *ca;
	int lock; /* -1: a dry run */
};

/* Read all texts of the language, each of the store or as shipped. */
CAO_MUST enum cao_status cao_notify_texts(struct cao_store *,
    const char *language, struct cao_notice ret[CAO_NOTICES],
    struct cao_faults *, struct cao_error *);

/*
 * Fill the texts in with what the store knows.  *ret_wanted false: there is
 * nobody or nothing to tell (the order was purged, there is no address, the
 * fact is not there, the code is asked for a number without orders).
 */
CAO_MUST enum cao_status
cao_notify_render(struct cao_notifier *, const struct cao_waiting *,
    struct cao_rendered *ret, bool *ret_wanted, struct cao_error *);
/* What a command reads, caorder(5). */
void cao_notify_json(const struct cao_waiting *, const struct cao_rendered *,
    struct cao_buf *out);

/* Inside the transaction of its fact: let a code be sent. */
CAO_MUST enum cao_status
cao_notify_secret(struct cao_store *, const struct cao_env *,
    enum cao_notice_kind, int64_t fact, int64_t order_or_0, int64_t until,
    const char *phone, const char *code, struct cao_error *);
/* Can codes be sent? */
CAO_MUST enum cao_status
cao_notify_reaches(struct cao_store *, bool *ret, struct cao_error *);

#endif /* CAO_FLOW_NOTIFY_H */
