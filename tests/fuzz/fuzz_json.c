/* The JSON reader: no input may do harm; and any octets can be written. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
write_and_read(const uint8_t *data, size_t size)
{
	struct cao_buf out = { 0 };
	struct cao_node *n = NULL;
	struct cao_json j;
	struct cao_error e;
	enum cao_status st;
	char *text;

	if ((text = malloc(size + 1)) == NULL)
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	cao_json_start(&j, &out);
	cao_json_open(&j, NULL, '{');
	cao_json_text(&j, text, text);
	cao_json_close(&j, '}');
	st = cao_json_read("f", cao_buf_text(&out), out.len, &n, &e);
	assert(st == CAO_OK && n->children != NULL);
	assert(strcmp(n->children->key, n->children->text) == 0);
	cao_node_free(n);
	cao_buf_free(&out);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_node *n = NULL;
	struct cao_error e;
	enum cao_status st;

	st = cao_json_read("f", (const char *)data, size, &n, &e);
	assert((st == CAO_OK) == (n != NULL));
	assert(st == CAO_OK || st == CAO_INPUT);
	cao_node_free(n);
	write_and_read(data, size);
	return 0;
}
