/* An order that was handed over, verified without the store it is from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "codec/gzip.h"
#include "codec/tar.h"
#include "flow/dossier.h"
#include "flow/setup.h"

#define KEPT_MAX (256 * 1024 * 1024) /* octets, of all files but scans */

struct file {
	char name[CAO_TAR_NAME_MAX + 1]; /* below the order's folder */
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_buf content; /* of a scan it is not kept */
};
struct archive {
	char number[CAO_NUMBER_SIZE];
	struct file *files;
	size_t count, kept;
};

static void
free_archive(struct archive *a)
{
	for (size_t i = 0; i < a->count; i++)
		cao_buf_free(&a->files[i].content);
	free(a->files);
}

static const struct file *
find(const struct archive *a, const char *name)
{
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->files[i].name, name) == 0)
			return &a->files[i];
	return NULL;
}

/* As a cao_dossier_get. */
static const struct cao_buf *
get(void *arg, const char *name)
{
	const struct file *f = find(arg, name);

	return f == NULL ? NULL : &f->content;
}

static enum cao_status
bad_file(struct cao_error *err, const char *name, const char *what)
{
	return cao_fail(err, CAO_INTEGRITY, "%s: %s", name, _(what));
}

/* The member's name below the folder that is named by the order's number. */
static enum cao_status
take_name(
    struct archive *a, const char *path, struct file *f, struct cao_error *err)
{
	const size_t len = CAO_NUMBER_SIZE - 1;

	if (a->count == 0) {
		(void)snprintf(a->number, sizeof a->number, "%.17s", path);
		if (!cao_number_valid(a->number))
			return bad_file(err, path,
			    N_("is not in a folder named by an order"));
	}
	if (strncmp(path, a->number, len) != 0 || path[len] != '/')
		return bad_file(err, path, N_("is not in the order's folder"));
	(void)snprintf(f->name, sizeof f->name, "%.82s", path + len + 1);
	if (find(a, f->name) != NULL)
		return bad_file(err, f->name, N_("is there twice"));
	return CAO_OK;
}

static enum cao_status
take(struct archive *a, struct cao_tar_member *m, struct cao_error *err)
{
	struct file f = { .content = { 0 } }, *list;
	enum cao_status st;

	if ((st = take_name(a, m->name, &f, err)) != CAO_OK)
		return st;
	cao_sha256(m->content.data, m->content.len, f.digest);
	if (strncmp(f.name, "documents/", 10) != 0) {
		a->kept += m->content.len;
		if (a->kept > KEPT_MAX)
			return bad_file(err, f.name, N_("is too much"));
	} else
		cao_buf_free(&m->content);
	list = cao_grow(a->files, a->count, sizeof *list);
	if (list == NULL)
		return cao_fail_memory(err);
	f.content = m->content;
	m->content = (struct cao_buf){ 0 };
	a->files = list;
	list[a->count++] = f;
	return CAO_OK;
}

static enum cao_status
read_archive(
    struct archive *a, const void *data, size_t len, struct cao_error *err)
{
	struct cao_gunzip *gunzip = NULL;
	struct cao_tar tar = { .source = cao_gunzip_read };
	struct cao_tar_member m;
	enum cao_status st;
	bool more;

	if ((st = cao_gunzip_new(data, len, &gunzip, err)) != CAO_OK)
		return st;
	tar.arg = gunzip;
	while ((st = cao_tar_next(&tar, &m, &more, err)) == CAO_OK && more) {
		st = take(a, &m, err);
		cao_tar_member_free(&m);
		if (st != CAO_OK)
			break;
	}
	cao_gunzip_free(gunzip);
	return st;
}

/* The CA that the manifest must be by: its certificate's octets. */
static enum cao_status
read_anchor(struct cao_store *s, const char *anchor, struct cao_buf *ret,
    bool *ret_there, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	*ret_there = anchor != NULL || s != NULL;
	if (anchor != NULL)
		st = cao_pem_get("anchor", anchor, strlen(anchor),
		    "CERTIFICATE", ret, NULL, err);
	else if (s != NULL)
		st = cao_setup_ca_cert(s, "operators", ret, err);
	return st;
}

/* The manifest is signed by the CA, whose key is handed on. */
static enum cao_status
check_signature(struct archive *a, struct cao_store *s, const char *anchor,
    struct cao_dossier_info *info, struct cao_key **ret_ca,
    struct cao_error *err)
{
	const struct cao_buf *text = get(a, CAO_DOSSIER_MANIFEST);
	const struct cao_buf *signature = get(a, CAO_DOSSIER_SIGNATURE);
	struct cao_buf der = { 0 }, want = { 0 };
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_cert cert;
	enum cao_status st;

	if (text == NULL || signature == NULL)
		return bad_file(err,
		    text == NULL ? CAO_DOSSIER_MANIFEST : CAO_DOSSIER_SIGNATURE,
		    N_("is missing"));
	if ((st = read_anchor(s, anchor, &want, &info->anchored, err)))
		goto out;
	st = cao_dossier_cert(CAO_DOSSIER_CA, get(a, CAO_DOSSIER_CA), 0, &der,
	    &cert, ret_ca, err);
	if (st != CAO_OK) {
		(void)cao_error_prefix(err, "%s", CAO_DOSSIER_CA);
		goto out;
	}
	cao_sha256(der.data, der.len, digest);
	cao_digest_hex(digest, info->ca);
	if (info->anchored &&
	    (want.len != der.len || memcmp(want.data, der.data, der.len) != 0))
		st = bad_file(err, CAO_DOSSIER_CA,
		    N_("is not the certificate that it is compared with"));
	else if (cao_key_verify(*ret_ca, text->data, text->len, signature->data,
		     signature->len, err) != CAO_OK)
		st = bad_file(err, CAO_DOSSIER_MANIFEST,
		    N_("was altered, or its signature or the CA's certificate "
		       "was"));
out:
	cao_buf_free(&der);
	cao_buf_free(&want);
	return st;
}

/* The next line of the text, cut off at its end; NULL behind the last. */
static char *
next_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	if (end == NULL)
		return NULL;
	*end = '\0';
	*text = end + 1;
	return line;
}

/* Behind the word, or NULL. */
static const char *
after(const char *line, const char *word)
{
	size_t n = strlen(word);

	return line != NULL && strncmp(line, word, n) == 0 ? line + n : NULL;
}

static enum cao_status
read_head(const struct archive *a, char **text, struct cao_dossier_info *info,
    unsigned char head[CAO_DIGEST_SIZE], struct cao_error *err)
{
	const char *number, *at, *journal;
	char *end = NULL;

	if (after(*text, CAO_DOSSIER_HEAD) == NULL)
		return bad_file(err, CAO_DOSSIER_MANIFEST, N_("is not one"));
	(void)next_line(text);
	number = after(next_line(text), "order ");
	at = after(next_line(text), "at ");
	journal = after(next_line(text), "journal ");
	if (number == NULL || strcmp(number, a->number) != 0 || at == NULL ||
	    cao_time_parse(at, &info->at, err) != CAO_OK || journal == NULL)
		return bad_file(err, CAO_DOSSIER_MANIFEST, N_("is not one"));
	info->length = strtoll(journal, &end, 10);
	if (*end != ' ' || strlen(end + 1) != CAO_DIGEST_HEX - 1 ||
	    !cao_hex_get(end + 1, head, CAO_DIGEST_SIZE))
		return bad_file(err, CAO_DOSSIER_MANIFEST, N_("is not one"));
	(void)snprintf(info->number, sizeof info->number, "%s", number);
	cao_digest_hex(head, info->head);
	return CAO_OK;
}

/* A line for each file, in their order, but for the manifest's own two. */
static enum cao_status
check_lines(const struct archive *a, char *text, struct cao_error *err)
{
	char hex[CAO_DIGEST_HEX];
	const char *line;

	for (size_t i = 0; i + 2 < a->count; i++) {
		const struct file *f = &a->files[i];

		line = next_line(&text);
		if (line == NULL || strlen(line) < sizeof hex + 1 ||
		    strcmp(line + sizeof hex + 1, f->name) != 0)
			return bad_file(err, f->name,
			    N_("is not at its place in the manifest, or one "
			       "before it is missing"));
		cao_digest_hex(f->digest, hex);
		if (strncmp(line, hex, sizeof hex - 1) != 0)
			return bad_file(err, f->name, N_("was altered"));
	}
	if (*text == '\0')
		return CAO_OK;
	line = next_line(&text);
	if (line == NULL || strlen(line) < sizeof hex + 1)
		return bad_file(err, CAO_DOSSIER_MANIFEST, N_("is not one"));
	return bad_file(err, line + sizeof hex + 1, N_("is missing"));
}

static enum cao_status
check_manifest(const struct archive *a, struct cao_dossier_info *info,
    unsigned char head[CAO_DIGEST_SIZE], struct cao_error *err)
{
	const struct file *f = find(a, CAO_DOSSIER_MANIFEST);
	char *copy = strdup(cao_buf_text(&f->content)), *text = copy;
	enum cao_status st;

	if (copy == NULL)
		return cao_fail_memory(err);
	if (strlen(copy) != f->content.len || f != &a->files[a->count - 2] ||
	    strcmp(f[1].name, CAO_DOSSIER_SIGNATURE) != 0)
		st = bad_file(err, CAO_DOSSIER_MANIFEST,
		    N_("does not end the archive with its signature"));
	else
		st = read_head(a, &text, info, head, err);
	if (st == CAO_OK)
		st = check_lines(a, text, err);
	free(copy);
	return st;
}

/* As a cao_dossier_file: it is there, with that content. */
static enum cao_status
same_file(void *arg, const char *name, const void *data, size_t len,
    struct cao_error *err)
{
	const struct cao_buf *have = get(arg, name);

	if (have == NULL)
		return bad_file(err, name, N_("is missing"));
	if (have->len != len || (len > 0 && memcmp(have->data, data, len) != 0))
		return bad_file(
		    err, name, N_("is not what the journal has of it"));
	return CAO_OK;
}

/* All scans of the dossier, and no others. */
static enum cao_status
check_documents(
    const struct archive *a, const struct cao_order *o, struct cao_error *err)
{
	char name[CAO_DOSSIER_NAME_SIZE];
	const struct file *f;
	size_t n = 0;

	for (size_t i = 0; i < o->ndocuments; i++) {
		cao_dossier_document(&o->documents[i], name);
		if ((f = find(a, name)) == NULL)
			return bad_file(err, name, N_("is missing"));
		if (memcmp(f->digest, o->documents[i].object,
			sizeof f->digest) != 0)
			return bad_file(
			    err, name, N_("is not what the journal has of it"));
	}
	for (size_t i = 0; i < a->count; i++)
		n += strncmp(a->files[i].name, "documents/", 10) == 0;
	return n == o->ndocuments
	    ? CAO_OK
	    : bad_file(err, "documents", N_("holds more than the order does"));
}

/* What the files say, held to the journal and to the CA's key. */
static enum cao_status
check_content(struct archive *a, const struct cao_dossier_info *info,
    const unsigned char head[CAO_DIGEST_SIZE], const struct cao_key *ca,
    struct cao_error *err)
{
	const struct cao_buf *text = get(a, CAO_DOSSIER_JOURNAL);
	struct cao_dossier d = { .count = 0 };
	struct cao_order o = { .id = 0 };
	enum cao_status st;

	if (text == NULL)
		return bad_file(err, CAO_DOSSIER_JOURNAL, N_("is missing"));
	if ((st = cao_dossier_journal_read(
		 cao_buf_text(text), text->len, &d, err)) != CAO_OK ||
	    (st = cao_dossier_journal_check(&d, info->length, head, err)) ||
	    (st = cao_dossier_order(&d, &o, err)) != CAO_OK) {
		(void)cao_error_prefix(err, "%s", CAO_DOSSIER_JOURNAL);
		goto out;
	}
	if (strcmp(o.number, a->number) != 0)
		st = bad_file(
		    err, CAO_DOSSIER_JOURNAL, N_("is of another order"));
	else if ((st = cao_dossier_files(&d, &o, same_file, a, err)) ==
		CAO_OK &&
	    (st = check_documents(a, &o, err)) == CAO_OK)
		st = cao_dossier_prove(&d, &o, ca, get, a, err);
out:
	cao_dossier_free(&d);
	cao_order_free(&o);
	return st;
}

enum cao_status
cao_verify_dossier(struct cao_store *s, const char *anchor, const void *data,
    size_t len, struct cao_dossier_info *ret, struct cao_error *err)
{
	unsigned char head[CAO_DIGEST_SIZE];
	struct cao_dossier_info info = { .at = 0 };
	struct archive a = { .count = 0 };
	struct cao_key *ca = NULL;
	enum cao_status st;

	if ((st = read_archive(&a, data, len, err)) == CAO_OK &&
	    (st = check_signature(&a, s, anchor, &info, &ca, err)) == CAO_OK &&
	    (st = check_manifest(&a, &info, head, err)) == CAO_OK)
		st = check_content(&a, &info, head, ca, err);
	if (st == CAO_OK)
		*ret = info;
	cao_key_free(ca);
	free_archive(&a);
	return st;
}
