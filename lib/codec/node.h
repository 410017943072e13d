/*
 * A document as a tree, whatever it was written in (YAML, JSON): scalars,
 * maps and lists, each with its place.  Scalars are text; a schema gives them
 * a type (codec/schema.h).
 */
#ifndef CAO_CODEC_NODE_H
#define CAO_CODEC_NODE_H

#include "base/error.h"

enum cao_node_kind { CAO_SCALAR, CAO_MAP, CAO_LIST };

struct cao_node {
	enum cao_node_kind kind;
	bool quoted;           /* scalar: was in quotes or a block */
	bool faulty;           /* reported already; its value means nothing */
	char *text;            /* scalar; never holds a NUL */
	unsigned line, column; /* of the value, from 1, in characters */
	char *key;             /* as a member of a map, else NULL */
	unsigned key_line, key_column;
	struct cao_node *children; /* map, list: in document order */
	struct cao_node *next;     /* sibling */
};

void cao_node_free(struct cao_node *); /* with all below; no recursion */
/* The member of a map, or NULL. */
const struct cao_node *cao_node_get(const struct cao_node *, const char *key);
/* The members of a map, the elements of a list; of a scalar 0. */
size_t cao_node_count(const struct cao_node *);
/* By a path such as "user.id_number" or "slots[2].id", elements counted from
 * 1; NULL if there is none. */
const struct cao_node *cao_node_find(const struct cao_node *, const char *path);

/* How many octets of a text to repeat in a message ("%.*s"): a bounded number
 * of whole characters. */
int cao_node_shown(const char *text);

#endif /* CAO_CODEC_NODE_H */
