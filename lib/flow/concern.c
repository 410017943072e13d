#include "flow/concern.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"

#define DAY INT64_C(86400)

void
cao_concern_free(struct cao_concern *c)
{
	cao_order_free(&c->subject);
	memset(c, 0, sizeof *c);
}

static enum cao_status
refuse(struct cao_error *err, const char *field)
{
	return cao_error_place(err, NULL, 0, 0, field);
}

/* A serial in hexadecimal as octets; false if none of ours can be so. */
static bool
read_serial(const char *text, unsigned char out[CAO_SERIAL_SIZE])
{
	char digits[2 * CAO_SERIAL_SIZE + 1];
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (*text == ':')
			continue;
		if (n == sizeof digits - 1)
			return false;
		digits[n++] = *text;
	}
	digits[n] = '\0';
	return n == 2 * CAO_SERIAL_SIZE &&
	    cao_hex_get(digits, out, CAO_SERIAL_SIZE);
}

static enum cao_status
find_serial(struct cao_store *s, const char *text, char ret[CAO_NUMBER_SIZE],
    struct cao_error *err)
{
	unsigned char serial[CAO_SERIAL_SIZE] = { 0 };
	struct cao_query *q = NULL;
	enum cao_status st;
	bool row = false;

	if (read_serial(text, serial)) {
		q = cao_db_use(s->db, SQL_NUMBER_BY_SERIAL);
		cao_db_blob(q, ":serial", serial, sizeof serial);
		if ((st = cao_db_step(q, &row, err)) != CAO_OK)
			return st;
	}
	if (!row) {
		(void)cao_fail(
		    err, CAO_NOTFOUND, "no certificate has that serial");
		return refuse(err, "certificate.serial");
	}
	(void)snprintf(ret, CAO_NUMBER_SIZE, "%s", cao_col_text(q, 0));
	cao_db_done(q);
	return CAO_OK;
}

enum cao_status
cao_concern_number(struct cao_store *s, const struct cao_application *a,
    char ret[CAO_NUMBER_SIZE], struct cao_error *err)
{
	*ret = '\0';
	if (a->certificate.serial != NULL)
		return find_serial(s, a->certificate.serial, ret, err);
	if (a->certificate.order != NULL)
		(void)snprintf(
		    ret, CAO_NUMBER_SIZE, "%s", a->certificate.order);
	return CAO_OK;
}

bool
cao_concern_keeps_key(const struct cao_application *a)
{
	if (a->encryption_key != NULL)
		return strcmp(a->encryption_key, "kept") == 0;
	return cao_business_find(a->business)->keeps_key;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* What of the holder stands in the certificates. */
static bool
same_user(const struct cao_person *a, const struct cao_person *b)
{
	return same(a->name, b->name) && same(a->id_type, b->id_type) &&
	    same(a->id_number, b->id_number) && same(a->country, b->country) &&
	    same(a->province, b->province) &&
	    same(a->department, b->department);
}

static bool
same_organisation(
    const struct cao_organisation *a, const struct cao_organisation *b)
{
	return same(a->name, b->name) && same(a->id_type, b->id_type) &&
	    same(a->id_number, b->id_number) && same(a->country, b->country) &&
	    same(a->province, b->province) && same(a->address, b->address);
}

static enum cao_status
check_same(const struct cao_business *b, const struct cao_concern *c,
    struct cao_error *err)
{
	if (c->changed[0] == NULL)
		return CAO_OK;
	(void)cao_fail(err, CAO_DENIED,
	    "not as in order %s, and business \"%s\" is for the same holder: "
	    "what changed is applied for with business \"change\"",
	    c->subject.number, b->name);
	return refuse(err, c->changed[0]);
}

/* Somebody else, or another organisation, is no change. */
static enum cao_status
check_change(const struct cao_application *a, const struct cao_concern *c,
    struct cao_error *err)
{
	const struct cao_application *b = &c->subject.application;

	if (c->changed[0] == NULL)
		return cao_fail(err, CAO_DENIED,
		    "nothing that stands in the certificates is other than in "
		    "order %s",
		    c->subject.number);
	if (!same(a->user.name, b->user.name) &&
	    !same(a->user.id_number, b->user.id_number)) {
		(void)cao_fail(err, CAO_DENIED,
		    "name and number are other than in order %s: for somebody "
		    "else apply anew",
		    c->subject.number);
		return refuse(err, "user");
	}
	if (!same(a->organisation.name, b->organisation.name) &&
	    !same(a->organisation.id_number, b->organisation.id_number)) {
		(void)cao_fail(err, CAO_DENIED,
		    "name and number are other than in order %s: for another "
		    "organisation apply anew",
		    c->subject.number);
		return refuse(err, "organisation");
	}
	return CAO_OK;
}

static enum cao_status
check_holder(const struct cao_business *b, const struct cao_application *a,
    struct cao_concern *c, struct cao_error *err)
{
	const struct cao_application *old = &c->subject.application;
	size_t n = 0;

	if (!same_user(&a->user, &old->user))
		c->changed[n++] = "user";
	if (!same_organisation(&a->organisation, &old->organisation))
		c->changed[n++] = "organisation";
	c->changed[n] = NULL;
	return b->changes ? check_change(a, c, err) : check_same(b, c, err);
}

/* A renewal in its window; a pair for what remains while something does. */
static enum cao_status
check_term(const struct cao_business *b, const struct cao_service *service,
    const struct cao_concern *c, int64_t asked, int64_t now,
    struct cao_error *err)
{
	int64_t end = c->subject.pair->not_after;
	int64_t from = end - service->renewal.before * DAY;
	int64_t to = end + service->renewal.after * DAY;
	char first[CAO_RFC3339_SIZE], last[CAO_RFC3339_SIZE];

	if (b->product != CAO_MAKES_PAIR)
		return CAO_OK;
	if (b->remains) {
		if (now < end)
			return CAO_OK;
		return cao_fail(err, CAO_DENIED,
		    "the certificates have expired: apply for new ones");
	}
	cao_time_local(from, first);
	cao_time_local(to, last);
	if (service->renewal.before > 0 && asked < from)
		return cao_fail(err, CAO_DENIED,
		    "the certificates can be renewed from %s on", first);
	if (asked > to)
		return cao_fail(err, CAO_DENIED,
		    "the certificates could be renewed until %s: apply for "
		    "new ones",
		    last);
	return CAO_OK;
}

/* What else the business rests on. */
static enum cao_status
check_means(const struct cao_business *b, const struct cao_application *a,
    const struct cao_concern *c, struct cao_error *err)
{
	const struct cao_application *old = &c->subject.application;

	if (!same(a->service, old->service)) {
		(void)cao_fail(err, CAO_DENIED, "order %s is of service '%s'",
		    c->subject.number, old->service);
		return refuse(err, "service");
	}
	if (b->product == CAO_MAKES_PAIR && cao_concern_keeps_key(a) &&
	    !same(a->algorithm, old->algorithm)) {
		(void)cao_fail(err, CAO_DENIED,
		    "the encryption key is kept, and it is %s: keep the "
		    "algorithm, or say encryption_key: new",
		    old->algorithm);
		return refuse(err, "algorithm");
	}
	if (b->product == CAO_MAKES_PIN && !old->backup_pin)
		return cao_fail(err, CAO_DENIED,
		    "no PIN of order %s was sealed (backup_pin): with the PIN "
		    "forgotten, have the certificates reissued",
		    c->subject.number);
	return CAO_OK;
}

/* One order at a time does the same with a pair, and one alone follows it. */
static enum cao_status
check_others(struct cao_store *s, const struct cao_business *b,
    const struct cao_concern *c, int64_t own, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(
	    s->db, b->follows ? SQL_CONCERN_FOLLOWED : SQL_CONCERN_UNDER_WAY);
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", c->subject.id);
	cao_db_int(q, ":own", own);
	if (!b->follows)
		cao_db_text(q, ":business", b->name);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
		return st;
	if (!cao_col_null(q, 2))
		st = cao_fail(err, CAO_DENIED,
		    "order %s (%s) followed order %s: name that one",
		    cao_col_text(q, 0), cao_col_text(q, 1), c->subject.number);
	else
		st = cao_fail(err, CAO_DENIED,
		    "order %s (%s) is under way for the same certificates",
		    cao_col_text(q, 0), cao_col_text(q, 1));
	cao_db_done(q);
	return st;
}

enum cao_status
cao_concern_open(struct cao_store *s, const struct cao_env *env,
    const struct cao_application *a, const struct cao_service *service,
    const char *number, int64_t own, int64_t asked, struct cao_concern *ret,
    struct cao_error *err)
{
	const struct cao_business *b = cao_business_find(a->business);
	struct cao_concern c = { .standing = CAO_VALID };
	struct cao_order *o = &c.subject;
	enum cao_status st;

	st =
	    cao_store_load(s, number, CAO_LOAD_DOSSIER | CAO_LOAD_PAIR, o, err);
	if (st != CAO_OK)
		return st == CAO_NOTFOUND ? refuse(err, "certificate.order")
					  : st;
	if (o->pair == NULL) {
		st = cao_fail(
		    err, CAO_DENIED, "order %s has no certificates", o->number);
		goto out;
	}
	c.standing = cao_standing_of(o->revoked, o->pair->not_after, env->now);
	if ((st = check_others(s, b, &c, own, err)) == CAO_OK &&
	    (st = cao_business_concerns(b, c.standing, err)) == CAO_OK &&
	    (st = check_term(b, service, &c, asked, env->now, err)) == CAO_OK &&
	    (st = check_means(b, a, &c, err)) == CAO_OK) {
		*ret = c;
		return CAO_OK;
	}
out:
	if (*err->field == '\0')
		(void)refuse(err, "certificate.order");
	cao_concern_free(&c);
	return st;
}

enum cao_status
cao_concern_load(struct cao_store *s, const struct cao_env *env,
    const struct cao_application *a, const struct cao_service *service,
    const char *number, int64_t own, int64_t asked, struct cao_concern *ret,
    struct cao_error *err)
{
	const struct cao_business *b = cao_business_find(a->business);
	struct cao_concern c;
	enum cao_status st;

	st = cao_concern_open(s, env, a, service, number, own, asked, &c, err);
	if (st != CAO_OK)
		return st;
	if ((st = check_holder(b, a, &c, err)) == CAO_OK)
		*ret = c;
	else
		cao_concern_free(&c);
	return st;
}

enum cao_status
cao_concern_holder(const struct cao_order *subject,
    const unsigned char content[CAO_DIGEST_SIZE], const struct cao_buf *csr,
    const struct cao_buf *signature, struct cao_error *err)
{
	const struct cao_buf *der = &subject->pair->sign;
	struct cao_buf text = { 0 };
	struct cao_key *key = NULL;
	struct cao_cert cert;
	enum cao_status st;

	cao_application_holder(content, csr, &text);
	if (!cao_buf_ok(&text))
		return cao_fail_memory(err);
	st = cao_cert_read_key(der->data, der->len, &cert, &key, err);
	if (st == CAO_OK &&
	    cao_key_verify(key, text.data, text.len, signature->data,
		signature->len, err) != CAO_OK) {
		(void)cao_fail(err, CAO_INPUT,
		    "not a signature over this application and its request by "
		    "the signing key of order %s",
		    subject->number);
		st = refuse(err, "holder");
	}
	cao_key_free(key);
	cao_buf_free(&text);
	return st;
}
