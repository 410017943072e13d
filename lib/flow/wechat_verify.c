/* Whether what WeChat Pay is said to have signed was signed by it. */
#include "flow/wechat.h"

static enum cao_status
no_key(struct cao_error *err)
{
	return cao_fail(err, CAO_INTEGRITY,
	    "there is no key of WeChat Pay to verify its signature with");
}

static enum cao_status
payment(struct cao_store *s, const struct cao_wechat_payment *p,
    struct cao_error *err)
{
	(void)s, (void)p;
	return no_key(err);
}

static enum cao_status
result(struct cao_store *s, const struct cao_wechat_result *r,
    struct cao_error *err)
{
	(void)s, (void)r;
	return no_key(err);
}

const struct cao_wechat_verifier cao_wechat_verifier = { payment, result };
