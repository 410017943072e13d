/*
 * A stream of YAML 1.1 documents, read strictly (caorder(5)).
 *
 * The stream is cut at its document markers ("---" and "..." at the start of
 * a line, which no scalar can hold) before libyaml sees it, so that a
 * document that is broken or too large is refused by itself and those behind
 * it go on, and memory stays that of one document.  Refused, with the place:
 * more than the limits below, anchors, aliases, tags other than !!str, merge
 * keys, a key twice (naming the first place), keys that are not scalars, NUL
 * and other control characters (tab and line ends aside), %TAG, text that is
 * not UTF-8 (a BOM is skipped; UTF-16 and GB18030 get the iconv command to
 * use).
 */
#ifndef CAO_CODEC_YAML_H
#define CAO_CODEC_YAML_H

#include "codec/node.h"

#define CAO_YAML_DOCUMENT_MAX (1024 * 1024) /* octets of one document */
#define CAO_YAML_DEPTH_MAX 16
#define CAO_YAML_NODES_MAX 4096
#define CAO_YAML_SCALAR_MAX (256 * 1024)

struct cao_yaml;

/* Read from a descriptor, which stays the caller's; name is for messages. */
CAO_MUST enum cao_status cao_yaml_open(
    const char *name, int fd, struct cao_yaml **ret, struct cao_error *);
/* Read from memory, which must outlive the stream. */
CAO_MUST enum cao_status cao_yaml_open_text(const char *name, const char *text,
    size_t len, struct cao_yaml **ret, struct cao_error *);
void cao_yaml_close(struct cao_yaml *);
const char *cao_yaml_name(const struct cao_yaml *);

/*
 * The next document.  CAO_OK with *ret_doc NULL at the end of the stream
 * (empty documents are skipped).  CAO_INPUT when this document is refused:
 * its faults are added, with file, line and column, and the next call goes on
 * behind it.  Any other status is the end (a read error, or CAO_AGAIN when a
 * signal broke the read off), also in faults.
 *
 * A key twice, an alias, an anchor, a tag, a merge key, a NUL or too long a
 * value hides nothing else, so with only those the document is returned with
 * CAO_OK, for cao_schema_fill() to add what else is wrong: a document is in
 * order if faults are empty after both.
 */
CAO_MUST enum cao_status cao_yaml_next(
    struct cao_yaml *, struct cao_node **ret_doc, struct cao_faults *);
/*
 * Could cao_yaml_next() answer without waiting for more input?  True at the
 * end of the stream, and always for files and memory.  A document is whole when
 * its "...", the next "---" or the end of the stream has been read.
 */
bool cao_yaml_ready(struct cao_yaml *);

#endif /* CAO_CODEC_YAML_H */
