/*
 * Money by WeChat Pay on record: what its signed notices and answers say, as
 * facts that are verified again whenever something rests on them.
 */
#ifndef CAO_FLOW_WECHAT_H
#define CAO_FLOW_WECHAT_H

#include "flow/flow.h"

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
 * certified), and say this?  CAO_INTEGRITY if not. */
struct cao_wechat_verifier {
	enum cao_status (*payment)(struct cao_store *,
	    const struct cao_wechat_payment *, struct cao_error *);
	enum cao_status (*result)(struct cao_store *,
	    const struct cao_wechat_result *, struct cao_error *);
};
extern const struct cao_wechat_verifier cao_wechat_verifier;

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
 * *ret_new false: that was the last that is known of it.  CAO_NOTFOUND: there
 * is no such refund.  Durable when it returns.
 */
CAO_MUST enum cao_status cao_wechat_record_result(struct cao_store *,
    const struct cao_env *, const struct cao_wechat_verifier *,
    const struct cao_wechat_result *, bool *ret_new, struct cao_error *);

#endif /* CAO_FLOW_WECHAT_H */
