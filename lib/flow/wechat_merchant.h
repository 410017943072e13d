/* Asking WeChat Pay: what the flows that do share. */
#ifndef CAO_FLOW_WECHAT_MERCHANT_H
#define CAO_FLOW_WECHAT_MERCHANT_H

#include "flow/wechat.h"

struct cao_wechat {
	struct cao_store *store;
	const struct cao_config *config; /* the store's */
	struct cao_key *key;             /* the merchant's */
	char *anchors;                   /* a path, or NULL */
	cao_wechat_send *send;
	void *arg;
};

/* What came back, and holds. */
struct cao_wechat_answer {
	int status;   /* of HTTP, below 500 */
	bool genuine; /* signed by WeChat Pay; always, if below 300 */
	struct cao_wechat_refusal why; /* of one from 400 on */
	struct cao_wechat_proof proof; /* the body, and what signs it */
};
void cao_wechat_answer_free(struct cao_wechat_answer *); /* what it holds */

/* Ask, more than once where it may help.  body NULL: a GET.  CAO_AGAIN: no good
 * answer came. */
CAO_MUST enum cao_status cao_wechat_ask(struct cao_wechat *,
    const struct cao_env *, const char *path, const struct cao_buf *body,
    struct cao_wechat_answer *ret, struct cao_error *);
/* An answer that is a refusal, as an error: CAO_DENIED. */
enum cao_status
cao_wechat_refused(const struct cao_wechat_answer *, struct cao_error *);
/* Does WeChat Pay itself refuse with that code? */
bool cao_wechat_says(const struct cao_wechat_answer *, const char *code);

/* Is the instant near enough to when it came?  Its text is the header's. */
CAO_MUST enum cao_status cao_wechat_timely(
    const char *text, int64_t at, int64_t *ret, struct cao_error *);
/* What signs a reply, and its body, which moves over.  CAO_INPUT if a header is
 * missing or not of its form. */
CAO_MUST enum cao_status cao_wechat_proof_take(const struct cao_wechat_reply *,
    struct cao_wechat_proof *ret, struct cao_error *);

/* Numbers that an order was to be paid under, the oldest first. */
struct cao_wechat_trade {
	char trade[CAO_WECHAT_ID_SIZE];
	int64_t fen;
	bool paid;
};
struct cao_wechat_trades {
	struct cao_wechat_trade list[CAO_WECHAT_TRADES];
	size_t count;
};
CAO_MUST enum cao_status cao_wechat_trades_load(struct cao_store *,
    int64_t order, struct cao_wechat_trades *ret, struct cao_error *);
/* Record a further one; inside a transaction. */
CAO_MUST enum cao_status
cao_wechat_trades_add(struct cao_store *, const struct cao_env *, int64_t order,
    const struct cao_wechat_trade *, struct cao_error *);

/* What WeChat Pay says of it: in lower case; "unknown": it knows of none. */
struct cao_wechat_seen {
	char state[CAO_WECHAT_ID_SIZE];
	bool changed; /* it is paid, and that is recorded now */
};
CAO_MUST enum cao_status cao_wechat_look(struct cao_wechat *,
    const struct cao_env *, const char *number, const struct cao_wechat_trade *,
    struct cao_wechat_seen *ret, struct cao_error *);
/* Record what was opened, if it is a payment of that one; CAO_INTEGRITY if it
 * is another's, or of another amount. */
CAO_MUST enum cao_status
cao_wechat_take(struct cao_store *, const struct cao_env *, const char *number,
    const struct cao_wechat_trade *, const struct cao_wechat_transaction *,
    const struct cao_wechat_proof *, bool *ret_new, struct cao_error *);

#endif /* CAO_FLOW_WECHAT_MERCHANT_H */
