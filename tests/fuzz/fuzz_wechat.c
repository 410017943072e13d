/* Notices of WeChat Pay: any octets are refused, or give members that keep
 * their bounds. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "order/wechat.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_word(const char *text, size_t size)
{
	assert(strlen(text) < size);
	for (; *text != '\0'; text++)
		assert(*text > ' ' && *text <= '~');
}

static void
check_returned(const uint8_t *data, size_t size, bool notice)
{
	struct cao_wechat_returned r;
	struct cao_error e;

	if (cao_wechat_returned_read(data, size, notice, &r, &e) != CAO_OK)
		return;
	check_word(r.number, sizeof r.number);
	check_word(r.status, sizeof r.status);
	assert(*r.number != '\0' && (*r.mchid != '\0') == notice);
	assert(r.fen > 0 && r.fen <= CAO_MONEY_MAX && r.total > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_wechat_transaction t;
	struct cao_wechat_refusal why;
	struct cao_wechat_notice n;
	char url[CAO_WECHAT_URL_SIZE], number[CAO_NUMBER_SIZE];
	struct cao_error e;

	if (cao_wechat_notice_read(data, size, &n, &e) == CAO_OK) {
		check_word(n.event, sizeof n.event);
		check_word(n.nonce, sizeof n.nonce);
		check_word(n.associated, sizeof n.associated);
		cao_wechat_notice_free(&n);
	}
	if (cao_wechat_transaction_read(data, size, &t, &e) == CAO_OK) {
		check_word(t.payer, sizeof t.payer);
		assert((*t.id != '\0') == (t.fen > 0));
		if (cao_wechat_number(t.out_trade_no, number))
			assert(strncmp(t.out_trade_no, number,
				   CAO_NUMBER_SIZE - 1) == 0);
	}
	check_returned(data, size, true);
	check_returned(data, size, false);
	if (cao_wechat_code_read(data, size, url, &e) == CAO_OK)
		check_word(url, sizeof url);
	cao_wechat_refusal_read(data, size, &why);
	check_word(why.code, sizeof why.code);
	return 0;
}
