/* Statements in CAMT.053: any octets behind what makes them XML. */
#include "statement.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] == '<')
		read_statement(data, size);
	return 0;
}
