/*
 * What is said to WeChat Pay (API v3) and by it, as JSON.  It adds members as
 * it likes, so unknown ones are passed over; what is needed must be there, of
 * its type and within its bounds.
 */
#ifndef CAO_ORDER_WECHAT_H
#define CAO_ORDER_WECHAT_H

#include "base/buf.h"

#define CAO_WECHAT_BODY_MAX (64 * 1024) /* octets of an answer or a notice */
#define CAO_WECHAT_ID_SIZE 33           /* of mchid, out_trade_no and others */
#define CAO_WECHAT_PAYER_SIZE 129
#define CAO_WECHAT_URL_SIZE 513
#define CAO_WECHAT_REFUND_SIZE 65

/* The number that an order is paid under, its out_trade_no: its own, or from
 * the second on with "-2" behind it, up to CAO_WECHAT_TRADES. */
#define CAO_WECHAT_TRADES 99
void cao_wechat_trade_no(
    const char *number, unsigned nth, char out[CAO_WECHAT_ID_SIZE]);
/* The order's number in it; false if it is not one of those. */
bool
cao_wechat_number(const char *out_trade_no, char ret_number[CAO_NUMBER_SIZE]);

/* The envelope of a notice. */
struct cao_wechat_notice {
	char event[CAO_WECHAT_REFUND_SIZE]; /* "TRANSACTION.SUCCESS" */
	char nonce[CAO_WECHAT_ID_SIZE];
	char associated[CAO_WECHAT_ID_SIZE];
	struct cao_buf ciphertext;
};
CAO_MUST enum cao_status cao_wechat_notice_read(const void *, size_t len,
    struct cao_wechat_notice *ret, struct cao_error *);
void cao_wechat_notice_free(struct cao_wechat_notice *); /* what it holds */

/* A payment as WeChat Pay tells it; what is not paid has no transaction_id,
 * amount or payer. */
struct cao_wechat_transaction {
	char mchid[CAO_WECHAT_ID_SIZE], appid[CAO_WECHAT_ID_SIZE];
	char out_trade_no[CAO_WECHAT_ID_SIZE], id[CAO_WECHAT_ID_SIZE];
	char state[CAO_WECHAT_ID_SIZE]; /* "SUCCESS", "NOTPAY" … */
	char payer[CAO_WECHAT_PAYER_SIZE];
	int64_t fen, success_at;
};
CAO_MUST enum cao_status cao_wechat_transaction_read(const void *, size_t len,
    struct cao_wechat_transaction *ret, struct cao_error *);

/* A refund: as an answer tells it, or (notice) as a notice does. */
struct cao_wechat_returned {
	char mchid[CAO_WECHAT_ID_SIZE]; /* "" of an answer */
	char out_trade_no[CAO_WECHAT_ID_SIZE];
	char transaction_id[CAO_WECHAT_ID_SIZE];
	char number[CAO_WECHAT_REFUND_SIZE]; /* out_refund_no */
	char status[CAO_WECHAT_ID_SIZE];     /* "success", in lower case */
	int64_t fen, total;
};
CAO_MUST enum cao_status cao_wechat_returned_read(const void *, size_t len,
    bool notice, struct cao_wechat_returned *ret, struct cao_error *);

/* The answer to an order. */
CAO_MUST enum cao_status cao_wechat_code_read(const void *, size_t len,
    char ret_url[CAO_WECHAT_URL_SIZE], struct cao_error *);

/* Why something was refused; both are "" where it does not say. */
struct cao_wechat_refusal {
	char code[CAO_WECHAT_REFUND_SIZE], message[257];
};
void cao_wechat_refusal_read(
    const void *, size_t len, struct cao_wechat_refusal *ret);

/* Requests, appended as JSON. */
struct cao_wechat_asked {
	const char *mchid, *appid, *notify_url;
	const char *description; /* cut to what is allowed */
	const char *out_trade_no;
	int64_t fen;
};
void cao_wechat_put_order(struct cao_buf *, const struct cao_wechat_asked *);
void cao_wechat_put_close(struct cao_buf *, const char *mchid);
struct cao_wechat_back {
	const char *transaction_id, *number, *reason, *notify_url;
	int64_t fen, total;
};
void cao_wechat_put_refund(struct cao_buf *, const struct cao_wechat_back *);

#endif /* CAO_ORDER_WECHAT_H */
