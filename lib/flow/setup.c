/* A store made: its CAs, its database, what it is shipped with. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/pool.h"
#include "flow/setup.h"
#include "pki/authority.h"
#include "store/shipped.h"
#include "store/witness.h"

#define RECOVERY_YEARS 20

/* The hierarchies, by the names of their files. */
static const struct {
	const char *name;
	enum cao_algorithm algorithm;
} hierarchies[] = {
	{ "sm2", CAO_SM2 },
	{ "p256", CAO_P256 },
	{ "rsa", CAO_RSA3072 },
};
#define HIERARCHIES (sizeof hierarchies / sizeof *hierarchies)

/* What is made in parallel, since RSA keys take their time. */
struct work {
	const char *name;
	int64_t now;
	struct cao_hierarchy hierarchy[HIERARCHIES];
	struct cao_key *recovery;
	enum cao_status status[HIERARCHIES + 1];
	struct cao_error error[HIERARCHIES + 1];
};

static void
make_one(void *arg, size_t i)
{
	struct work *w = arg;

	if (i < HIERARCHIES)
		w->status[i] = cao_authority_make(hierarchies[i].algorithm,
		    w->name, w->now, &w->hierarchy[i], &w->error[i]);
	else
		w->status[i] =
		    cao_key_generate(CAO_RSA3072, &w->recovery, &w->error[i]);
}

/* Write "<dir>/<below>". */
static enum cao_status
write_below(const char *dir, const char *below, const void *data, size_t len,
    struct cao_error *err)
{
	char *path = cao_path_join(dir, below);
	enum cao_status st;

	if (path == NULL)
		return cao_fail_memory(err);
	st = cao_file_write(path, data, len, err);
	free(path);
	return st;
}

static enum cao_status
write_cert(const char *dir, const char *name, const struct cao_buf *der,
    struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st;
	char below[64];

	(void)snprintf(below, sizeof below, "ca/%s.crt", name);
	cao_pem_put(&pem, "CERTIFICATE", der->data, der->len);
	st = cao_buf_ok(&pem) ? write_below(dir, below, pem.data, pem.len, err)
			      : cao_fail_memory(err);
	cao_buf_free(&pem);
	return st;
}

static enum cao_status
write_key(const char *dir, const char *name, const struct cao_key *key,
    struct cao_pin *pin, struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st;
	char below[64];

	(void)snprintf(below, sizeof below, "ca/%s.key", name);
	if ((st = cao_key_save(key, pin, &pem, err)) == CAO_OK)
		st = write_below(dir, below, pem.data, pem.len, err);
	cao_buf_free(&pem);
	return st;
}

static enum cao_status
write_hierarchy(const char *dir, const char *name,
    const struct cao_hierarchy *h, struct cao_pin *pin, struct cao_error *err)
{
	char root[32], issuing[32];
	enum cao_status st;

	(void)snprintf(root, sizeof root, "%s-root", name);
	(void)snprintf(issuing, sizeof issuing, "%s-ca", name);
	if ((st = write_cert(dir, root, &h->root_cert, err)) != CAO_OK ||
	    (st = write_key(dir, root, h->root_key, pin, err)) != CAO_OK ||
	    (st = write_cert(dir, issuing, &h->issuing_cert, err)) != CAO_OK)
		return st;
	return write_key(dir, issuing, h->issuing_key, pin, err);
}

/* A self-signed certificate with its key: the recovery key, the operators'
 * CA. */
static enum cao_status
write_self(const char *dir, const char *file, const struct cao_key *key,
    enum cao_usage usage, const char *ca_name, const char *title,
    struct cao_pin *pin, int64_t now, struct cao_error *err)
{
	struct cao_buf cert = { 0 };
	enum cao_status st;

	st = cao_authority_self(
	    key, usage, ca_name, title, now, RECOVERY_YEARS, &cert, err);
	if (st == CAO_OK)
		st = write_cert(dir, file, &cert, err);
	if (st == CAO_OK)
		st = write_key(dir, file, key, pin, err);
	cao_buf_free(&cert);
	return st;
}

static enum cao_status
write_shipped(const char *dir, struct cao_error *err)
{
	const struct cao_shipped *f;
	enum cao_status st = CAO_OK;

	for (f = cao_shipped_files; st == CAO_OK && f->name != NULL; f++)
		st = write_below(dir, f->name, f->text, strlen(f->text), err);
	return st;
}

const char *const cao_setup_certs[] = { "sm2-root", "sm2-ca", "p256-root",
	"p256-ca", "rsa-root", "rsa-ca", "operators", "recovery", NULL };

void
cao_setup_cert_text(
    const char *name, const struct cao_buf *der, char out[CAO_SETUP_CERT_SIZE])
{
	unsigned char digest[CAO_DIGEST_SIZE];
	char hex[CAO_DIGEST_HEX];

	cao_sha256(der->data, der->len, digest);
	cao_digest_hex(digest, hex);
	(void)snprintf(out, CAO_SETUP_CERT_SIZE, "%s %s", name, hex);
}

/* Which certificates the store is made with, so that none is changed for
 * another later. */
static enum cao_status
note_certs(
    struct cao_store *s, const struct cao_env *env, struct cao_error *err)
{
	char text[CAO_SETUP_CERT_SIZE];
	enum cao_status st = CAO_OK;

	for (size_t i = 0; st == CAO_OK && cao_setup_certs[i] != NULL; i++) {
		struct cao_buf der = { 0 };

		st = cao_setup_ca_cert(s, cao_setup_certs[i], &der, err);
		cao_setup_cert_text(cao_setup_certs[i], &der, text);
		if (st == CAO_OK)
			st = cao_store_put_note(
			    s, env, CAO_SETUP_CERT_NOTE, 0, text, err);
		cao_buf_free(&der);
	}
	return st;
}

/* An empty register, and the shipped services as the first facts. */
static enum cao_status
first_facts(struct cao_store *s, const struct cao_env *env, const char *ca_name,
    const struct cao_key *operators, struct cao_error *err)
{
	const struct cao_register none = { .version = 0 };
	const struct cao_shipped *f;
	struct cao_faults faults = { 0 };
	enum cao_status st;
	bool changed;

	if ((st = cao_register_write(s, &none, operators, err)) != CAO_OK ||
	    (st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	st = cao_store_put_note(s, env, "init", 0, ca_name, err);
	if (st == CAO_OK)
		st = note_certs(s, env, err);
	if (st == CAO_OK)
		st = cao_setup_journal_register(s, env, err);
	for (f = cao_shipped_files; st == CAO_OK && f->name != NULL; f++) {
		struct cao_service service;

		if (strncmp(f->name, "services/", 9) != 0)
			continue;
		st = cao_service_read(
		    f->name, f->text, strlen(f->text), &service, &faults);
		if (st != CAO_OK) {
			*err = faults.list[0];
			break;
		}
		st = cao_store_put_service(s, env, service.name, f->text,
		    strlen(f->text), &changed, err);
		cao_schema_free(&cao_service_schema, &service);
	}
	cao_faults_free(&faults);
	if (st == CAO_OK)
		st = cao_db_commit(s->db, err);
	cao_db_rollback(s->db);
	return st;
}

enum cao_status
cao_setup_folders(const char *dir, struct cao_error *err)
{
	static const char *const names[] = { "objects", "ca", "crl", "services",
		"rules", "agreements", "forms", "calendar", "notices/zh_CN",
		"notices/en", "wechat" };
	enum cao_status st = CAO_OK;

	for (size_t i = 0; st == CAO_OK && i < sizeof names / sizeof *names;
	     i++) {
		char *path = cao_path_join(dir, names[i]);

		st = path == NULL ? cao_fail_memory(err)
				  : cao_file_mkdir(path, err);
		free(path);
	}
	return st;
}

static enum cao_status
make_keys(struct work *w, struct cao_error *err)
{
	cao_pool_run(2, HIERARCHIES + 1, make_one, w);
	for (size_t i = 0; i <= HIERARCHIES; i++)
		if (w->status[i] != CAO_OK) {
			*err = w->error[i];
			return w->status[i];
		}
	return CAO_OK;
}

/* All of it in a folder that nobody looks at yet. */
static enum cao_status
fill(const char *dir, const char *ca_name, const struct cao_secret *secret,
    const struct cao_env *env, struct cao_error *err)
{
	struct work w = { .name = ca_name, .now = env->now };
	struct cao_key *operators = NULL;
	struct cao_store *store = NULL;
	struct cao_pin *pin = NULL;
	char *db = cao_path_join(dir, "orders.db");
	enum cao_status st;

	if (db == NULL) {
		st = cao_fail_memory(err);
		goto out;
	}
	if ((st = cao_pin_new(secret, &pin, err)) != CAO_OK ||
	    (st = cao_setup_folders(dir, err)) != CAO_OK ||
	    (st = make_keys(&w, err)) != CAO_OK ||
	    (st = cao_key_generate(CAO_P256, &operators, err)) != CAO_OK)
		goto out;
	for (size_t i = 0; i < HIERARCHIES; i++) {
		st = write_hierarchy(
		    dir, hierarchies[i].name, &w.hierarchy[i], pin, err);
		if (st != CAO_OK)
			goto out;
	}
	if ((st = write_self(dir, "recovery", w.recovery, CAO_RECOVERY, ca_name,
		 "Recovery", pin, env->now, err)) != CAO_OK ||
	    (st = write_self(dir, "operators", operators, CAO_AUTHORITY,
		 ca_name, "Operators", pin, env->now, err)) != CAO_OK ||
	    (st = write_shipped(dir, err)) != CAO_OK ||
	    (st = cao_db_create(db, err)) != CAO_OK ||
	    (st = cao_store_open(dir, &store, err)) != CAO_OK)
		goto out;
	st = first_facts(store, env, ca_name, operators, err);
out:
	cao_store_close(store);
	cao_key_free(operators);
	cao_key_free(w.recovery);
	for (size_t i = 0; i < HIERARCHIES; i++)
		cao_hierarchy_free(&w.hierarchy[i]);
	cao_pin_free(pin);
	free(db);
	return st;
}

/* As far as it goes, and no links. */
static void
sweep(const char *dir, unsigned depth)
{
	struct dirent *e;
	DIR *d = opendir(dir);

	while (d != NULL && (e = readdir(d)) != NULL) {
		char *path;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if ((path = cao_path_join(dir, e->d_name)) == NULL)
			continue;
		if (unlink(path) == -1 && depth > 0)
			sweep(path, depth - 1);
		free(path);
	}
	if (d != NULL)
		(void)closedir(d);
	(void)rmdir(dir);
}

void
cao_setup_sweep(const char *dir)
{
	sweep(dir, CAO_FOLDER_DEPTH);
}

char *
cao_setup_draft(const char *dir)
{
	struct cao_buf b = { 0 };
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/')
		n--;
	cao_buf_add(&b, dir, n);
	cao_buf_puts(&b, ".new");
	return (char *)cao_buf_take(&b, &n);
}

enum cao_status
cao_setup_check_free(const char *dir, struct cao_error *err)
{
	struct dirent *e;
	bool empty = true;
	DIR *d;

	if ((d = opendir(dir)) == NULL)
		return errno == ENOENT ? CAO_OK
				       : cao_fail_errno(err, "%s", dir);
	while (empty && (e = readdir(d)) != NULL)
		empty =
		    strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	(void)closedir(d);
	if (!empty)
		return cao_fail(err, CAO_DENIED,
		    "%s: is not empty; a store is made in a folder of its own",
		    dir);
	return CAO_OK;
}

enum cao_status
cao_setup_put_in_place(
    const char *draft, const char *dir, struct cao_error *err)
{
	char *folder = cao_path_folder(draft);
	enum cao_status st;

	if (folder == NULL)
		return cao_fail_memory(err);
	st = rename(draft, dir) == -1 ? cao_fail_errno(err, "%s", dir)
				      : cao_file_sync_dir(folder, err);
	free(folder);
	return st;
}

enum cao_status
cao_store_init(const char *dir, const char *ca_name,
    const struct cao_secret *pin, const struct cao_env *env,
    struct cao_error *err)
{
	const struct cao_subject subject = { .organisation = ca_name };
	enum cao_status st;
	char *draft;

	if ((st = cao_subject_check(&subject, err)) != CAO_OK)
		return cao_error_prefix(err, "%s", "--name");
	if ((st = cao_setup_check_free(dir, err)) != CAO_OK || env->dry_run)
		return st;
	if ((draft = cao_setup_draft(dir)) == NULL)
		return cao_fail_memory(err);
	cao_setup_sweep(draft);
	if ((st = cao_file_mkdir(draft, err)) == CAO_OK &&
	    (st = cao_witness_begin(dir, err)) == CAO_OK)
		st = fill(draft, ca_name, pin, env, err);
	if (st == CAO_OK)
		st = cao_setup_put_in_place(draft, dir, err);
	if (st != CAO_OK)
		cao_setup_sweep(draft);
	free(draft);
	return st;
}
