/* The daily bill of WeChat Pay: CSV with a grave accent before each value,
 * payments and refunds, then two lines of totals. */
#ifndef CAO_ORDER_WECHAT_BILL_H
#define CAO_ORDER_WECHAT_BILL_H

#include "codec/csv.h"
#include "order/wechat.h"

struct cao_wechat_line {
	unsigned line; /* in the file, from 1 */
	int64_t at;    /* of the payment, or when the refund was asked for */
	bool refund;
	char transaction_id[CAO_WECHAT_ID_SIZE];
	char out_trade_no[CAO_WECHAT_ID_SIZE];
	char number[CAO_WECHAT_REFUND_SIZE]; /* out_refund_no, or "" */
	char status[CAO_WECHAT_ID_SIZE];     /* of a refund, in capitals */
	int64_t fen;
};

struct cao_wechat_bill;
/* Open a bill, up to its first line; columns are found by their titles.
 * CAO_INPUT if it is none. */
CAO_MUST enum cao_status cao_wechat_bill_open(const char *name, const void *,
    size_t, struct cao_wechat_bill **ret, struct cao_error *);
void cao_wechat_bill_close(struct cao_wechat_bill *);
/*
 * The next line; *ret_more false at the end, which is behind totals that the
 * lines come to.  CAO_INPUT: with the place a line that cannot be read, behind
 * which reading goes on; or, *ret_more being false then, a bill that ends
 * without its totals or not with the sums of its lines.
 */
CAO_MUST enum cao_status cao_wechat_bill_next(struct cao_wechat_bill *,
    struct cao_wechat_line *ret, bool *ret_more, struct cao_error *);

#endif /* CAO_ORDER_WECHAT_BILL_H */
