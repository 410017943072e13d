/* Forms: what their files may say, each placeholder, and what is filled in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/folder.h"
#include "ident/organisation.h"
#include "ident/person.h"
#include "order/form_parts.h"

#define FILE_MAX (256 * 1024)
#define HEAD "id: x\ntitle: T\nblocks:\n"

struct refusal {
	const char *yaml, *fault; /* "line:column: field: text" of each */
};

/* ---- What is refused ---- */

/* clang-format off */
static const struct refusal refusals[] = {
	{ "", "0:0: : a file holds one form, and one only\n" },
	{ HEAD "  - heading: A\n---\n" HEAD "  - heading: B\n",
	    "6:1: : a file holds one form, and one only\n" },
	{ "title: T\nblocks:\n  - heading: A\n",
	    "1:1: id: missing; required\n" },
	{ "id: X\ntitle: T\nblocks:\n  - heading: A\n",
	    "1:5: id: not only of a-z and single hyphens between them\n" },
	{ "id: x--y\ntitle: T\nblocks:\n  - heading: A\n",
	    "1:5: id: not only of a-z and single hyphens between them\n" },
	{ "id: x\nblocks:\n  - heading: A\n",
	    "1:1: title: missing; required\n" },
	{ "id: x\ntitle: T\n", "1:1: blocks: missing; required\n" },
	{ HEAD "  - heading: A\npart: 0\n",
	    "5:7: part: 0 is outside 1 to 9\n" },
	{ HEAD "  - headline: A\n",
	    "4:5: blocks[1].headline: unknown key 'headline'; did you mean "
	    "'heading'\n" },
	{ HEAD "  - size: small\n",
	    "4:5: blocks[1]: a block is one of heading, text, table, boxes, "
	    "notes, checks, qr, space and page; this one is none of them\n" },
	{ HEAD "  - heading: A\n  - {heading: A, text: B}\n",
	    "5:5: blocks[2]: a block is one of heading, text, table, boxes, "
	    "notes, checks, qr, space and page; this one is more than one\n" },
	{ HEAD "  - heading: A {user.nmae}\n  - text: 'B {', \n",
	    NULL },
	{ HEAD "  - heading: A {user.nmae}\n",
	    "4:14: blocks[1].heading: unknown placeholder '{user.nmae}'; did "
	    "you mean '{user.name}'\n" },
	{ HEAD "  - heading: A {nothing.like.it}\n",
	    "4:14: blocks[1].heading: unknown placeholder "
	    "'{nothing.like.it}'; caorder(5) lists them\n" },
	{ HEAD "  - heading: A {}\n",
	    "4:14: blocks[1].heading: unknown placeholder '{}'; caorder(5) "
	    "lists them\n" },
	{ HEAD "  - heading: A {user.name\n",
	    "4:14: blocks[1].heading: a '{' without its '}'; write '{{' for a "
	    "brace\n" },
	{ HEAD "  - text: |\n      one {user.name\n      two}\n",
	    "4:11: blocks[1].text: a '{' without its '}'; write '{{' for a "
	    "brace\n" },
	{ HEAD "  - notes: [one, 'two {x}']\n",
	    "4:18: blocks[1].notes[2]: unknown placeholder '{x}'; caorder(5) "
	    "lists them\n" },
	{ HEAD "  - {text: A, size: tiny}\n",
	    "4:21: blocks[1].size: 'tiny' is not one of small, normal, large, "
	    "huge\n" },
	{ HEAD "  - {text: A, business: [new, old]}\n",
	    NULL },
	{ HEAD "  - space: 221\n",
	    "4:12: blocks[1].space: 221 is outside 1 to 220\n" },
	{ HEAD "  - boxes: {title: A, count: 7, height: 20}\n",
	    "4:30: blocks[1].boxes.count: 7 is outside 1 to 6\n" },
	{ HEAD "  - boxes: {title: A, count: 3}\n",
	    "4:12: blocks[1].boxes.height: missing; required\n" },
	{ HEAD "  - table: {columns: [1, 0], rows: [{cells: [{span: 2}]}]}\n",
	    "4:26: blocks[1].table.columns[2]: a column's share of the width "
	    "is a whole number from 1 to 100\n" },
	{ HEAD "  - table: {columns: [1, 1], rows: [{cells: [{span: 3}]}]}\n",
	    "4:37: blocks[1].table.rows[1]: its cells take 3 columns, and 2 "
	    "are free\n" },
	{ HEAD "  - table: {columns: [1, 1], rows: [{cells: [{span: 1}]}]}\n",
	    "4:37: blocks[1].table.rows[1]: its cells take 1 columns, and 2 "
	    "are free\n" },
	{ HEAD "  - table:\n      columns: [1, 1]\n      rows:\n"
	    "        - cells: [{down: 2}, {span: 1}]\n"
	    "        - cells: [{span: 2}]\n",
	    "8:11: blocks[1].table.rows[2]: its cells take 2 columns, and 1 "
	    "are free\n" },
	{ HEAD "  - table:\n      columns: [1, 1, 1]\n      rows:\n"
	    "        - cells: [{span: 1}, {down: 2}, {span: 1}]\n"
	    "        - cells: [{span: 2}]\n",
	    "8:11: blocks[1].table.rows[2]: a cell of 2 columns is where one "
	    "from above comes down\n" },
	{ HEAD "  - table:\n      columns: [1]\n      rows:\n"
	    "        - cells: [{down: 2}]\n",
	    "7:11: blocks[1].table.rows[1]: a cell goes down further than the table\n" },
	{ HEAD "  - table:\n      columns: [1]\n      rows:\n"
	    "        - cells: [{value: '{item.title}'}]\n",
	    "7:11: blocks[1].table.rows[1]: '{item…}' stands in a row with "
	    "'each' only\n" },
	{ HEAD "  - table:\n      columns: [1]\n      rows:\n"
	    "        - {each: pages, cells: [{value: A}]}\n",
	    "7:18: blocks[1].table.rows[1].each: 'pages' is not one of "
	    "missing, documents, fees, invoice\n" },
	{ HEAD "  - table:\n      columns: [1]\n      rows:\n"
	    "        - {each: fees, cells: [{down: 2}]}\n"
	    "        - cells: []\n",
	    NULL },
};

static const struct refusal heads[] = {
	{ "english: E\n", "1:1: name: missing; required\n" },
	{ "name: N\nlogo: ../x.png\n",
	    "2:7: logo: not the plain name of a PNG file that lies beside "
	    "this one, such as logo.png\n" },
	{ "name: N\nlogo: x.svg\n",
	    "2:7: logo: not the plain name of a PNG file that lies beside "
	    "this one, such as logo.png\n" },
	{ "name: '{user}'\n", NULL },
};
/* clang-format on */

static void
say(const struct cao_faults *faults, char *out, size_t size)
{
	size_t len = 0;

	*out = '\0';
	for (size_t i = 0; i < faults->count; i++) {
		const struct cao_error *e = &faults->list[i];

		len += (size_t)snprintf(out + len, size - len,
		    "%u:%u: %s: %s\n", e->line, e->column, e->field, e->text);
		assert_true(len < size);
	}
}

static void
refuse(const struct refusal *r, bool head)
{
	struct cao_faults faults = { 0 };
	struct cao_letterhead letterhead;
	struct cao_form form;
	enum cao_status st;
	char said[4096];

	st = head
	    ? cao_letterhead_read(
		  "f", r->yaml, strlen(r->yaml), &letterhead, &faults)
	    : cao_form_read("f", r->yaml, strlen(r->yaml), &form, &faults);
	assert_int_equal(st, CAO_INPUT);
	say(&faults, said, sizeof said);
	assert_true(faults.count > 0);
	assert_string_equal(faults.list[0].file, "f");
	if (r->fault != NULL)
		assert_string_equal(said, r->fault);
	cao_faults_free(&faults);
}

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		refuse(&refusals[i], false);
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		refuse(&heads[i], true);
}

/* All that is wrong is told at once. */
static void
test_all_told(void **state)
{
	static const char yaml[] =
	    "id: x\ntitle: '{usr.name}'\nblocks:\n  - {heading: A, sise: "
	    "small}\n  - text: '{'\n";
	struct cao_faults faults = { 0 };
	struct cao_form form;

	(void)state;
	assert_int_equal(
	    cao_form_read("f", yaml, strlen(yaml), &form, &faults), CAO_INPUT);
	assert_int_equal(faults.count, 3);
	assert_int_equal(faults.list[0].line, 2);
	assert_int_equal(faults.list[1].line, 4);
	assert_int_equal(faults.list[2].line, 5);
	cao_faults_free(&faults);
}

/* The beginning of a form is one, or is refused. */
static void
test_truncated(void **state)
{
	struct cao_buf text = { 0 };
	struct cao_error err;
	size_t whole = 0;

	(void)state;
	assert_int_equal(cao_file_read("share/forms/authorised-employees.yaml",
			     FILE_MAX, &text, &err),
	    CAO_OK);
	for (size_t len = 0; len <= text.len; len++) {
		struct cao_faults faults = { 0 };
		struct cao_form form;
		enum cao_status st;

		st = cao_form_read(
		    "f", cao_buf_text(&text), len, &form, &faults);
		assert_true(st == CAO_OK || st == CAO_INPUT);
		assert_int_equal(st == CAO_OK, faults.count == 0);
		whole += st == CAO_OK;
		if (st == CAO_OK)
			cao_schema_free(&cao_form_schema, &form);
		cao_faults_free(&faults);
	}
	assert_true(whole > 0 && whole < text.len / 2);
	cao_buf_free(&text);
}

/* ---- What is filled in ---- */

static char *
own(const char *text)
{
	return (char *)(uintptr_t)text;
}

static struct cao_fee_item fees[] = {
	{ .id = NULL, .fen = 20000 },
	{ .id = NULL, .fen = 4000 },
};
static struct cao_slot slots[] = { { .id = NULL } };
static struct cao_document documents[] = {
	{ .slot = "seal-form", .part = 1, .pages = 2 },
	{ .slot = "other", .part = 1 },
};
static struct cao_decided decisions[] = {
	{ .kind = CAO_ACCEPT, .at = 1795312800 },
	{ .kind = CAO_RETURN, .at = 1795316400 },
};

static struct cao_invoice_item billed[] = { { .fen = -20000 } };
static const struct cao_invoice invoice = { .red = 1,
	.fen = -20000,
	.at = 1795340000,
	.name = "2026-00000002",
	.of = "2026-00000001",
	.title = (char *)(uintptr_t) "沈阳示例科技有限公司",
	.tax_number = (char *)(uintptr_t) "91210100MA0ABCDE6X",
	.items = billed,
	.nitems = 1,
	.issued = (char *)(uintptr_t) "26210001",
	.url = (char *)(uintptr_t) "https://tax.example/2",
	.of_issued = (char *)(uintptr_t) "26210000" };

static void
make(struct cao_order *o, struct cao_service *s, struct cao_form_facts *f)
{
	struct cao_application *a = &o->application;

	memset(o, 0, sizeof *o);
	memset(s, 0, sizeof *s);
	(void)snprintf(o->number, sizeof o->number, "00202611220000001");
	(void)snprintf(
	    o->certificate, sizeof o->certificate, "00202511220000001");
	o->created = 1795305600; /* 2026-11-22 in the CA's zone */
	o->fee_due = 24000;
	o->state = CAO_STATE_RETURNED;
	decisions[0].operator_name = own("alice");
	decisions[1].reason = own("看不清");
	o->decisions = decisions;
	o->ndecisions = 2;
	o->documents = documents;
	o->ndocuments = 2;
	a->business = own("new");
	a->validity = 12;
	a->algorithm = own("sm2");
	a->user = (struct cao_person){ own("林晓"), own("resident-id"),
		own("210102199003078881"), own("CN"), own("辽宁"),
		own("13800000001"), own("female"), own("采购部") };
	a->organisation =
	    (struct cao_organisation){ own("沈阳示例科技有限公司"), own("uscc"),
		    own("91210100MA0ABCDE6X"), own("CN"), own("辽宁"),
		    own("沈阳市沈河区十三纬路1号"), own("02412345678") };
	a->handler = (struct cao_handler){ NULL, own("王辰"), own("passport"),
		own("E12345678"), own("三经街16层"), own("13800000002"),
		own("wang@example.cn") };
	a->authorisation.from = own("2026-11-01");
	a->authorisation.to = own("2027-04-30");
	s->name = own("svc");
	s->title.zh = own("服务");
	s->provider = own("示例公司");
	fees[0].title.zh = own("服务费");
	fees[0].per = own("year");
	fees[1].title.zh = own("手续费");
	fees[1].per = own("order");
	s->fees = (struct cao_list){ fees, 2 };
	slots[0].id = own("seal-form");
	slots[0].label.zh = own("印章表");
	s->slots = (struct cao_list){ slots, 1 };
	*f = (struct cao_form_facts){
		.order = o, .service = s, .due = 1795340000, .invoice = &invoice
	};
	billed[0].title = own("服务费");
}

/* What each stands for; in the table's order. */
static const struct {
	const char *name, *text, *blank;
} placeholders[] = {
	{ "order.number", "00202611220000001", "" },
	{ "order.date", "2026年11月22日", "年月日" },
	{ "order.business", "新申请", "" },
	{ "order.validity", "12个月", "" },
	{ "order.algorithm", "SM2", "" },
	{ "order.certificate", "00202511220000001", "" },
	{ "order.fee", "240.00", "" },
	{ "order.fee_words", "贰佰肆拾元整", "" },
	{ "order.accepted", "2026年11月22日 10:00", "年月日" },
	{ "order.accepted_by", "alice", "" },
	{ "order.returned", "2026年11月22日 11:00", "年月日" },
	{ "order.return_reason", "看不清", "" },
	{ "order.due", "2026年11月22日 17:33", "年月日" },
	{ "user.name", "林晓", "" },
	{ "user.id_type", "身份证", "" },
	{ "user.id_number", "210102199003078881", "" },
	{ "user.id_masked", "210*************81", "" },
	{ "user.country", "中国", "" },
	{ "user.province", "辽宁", "" },
	{ "user.phone", "13800000001", "" },
	{ "user.gender", "女", "" },
	{ "user.department", "采购部", "" },
	{ "organisation.name", "沈阳示例科技有限公司", "" },
	{ "organisation.id_type", "统一社会信用代码", "" },
	{ "organisation.id_number", "91210100MA0ABCDE6X", "" },
	{ "organisation.id_masked", "912*************6X", "" },
	{ "organisation.licence", "91210100MA0ABCDE6X", "" },
	{ "organisation.code", "", "" },
	{ "organisation.other_id", "", "" },
	{ "organisation.country", "中国", "" },
	{ "organisation.province", "辽宁", "" },
	{ "organisation.address", "沈阳市沈河区十三纬路1号", "" },
	{ "organisation.phone", "02412345678", "" },
	{ "handler.name", "王辰", "" },
	{ "handler.id_type", "护照", "" },
	{ "handler.id_number", "E12345678", "" },
	{ "handler.id_masked", "E12****78", "" },
	{ "handler.address", "三经街16层", "" },
	{ "handler.phone", "13800000002", "" },
	{ "handler.email", "wang@example.cn", "" },
	{ "authorisation.from", "2026年11月1日", "年月日" },
	{ "authorisation.to", "2027年4月30日", "年月日" },
	{ "invoice.number", "2026-00000002", "" },
	{ "invoice.kind",
	    "红字发票，冲销申请单 2026-00000001（发票号码 26210000）", "" },
	{ "invoice.date", "2026年11月22日", "年月日" },
	{ "invoice.title", "沈阳示例科技有限公司", "" },
	{ "invoice.tax_number", "91210100MA0ABCDE6X", "" },
	{ "invoice.total", "-200.00", "" },
	{ "invoice.total_words", "（负数）贰佰元整", "" },
	{ "invoice.issued", "26210001", "" },
	{ "invoice.url", "https://tax.example/2", "" },
	{ "service.name", "svc", "svc" },
	{ "service.title", "服务", "服务" },
	{ "service.provider", "示例公司", "示例公司" },
};
#define COUNT (sizeof placeholders / sizeof *placeholders)

/* The form of that text, filled in; its first heading without wide blanks. */
static void
fill_heading(const char *text, const struct cao_form_facts *facts,
    struct cao_form_values *values, char *out, size_t size)
{
	struct cao_faults faults = { 0 };
	struct cao_error err;
	struct cao_form form;
	char yaml[512];
	const char *from;
	size_t len = 0;

	(void)snprintf(yaml, sizeof yaml, HEAD "  - heading: '%s'\n", text);
	assert_int_equal(
	    cao_form_read("f", yaml, strlen(yaml), &form, &faults), CAO_OK);
	assert_int_equal(cao_form_fill(&form, facts, values, &err), CAO_OK);
	from = ((struct cao_form_block *)form.blocks.items)[0].heading;
	for (; *from != '\0'; from++)
		if (memcmp(from, "\302\240", 2) == 0)
			from++;
		else if (len + 1 < size)
			out[len++] = *from;
	out[len] = '\0';
	cao_schema_free(&cao_form_schema, &form);
	cao_faults_free(&faults);
}

static void
test_placeholders(void **state)
{
	struct cao_form_facts facts;
	struct cao_service service;
	struct cao_order order;
	char text[64], said[256];

	(void)state;
	make(&order, &service, &facts);
	for (size_t i = 0; i < COUNT; i++) {
		struct cao_form_values values = { .list = NULL };
		const char *name = placeholders[i].name;

		assert_string_equal(cao_form_placeholder(i), name);
		(void)snprintf(text, sizeof text, "{%s}", name);
		facts.order = &order;
		if (strcmp(name, "order.accepted") == 0 ||
		    strcmp(name, "order.accepted_by") == 0)
			order.ndecisions = 1;
		fill_heading(text, &facts, &values, said, sizeof said);
		order.ndecisions = 2;
		assert_string_equal(said, placeholders[i].text);
		assert_int_equal(values.count, 1);
		assert_string_equal(values.list[0].name, name);
		assert_string_equal(values.list[0].text, placeholders[i].text);
		/* What is masked elsewhere is told as whole. */
		if (*said != '\0' && strstr(name, "name") == NULL)
			assert_int_equal(values.personal,
			    strstr(name, "phone") != NULL ||
				strstr(name, "id_number") != NULL ||
				strstr(name, "licence") != NULL);
		facts.order = NULL;
		fill_heading(text, &facts, &values, said, sizeof said);
		assert_string_equal(said, placeholders[i].blank);
		cao_form_values_free(&values);
	}
	assert_null(cao_form_placeholder(COUNT));
}

/* One of the three lines for an organisation's document is filled in. */
static void
test_organisation(void **state)
{
	static const char *const cases[][2] = {
		{ "uscc", "N||" },
		{ "business-licence", "N||" },
		{ "enterprise-legal-person", "N||" },
		{ "organisation-code", "|N|" },
		{ "social-group", "||社会团体登记证 N" },
		{ "other", "||其他机构证件 N" },
	};
	struct cao_form_values values = { .list = NULL };
	struct cao_form_facts facts;
	struct cao_service service;
	struct cao_order order;
	char said[256];

	(void)state;
	make(&order, &service, &facts);
	order.application.organisation.id_number = own("N");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		order.application.organisation.id_type = own(cases[i][0]);
		fill_heading("{organisation.licence}|{organisation.code}|"
			     "{organisation.other_id}",
		    &facts, &values, said, sizeof said);
		assert_string_equal(said, cases[i][1]);
	}
	/* Data is data, whatever it looks like; a brace is a brace. */
	order.application.user.name = own("{order.number}");
	fill_heading("{{{user.name}}", &facts, &values, said, sizeof said);
	assert_string_equal(said, "{{order.number}}");
	cao_form_values_free(&values);
}

static const char rows[] = HEAD
    "  - table:\n"
    "      columns: [1, 1, 1]\n"
    "      rows:\n"
    "        - {each: fees, cells: [{value: '{item.index}'},"
    " {value: '{item.title}'}, {value: '{item.text}'}]}\n"
    "        - cells: [{label: L, span: 2}, {value: '{order.fee}'}]\n"
    "        - {each: documents, cells: [{value: '{item.index}'},"
    " {value: '{item.title}'}, {value: '{item.text}'}]}\n"
    "        - {each: invoice, cells: [{value: '{item.index}'},"
    " {value: '{item.title}'}, {value: '{item.text}'}]}\n"
    "        - {each: missing, cells: [{span: 3, value: '{item.title}'}]}\n"
    "  - {heading: gone, business: [renew]}\n"
    "  - text: 'by {user.name}'\n";

/* The cells' texts of a table, row by row. */
static void
flatten(const struct cao_form_block *b, char *out, size_t size)
{
	const struct cao_form_row *r = b->table.rows.items;
	size_t len = 0;

	*out = '\0';
	for (size_t i = 0; i < b->table.rows.count; i++) {
		const struct cao_form_cell *c = r[i].cells.items;

		for (size_t n = 0; n < r[i].cells.count; n++)
			len += (size_t)snprintf(out + len, size - len, "%s%s|",
			    c[n].label != NULL ? c[n].label : "",
			    c[n].value != NULL ? c[n].value : "");
		len += (size_t)snprintf(out + len, size - len, "\n");
	}
}

static void
test_rows(void **state)
{
	static const char *const missing[] = { "甲", "乙" };
	struct cao_form_values values = { .list = NULL };
	struct cao_faults faults = { 0 };
	const struct cao_form_block *b;
	struct cao_form_facts facts;
	struct cao_service service;
	struct cao_order order;
	struct cao_error err;
	struct cao_form form;
	char said[1024];

	(void)state;
	make(&order, &service, &facts);
	facts.missing = missing;
	facts.nmissing = 2;
	assert_int_equal(
	    cao_form_read("f", rows, strlen(rows), &form, &faults), CAO_OK);
	assert_int_equal(cao_form_fill(&form, &facts, &values, &err), CAO_OK);
	b = form.blocks.items;
	flatten(&b[0], said, sizeof said);
	assert_string_equal(said,
	    "1|服务费|200.00|\n2|手续费|40.00|\nL|240.00|\n"
	    "1|印章表|2页|\n2|other||\n1|服务费|-200.00|\n甲|\n乙|\n");
	assert_null(b[1].heading);
	assert_string_equal(b[2].text, "by \002林晓\003");
	cao_schema_free(&cao_form_schema, &form);

	facts.order = NULL;
	assert_int_equal(
	    cao_form_read("f", rows, strlen(rows), &form, &faults), CAO_OK);
	assert_int_equal(cao_form_fill(&form, &facts, &values, &err), CAO_OK);
	b = form.blocks.items;
	flatten(&b[0], said, sizeof said);
	assert_string_equal(said, "|||\nL||\n|||\n|||\n|\n");
	assert_string_equal(b[1].heading, "gone");
	cao_schema_free(&cao_form_schema, &form);
	cao_form_values_free(&values);
}

/* Cells find the columns that those above leave free. */
static void
test_columns(void **state)
{
	static const char yaml[] =
	    HEAD "  - table:\n      columns: [1, 1, 1]\n      rows:\n"
		 "        - cells: [{down: 2}, {span: 2}]\n"
		 "        - cells: [{label: a}, {label: b}]\n"
		 "        - cells: [{span: 3}]\n";
	struct cao_faults faults = { 0 };
	const struct cao_form_block *b;
	const struct cao_form_row *r;
	const struct cao_form_cell *c;
	struct cao_form form;

	(void)state;
	assert_int_equal(
	    cao_form_read("f", yaml, strlen(yaml), &form, &faults), CAO_OK);
	assert_int_equal(form.part, 1);
	b = form.blocks.items;
	r = b->table.rows.items;
	c = r[0].cells.items;
	assert_int_equal(c[0].column, 0);
	assert_int_equal(c[0].down, 2);
	assert_int_equal(c[1].column, 1);
	assert_int_equal(c[1].down, 1);
	c = r[1].cells.items;
	assert_int_equal(c[0].column, 1);
	assert_int_equal(c[1].column, 2);
	assert_int_equal(c[1].span, 1);
	c = r[2].cells.items;
	assert_int_equal(c[0].column, 0);
	cao_schema_free(&cao_form_schema, &form);
}

/* The shipped ones are in order, and every placeholder in them is filled. */
static void
test_shipped(void **state)
{
	struct cao_form_values values = { .list = NULL };
	struct cao_form_facts facts;
	struct cao_service service;
	struct cao_order order;
	struct cao_error err;
	char **names, path[128];

	(void)state;
	make(&order, &service, &facts);
	assert_int_equal(cao_folder_list("share/forms", &names, &err), CAO_OK);
	for (size_t i = 0; names[i] != NULL; i++) {
		struct cao_faults faults = { 0 };
		struct cao_buf text = { 0 };
		struct cao_form form;

		if (strcmp(names[i], "letterhead.yaml") == 0)
			continue;
		(void)snprintf(path, sizeof path, "share/forms/%s", names[i]);
		assert_int_equal(
		    cao_file_read(path, FILE_MAX, &text, &err), CAO_OK);
		assert_int_equal(cao_form_read(path, cao_buf_text(&text),
				     text.len, &form, &faults),
		    CAO_OK);
		assert_int_equal(
		    strncmp(names[i], form.id, strlen(form.id)), 0);
		assert_int_equal(
		    cao_form_fill(&form, &facts, &values, &err), CAO_OK);
		cao_schema_free(&cao_form_schema, &form);
		cao_buf_free(&text);
	}
	assert_true(values.count > 30);
	for (size_t i = 0; i < values.count; i++)
		assert_null(strchr(values.list[i].text, '{'));
	cao_folder_list_free(names);
	cao_form_values_free(&values);
}

static void
test_yuan(void **state)
{
	static const struct {
		int64_t fen;
		const char *words;
	} cases[] = {
		{ 0, "零元整" },
		{ 1, "壹分" },
		{ 10, "壹角" },
		{ 100, "壹元整" },
		{ 101, "壹元零壹分" },
		{ 110, "壹元壹角" },
		{ 24000, "贰佰肆拾元整" },
		{ 24050, "贰佰肆拾元伍角" },
		{ 100000, "壹仟元整" },
		{ 100500, "壹仟零伍元整" },
		{ 102000, "壹仟零贰拾元整" },
		{ 1000000, "壹万元整" },
		{ 1000100, "壹万零壹元整" },
		{ 10000100, "壹拾万零壹元整" },
		{ 10700053, "壹拾万零柒仟元伍角叁分" },
		{ INT64_C(10000000000), "壹亿元整" },
		{ INT64_C(10000000000000), "壹仟亿元整" },
		{ CAO_MONEY_MAX,
		    "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cao_buf out = { 0 };

		cao_form_yuan(&out, cases[i].fen);
		assert_string_equal(cao_buf_text(&out), cases[i].words);
		cao_buf_free(&out);
	}
}

/* Every kind that an application may name has its Chinese word. */
static void
test_words(void **state)
{
	(void)state;
	for (size_t i = 0; cao_businesses[i] != NULL; i++)
		assert_string_not_equal(
		    cao_form_word(CAO_WORD_BUSINESS, cao_businesses[i]),
		    cao_businesses[i]);
	for (size_t i = 0; cao_person_id_types[i] != NULL; i++)
		assert_string_not_equal(
		    cao_form_word(CAO_WORD_PERSON_ID, cao_person_id_types[i]),
		    cao_person_id_types[i]);
	for (size_t i = 0; cao_organisation_id_types[i] != NULL; i++)
		assert_string_not_equal(cao_form_word(CAO_WORD_ORGANISATION_ID,
					    cao_organisation_id_types[i]),
		    cao_organisation_id_types[i]);
	assert_string_equal(cao_form_word(CAO_WORD_COUNTRY, "FR"), "FR");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_all_told),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_placeholders),
		cmocka_unit_test(test_organisation),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_yuan),
		cmocka_unit_test(test_words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
