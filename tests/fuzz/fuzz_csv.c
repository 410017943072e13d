/* The CSV reader: it ends, its rows keep their bounds and are UTF-8. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "codec/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_row(const struct cao_csv_row *row, unsigned *line)
{
	size_t i, len;

	assert(row->line > *line || *line == 0);
	*line = row->line;
	assert(row->count > 0 && row->count <= CAO_CSV_FIELDS_MAX);
	for (i = 0; i < row->count; i++) {
		len = strlen(row->field[i]);
		assert(len <= CAO_CSV_FIELD_MAX);
		assert(cao_utf8_check(row->field[i], len) == len);
		assert(len == 0 || row->field[i][len - 1] != ' ');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_csv_row row;
	struct cao_csv *csv;
	struct cao_error e;
	size_t rounds = 0;
	unsigned line = 0;
	bool more = true;

	if (cao_csv_open("f", data, size, &csv, &e) != CAO_OK)
		return 0;
	while (more) {
		assert(rounds++ <= size);
		if (cao_csv_next(csv, &row, &more, &e) == CAO_OK && more)
			check_row(&row, &line);
	}
	cao_csv_close(csv);
	return 0;
}
