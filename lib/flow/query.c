/* ca-query: orders by what they are, as rows of columns. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "flow/query.h"
#include "flow/unmask.h"
#include "ident/contact.h"

#define PAGE 256         /* rows: no snapshot is held while they are printed */
#define LAST_DAY 2932896 /* 9999-12-31 */
#define HOUR 3600
#define HOURS_MAX (24 * 366) /* to look ahead */

/* Which statement a column comes from, and how it is shown. */
enum source { ROW, APPLICATION, PAIR, SOURCES };
enum form { PLAIN, TIME, MASKED, DUE };

struct column {
	enum source source;
	int index;
	enum form form;
};

/* The columns of query_row, query_application and query_pair. */
/* clang-format off */
#define COLUMNS(C)						\
	C("number",		ROW, 0, PLAIN)			\
	C("request",		ROW, 1, PLAIN)			\
	C("service",		ROW, 2, PLAIN)			\
	C("business",		ROW, 3, PLAIN)			\
	C("algorithm",		ROW, 4, PLAIN)			\
	C("validity",		ROW, 5, PLAIN)			\
	C("state",		ROW, 6, PLAIN)			\
	C("payment",		ROW, 7, PLAIN)			\
	C("review",		ROW, 8, PLAIN)			\
	C("certificates",	ROW, 9, PLAIN)			\
	C("container",		ROW, 10, PLAIN)			\
	C("documents",		ROW, 11, PLAIN)			\
	C("documents_filled",	ROW, 12, PLAIN)			\
	C("documents_required",	ROW, 13, PLAIN)			\
	C("due_fen",		ROW, 14, PLAIN)			\
	C("paid_fen",		ROW, 15, PLAIN)			\
	C("declared_fen",	ROW, 16, PLAIN)			\
	C("over_fen",		ROW, 33, PLAIN)			\
	C("refunded_fen",	ROW, 34, PLAIN)			\
	C("user",		ROW, 17, PLAIN)			\
	C("user_id",		ROW, 18, MASKED)		\
	C("user_id_type",	APPLICATION, 0, PLAIN)		\
	C("department",		APPLICATION, 6, PLAIN)		\
	C("organisation",	ROW, 19, PLAIN)			\
	C("organisation_id",	ROW, 20, MASKED)		\
	C("organisation_id_type", APPLICATION, 1, PLAIN)	\
	C("handler",		APPLICATION, 2, PLAIN)		\
	C("handler_id",		APPLICATION, 4, MASKED)		\
	C("handler_id_type",	APPLICATION, 3, PLAIN)		\
	C("phone",		ROW, 21, MASKED)		\
	C("email",		APPLICATION, 5, PLAIN)		\
	C("accepted_by",	ROW, 22, PLAIN)			\
	C("approved_by",	ROW, 23, PLAIN)			\
	C("sign_serial",	PAIR, 0, PLAIN)			\
	C("encrypt_serial",	PAIR, 1, PLAIN)			\
	C("not_before",		PAIR, 2, TIME)			\
	C("not_after",		PAIR, 3, TIME)			\
	C("created",		ROW, 24, TIME)			\
	C("issued",		ROW, 25, TIME)			\
	C("installed",		ROW, 26, TIME)			\
	C("paper",		ROW, 27, TIME)			\
	C("originals",		ROW, 31, PLAIN)			\
	C("due_at",		ROW, 32, DUE)			\
	C("certificate",	ROW, 28, PLAIN)			\
	C("revoked",		ROW, 29, TIME)			\
	C("reason",		ROW, 30, PLAIN)
#define ROW_PROMISED 32
#define ROW_APPLICATION 35
#define ROW_ID 36

#define NAME(name, source, index, form) name,
#define PLACE(name, source, index, form) { source, index, form },
const char *const cao_columns[] = { COLUMNS(NAME) NULL };
static const struct column columns[] = { COLUMNS(PLACE) };
/* clang-format on */

/* A query under way. */
struct question {
	struct cao_store *store;
	const struct cao_env *env;
	const char *unmask;
	const struct column **columns;
	size_t ncolumns;
	bool needs[SOURCES];

	const struct cao_filter *filter;
	enum cao_sql statement;
	const char *phone;
	char mobile[CAO_MOBILE_SIZE];
	char *user_number, *organisation_number;
	char from[CAO_DATE_SIZE + 2], before[CAO_DATE_SIZE + 2];
	char after[CAO_REQUEST_SIZE]; /* the last number seen */
	int64_t due, last_from;     /* OVERDUE: promised before then; of the */
	char last[CAO_NUMBER_SIZE]; /* last row */

	struct cao_buf page; /* the values, each with its NUL */
	size_t rows;
	int64_t orders[PAGE];
};

/* ---- What is asked ---- */

/* Those that are few are found by their index. */
static bool
is_rare(const char *certificates)
{
	return certificates != NULL &&
	    (strcmp(certificates, "held") == 0 ||
		strcmp(certificates, "revoked") == 0);
}

/* The filter with the fewest rows behind it chooses the index. */
static enum cao_sql
choose(const struct cao_filter *f)
{
	return f->overdue              ? SQL_QUERY_OVERDUE
	    : f->number != NULL        ? SQL_QUERY_NUMBER
	    : f->request != NULL       ? SQL_QUERY_REQUEST
	    : f->phone != NULL         ? SQL_QUERY_PHONE
	    : f->user != NULL          ? SQL_QUERY_USER
	    : f->organisation != NULL  ? SQL_QUERY_ORGANISATION
	    : is_rare(f->certificates) ? SQL_QUERY_CERTIFICATES
	    : f->state != NULL         ? SQL_QUERY_STATE
	    : f->payment != NULL       ? SQL_QUERY_PAYMENT
	    : f->service != NULL       ? SQL_QUERY_SERVICE
				       : SQL_QUERY_ALL;
}

/* A number as orders hold it: folded, letters in upper case. */
static enum cao_status
normal_number(const char *text, char **ret, struct cao_error *err)
{
	enum cao_status st;

	if (text == NULL)
		return CAO_OK;
	if ((st = cao_text_fold(text, ret, err)) != CAO_OK)
		return st;
	for (char *p = *ret; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return CAO_OK;
}

/* "00YYYYMMDD": below all numbers of that day, above those before it. */
static void
day_number(int64_t day, char out[CAO_DATE_SIZE + 2])
{
	char date[CAO_DATE_SIZE];

	if (day < 0)
		day = 0;
	else if (day > LAST_DAY)
		day = LAST_DAY;
	cao_date_format(day, date);
	(void)snprintf(
	    out, CAO_DATE_SIZE + 2, "00%.4s%.2s%.2s", date, date + 5, date + 8);
}

static enum cao_status
prepare(struct question *q, const struct cao_filter *f, struct cao_error *err)
{
	struct cao_error ignored;
	enum cao_status st;

	if ((st = cao_filter_check(f, err)) != CAO_OK)
		return st;
	q->filter = f;
	q->statement = choose(f);
	q->phone = f->phone;
	if (f->phone != NULL &&
	    cao_mobile_check(f->phone, q->mobile, &ignored) == CAO_OK)
		q->phone = q->mobile;
	(void)snprintf(q->before, sizeof q->before, "1");
	if (f->to != 0 && cao_date_of(f->to - 1) < LAST_DAY)
		day_number(cao_date_of(f->to - 1) + 1, q->before);
	if (f->from != 0)
		day_number(cao_date_of(f->from), q->from);
	(void)snprintf(q->after, sizeof q->after, "%s",
	    f->after != NULL && strcmp(f->after, q->from) > 0 ? f->after
							      : q->from);
	if ((st = normal_number(f->user, &q->user_number, err)) != CAO_OK)
		return st;
	return normal_number(f->organisation, &q->organisation_number, err);
}

/* What is due before then was promised before the instant that this finds. */
static enum cao_status
set_due(struct question *q, struct cao_error *err)
{
	int64_t within = (int64_t)q->filter->within;
	const struct cao_calendar *calendar;
	enum cao_status st;

	if (!q->filter->overdue)
		return CAO_OK;
	if (within > HOURS_MAX)
		within = HOURS_MAX;
	if ((st = cao_store_calendar(q->store, &calendar, err)) == CAO_OK)
		q->due =
		    cao_calendar_before(calendar, q->env->now + within * HOUR,
			q->store->config->promise.days);
	return st;
}

static struct cao_query *
bind(const struct question *q, size_t limit)
{
	const struct cao_filter *f = q->filter;
	struct cao_query *sql = cao_db_use(q->store->db, q->statement);

	cao_db_text(sql, ":after", q->after);
	cao_db_text(sql, ":before", q->before);
	cao_db_text(sql, ":number", f->number);
	cao_db_text(sql, ":request", f->request);
	cao_db_text(sql, ":phone", q->phone);
	cao_db_text(sql, ":user", f->user);
	cao_db_text(sql, ":user_number", q->user_number);
	cao_db_text(sql, ":organisation", f->organisation);
	cao_db_text(sql, ":organisation_number", q->organisation_number);
	cao_db_text(sql, ":service", f->service);
	cao_db_text(sql, ":state", f->state);
	cao_db_text(sql, ":payment", f->payment);
	cao_db_text(sql, ":review", f->review);
	cao_db_text(sql, ":certificates", f->certificates);
	cao_db_text(sql, ":container", f->container);
	cao_db_text(sql, ":documents", f->documents);
	if (f->from != 0)
		cao_db_int(sql, ":from", f->from);
	if (f->to != 0)
		cao_db_int(sql, ":to", f->to);
	if (f->overdue) {
		cao_db_int(sql, ":due", q->due);
		cao_db_int(sql, ":last_from", q->last_from);
		cao_db_text(sql, ":last_number", q->last);
	}
	cao_db_int(sql, ":limit", (int64_t)limit);
	return sql;
}

/* ---- What is answered ---- */

static enum cao_status
choose_columns(struct question *q, const char *const *names, size_t count,
    struct cao_error *err)
{
	const char *nearest;
	size_t c;

	q->columns = calloc(count + 1, sizeof *q->columns);
	if (q->columns == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < count; i++) {
		for (c = 0; cao_columns[c] != NULL; c++)
			if (strcmp(cao_columns[c], names[i]) == 0)
				break;
		if (cao_columns[c] == NULL) {
			nearest = cao_text_nearest(names[i], cao_columns);
			if (nearest == NULL)
				return cao_fail(err, CAO_USAGE,
				    "no column '%.64s'", names[i]);
			return cao_fail(err, CAO_USAGE,
			    "no column '%.64s'; did you mean '%s'?", names[i],
			    nearest);
		}
		q->columns[i] = &columns[c];
		q->needs[columns[c].source] = true;
	}
	q->ncolumns = count;
	return CAO_OK;
}

static enum cao_status
put_due(struct question *q, int64_t promised_from, struct cao_error *err)
{
	char time[CAO_RFC3339_SIZE];
	enum cao_status st;
	int64_t due;

	st = cao_store_due(q->store, promised_from, &due, err);
	if (st != CAO_OK)
		return st;
	cao_time_format(due, time);
	cao_buf_puts(&q->page, time);
	return CAO_OK;
}

static enum cao_status
put_value(struct question *q, const struct column *c,
    const struct cao_query *from, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	char time[CAO_RFC3339_SIZE];

	if (from == NULL || cao_col_null(from, c->index))
		;
	else if (c->form == DUE)
		st = put_due(q, cao_col_int(from, c->index), err);
	else if (c->form == TIME) {
		cao_time_format(cao_col_int(from, c->index), time);
		cao_buf_puts(&q->page, time);
	} else if (c->form == MASKED && q->unmask == NULL)
		cao_text_mask(&q->page, cao_col_text(from, c->index));
	else
		cao_buf_puts(&q->page, cao_col_text(from, c->index));
	cao_buf_putc(&q->page, '\0');
	return st;
}

/* The row of a statement that belongs to an order, or NULL. */
static enum cao_status
more(struct question *q, enum cao_sql which, const char *name, int64_t id,
    struct cao_query **ret, struct cao_error *err)
{
	struct cao_query *sql = cao_db_use(q->store->db, which);
	enum cao_status st;
	bool row;

	cao_db_int(sql, name, id);
	if ((st = cao_db_step(sql, &row, err)) == CAO_OK)
		*ret = row ? sql : NULL;
	return st;
}

static enum cao_status
put_row(struct question *q, struct cao_query *row, struct cao_error *err)
{
	struct cao_query *from[SOURCES] = { [ROW] = row };
	int64_t id = cao_col_int(row, ROW_ID);
	enum cao_status st = CAO_OK;

	if (q->needs[APPLICATION])
		st = more(q, SQL_QUERY_APPLICATION, ":id",
		    cao_col_int(row, ROW_APPLICATION), &from[APPLICATION], err);
	if (st == CAO_OK && q->needs[PAIR])
		st = more(q, SQL_QUERY_PAIR, ":order", id, &from[PAIR], err);
	if (st != CAO_OK)
		return st;
	for (size_t i = 0; i < q->ncolumns && st == CAO_OK; i++)
		st = put_value(
		    q, q->columns[i], from[q->columns[i]->source], err);
	if (from[APPLICATION] != NULL)
		cao_db_done(from[APPLICATION]);
	if (from[PAIR] != NULL)
		cao_db_done(from[PAIR]);
	if (q->filter->overdue) {
		q->last_from = cao_col_int(row, ROW_PROMISED);
		(void)snprintf(
		    q->last, sizeof q->last, "%s", cao_col_text(row, 0));
	} else
		(void)snprintf(
		    q->after, sizeof q->after, "%s", cao_col_text(row, 0));
	q->orders[q->rows++] = id;
	return st;
}

/* Gather the next rows, at most limit. */
static enum cao_status
gather(struct question *q, size_t limit, struct cao_error *err)
{
	struct cao_query *sql = bind(q, limit);
	enum cao_status st;
	bool row;

	cao_buf_clear(&q->page);
	q->rows = 0;
	while ((st = cao_db_step(sql, &row, err)) == CAO_OK && row)
		if ((st = put_row(q, sql, err)) != CAO_OK)
			break;
	cao_db_done(sql);
	if (st == CAO_OK && !cao_buf_ok(&q->page))
		st = cao_fail_memory(err);
	return st;
}

/* Whose numbers are about to be shown unmasked, and why. */
static enum cao_status
put_on_record(const struct question *q, struct cao_error *err)
{
	if (q->unmask == NULL || q->rows == 0)
		return CAO_OK;
	return cao_unmask_record(
	    q->store, q->env, q->orders, q->rows, q->unmask, err);
}

static void
tell(const struct question *q, const char **values,
    void (*row)(void *arg, const char *const *values), void *arg)
{
	const char *p = cao_buf_text(&q->page);

	for (size_t r = 0; r < q->rows; r++) {
		for (size_t i = 0; i < q->ncolumns; i++, p += strlen(p) + 1)
			values[i] = p;
		row(arg, values);
	}
}

enum cao_status
cao_query(struct cao_store *s, const struct cao_env *env,
    const struct cao_filter *f, const char *const *names, size_t count,
    const char *unmask, void (*row)(void *arg, const char *const *values),
    void *arg, struct cao_error *err)
{
	struct question q = { .store = s, .env = env, .unmask = unmask };
	const char **values = calloc(count + 1, sizeof *values);
	size_t left = f->limit != 0 ? f->limit : SIZE_MAX, page;
	enum cao_status st = CAO_OK;

	if (values == NULL)
		return cao_fail_memory(err);
	if (unmask != NULL)
		st = cao_unmask_check(env, unmask, err);
	if (st == CAO_OK)
		st = choose_columns(&q, names, count, err);
	if (st == CAO_OK)
		st = prepare(&q, f, err);
	if (st == CAO_OK)
		st = set_due(&q, err);
	while (st == CAO_OK && left > 0) {
		page = left < PAGE ? left : PAGE;
		if ((st = gather(&q, page, err)) == CAO_OK &&
		    (st = put_on_record(&q, err)) == CAO_OK)
			tell(&q, values, row, arg);
		if (q.rows < page)
			break;
		left -= page;
	}
	cao_buf_free(&q.page);
	free(q.columns);
	free(q.user_number);
	free(q.organisation_number);
	free(values);
	return st;
}
