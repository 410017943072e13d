/*
 * The elements of an XML document, one by one; memory is that of a few
 * kilobytes of it.  Names come without prefix and namespace.  Refused: a
 * document type declaration, so that there are no entities but the five of XML
 * and nothing to fetch; encodings other than UTF-8 and GB18030; more than the
 * limits below.  XInclude and processing instructions mean nothing.
 */
#ifndef CAO_CODEC_XML_H
#define CAO_CODEC_XML_H

#include "base/buf.h"

#define CAO_XML_DEPTH_MAX 32
#define CAO_XML_ATTRIBUTES_MAX 16        /* of one element */
#define CAO_XML_TEXT_MAX (16 * 1024)     /* octets in one element */
#define CAO_XML_TAG_MAX (64 * 1024)      /* octets of one tag or comment */
#define CAO_XML_ELEMENTS_MAX (16u << 20) /* of a document */

struct cao_xml;

enum cao_xml_kind { CAO_XML_START, CAO_XML_END, CAO_XML_DONE };

/* It lives until the next call. */
struct cao_xml_event {
	enum cao_xml_kind kind;
	unsigned line; /* where the tag ends, from 1 */
	const char *name;
	const char
	    *text; /* END: what was in it, trimmed; "" if elements were */
	const char *attributes; /* START: see cao_xml_attribute() */
};

/* The document's octets, which must outlive the reader. */
CAO_MUST enum cao_status cao_xml_open(const char *name, const void *,
    size_t len, struct cao_xml **ret, struct cao_error *);
void cao_xml_close(struct cao_xml *);
/* The next event.  CAO_INPUT, with line and column, is the end. */
CAO_MUST enum cao_status
cao_xml_next(struct cao_xml *, struct cao_xml_event *ret, struct cao_error *);
/* The value of an attribute, or NULL. */
const char *cao_xml_attribute(const struct cao_xml_event *, const char *name);

#endif /* CAO_CODEC_XML_H */
