/*
 * What a kind of document may say: one table of fields, from which come
 * reading and its messages, the canonical JSON, templates, the interactive
 * questions and the manual's table.
 */
#ifndef CAO_CODEC_SCHEMA_H
#define CAO_CODEC_SCHEMA_H

#include "base/buf.h"
#include "codec/node.h"

enum cao_type {
	CAO_T_TEXT,   /* char *, NULL if absent; no control characters */
	CAO_T_LINES,  /* char *: text that may have line ends (a PEM block) */
	CAO_T_INT,    /* int64_t: decimal, no sign but '-', no leading zero */
	CAO_T_BOOL,   /* bool: true or false, not quoted */
	CAO_T_DATE,   /* char *: YYYY-MM-DD, a real day */
	CAO_T_MONEY,  /* int64_t fen, from "240.00" */
	CAO_T_CHOICE, /* char *: one of words */
	CAO_T_MAP,    /* a struct of sub, embedded */
	CAO_T_LIST    /* struct cao_list of structs of sub; or of char * where
	                 sub is NULL (each as TEXT, or CHOICE if words) */
};

#define CAO_REQUIRED 1u     /* must be there, and not empty */
#define CAO_SECRET_FIELD 2u /* never repeated in a message */
#define CAO_OFFERED 4u      /* optional, but filled in in a template */

struct cao_schema;

struct cao_field {
	const char *key;
	enum cao_type type;
	unsigned flags;
	size_t offset;            /* of the member in the struct */
	int64_t min, max;         /* TEXT, LINES: characters; INT, MONEY: the
	                             value; LIST: elements; max 0: 256
	                             characters, any value, 100 elements */
	const char *const *words; /* CHOICE: NULL-terminated */
	const struct cao_schema *sub;
	/* A check of one value by itself (a number's check digit); says what
	 * is wrong without naming field or place. */
	enum cao_status (*check)(const char *, struct cao_error *);
	const char *what;    /* N_(): what it is, a few words */
	const char *example; /* for templates, as YAML; or NULL */
};

struct cao_schema {
	const char *name; /* "application", for messages and the manual */
	size_t size;      /* of the struct */
	const struct cao_field *fields;
	size_t count;
};

/*
 * A scalar left empty is absent; one that begins or ends with a blank is
 * refused.
 *
 * Check a document against its schema and fill in the zeroed struct object.
 * Every fault is added with its place, in document order where it has one:
 * unknown keys with the nearest known one, missing keys at their map, wrong
 * types, values outside their bounds or refused by their check.  Values that
 * are in order are filled in even when others are not, so that the caller can
 * go on with checks across fields.  Free with cao_schema_free() either way.
 */
void cao_schema_fill(const struct cao_schema *, const struct cao_node *doc,
    const char *file, void *object, struct cao_faults *);
/* Free what the struct holds, and zero it. */
void cao_schema_free(const struct cao_schema *, void *object);

/*
 * The canonical JSON of the struct: members in the order of the table, absent
 * text, empty lists and empty maps left out, money as integer fen, no white
 * space.  The same content gives the same octets.  A map is empty if all in
 * it is absent, empty, zero or false.
 */
void cao_schema_json(
    const struct cao_schema *, const void *object, struct cao_buf *out);
/*
 * Back from that JSON; CAO_INTEGRITY if it is not of the schema: a member that
 * is unknown or of the wrong type.  Bounds and checks, which change over the
 * years, are not applied again.
 */
CAO_MUST enum cao_status cao_schema_from_json(const struct cao_schema *,
    const char *json, void *object, struct cao_error *);

/* The document as YAML that cao_schema_fill() reads back to the same. */
void cao_schema_yaml(
    const struct cao_schema *, const void *object, struct cao_buf *out);
/* A commented YAML to fill in: each field with what it is (translated), its
 * choices, whether it is required, its example; optional ones commented out. */
void cao_schema_template(const struct cao_schema *, struct cao_buf *out);

/* The value of one scalar field given as text, checked as above. */
CAO_MUST enum cao_status cao_schema_set(const struct cao_field *,
    const char *text, void *object, struct cao_error *);

#endif /* CAO_CODEC_SCHEMA_H */
