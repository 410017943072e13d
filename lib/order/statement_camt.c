/* The lines of a bank's statement in CAMT.053 of ISO 20022. */
#include "order/statement_camt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/xml.h"
#include "order/statement_parts.h"

#define BATCH_MAX 100000 /* transactions of one entry */
#define STATEMENT "BkToCstmrStmt"
#define ENTRY "Ntry"
#define TRANSACTION "NtryDtls/TxDtls"

struct camt {
	char *name;
	struct cao_xml *xml;
	unsigned depth;      /* of open elements */
	unsigned statement;  /* that of the open statement, or 0 */
	unsigned open;       /* that of the open entry, or 0 */
	bool found;          /* a statement */
	bool ended;          /* nothing more can be read */
	struct cao_buf path; /* of the open element, below the entry */
	char currency
	    [CAMT_CURRENCY_SIZE]; /* of the latest element that had one */
	struct cao_camt_entry entry;
	size_t cap, told;
	bool ready; /* the entry is whole, and not told to its end */
};

/* Which value is in which element.  Of several elements of one value that is
 * text all count, else the first. */
static const struct {
	const char *path;
	enum cao_camt_value value;
} in_entry[] = {
	{ "Amt", CAMT_AMOUNT },
	{ "CdtDbtInd", CAMT_DIRECTION },
	{ "RvslInd", CAMT_REVERSAL },
	{ "Sts", CAMT_STATUS },
	{ "Sts/Cd", CAMT_STATUS },
	{ "Sts/Prtry", CAMT_STATUS },
	{ "BookgDt/Dt", CAMT_DAY },
	{ "BookgDt/DtTm", CAMT_DAY },
	{ "ValDt/Dt", CAMT_VALUE_DAY },
	{ "ValDt/DtTm", CAMT_VALUE_DAY },
	{ "AcctSvcrRef", CAMT_REFERENCE },
	{ "AddtlNtryInf", CAMT_REMARK },
}, in_transaction[] = {
	{ "Amt", CAMT_AMOUNT },
	{ "AmtDtls/TxAmt/Amt", CAMT_DETAIL_AMOUNT },
	{ "CdtDbtInd", CAMT_DIRECTION },
	{ "Refs/AcctSvcrRef", CAMT_REFERENCE },
	{ "Refs/EndToEndId", CAMT_END_TO_END },
	{ "RltdPties/Dbtr/Nm", CAMT_NAME },
	{ "RltdPties/Dbtr/Pty/Nm", CAMT_NAME },
	{ "RltdPties/DbtrAcct/Id/Othr/Id", CAMT_ACCOUNT },
	{ "RltdPties/DbtrAcct/Id/IBAN", CAMT_ACCOUNT },
	{ "RmtInf/Ustrd", CAMT_TEXT },
	{ "RmtInf/Strd/CdtrRefInf/Ref", CAMT_TEXT },
	{ "RmtInf/Strd/AddtlRmtInf", CAMT_TEXT },
	{ "AddtlTxInf", CAMT_REMARK },
};
#define LEN(array) (sizeof(array) / sizeof *(array))

static void
clear(struct cao_camt_values *v)
{
	for (size_t i = 0; i < CAMT_VALUES; i++)
		free(v->text[i]);
	memset(v, 0, sizeof *v);
}

static void
clear_entry(struct camt *c)
{
	clear(&c->entry.values);
	for (size_t i = 0; i < c->entry.count; i++)
		clear(&c->entry.transaction[i]);
	c->entry.count = c->told = 0;
	c->ready = false;
	cao_buf_clear(&c->path);
}

/* A transaction begins. */
static enum cao_status
add_transaction(struct camt *c, unsigned line, struct cao_error *err)
{
	struct cao_camt_values *list = c->entry.transaction;
	size_t cap = c->cap == 0 ? 4 : 2 * c->cap;

	if (c->entry.count == BATCH_MAX) {
		cao_fail(err, CAO_INPUT,
		    "more than %d transactions in one entry", BATCH_MAX);
		return cao_error_place(err, c->name, line, 0, ENTRY);
	}
	if (c->entry.count == c->cap) {
		if ((list = realloc(list, cap * sizeof *list)) == NULL)
			return cao_fail_memory(err);
		c->entry.transaction = list;
		c->cap = cap;
	}
	list[c->entry.count++] = (struct cao_camt_values){ .line = line };
	return CAO_OK;
}

/* Keep the text of an element; an amount with its currency before it. */
static enum cao_status
keep(struct camt *c, struct cao_camt_values *v, enum cao_camt_value which,
    const char *text, struct cao_error *err)
{
	struct cao_buf all = { 0 };

	if (v->text[which] != NULL && which != CAMT_TEXT)
		return CAO_OK;
	if (v->text[which] != NULL)
		cao_buf_printf(&all, "%s ", v->text[which]);
	if (which == CAMT_AMOUNT || which == CAMT_DETAIL_AMOUNT)
		cao_buf_printf(&all, "%s ", c->currency);
	cao_buf_puts(&all, text);
	free(v->text[which]);
	v->text[which] = NULL;
	return cao_buf_give(&all, &v->text[which], err);
}

/* The element with that path below the entry ends. */
static enum cao_status
take(struct camt *c, const char *text, struct cao_error *err)
{
	const char *path = cao_buf_text(&c->path);
	const size_t n = sizeof TRANSACTION - 1;
	size_t i;

	if (*text == '\0')
		return CAO_OK;
	if (strncmp(path, TRANSACTION "/", n + 1) != 0) {
		for (i = 0; i < LEN(in_entry); i++)
			if (strcmp(path, in_entry[i].path) == 0)
				return keep(c, &c->entry.values,
				    in_entry[i].value, text, err);
		return CAO_OK;
	}
	for (i = 0; i < LEN(in_transaction); i++)
		if (strcmp(path + n + 1, in_transaction[i].path) == 0)
			return keep(c,
			    &c->entry.transaction[c->entry.count - 1],
			    in_transaction[i].value, text, err);
	return CAO_OK;
}

static enum cao_status
start(struct camt *c, const struct cao_xml_event *e, struct cao_error *err)
{
	const char *currency;

	c->depth++;
	if (c->statement == 0 && strcmp(e->name, STATEMENT) == 0) {
		c->statement = c->depth;
		c->found = true;
	}
	if (c->open == 0) {
		if (c->statement != 0 && strcmp(e->name, ENTRY) == 0) {
			c->open = c->depth;
			c->entry.values.line = e->line;
		}
		return CAO_OK;
	}
	if (c->path.len > 0)
		cao_buf_putc(&c->path, '/');
	cao_buf_puts(&c->path, e->name);
	if (!cao_buf_ok(&c->path))
		return cao_fail_memory(err);
	if ((currency = cao_xml_attribute(e, "Ccy")) == NULL)
		currency = "";
	(void)snprintf(c->currency, sizeof c->currency, "%s", currency);
	if (strcmp(cao_buf_text(&c->path), TRANSACTION) == 0)
		return add_transaction(c, e->line, err);
	return CAO_OK;
}

static enum cao_status
finish(struct camt *c, const struct cao_xml_event *e, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	size_t n = strlen(e->name);

	if (c->open != 0 && c->depth > c->open) {
		st = take(c, e->text, err);
		/* A first element has no stroke before it. */
		c->path.len -= c->path.len > n ? n + 1 : n;
		c->path.data[c->path.len] = '\0';
	} else if (c->depth == c->open) {
		c->open = 0;
		c->ready = true;
	} else if (c->depth == c->statement) {
		c->statement = 0;
	}
	c->depth--;
	return st;
}

/* Read on to the end of an entry, or of the document. */
static enum cao_status
read_entry(struct camt *c, bool *ret_more, struct cao_error *err)
{
	struct cao_xml_event e = { .kind = CAO_XML_START };
	enum cao_status st;

	clear_entry(c);
	while (!c->ready) {
		if ((st = cao_xml_next(c->xml, &e, err)) != CAO_OK)
			return st;
		if (e.kind == CAO_XML_DONE)
			break;
		st = e.kind == CAO_XML_START ? start(c, &e, err)
					     : finish(c, &e, err);
		if (st != CAO_OK)
			return st;
	}
	*ret_more = c->ready;
	if (c->ready || c->found)
		return CAO_OK;
	cao_fail(err, CAO_INPUT, "XML without a statement of CAMT.053 (%s)",
	    STATEMENT);
	return cao_error_place(err, c->name, e.line, 0, "");
}

static enum cao_status
next_line(void *reader, struct cao_bank_line *line, bool *ret_more,
    struct cao_error *err)
{
	struct camt *c = reader;
	enum cao_status st;

	if (!c->ready) {
		*ret_more = false;
		st = c->ended ? CAO_OK : read_entry(c, ret_more, err);
		c->ended |= st != CAO_OK || !*ret_more;
		if (st != CAO_OK || !*ret_more)
			return st;
	}
	*ret_more = true;
	if (c->told == 0 &&
	    (st = cao_camt_check(&c->entry, line, err)) != CAO_OK)
		c->told = c->entry.count; /* nothing of it is told */
	else
		st = cao_camt_line(&c->entry, c->told++, line, err);
	if (c->told >= c->entry.count)
		c->ready = false;
	if (st == CAO_INPUT)
		cao_error_place(err, c->name, line->line, 0, NULL);
	return st;
}

static bool
recognise(const char *text, size_t len)
{
	const char *end = text + len;

	for (; text < end && strchr(" \t\r\n", *text) != NULL; text++)
		;
	return text < end && *text == '<';
}

static void
close_camt(void *reader)
{
	struct camt *c = reader;

	if (c == NULL)
		return;
	clear_entry(c);
	free(c->entry.transaction);
	cao_buf_free(&c->path);
	cao_xml_close(c->xml);
	free(c->name);
	free(c);
}

static enum cao_status
open_camt(const char *name, const void *text, size_t len, void **ret,
    struct cao_error *err)
{
	enum cao_status st = CAO_SYSTEM;
	struct camt *c;

	if ((c = calloc(1, sizeof *c)) == NULL ||
	    (c->name = strdup(name)) == NULL) {
		cao_fail_memory(err);
		goto out;
	}
	if ((st = cao_xml_open(name, text, len, &c->xml, err)) != CAO_OK)
		goto out;
	*ret = c, c = NULL;
out:
	close_camt(c);
	return st;
}

const struct cao_statement_format cao_statement_camt = { recognise, open_camt,
	next_line, close_camt };
