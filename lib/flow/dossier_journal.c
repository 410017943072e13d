/* An order's part of the journal, outside of the store. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "codec/json.h"
#include "flow/dossier.h"

void
cao_dossier_free(struct cao_dossier *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free(d->entries[i].actor);
		cao_buf_free(&d->entries[i].row);
	}
	free(d->entries);
	*d = (struct cao_dossier){ .count = 0 };
}

struct cao_dossier_entry *
cao_dossier_add(struct cao_dossier *d)
{
	struct cao_dossier_entry *list = d->entries;

	if ((list = cao_grow(list, d->count, sizeof *list)) == NULL)
		return NULL;
	d->entries = list;
	memset(&list[d->count], 0, sizeof *list);
	return &list[d->count++];
}

const struct cao_dossier_entry *
cao_dossier_find(const struct cao_dossier *d, enum cao_kind kind, int64_t fact)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->entries[i].kind == kind && d->entries[i].fact == fact &&
		    d->entries[i].whole)
			return &d->entries[i];
	return NULL;
}

static uint64_t
get_number(const unsigned char *p)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | p[i];
	return n;
}

enum cao_status
cao_dossier_row(const struct cao_dossier_entry *e,
    struct cao_dossier_column ret[CAO_DOSSIER_COLUMNS], struct cao_error *err)
{
	const unsigned char *p = e->row.data, *end = p + e->row.len;
	struct cao_dossier_column *c = ret;
	bool good = true;
	uint64_t n;

	for (int i = 0; i < CAO_DOSSIER_COLUMNS; i++)
		ret[i] = (struct cao_dossier_column){ .type = 'n' };
	for (; p < end && c < ret + CAO_DOSSIER_COLUMNS; c++) {
		c->type = (char)*p++;
		if (c->type == 'n')
			continue;
		good = memchr("itb", c->type, 3) != NULL && end - p >= 8;
		if (!good)
			break;
		n = get_number(p);
		p += 8;
		if (c->type == 'i') {
			c->number = (int64_t)n;
			continue;
		}
		good = n <= (uint64_t)(end - p);
		if (!good)
			break;
		c->data = p;
		c->len = (size_t)n;
		p += n;
	}
	if (good && p == end && c > ret && ret[0].type == 'i' &&
	    ret[0].number == e->fact)
		return CAO_OK;
	return cao_fail(err, CAO_INTEGRITY, "entry %lld: its row is not one",
	    (long long)e->seq);
}

static void
put_digest(struct cao_json *j, const char *key, const unsigned char *digest)
{
	char hex[CAO_DIGEST_HEX];

	cao_digest_hex(digest, hex);
	cao_json_text(j, key, hex);
}

static void
put_entry(const struct cao_dossier_entry *e, struct cao_buf *out)
{
	struct cao_buf row = { 0 };
	struct cao_json j;

	cao_base64_put(&row, e->row.data, e->row.len);
	cao_json_start(&j, out);
	cao_json_open(&j, NULL, '{');
	cao_json_int(&j, "seq", e->seq);
	cao_json_time(&j, "at", e->at);
	cao_json_text(&j, "actor", e->actor);
	cao_json_text(&j, "kind", cao_kind_names[e->kind]);
	cao_json_int(&j, "fact", e->fact);
	cao_json_text(&j, "row", e->whole ? cao_buf_text(&row) : NULL);
	put_digest(&j, "digest", e->digest);
	put_digest(&j, "before", e->before);
	put_digest(&j, "head", e->head);
	cao_json_close(&j, '}');
	cao_buf_putc(out, '\n');
	if (!cao_buf_ok(&row))
		out->failed = true;
	cao_buf_free(&row);
}

void
cao_dossier_journal(const struct cao_dossier *d, struct cao_buf *out)
{
	for (size_t i = 0; i < d->count; i++)
		put_entry(&d->entries[i], out);
}

static bool
get_int(const struct cao_node *doc, const char *key, int64_t *ret)
{
	const struct cao_node *n = cao_node_get(doc, key);
	char *end;

	if (n == NULL || n->kind != CAO_SCALAR || *n->text < '0' ||
	    *n->text > '9')
		return false;
	errno = 0;
	*ret = strtoll(n->text, &end, 10);
	return *end == '\0' && errno == 0;
}

static bool
get_digest(const struct cao_node *doc, const char *key, unsigned char *ret)
{
	const struct cao_node *n = cao_node_get(doc, key);

	return n != NULL && n->kind == CAO_SCALAR &&
	    strlen(n->text) == CAO_DIGEST_HEX - 1 &&
	    cao_hex_get(n->text, ret, CAO_DIGEST_SIZE);
}

static const char *
get_text(const struct cao_node *doc, const char *key)
{
	const struct cao_node *n = cao_node_get(doc, key);

	return n != NULL && n->kind == CAO_SCALAR ? n->text : NULL;
}

/* False: it is no such object. */
static bool
fill_entry(const struct cao_node *doc, struct cao_dossier_entry *e)
{
	const char *at = get_text(doc, "at"), *kind = get_text(doc, "kind");
	const char *actor = get_text(doc, "actor"), *row = get_text(doc, "row");
	struct cao_error err;

	e->whole = row != NULL;
	return at != NULL && kind != NULL && actor != NULL &&
	    get_int(doc, "seq", &e->seq) && get_int(doc, "fact", &e->fact) &&
	    cao_time_parse(at, &e->at, &err) == CAO_OK &&
	    cao_journal_kind(kind, &e->kind) &&
	    (e->actor = strdup(actor)) != NULL &&
	    (row == NULL || cao_base64_get(row, strlen(row), &e->row)) &&
	    get_digest(doc, "digest", e->digest) &&
	    get_digest(doc, "before", e->before) &&
	    get_digest(doc, "head", e->head);
}

enum cao_status
cao_dossier_journal_read(const char *text, size_t len, struct cao_dossier *ret,
    struct cao_error *err)
{
	const char *end = text + len, *line_end;
	struct cao_dossier_entry *e;
	struct cao_node *doc = NULL;
	enum cao_status st = CAO_OK;

	for (; text < end && st == CAO_OK; text = line_end + 1) {
		line_end = memchr(text, '\n', (size_t)(end - text));
		if (line_end == NULL)
			line_end = end;
		st = cao_json_read(
		    "journal", text, (size_t)(line_end - text), &doc, err);
		if (st == CAO_OK && (e = cao_dossier_add(ret)) == NULL)
			st = cao_fail_memory(err);
		else if (st == CAO_OK && !fill_entry(doc, e))
			st = cao_fail(err, CAO_INTEGRITY,
			    "line %zu is no entry", ret->count);
		cao_node_free(doc);
		doc = NULL;
	}
	if (st == CAO_INPUT)
		err->status = st = CAO_INTEGRITY;
	if (st != CAO_OK)
		cao_dossier_free(ret);
	return st;
}

static enum cao_status
bad_entry(struct cao_error *err, const struct cao_dossier_entry *e)
{
	return cao_fail(err, CAO_INTEGRITY,
	    "entry %lld does not go together with the others",
	    (long long)e->seq);
}

/* One entry by itself. */
static enum cao_status
check_entry(const struct cao_dossier_entry *e, struct cao_error *err)
{
	unsigned char have[CAO_DIGEST_SIZE];
	enum cao_status st;

	if (e->whole) {
		cao_sha256(e->row.data, e->row.len, have);
		if (memcmp(have, e->digest, sizeof have) != 0)
			return cao_fail(err, CAO_INTEGRITY,
			    "entry %lld: its %s was altered after it was "
			    "recorded",
			    (long long)e->seq, cao_kind_names[e->kind]);
	} else if (e->kind != CAO_K_EVIDENCE) {
		return cao_fail(err, CAO_INTEGRITY,
		    "entry %lld: its row is missing", (long long)e->seq);
	}
	st = cao_journal_head(e->before, e->at, e->actor,
	    cao_kind_names[e->kind], e->fact, e->digest, have, err);
	if (st == CAO_OK && memcmp(have, e->head, sizeof have) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "entry %lld was altered: its head does not follow from it",
		    (long long)e->seq);
	return st;
}

enum cao_status
cao_dossier_journal_check(const struct cao_dossier *d, int64_t length,
    const unsigned char head[CAO_DIGEST_SIZE], struct cao_error *err)
{
	static const unsigned char zeros[CAO_DIGEST_SIZE];
	const unsigned char *before = zeros;
	const struct cao_dossier_entry *e;
	int64_t last = 0;
	enum cao_status st;

	for (size_t i = 0; i < d->count; i++, last = e->seq, before = e->head) {
		e = &d->entries[i];
		if (e->seq <= last || e->seq > length ||
		    (e->seq == last + 1 &&
			memcmp(e->before, before, CAO_DIGEST_SIZE) != 0) ||
		    (e->seq == length &&
			memcmp(e->head, head, CAO_DIGEST_SIZE) != 0))
			return bad_entry(err, e);
		if ((st = check_entry(e, err)) != CAO_OK)
			return st;
	}
	return CAO_OK;
}
