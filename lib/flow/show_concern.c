/* The dossier: the certificates that an order is about. */
#include <stdio.h>
#include <string.h>

#include "flow/concern.h"
#include "flow/show.h"

#define PATH_SIZE 64

static void
show_serial(struct cao_sheet *s, const char *key, const char *label,
    const struct cao_buf *der)
{
	char hex[CAO_SERIAL_HEX] = "";
	struct cao_cert cert;
	struct cao_error err;

	if (cao_cert_read(der->data, der->len, &cert, &err) == CAO_OK)
		cao_cert_serial_hex(&cert, hex);
	cao_sheet_text(s, key, label, hex);
}

/* The text of a field, "" if it has none. */
static const char *
text_at(const struct cao_field *f, const void *part)
{
	const char *const *text =
	    (const void *)((const char *)part + f->offset);

	return *text != NULL ? *text : "";
}

/* One field that is not what it was. */
static void
show_change(struct cao_shown *v, const char *part, const struct cao_field *f,
    const char *was, const char *is)
{
	bool hidden =
	    (f->flags & CAO_SECRET_FIELD) != 0 || strcmp(f->key, "phone") == 0;
	struct cao_sheet *s = &v->sheet;
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof path, "%s.%s", part, f->key);
	cao_sheet_row(s, "field", path);
	if (hidden) {
		cao_shown_number(v, "was", N_("was"), was);
		cao_shown_number(v, "is", N_("is"), is);
	} else {
		cao_sheet_text(s, "was", N_("was"), was);
		cao_sheet_text(s, "is", N_("is"), is);
	}
	cao_sheet_row_end(s);
}

/* What of the people and the organisation is not as it was. */
static void
show_changes(struct cao_shown *v, const struct cao_application *old)
{
	const char *a = (const char *)&v->order->application;
	const char *b = (const char *)old, *was, *is;

	cao_sheet_list(&v->sheet, "changes", N_("Changes"));
	for (size_t i = 0; i < cao_application_schema.count; i++) {
		const struct cao_field *part =
		    &cao_application_schema.fields[i];

		if (strcmp(part->key, "user") != 0 &&
		    strcmp(part->key, "organisation") != 0 &&
		    strcmp(part->key, "handler") != 0)
			continue;
		for (size_t n = 0; n < part->sub->count; n++) {
			const struct cao_field *f = &part->sub->fields[n];

			was = text_at(f, b + part->offset);
			is = text_at(f, a + part->offset);
			if (strcmp(was, is) != 0)
				show_change(v, part->key, f, was, is);
		}
	}
	cao_sheet_list_end(&v->sheet);
}

static void
show_pair(struct cao_shown *v, const struct cao_order *subject)
{
	const struct cao_pair *pair = subject->pair;
	struct cao_sheet *s = &v->sheet;
	enum cao_standing standing;

	if (pair == NULL)
		return;
	standing =
	    cao_standing_of(subject->revoked, pair->not_after, v->env->now);
	cao_sheet_text(
	    s, "standing", N_("standing"), cao_standing_word(standing));
	if (standing == CAO_HELD || standing == CAO_REVOKED) {
		cao_sheet_time(
		    s, "revoked_at", N_("since"), subject->revoked_at);
		cao_sheet_text(s, "revoked_for", N_("for"),
		    cao_reason_name((enum cao_reason)subject->revoked));
	}
	cao_sheet_time(s, "not_before", N_("valid from"), pair->not_before);
	cao_sheet_time(s, "not_after", N_("valid to"), pair->not_after);
	show_serial(s, "sign_serial", N_("signing serial"), &pair->sign);
	show_serial(
	    s, "encrypt_serial", N_("encryption serial"), &pair->encrypt);
}

enum cao_status
cao_shown_concern(struct cao_shown *v, struct cao_error *err)
{
	const struct cao_order *o = v->order;
	const struct cao_application *a = &o->application;
	struct cao_order subject = { .id = 0 };
	struct cao_sheet *s = &v->sheet;
	enum cao_status st;

	if (o->business->concerns == 0)
		return CAO_OK;
	st = cao_store_load(v->store, o->certificate,
	    CAO_LOAD_APPLICATION | CAO_LOAD_PAIR, &subject, err);
	if (st != CAO_OK)
		return st;
	cao_sheet_open(s, "concern", N_("Certificates concerned"));
	cao_sheet_text(s, "order", N_("of order"), subject.number);
	show_pair(v, &subject);
	cao_sheet_text(s, "reason", N_("reason to revoke them"), a->reason);
	cao_sheet_text(
	    s, "encryption_key", N_("encryption key"), a->encryption_key);
	cao_sheet_bool(
	    s, "signed", N_("signed by the holder"), o->holder.len > 0);
	show_changes(v, &subject.application);
	cao_sheet_close(s, "concern");
	cao_order_free(&subject);
	return CAO_OK;
}
