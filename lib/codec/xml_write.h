/* Writing XML: elements with at most one attribute, indented. */
#ifndef CAO_CODEC_XML_WRITE_H
#define CAO_CODEC_XML_WRITE_H

#include "base/buf.h"

struct cao_xml_writer {
	struct cao_buf *out;
	unsigned depth;
};

/* The declaration, and the root element with these attributes: names and
 * values by turns, then NULL.  It is closed like any other. */
void cao_xml_put_start(struct cao_xml_writer *, struct cao_buf *out,
    const char *root, const char *const *attributes);
void cao_xml_put_open(struct cao_xml_writer *, const char *name);
void cao_xml_put_close(struct cao_xml_writer *, const char *name);
/* An element that is text; attribute may be NULL.  What XML 1.0 has no
 * character for becomes U+FFFD. */
void cao_xml_put(struct cao_xml_writer *, const char *name,
    const char *attribute, const char *value, const char *text);

#endif /* CAO_CODEC_XML_WRITE_H */
