/* Reading one document: what its two files share. */
#ifndef CAO_CODEC_YAML_PARTS_H
#define CAO_CODEC_YAML_PARTS_H

#include <yaml.h>

#include "codec/yaml.h"

/* A map or list that is open. */
struct cao_yaml_frame {
	struct cao_node *node, **tail;
	size_t count; /* list: elements so far */
	char *key;    /* map: the key whose value comes next, or NULL */
	unsigned key_line, key_column;
	bool key_faulty;
};

struct cao_yaml_reading {
	const char *name; /* of the stream */
	const char *text; /* of the document, behind a BOM */
	size_t len, offset;
	unsigned line; /* of text */
	yaml_parser_t parser;
	struct cao_yaml_frame frames[CAO_YAML_DEPTH_MAX], *top;
	unsigned depth; /* 0: outside, top is NULL */
	size_t nodes;
	struct cao_node *root;
	struct cao_faults *faults;
};

/*
 * Read one document: text of len octets that begin in the stream at offset, in
 * that line.  *ret_doc NULL if there is nothing in it.
 */
CAO_MUST enum cao_status
cao_yaml_document(const char *name, const char *text, size_t len, size_t offset,
    unsigned line, struct cao_node **ret_doc, struct cao_faults *);

unsigned cao_yaml_line(const struct cao_yaml_reading *, const yaml_mark_t *);
unsigned cao_yaml_column(const yaml_mark_t *);
/* A fault at a place, with the path down to key (NULL: of the map). */
void cao_yaml_fault(struct cao_yaml_reading *, struct cao_error *,
    unsigned line, unsigned column, const char *key);
/* Out of memory, as a fault. */
enum cao_status cao_yaml_memory(struct cao_yaml_reading *);
/* What libyaml found wrong, as a fault. */
enum cao_status cao_yaml_syntax(struct cao_yaml_reading *);
/* Is the document UTF-8 without what none may hold?  Else a fault. */
CAO_MUST enum cao_status cao_yaml_octets(struct cao_yaml_reading *);

#endif /* CAO_CODEC_YAML_PARTS_H */
