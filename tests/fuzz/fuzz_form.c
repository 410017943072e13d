/* Forms: any octets are refused with faults, or are filled in. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "order/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The cells of each row stay within the columns. */
static void
check(const struct cao_form *form)
{
	const struct cao_form_block *b = form->blocks.items;

	for (size_t i = 0; i < form->blocks.count; i++) {
		const struct cao_form_row *r = b[i].table.rows.items;

		for (size_t n = 0; n < b[i].table.rows.count; n++) {
			const struct cao_form_cell *c = r[n].cells.items;

			for (size_t k = 0; k < r[n].cells.count; k++)
				assert(c[k].column >= 0 && c[k].span > 0 &&
				    (size_t)(c[k].column + c[k].span) <=
					b[i].table.columns.count &&
				    c[k].down > 0);
		}
	}
}

/* Of an order without an application, and of none. */
static void
fill(const char *text, size_t len, bool blank)
{
	static struct cao_service service;
	static struct cao_order order;
	const struct cao_form_facts facts = { .order = blank ? NULL : &order,
		.service = &service };
	struct cao_form_values values = { 0 };
	struct cao_faults faults = { 0 };
	struct cao_error err;
	struct cao_form form;

	service.name = service.provider = (char *)(uintptr_t) "s";
	service.title.zh = service.title.en = service.name;
	order.application.business = service.name;
	if (cao_form_read("fuzz", text, len, &form, &faults) == CAO_OK) {
		check(&form);
		assert(cao_form_fill(&form, &facts, &values, &err) == CAO_OK);
		cao_schema_free(&cao_form_schema, &form);
	} else {
		assert(faults.count > 0);
	}
	cao_form_values_free(&values);
	cao_faults_free(&faults);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_faults faults = { 0 };

	fill((const char *)data, size, true);
	fill((const char *)data, size, false);
	assert(cao_form_verify("letterhead.yaml", (const char *)data, size,
		   &faults) == cao_faults_status(&faults));
	cao_faults_free(&faults);
	return 0;
}
