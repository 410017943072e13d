/* Statements in MT940: any octets behind the field that makes them that. */
#include "statement.h"

#include <stdlib.h>

#define BEGIN ":20:"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(sizeof BEGIN + size);

	if (text == NULL)
		return 0;
	memcpy(text, BEGIN, sizeof BEGIN - 1);
	memcpy(text + sizeof BEGIN - 1, data, size);
	read_statement(text, sizeof BEGIN - 1 + size);
	free(text);
	return 0;
}
