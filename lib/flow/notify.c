/*
 * Delivering: take what is due, hand it to its command, record what became of
 * it.  A crash between the second and the third lets it be delivered again,
 * under the same id.
 */
#include "flow/notify.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define DAY (INT64_C(24) * 60 * 60)
#define PAUSE 60                         /* seconds after the first try */
#define PAUSE_MAX (INT64_C(6) * 60 * 60) /* doubled up to that */
#define TRIES_MAX 20                     /* which takes three days */

const char *const cao_channels[] = { "phone", "mail", NULL };

void
cao_notify_id(const char *kind, int64_t fact, char out[CAO_NOTIFY_ID])
{
	(void)snprintf(out, CAO_NOTIFY_ID, "%.24s-%lld", kind, (long long)fact);
}

/* ---- What runs out ---- */

static struct cao_query *
expiring(struct cao_notifier *n, const struct cao_env *env, enum cao_sql which,
    enum cao_channel channel)
{
	struct cao_query *q = cao_db_use(n->store->db, which);

	cao_db_int(q, ":now", env->now);
	cao_db_int(q, ":until", env->now + n->config->notify.expiring * DAY);
	cao_db_text(q, ":channel", cao_channels[channel]);
	return q;
}

enum cao_status
cao_notifier_expiring(
    struct cao_notifier *n, const struct cao_env *env, struct cao_error *err)
{
	struct cao_db *db = n->store->db;
	enum cao_status st = CAO_OK;
	int64_t any = 0;

	for (int c = 0; c < CAO_CHANNELS && st == CAO_OK && any == 0; c++)
		if (n->command[c] != NULL)
			st = cao_db_number(
			    expiring(n, env, SQL_EXPIRING_ANY, c), &any, err);
	if (st != CAO_OK || any == 0 ||
	    (st = cao_db_begin(db, __func__, err)) != CAO_OK)
		return st;
	for (int c = 0; c < CAO_CHANNELS && st == CAO_OK; c++)
		if (n->command[c] != NULL)
			st = cao_db_run(
			    expiring(n, env, SQL_EXPIRING_QUEUE, c), err);
	if (st == CAO_OK)
		st = cao_flow_commit(n->store, env, err);
	cao_db_rollback(db);
	return st;
}

/* ---- Delivering ---- */

struct run {
	struct cao_notifier *notifier;
	const struct cao_env *env;
	const struct cao_notify *how;
	struct cao_waiting w;
	struct cao_rendered text;
	bool wanted;
	struct cao_reply reply;
	char why[CAO_ERROR_TEXT];  /* it was not delivered */
	bool broken[CAO_CHANNELS]; /* its command cannot be run */
	struct cao_error first;    /* why, of the first that cannot */
};

static void
bind_message(struct cao_query *q, const struct cao_waiting *w)
{
	cao_db_text(q, ":kind", cao_notice_kinds[w->kind]);
	cao_db_int(q, ":fact", w->fact);
	cao_db_text(q, ":channel", cao_channels[w->channel]);
}

/* The one that is due behind the one before. */
static enum cao_status
next(struct run *r, bool first, bool *ret_there, struct cao_error *err)
{
	struct cao_query *q =
	    cao_db_use(r->notifier->store->db, SQL_OUTBOX_DUE);
	struct cao_waiting *w = &r->w;
	enum cao_status st;
	const void *sealed;
	size_t len;

	cao_db_int(q, ":now", r->env->now);
	cao_db_int(q, ":next", first ? INT64_MIN : w->next);
	bind_message(q, w);
	if ((st = cao_db_step(q, ret_there, err)) != CAO_OK || !*ret_there)
		return st;
	cao_buf_free(&w->sealed);
	*w = (struct cao_waiting){ .fact = cao_col_int(q, 1),
		.channel = strcmp(cao_col_text(q, 2), "mail") == 0 ? CAO_MAIL
								   : CAO_PHONE,
		.next = cao_col_int(q, 3),
		.at = cao_col_int(q, 4),
		.tries = cao_col_int(q, 5),
		.until = cao_col_int(q, 6),
		.order = cao_col_int(q, 9) };
	if (!cao_notice_kind_find(cao_col_text(q, 0), &w->kind))
		st = cao_fail(err, CAO_INTEGRITY,
		    "a message of a kind that there is not: '%s'",
		    cao_col_text(q, 0));
	(void)snprintf(w->number, sizeof w->number, "%s", cao_col_text(q, 8));
	sealed = cao_col_blob(q, 7, &len);
	cao_buf_add(&w->sealed, sealed, len);
	cao_db_done(q);
	return st;
}

static void
give_up(struct run *r, const char *why)
{
	r->reply.sent = CAO_SENT_FAILED;
	(void)snprintf(r->why, sizeof r->why, "%s", why);
}

/* Is there still something to be said, and somebody to say it to? */
static enum cao_status
prepare(struct run *r, struct cao_error *err)
{
	const struct cao_waiting *w = &r->w;
	struct cao_db *db = r->notifier->store->db;
	bool over = w->until != 0 && w->until < r->env->now;
	enum cao_status st;

	cao_rendered_free(&r->text);
	r->reply = (struct cao_reply){ .sent = CAO_SENT };
	r->why[0] = '\0';
	r->wanted = r->notifier->command[w->channel] != NULL &&
	    (w->tries > 0 || w->at >= r->env->now - CAO_NOTIFY_KEPT) &&
	    (!over || w->order != 0);
	if (r->wanted && over)
		give_up(r, _("the code's time was over before it was sent"));
	if (!r->wanted || over)
		return CAO_OK;
	if ((st = cao_db_begin_read(db, __func__, err)) != CAO_OK)
		return st;
	st = cao_notify_render(r->notifier, w, &r->text, &r->wanted, err);
	cao_db_rollback(db);
	if (st == CAO_INTEGRITY || st == CAO_INPUT) {
		give_up(r, err->text);
		return CAO_OK;
	}
	return st;
}

/* What a command wrote may hold the message. */
static void
explain(struct run *r)
{
	const struct cao_reply *reply = &r->reply;
	bool said = reply->said[0] != '\0' && !cao_notice_is_secret(r->w.kind);

	(void)snprintf(r->why, sizeof r->why, "%s%s%s", reply->how,
	    said ? ": " : "", said ? reply->said : "");
}

static enum cao_status
send(struct run *r, struct cao_error *err)
{
	struct cao_notifier *n = r->notifier;
	struct cao_buf json = { 0 };
	enum cao_status st;

	cao_notify_json(&r->w, &r->text, &json);
	if (cao_buf_ok(&json))
		st = r->how->send(r->how->arg, n->command[r->w.channel],
		    (unsigned)n->config->notify.timeout, json.data, json.len,
		    &r->reply, err);
	else
		st = cao_fail_memory(err);
	cao_buf_free(&json);
	if (st != CAO_OK)
		return cao_error_prefix(
		    err, "notify.%s", cao_channels[r->w.channel]);
	if (r->reply.sent != CAO_SENT)
		explain(r);
	return CAO_OK;
}

/* What goes the other way is not kept back by it. */
static void
keep_back(struct run *r, const struct cao_error *err)
{
	if (r->first.status == CAO_OK)
		r->first = *err;
	r->broken[r->w.channel] = true;
}

/* When the next try is due; after the last, never. */
static int64_t
again(const struct run *r)
{
	int64_t pause = PAUSE, tries = r->w.tries + 1, at;

	for (int64_t i = 1; i < tries && pause < PAUSE_MAX; i++)
		pause *= 2;
	at = r->env->now + (pause < PAUSE_MAX ? pause : PAUSE_MAX);
	return tries >= TRIES_MAX || (r->w.until != 0 && at > r->w.until) ? 0
									  : at;
}

static enum cao_status
put_delivery(const struct run *r, struct cao_error *err)
{
	struct cao_store *s = r->notifier->store;
	struct cao_query *q;

	if (r->w.order == 0)
		return CAO_OK;
	q = cao_db_use(s->db, SQL_PUT_DELIVERY);
	bind_message(q, &r->w);
	cao_db_int(q, ":order", r->w.order);
	cao_db_text(q, ":recipient", cao_buf_text(&r->text.to));
	cao_db_text(
	    q, ":outcome", r->reply.sent == CAO_SENT ? "delivered" : "failed");
	cao_db_int(q, ":tries", r->w.tries + 1);
	cao_db_int(q, ":at", r->env->now);
	if (r->reply.sent != CAO_SENT)
		cao_db_text(q, ":why", r->why);
	return cao_store_put(
	    s, r->env, q, CAO_K_DELIVERY, r->w.order, NULL, err);
}

static enum cao_status
put_outcome(struct run *r, int64_t later, struct cao_error *err)
{
	struct cao_db *db = r->notifier->store->db;
	struct cao_query *q;
	enum cao_status st = CAO_OK;

	if (r->wanted && later == 0)
		st = put_delivery(r, err);
	if (st != CAO_OK)
		return st;
	q = cao_db_use(db, later != 0 ? SQL_OUTBOX_LATER : SQL_OUTBOX_DROP);
	bind_message(q, &r->w);
	if (later != 0) {
		cao_db_int(q, ":tries", r->w.tries + 1);
		cao_db_int(q, ":next", later);
		cao_db_text(q, ":why", r->why);
	}
	return cao_db_run(q, err);
}

static void
tell(const struct run *r, const char *state, int64_t at)
{
	struct cao_buf to = { 0 };
	char id[CAO_NOTIFY_ID];
	struct cao_message m = { .id = id,
		.number = r->w.number,
		.channel = cao_channels[r->w.channel],
		.subject = cao_buf_text(&r->text.subject),
		.text = cao_buf_text(&r->text.shown),
		.state = state,
		.tries = r->w.tries + (r->env->dry_run ? 0 : 1),
		.next = at,
		.why = r->why };

	cao_notify_id(cao_notice_kinds[r->w.kind], r->w.fact, id);
	cao_text_mask(&to, cao_buf_text(&r->text.to));
	m.to = cao_buf_text(&to);
	r->how->row(r->how->arg, &m);
	cao_buf_free(&to);
}

/* What became of it, in one transaction with the journal. */
static enum cao_status
record(struct run *r, struct cao_error *err)
{
	static const char *const states[] = { "delivered", "later", "failed" };
	struct cao_db *db = r->notifier->store->db;
	int64_t later = 0;
	enum cao_status st;

	if (r->wanted && r->reply.sent == CAO_SENT_LATER &&
	    (later = again(r)) == 0)
		r->reply.sent = CAO_SENT_FAILED;
	if ((st = cao_db_begin(db, __func__, err)) == CAO_OK &&
	    (st = put_outcome(r, later, err)) == CAO_OK)
		st = cao_db_commit(db, err);
	cao_db_rollback(db);
	if (st == CAO_OK && r->wanted)
		tell(
		    r, states[r->reply.sent], later != 0 ? later : r->env->now);
	return st;
}

static enum cao_status
one(struct run *r, struct cao_error *err)
{
	enum cao_status st;

	if (r->broken[r->w.channel])
		return CAO_OK;
	if ((st = prepare(r, err)) != CAO_OK)
		return st;
	if (r->env->dry_run) {
		if (r->wanted)
			tell(r, "due", r->w.next);
		return CAO_OK;
	}
	if (r->wanted && r->reply.sent == CAO_SENT && send(r, err) != CAO_OK) {
		keep_back(r, err);
		return CAO_OK;
	}
	return record(r, err);
}

enum cao_status
cao_notifier_run(struct cao_notifier *n, const struct cao_env *env,
    const struct cao_notify *how, struct cao_error *err)
{
	struct run r = { .notifier = n, .env = env, .how = how };
	enum cao_status st = CAO_OK;
	bool first = true, there = true;

	while (st == CAO_OK && !how->stop(how->arg) &&
	    (st = next(&r, first, &there, err)) == CAO_OK && there) {
		first = false;
		st = one(&r, err);
	}
	cao_rendered_free(&r.text);
	cao_buf_free(&r.w.sealed);
	if (st == CAO_OK && (st = r.first.status) != CAO_OK)
		*err = r.first;
	return st;
}
