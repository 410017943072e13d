/* Bills of WeChat Pay: any octets are refused or give lines, each whole or
 * refused, and reading them ends. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "order/wechat_bill.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_wechat_bill *b;
	struct cao_wechat_line l;
	struct cao_error e;
	size_t rounds = 0;
	bool more = true;

	if (cao_wechat_bill_open("f", data, size, &b, &e) != CAO_OK)
		return 0;
	while (more) {
		assert(rounds++ <= size);
		if (cao_wechat_bill_next(b, &l, &more, &e) != CAO_OK || !more)
			continue;
		assert(l.line > 1 && l.fen > 0);
		assert(strlen(l.transaction_id) < sizeof l.transaction_id);
		assert(*l.out_trade_no != '\0');
		assert(l.refund == (*l.number != '\0'));
	}
	cao_wechat_bill_close(b);
	return 0;
}
