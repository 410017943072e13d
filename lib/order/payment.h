/*
 * Money: transfers that are declared, what settles an order, and what is paid
 * back.
 */
#ifndef CAO_ORDER_PAYMENT_H
#define CAO_ORDER_PAYMENT_H

#include "base/buf.h"
#include "order/match.h"

/* A transfer that the handler declared. */
struct cao_transfer {
	int64_t id;
	char *account, *name;
	int64_t fen, day, at;
	bool settled;
};

/* What WeChat signed: the body of a notice, or of an answer. */
struct cao_wechat_proof {
	char *serial; /* of the key that signed */
	int64_t timestamp;
	char *nonce;
	struct cao_buf body, signature;
};
void cao_wechat_proof_free(struct cao_wechat_proof *); /* what it holds */

/* Money that came by WeChat Pay. */
struct cao_wechat_payment {
	int64_t id, order; /* rows */
	char *transaction_id, *out_trade_no, *payer;
	int64_t fen, success_at;
	struct cao_wechat_proof proof;
};
void cao_wechat_payment_free(struct cao_wechat_payment *); /* what it holds */

/* Money that counts for an order: from a line of a statement or by WeChat. */
struct cao_settlement {
	int64_t id;
	int64_t transfer; /* the declared one's row; 0: none */
	int64_t fen, at;
	int64_t evidence; /* the row; 0: by WeChat */
	bool company;     /* from the organisation's own account */
	char *reason;     /* of a line that was assigned, or NULL */
	int64_t bank_line, bank_evidence; /* rows; 0: by WeChat */
	struct cao_bank_line bank;
	struct cao_wechat_payment wechat; /* id 0: by bank */
};

/* Money paid back. */
struct cao_refund {
	int64_t id, fen, at, evidence;
	int64_t bank_line, wechat; /* where it came from: one of them is 0 */
	char *number, *reason;
	char *source; /* the line's reference, or WeChat's transaction_id */
	char *status; /* of one by WeChat, "processing" …; "": nothing yet */
	struct cao_wechat_proof proof; /* of that */
};

/* What they hold, where each is one of a list. */
void cao_transfer_free(struct cao_transfer *);
void cao_settlement_free(struct cao_settlement *);
void cao_refund_free(struct cao_refund *);

/* Does the refund stand?  One by WeChat that was closed does not. */
bool cao_refund_stands(const struct cao_refund *);

/* The settlements and refunds of an order. */
struct cao_payments {
	struct cao_settlement *settlements;
	size_t nsettlements;
	struct cao_refund *refunds;
	size_t nrefunds;
};
void cao_payments_free(struct cao_payments *); /* what they hold */
/* What the order still has of the money that this one of its settlements came
 * from (a line may have been assigned to it in parts). */
int64_t
cao_payments_left(const struct cao_payments *, const struct cao_settlement *);

#endif /* CAO_ORDER_PAYMENT_H */
