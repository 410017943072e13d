/* The child's side of the pipe. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "scan/wire.h"

static bool
write_all(int fd, const void *data, size_t len)
{
	const unsigned char *p = data;
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, p, len)) == -1 && errno != EINTR)
			return false;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return true;
}

bool
scan_send(int fd, enum scan_kind kind, const void *data, size_t len)
{
	const uint32_t frame[2] = { (uint32_t)kind, (uint32_t)len };

	return write_all(fd, frame, sizeof frame) && write_all(fd, data, len);
}

bool
scan_send_code(int fd, const struct scan_code *c)
{
	return scan_send(fd, SCAN_M_CODE, c,
	    offsetof(struct scan_code, text) + strlen(c->text));
}
