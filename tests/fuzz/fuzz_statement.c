/* Statements, whatever format they are taken for. */
#include "statement.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_statement(data, size);
	return 0;
}
