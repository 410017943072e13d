#include "order/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/time.h"
#include "ident/contact.h"
#include "order/match.h"
#include "order/place.h"

#define ACCOUNT_TYPED_MAX 64 /* with blanks and hyphens */
#define NAME_MAX_LENGTH 200

static enum cao_status
check_number(const char *text, struct cao_error *err)
{
	if (!cao_number_valid(text))
		return cao_fail(err, CAO_INPUT,
		    "not an order number: 00, the day as YYYYMMDD, 7 digits");
	return CAO_OK;
}

static enum cao_status
check_account(const char *text, struct cao_error *err)
{
	char digits[CAO_ACCOUNT_SIZE];

	return cao_account_check(text, digits, err);
}

#define AT(member) offsetof(struct cao_declaration, member)

static const struct cao_field fields[] = {
	{ .key = "order",
	    .type = CAO_T_TEXT,
	    .offset = AT(order),
	    .check = check_number,
	    .what = N_("the order's number; or its request"),
	    .example = "\"00202611220000001\"" },
	{ .key = "request",
	    .type = CAO_T_TEXT,
	    .max = CAO_REQUEST_SIZE - 1,
	    .offset = AT(request),
	    .what = N_("the request id of the order's application"),
	    .example = "crm-2020-000123" },
	{ .key = "payer_account",
	    .type = CAO_T_TEXT,
	    .flags = CAO_REQUIRED | CAO_SECRET_FIELD,
	    .max = ACCOUNT_TYPED_MAX,
	    .offset = AT(payer_account),
	    .check = check_account,
	    .what = N_("the account that the money comes from"),
	    .example = "\"6222080000000000001\"" },
	{ .key = "payer_name",
	    .type = CAO_T_TEXT,
	    .flags = CAO_REQUIRED,
	    .max = NAME_MAX_LENGTH,
	    .offset = AT(payer_name),
	    .what = N_("the account's holder, as the bank has it"),
	    .example = "沈阳示例科技有限公司" },
	{ .key = "amount",
	    .type = CAO_T_MONEY,
	    .flags = CAO_REQUIRED,
	    .min = 1,
	    .max = CAO_MONEY_MAX,
	    .offset = AT(amount),
	    .what = N_("yuan"),
	    .example = "\"240.00\"" },
	{ .key = "date",
	    .type = CAO_T_DATE,
	    .flags = CAO_REQUIRED,
	    .offset = AT(date),
	    .what = N_("the day of the transfer"),
	    .example = "2026-11-20" },
};

const struct cao_schema cao_transfer_schema = {
	"transfer",
	sizeof(struct cao_declaration),
	fields,
	sizeof fields / sizeof *fields,
};

/* Was anything of the field there, even if it was refused? */
static bool
has(const struct cao_node *doc, const char *key)
{
	const struct cao_node *n = doc != NULL ? cao_node_get(doc, key) : NULL;

	return n != NULL && (n->text == NULL || *n->text != '\0');
}

static void
check_named(const struct cao_declaration *d, const struct cao_node *doc,
    const struct cao_place *place)
{
	bool order = d->order != NULL || has(doc, "order");
	bool request = d->request != NULL || has(doc, "request");
	struct cao_error err;

	if (order && request) {
		(void)cao_fail(&err, CAO_INPUT,
		    "order or request, not both: one of them names the order");
		cao_place_fault(place, "request", &err);
	} else if (!order && !request) {
		(void)cao_fail(&err, CAO_INPUT,
		    "missing: the order's number, or request in its place");
		cao_place_fault(place, "order", &err);
	}
}

static void
check_day(
    struct cao_declaration *d, int64_t today, const struct cao_place *place)
{
	char last[CAO_DATE_SIZE];
	struct cao_error err;

	if (d->date == NULL)
		return;
	if (cao_date_parse(d->date, &d->day, &err) == CAO_OK &&
	    d->day > today + 1) {
		cao_date_format(today + 1, last);
		(void)cao_fail(&err, CAO_INPUT,
		    "%s is in the future: declare a transfer when it is made, "
		    "with a day of %s at the latest",
		    d->date, last);
		cao_place_fault(place, "date", &err);
	}
}

void
cao_transfer_check(struct cao_declaration *d, const struct cao_node *doc,
    const char *file, bool named, int64_t today, struct cao_faults *faults)
{
	const struct cao_place place = { doc, file, faults };
	char digits[CAO_ACCOUNT_SIZE];
	struct cao_error err;

	if (named)
		check_named(d, doc, &place);
	check_day(d, today, &place);
	/* Never longer than what was typed. */
	if (d->payer_account != NULL &&
	    cao_account_check(d->payer_account, digits, &err) == CAO_OK &&
	    strlen(digits) <= strlen(d->payer_account))
		memcpy(d->payer_account, digits, strlen(digits) + 1);
}

bool
cao_transfer_same(const struct cao_declaration *d, const char *account,
    const char *name, int64_t fen, int64_t day)
{
	return d->amount == fen && d->day == day &&
	    strcmp(d->payer_account, account) == 0 &&
	    (strcmp(d->payer_name, name) == 0 ||
		cao_name_same(d->payer_name, name));
}
