/*
 * Money by WeChat Pay on record: what its signed notices and answers say, as
 * facts that are verified again whenever something rests on them.
 */
#ifndef CAO_FLOW_WECHAT_H
#define CAO_FLOW_WECHAT_H

#include "flow/flow.h"
#include "order/wechat.h"

/* What became of a refund, as WeChat calls it, in lower case. */
extern const char
    *const cao_wechat_statuses[]; /* processing success closed abnormal NULL */

struct cao_wechat_result {
	const char *number; /* of the refund: out_refund_no */
	int64_t fen;
	const char *status;
	struct cao_wechat_proof proof;
};

/* Does the proof hold (its signature, by a key of WeChat Pay's that the CA
 * certified), and say this?  Of a payment: for the order of that number.
 * CAO_INTEGRITY if not. */
struct cao_wechat_verifier {
	enum cao_status (*payment)(struct cao_store *, const char *number,
	    const struct cao_wechat_payment *, struct cao_error *);
	enum cao_status (*result)(struct cao_store *,
	    const struct cao_wechat_result *, struct cao_error *);
};
extern const struct cao_wechat_verifier cao_wechat_verifier;

/* What was signed, verified: the content of a notice, decrypted, or an
 * answer. */
struct cao_wechat_opened {
	const struct cao_wechat_key *key;   /* that signed; the store's */
	char event[CAO_WECHAT_REFUND_SIZE]; /* of a notice; "": an answer */
	struct cao_buf text;                /* JSON */
};
/* Verify the signature and open it.  CAO_INTEGRITY says what does not hold,
 * CAO_INPUT that the content is no notice or answer. */
CAO_MUST enum cao_status
cao_wechat_proof_open(struct cao_store *, const struct cao_wechat_proof *,
    struct cao_wechat_opened *ret, struct cao_error *);
void cao_wechat_opened_free(struct cao_wechat_opened *); /* what it holds */
/* Read what was opened, and hold it to the merchant and the application of the
 * key. */
CAO_MUST enum cao_status
cao_wechat_opened_transaction(const struct cao_wechat_opened *,
    struct cao_wechat_transaction *ret, struct cao_error *);
CAO_MUST enum cao_status
cao_wechat_opened_returned(const struct cao_wechat_opened *,
    struct cao_wechat_returned *ret, struct cao_error *);

/* The key of API v3, and those of old behind it. */
#define CAO_WECHAT_API_KEY "wechat/apiv3.key"
#define CAO_WECHAT_API_KEY_MAX 1024
/* A file of wechat/ with a secret, that nobody else may use; CAO_DENIED if
 * others may. */
CAO_MUST enum cao_status cao_wechat_secret(const struct cao_store *,
    const char *below, size_t max, struct cao_buf *ret, struct cao_error *);

/*
 * Record a payment for that order, with its evidence, and let it count: also
 * where nothing is due any more, so that it is paid back from there.  id and
 * order of the payment are not looked at.  *ret_new false: the transaction was
 * recorded before.  CAO_INTEGRITY: it was, with other content; or the proof
 * does not hold.  CAO_NOTFOUND: no such order.  Durable when it returns.
 */
CAO_MUST enum cao_status
cao_wechat_record_payment(struct cao_store *, const struct cao_env *,
    const struct cao_wechat_verifier *, const char *number,
    const struct cao_wechat_payment *, bool *ret_new, struct cao_error *);

/*
 * Record what became of a refund by WeChat Pay (cao_pay_refund() made it);
 * *ret_new false: that was the last that is known of it, or it has ended
 * (success, closed).  CAO_INTEGRITY: it has ended the other way, or has another
 * amount.  CAO_NOTFOUND: there is no such refund.  Durable when it returns.
 */
CAO_MUST enum cao_status cao_wechat_record_result(struct cao_store *,
    const struct cao_env *, const struct cao_wechat_verifier *,
    const struct cao_wechat_result *, bool *ret_new, struct cao_error *);

#endif /* CAO_FLOW_WECHAT_H */
