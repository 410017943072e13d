#include "order/invoice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/time.h"
#include "codec/json.h"

#define YEAR_DIGITS 4
#define NUMBER_DIGITS 8
#define ANSWER_MAX 40 /* characters of the tax system's number */
#define URL_MAX 1000

void
cao_invoice_free(struct cao_invoice *i)
{
	for (size_t n = 0; n < i->nitems; n++) {
		free(i->items[n].item);
		free(i->items[n].title);
	}
	free(i->items);
	free(i->title);
	free(i->tax_number);
	free(i->seller);
	free(i->issued);
	free(i->url);
	free(i->of_issued);
	*i = (struct cao_invoice){ .id = 0 };
}

void
cao_invoice_name(int64_t year, int64_t number, char out[CAO_INVOICE_SIZE])
{
	(void)snprintf(out, CAO_INVOICE_SIZE, "%0*u-%0*u", YEAR_DIGITS,
	    (unsigned)year % 10000U, NUMBER_DIGITS,
	    (unsigned)number % 100000000U);
}

bool
cao_invoice_name_read(const char *text, int64_t *ret_year, int64_t *ret_number)
{
	static const char digits[] = "0123456789";

	if (strspn(text, digits) != YEAR_DIGITS || text[YEAR_DIGITS] != '-' ||
	    strspn(text + YEAR_DIGITS + 1, digits) != NUMBER_DIGITS ||
	    text[YEAR_DIGITS + 1 + NUMBER_DIGITS] != '\0')
		return false;
	*ret_year = strtoll(text, NULL, 10);
	*ret_number = strtoll(text + YEAR_DIGITS + 1, NULL, 10);
	return true;
}

enum cao_status
cao_invoice_answer_check(
    const char *number, const char *url, struct cao_error *err)
{
	size_t scheme = strncmp(url, "https://", 8) == 0 ? 8
	    : strncmp(url, "http://", 7) == 0            ? 7
							 : 0;

	if (*number == '\0' || strlen(number) > ANSWER_MAX ||
	    number[strspn(number,
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz-")] != '\0')
		return cao_fail(err, CAO_INPUT,
		    "'%.64s' is no invoice's number: 1 to %d letters, digits "
		    "and hyphens",
		    number, ANSWER_MAX);
	for (const char *p = url; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~')
			scheme = 0;
	if (scheme == 0 || url[scheme] == '\0' || strlen(url) > URL_MAX)
		return cao_fail(err, CAO_INPUT,
		    "'%.200s' is no address of an invoice: http:// or https://, "
		    "printable ASCII without blanks, at most %d characters",
		    url, URL_MAX);
	return CAO_OK;
}

static void
put_items(
    struct cao_json *j, const struct cao_invoice_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (items[i].fen == 0)
			continue;
		cao_json_open(j, NULL, '{');
		cao_json_text(j, "item", items[i].item);
		cao_json_text(j, "title", items[i].title);
		cao_json_int(j, "fen", items[i].fen);
		cao_json_close(j, '}');
	}
}

void
cao_invoice_items(
    const struct cao_invoice_item *items, size_t count, struct cao_buf *out)
{
	struct cao_json j;

	cao_json_start(&j, out);
	cao_json_open(&j, NULL, '[');
	put_items(&j, items, count);
	cao_json_close(&j, ']');
}

void
cao_invoice_json(const struct cao_invoice *i, struct cao_buf *out)
{
	char date[CAO_DATE_SIZE], amount[CAO_MONEY_SIZE];
	struct cao_json j;

	cao_date_format(cao_date_of(i->at), date);
	cao_money_format(i->fen, amount);
	cao_json_start(&j, out);
	cao_json_open(&j, NULL, '{');
	cao_json_text(&j, "invoice", i->name);
	cao_json_text(&j, "order", i->order_number);
	cao_json_text(&j, "date", date);
	cao_json_time(&j, "at", i->at);
	cao_json_text(&j, "currency", "CNY");
	cao_json_int(&j, "fen", i->fen);
	cao_json_text(&j, "amount", amount);
	cao_json_text(&j, "seller", i->seller);
	cao_json_open(&j, "buyer", '{');
	cao_json_text(&j, "title", i->title);
	cao_json_text(&j, "tax_number", i->tax_number);
	cao_json_close(&j, '}');
	cao_json_open(&j, "items", '[');
	put_items(&j, i->items, i->nitems);
	cao_json_close(&j, ']');
	cao_json_text(&j, "red", *i->of != '\0' ? i->of : NULL);
	cao_json_text(&j, "red_number", i->of_issued);
	cao_json_text(&j, "number", i->issued);
	cao_json_text(&j, "url", i->url);
	cao_json_close(&j, '}');
	cao_buf_putc(out, '\n');
}
