/* JSON (RFC 8259): a writer that streams, and a strict reader. */
#ifndef CAO_CODEC_JSON_H
#define CAO_CODEC_JSON_H

#include "base/buf.h"
#include "codec/node.h"

#define CAO_JSON_DEPTH_MAX 16

/* Commas come by themselves; key NULL inside a list and at the top. */
struct cao_json {
	struct cao_buf *out;
	unsigned depth;
	bool comma[CAO_JSON_DEPTH_MAX];
};

void cao_json_start(struct cao_json *, struct cao_buf *out);
void cao_json_open(struct cao_json *, const char *key, char bracket); /* { [ */
void cao_json_close(struct cao_json *, char bracket);                 /* } ] */
/* A string, or null if NULL.  Octets that are not UTF-8 become U+FFFD. */
void cao_json_text(struct cao_json *, const char *key, const char *);
void cao_json_int(struct cao_json *, const char *key, int64_t);
void cao_json_bool(struct cao_json *, const char *key, bool);
void cao_json_time(struct cao_json *, const char *key, int64_t); /* RFC 3339 */

/* One JSON text into a tree (numbers and booleans as their text, null as an
 * absent member); duplicates, trailing text and bad UTF-8 refused. */
CAO_MUST enum cao_status cao_json_read(const char *name, const char *text,
    size_t len, struct cao_node **ret, struct cao_error *);

#endif /* CAO_CODEC_JSON_H */
