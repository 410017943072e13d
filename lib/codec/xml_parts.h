/* A document before its parser sees it. */
#ifndef CAO_CODEC_XML_PARTS_H
#define CAO_CODEC_XML_PARTS_H

#include "base/buf.h"

/*
 * From *text to *end a document without BOM and NUL: refused if its encoding
 * is not read, or if it has a document type declaration, which the parser is
 * never shown.  Where it was GB18030, *text and *end become those of decoded.
 */
CAO_MUST enum cao_status cao_xml_prolog(const char *file, const char **text,
    const char **end, struct cao_buf *decoded, struct cao_error *);

#endif /* CAO_CODEC_XML_PARTS_H */
