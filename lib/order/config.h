/* What the CA sets for the whole store: the file config.yaml in its folder. */
#ifndef CAO_ORDER_CONFIG_H
#define CAO_ORDER_CONFIG_H

#include "codec/schema.h"

#define CAO_CALENDAR_SHIPPED "cn"

struct cao_config {
	struct {
		int64_t hours;  /* nextUpdate behind thisUpdate */
		int64_t before; /* hours before nextUpdate when it is due */
	} crl;
	struct {
		int64_t hours;     /* nextUpdate behind thisUpdate */
		int64_t responder; /* days: of the responder's certificate */
	} ocsp;
	struct {
		int64_t years; /* behind the last notAfter: 5 at least */
	} retention;
	struct {
		int64_t hours; /* how long a one-time code is good */
	} unlock;
	struct {
		int64_t days;   /* working days */
		char *calendar; /* NULL: CAO_CALENDAR_SHIPPED */
	} promise;
	struct {
		struct cao_list phone, mail; /* char *: commands, or empty */
		char *language;              /* NULL: CAO_NOTIFY_LANGUAGE */
		int64_t expiring; /* days before notAfter when it is told */
		int64_t timeout;  /* seconds that a command may take */
	} notify;
	struct {
		char *mchid, *appid;   /* NULL: WeChat Pay is not used */
		char *api;             /* NULL: CAO_WECHAT_API */
		char *notify_url;      /* of the receiver of notices */
		char *merchant_serial; /* of the merchant's certificate */
		int64_t timeout;       /* seconds of a request */
	} wechat;
};
#define CAO_WECHAT_API "https://api.mch.weixin.qq.com"
#define CAO_NOTIFY_LANGUAGE "zh_CN"

extern const struct cao_schema cao_config_schema;

/* Read and check it; free with cao_schema_free().  What it leaves out is as
 * shipped. */
CAO_MUST enum cao_status cao_config_read(const char *name, const char *text,
    size_t len, struct cao_config *ret, struct cao_faults *);

#endif /* CAO_ORDER_CONFIG_H */
