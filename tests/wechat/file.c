/* The folder of the WeChat Pay for tests. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pay.h"

const char *dir;

void
die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static void
path_of(const char *name, char out[NAME_ROOM])
{
	if (snprintf(out, NAME_ROOM, "%s/%s", dir, name) >= NAME_ROOM)
		die("too long: %s", name);
}

char *
read_text(const char *name, size_t *ret_len)
{
	char path[NAME_ROOM], *text = malloc(BODY_ROOM + 1);
	size_t n;
	FILE *f;

	path_of(name, path);
	if (text == NULL || (f = fopen(path, "rb")) == NULL) {
		free(text);
		return NULL;
	}
	n = fread(text, 1, BODY_ROOM, f);
	(void)fclose(f);
	text[n] = '\0';
	if (ret_len != NULL)
		*ret_len = n;
	return text;
}

char *
read_word(const char *name)
{
	char *text = read_text(name, NULL);

	if (text == NULL)
		die("%s/%s is missing", dir, name);
	text[strcspn(text, "\r\n")] = '\0';
	return text;
}

static void
write_as(const char *name, const char *how, const void *data, size_t len)
{
	char path[NAME_ROOM];
	FILE *f;

	path_of(name, path);
	f = fopen(path, how);
	if (f == NULL || fwrite(data, 1, len, f) != len || fclose(f) != 0)
		die("%s: %s", path, strerror(errno));
}

void
write_text(const char *name, const void *data, size_t len)
{
	write_as(name, "wb", data, len);
}

void
append_line(const char *name, const char *line)
{
	char text[NAME_ROOM * 2];
	int n = snprintf(text, sizeof text, "%s\n", line);

	write_as(name, "ab", text,
	    n < (int)sizeof text ? (size_t)n : sizeof text - 1);
}

/* Names are part of a path here, so they are taken as the documentation has
 * them. */
static void
record_name(const char *kind, const char *name, char out[NAME_ROOM])
{
	size_t n = strspn(name,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "_-|*");

	if (n == 0 || name[n] != '\0' || n > 64)
		die("no name of a record: %s", name);
	(void)snprintf(out, NAME_ROOM, "%s/%s", kind, name);
}

json_t *
read_record(const char *kind, const char *name)
{
	char file[NAME_ROOM], *text;
	json_t *record;

	record_name(kind, name, file);
	if ((text = read_text(file, NULL)) == NULL)
		return NULL;
	record = json_loads(text, 0, NULL);
	free(text);
	return record;
}

void
write_record(const char *kind, const char *name, json_t *record)
{
	char file[NAME_ROOM], *text = json_dumps(record, 0);

	record_name(kind, name, file);
	write_text(file, text, strlen(text));
	free(text);
}
