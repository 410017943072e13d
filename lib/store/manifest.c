/* What a backup consists of. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/manifest.h"

#define HEAD "# caorder backup 1"
#define DIGEST_LEN (CAO_DIGEST_HEX - 1)
#define GAP 2 /* spaces behind the digest */

/* Names between slashes that do not begin with a ".", in plain characters;
 * one "../" may come before them. */
static bool
path_ok(const char *path)
{
	size_t len = strlen(path);
	bool begins = true;

	if (len == 0 || len > CAO_MANIFEST_PATH_MAX ||
	    cao_utf8_check(path, len) != len || cao_text_has_control(path))
		return false;
	if (strncmp(
		path, CAO_MANIFEST_SHARED, sizeof CAO_MANIFEST_SHARED - 1) == 0)
		path += sizeof CAO_MANIFEST_SHARED - 1;
	for (; *path != '\0'; path++) {
		if (*path == '\\' || (begins && (*path == '.' || *path == '/')))
			return false;
		begins = *path == '/';
	}
	return !begins;
}

enum cao_status
cao_manifest_add(struct cao_manifest_draft *m, const char *path,
    const unsigned char digest[CAO_DIGEST_SIZE], uint64_t size,
    struct cao_error *err)
{
	if (!path_ok(path))
		return cao_fail(err, CAO_INPUT,
		    "%s: no name that a backup can hold: at most %d octets, "
		    "without control characters and backslashes",
		    path, CAO_MANIFEST_PATH_MAX);
	cao_hex_put(&m->lines, digest, CAO_DIGEST_SIZE);
	cao_buf_printf(&m->lines, "  %s\n", path);
	m->files++;
	m->octets += size;
	return cao_buf_ok(&m->lines) ? CAO_OK : cao_fail_memory(err);
}

/* The second line, which says of what it is. */
static void
put_extent(struct cao_buf *out, int64_t at, uint64_t files, uint64_t octets)
{
	char time[CAO_RFC3339_SIZE];

	cao_time_format(at, time);
	cao_buf_printf(out, "# %s %" PRIu64 " files %" PRIu64 " octets", time,
	    files, octets);
}

enum cao_status
cao_manifest_end(const struct cao_manifest_draft *m, int64_t at,
    struct cao_buf *out, struct cao_error *err)
{
	cao_buf_puts(out, HEAD "\n");
	put_extent(out, at, m->files, m->octets);
	cao_buf_putc(out, '\n');
	cao_buf_add(out, m->lines.data, m->lines.len);
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(err);
}

static enum cao_status
bad(struct cao_error *err, uint64_t line, const char *why)
{
	return cao_fail(
	    err, CAO_INTEGRITY, "line %llu: %s", (unsigned long long)line, why);
}

/* The next line into out, without its end; false: none is whole. */
static bool
next_line(struct cao_manifest *m, char *out, size_t size)
{
	const char *end = m->next < m->end
	    ? memchr(m->next, '\n', (size_t)(m->end - m->next))
	    : NULL;
	size_t len;

	m->line++;
	if (end == NULL || (len = (size_t)(end - m->next)) >= size ||
	    memchr(m->next, '\0', len) != NULL)
		return false;
	memcpy(out, m->next, len);
	out[len] = '\0';
	m->next = end + 1;
	return true;
}

/* "# TIME FILES files OCTETS octets", in the one form that it has. */
static bool
get_extent(const char *line, struct cao_manifest *m)
{
	char time[CAO_RFC3339_SIZE];
	struct cao_buf again = { 0 };
	struct cao_error why;
	bool same;

	if (sscanf(line, "# %20[0-9TZ:-] %19" SCNu64 " files %19" SCNu64, time,
		&m->files, &m->octets) != 3 ||
	    cao_time_parse(time, &m->at, &why) != CAO_OK)
		return false;
	put_extent(&again, m->at, m->files, m->octets);
	same = strcmp(cao_buf_text(&again), line) == 0;
	cao_buf_free(&again);
	return same;
}

enum cao_status
cao_manifest_begin(const char *text, size_t len, struct cao_manifest *ret,
    struct cao_error *err)
{
	struct cao_manifest m = { .next = text, .end = text + len };
	char line[128];

	if (!next_line(&m, line, sizeof line) || strcmp(line, HEAD) != 0)
		return bad(err, m.line, _("no backup, or of a newer version"));
	if (!next_line(&m, line, sizeof line) || !get_extent(line, &m))
		return bad(err, m.line, _("it does not say of what it is"));
	*ret = m;
	return CAO_OK;
}

enum cao_status
cao_manifest_next(struct cao_manifest *m, struct cao_manifest_file *ret,
    bool *ret_more, struct cao_error *err)
{
	char line[DIGEST_LEN + GAP + CAO_MANIFEST_PATH_MAX + 1];
	char *path = line + DIGEST_LEN + GAP;

	*ret_more = m->next < m->end;
	if (!*ret_more)
		return m->read == m->files
		    ? CAO_OK
		    : bad(err, m->line, _("not all of its files follow"));
	if (!next_line(m, line, sizeof line) ||
	    strlen(line) <= DIGEST_LEN + GAP ||
	    memcmp(line + DIGEST_LEN, "  ", GAP) != 0)
		return bad(err, m->line, _("no digest and file"));
	line[DIGEST_LEN] = '\0';
	if (!cao_hex_get(line, ret->digest, CAO_DIGEST_SIZE) || !path_ok(path))
		return bad(err, m->line, _("no digest and file"));
	(void)snprintf(ret->path, sizeof ret->path, "%s", path);
	m->read++;
	return CAO_OK;
}
