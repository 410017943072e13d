/* The keys of WeChat Pay that the CA certified. */
#include "store/wechat_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/signed.h"
#include "store/store.h"

#define FIELDS 6

static const struct cao_signed file = { "wechat/platform",
	N_("the list of WeChat Pay's keys"), "caorder wechat 1\n",
	1024 * 1024 };

void
cao_wechat_keys_free(struct cao_wechat_keys *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->count; i++)
		cao_key_free(k->list[i].key);
	free(k->list);
	free(k);
}

bool
cao_wechat_word(const char *text, size_t size)
{
	size_t n = strspn(text,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return n > 0 && n < size && text[n] == '\0';
}

static bool
copy_word(char *out, size_t size, const char *text)
{
	if (!cao_wechat_word(text, size))
		return false;
	(void)snprintf(out, size, "%s", text);
	return true;
}

/* "key ID MCHID APPID SINCE UNTIL KEY"; "-": without end. */
static enum cao_status
read_key(char *line, struct cao_wechat_key *ret, struct cao_error *err)
{
	char *field[FIELDS], *save = NULL;
	struct cao_buf spki = { 0 };
	enum cao_status st;

	for (int n = 0; n < FIELDS; n++) {
		field[n] = strtok_r(n == 0 ? line : NULL, " ", &save);
		if (field[n] == NULL)
			return cao_signed_bad(
			    &file, err, "a line is too short");
	}
	if (!copy_word(ret->id, sizeof ret->id, field[0]) ||
	    !copy_word(ret->mchid, sizeof ret->mchid, field[1]) ||
	    !copy_word(ret->appid, sizeof ret->appid, field[2]))
		return cao_signed_bad(&file, err, "a name in it is none");
	if ((st = cao_time_parse(field[3], &ret->since, err)) != CAO_OK ||
	    (strcmp(field[4], "-") != 0 &&
		(st = cao_time_parse(field[4], &ret->until, err)) != CAO_OK))
		return st;
	if (!cao_base64_get(field[5], strlen(field[5]), &spki))
		st = cao_signed_bad(&file, err, "a key is not Base64");
	else
		st = cao_key_from_spki(spki.data, spki.len, &ret->key, err);
	cao_buf_free(&spki);
	return st;
}

static enum cao_status
read_lines(char *text, struct cao_wechat_keys *k, struct cao_error *err)
{
	struct cao_wechat_key *list;
	char *line, *save = NULL;
	enum cao_status st = CAO_OK;

	for (line = strtok_r(text, "\n", &save); line != NULL && st == CAO_OK;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, "version ", 8) == 0) {
			k->version = strtoll(line + 8, NULL, 10);
			continue;
		}
		if (strncmp(line, "key ", 4) != 0)
			return cao_signed_bad(&file, err, "an unknown line");
		if (k->count == CAO_WECHAT_KEYS_MAX)
			return cao_signed_bad(&file, err, "too many keys");
		if ((list = cao_grow(k->list, k->count, sizeof *list)) == NULL)
			return cao_fail_memory(err);
		k->list = list;
		memset(&list[k->count], 0, sizeof *list);
		st = read_key(line + 4, &list[k->count++], err);
	}
	return st;
}

enum cao_status
cao_wechat_keys_get(struct cao_store *s, const struct cao_wechat_keys **ret,
    struct cao_error *err)
{
	struct cao_wechat_keys *k;
	struct cao_buf lines = { 0 };
	struct cao_key *ca = NULL;
	enum cao_status st;

	if ((*ret = s->wechat) != NULL)
		return CAO_OK;
	if ((k = calloc(1, sizeof *k)) == NULL)
		return cao_fail_memory(err);
	st = cao_signed_read(s, &file, &lines, k->digest, &ca, err);
	if (st == CAO_OK && lines.len > 0)
		st = read_lines((char *)lines.data, k, err);
	else if (st == CAO_NOTFOUND)
		st = CAO_OK;
	cao_key_free(ca);
	cao_buf_free(&lines);
	if (st != CAO_OK)
		cao_wechat_keys_free(k);
	else
		*ret = s->wechat = k;
	return st;
}

static void
put_key(struct cao_buf *out, const struct cao_wechat_key *k)
{
	char since[CAO_RFC3339_SIZE], until[CAO_RFC3339_SIZE] = "-";
	const unsigned char *spki;
	size_t len;

	cao_time_format(k->since, since);
	if (k->until != 0)
		cao_time_format(k->until, until);
	spki = cao_key_spki(k->key, &len);
	cao_buf_printf(out, "key %s %s %s %s %s ", k->id, k->mchid, k->appid,
	    since, until);
	cao_base64_put(out, spki, len);
	cao_buf_putc(out, '\n');
}

enum cao_status
cao_wechat_keys_write(struct cao_store *s, const struct cao_wechat_keys *k,
    const struct cao_key *ca, struct cao_error *err)
{
	struct cao_buf lines = { 0 };
	enum cao_status st;

	cao_buf_printf(&lines, "version %lld\n", (long long)k->version);
	for (size_t i = 0; i < k->count; i++)
		put_key(&lines, &k->list[i]);
	st = cao_signed_write(s, &file, &lines, ca, err);
	cao_wechat_keys_free(s->wechat);
	s->wechat = NULL;
	cao_buf_free(&lines);
	return st;
}

const struct cao_wechat_key *
cao_wechat_keys_find(const struct cao_wechat_keys *k, const char *id)
{
	for (size_t i = 0; i < k->count; i++)
		if (strcmp(k->list[i].id, id) == 0)
			return &k->list[i];
	return NULL;
}
