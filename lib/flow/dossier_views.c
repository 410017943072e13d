/* An order's facts, made legible. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "codec/json.h"
#include "flow/dossier.h"

/*
 * The columns of a table by their names, "-" one that says nothing outside of
 * the store.  Behind a ":" is what a value is: t an instant, d a day, x octets
 * in hex, b in Base64, ? an integer that is left out where there is none, so
 * that what was handed over before it was recorded still verifies.
 */
static const struct view {
	const char *file, *list;
	enum cao_kind kind;
	const char *columns;
} views[] = {
	{ "documents.json", NULL, CAO_K_DOCUMENT,
	    "id - slot part object:x type size pages at:t "
	    "printed_of:?" },
	{ "payments.json", "transfers", CAO_K_TRANSFER,
	    "id - account name fen day:d at:t" },
	{ "payments.json", "bank_lines", CAO_K_BANK_LINE,
	    "id reference account name fen day:d text evidence at:t" },
	{ "payments.json", "settlements", CAO_K_SETTLEMENT,
	    "id - transfer bank_line fen evidence at:t company:? wechat:? "
	    "reason:?" },
	{ "payments.json", "wechat_payments", CAO_K_WECHAT_PAYMENT,
	    "id - transaction_id out_trade_no fen payer success_at:t serial "
	    "timestamp:t nonce body signature at:t" },
	{ "payments.json", "refunds", CAO_K_REFUND,
	    "id - bank_line wechat number fen reason evidence at:t "
	    "company:?" },
	{ "payments.json", "refund_results", CAO_K_REFUND_RESULT,
	    "id - refund status serial timestamp:t nonce body signature "
	    "at:t" },
	{ "invoices.json", "invoices", CAO_K_INVOICE,
	    "id - year number fen red title tax_number items at:t" },
	{ "invoices.json", "issued", CAO_K_INVOICE_ISSUED,
	    "id - invoice number url at:t" },
	{ "decisions.json", NULL, CAO_K_DECISION,
	    "id - kind dossier:x operator reason evidence at:t" },
	{ "revocations.json", NULL, CAO_K_REVOCATION,
	    "id - order ca sign_serial:x encrypt_serial:x sign_crl encrypt_crl "
	    "not_after:t reason since:t - at:t" },
	{ "fulfilment.json", NULL, CAO_K_FULFILMENT,
	    "id - payload:b expires:t dossier:x at:t" },
};

static void
put_octets(struct cao_json *j, const char *key, char form,
    const struct cao_dossier_column *c)
{
	struct cao_buf text = { 0 };

	if (form == 'x')
		cao_hex_put(&text, c->data, c->len);
	else if (form == 'b')
		cao_base64_put(&text, c->data, c->len);
	else
		cao_buf_add(&text, c->data, c->len);
	cao_json_text(j, key, cao_buf_text(&text));
	if (!cao_buf_ok(&text))
		j->out->failed = true;
	cao_buf_free(&text);
}

static void
put_column(struct cao_json *j, const char *key, char form,
    const struct cao_dossier_column *c)
{
	char day[CAO_RFC3339_SIZE];

	if (c->type == 'n')
		cao_json_text(j, key, NULL);
	else if (c->type != 'i')
		put_octets(j, key, form, c);
	else if (form == 't')
		cao_json_time(j, key, c->number);
	else if (form == 'd') {
		cao_date_format(c->number, day);
		cao_json_text(j, key, day);
	} else
		cao_json_int(j, key, c->number);
}

static enum cao_status
put_row(struct cao_json *j, const struct view *v,
    const struct cao_dossier_entry *e, struct cao_error *err)
{
	struct cao_dossier_column c[CAO_DOSSIER_COLUMNS];
	const char *word = v->columns;
	enum cao_status st;
	char key[32], form;
	size_t len;

	if ((st = cao_dossier_row(e, c, err)) != CAO_OK)
		return st;
	cao_json_open(j, NULL, '{');
	for (size_t i = 0; *word != '\0'; i++) {
		len = strcspn(word, ": ");
		(void)snprintf(key, sizeof key, "%.*s", (int)len, word);
		word += len;
		form = *word == ':' ? word[1] : ' ';
		word += strcspn(word, " ");
		word += strspn(word, " ");
		if (*key != '-' && (form != '?' || c[i].type != 'n'))
			put_column(j, key, form, &c[i]);
	}
	cao_json_close(j, '}');
	return CAO_OK;
}

/* The rows of one kind; *ret_count of them. */
static enum cao_status
put_list(const struct cao_dossier *d, const struct view *v, struct cao_json *j,
    size_t *ret_count, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	cao_json_open(j, v->list, '[');
	for (size_t i = 0; i < d->count && st == CAO_OK; i++)
		if (d->entries[i].kind == v->kind && d->entries[i].whole) {
			st = put_row(j, v, &d->entries[i], err);
			++*ret_count;
		}
	cao_json_close(j, ']');
	return st;
}

/* One file, of one list or of several; how many views it took. */
static enum cao_status
put_view(const struct cao_dossier *d, const struct view *v, size_t *ret_views,
    cao_dossier_file *file, void *arg, struct cao_error *err)
{
	const struct view *end = views + sizeof views / sizeof *views;
	struct cao_buf out = { 0 };
	enum cao_status st = CAO_OK;
	size_t count = 0, n = 0;
	struct cao_json j;

	cao_json_start(&j, &out);
	if (v->list != NULL)
		cao_json_open(&j, NULL, '{');
	do
		st = put_list(d, v + n++, &j, &count, err);
	while (st == CAO_OK && v + n < end && strcmp(v[n].file, v->file) == 0);
	if (v->list != NULL)
		cao_json_close(&j, '}');
	cao_buf_putc(&out, '\n');
	if (st == CAO_OK && !cao_buf_ok(&out))
		st = cao_fail_memory(err);
	if (st == CAO_OK && count > 0)
		st = file(arg, v->file, out.data, out.len, err);
	cao_buf_free(&out);
	*ret_views = n;
	return st;
}

static enum cao_status
put_application(const struct cao_order *o, cao_dossier_file *file, void *arg,
    struct cao_error *err)
{
	struct cao_buf yaml = { 0 };
	enum cao_status st;

	cao_schema_yaml(&cao_application_schema, &o->application, &yaml);
	st = cao_buf_ok(&yaml)
	    ? file(arg, "application.yaml", yaml.data, yaml.len, err)
	    : cao_fail_memory(err);
	cao_buf_free(&yaml);
	return st;
}

enum cao_status
cao_dossier_views(const struct cao_dossier *d, const struct cao_order *o,
    cao_dossier_file *file, void *arg, struct cao_error *err)
{
	enum cao_status st;
	size_t n;

	st = put_application(o, file, arg, err);
	for (size_t i = 0; i < sizeof views / sizeof *views && st == CAO_OK;
	     i += n)
		st = put_view(d, &views[i], &n, file, arg, err);
	return st;
}
