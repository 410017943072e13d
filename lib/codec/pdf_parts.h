/*
 * The parts of media_pdf.c: tokens, cross-references and objects of a PDF
 * (ISO 32000-1, whose sections the messages name).
 */
#ifndef CAO_CODEC_PDF_PARTS_H
#define CAO_CODEC_PDF_PARTS_H

#include "codec/media_parts.h"

#define CAO_PDF_OBJECTS_MAX 1000000u
#define CAO_PDF_SECTIONS_MAX 1024u       /* updates of one file */
#define CAO_PDF_UNPACKED_MAX (16u << 20) /* of what must be unpacked */

enum cao_pdf_place {
	CAO_PDF_UNSEEN, /* no section spoke of it */
	CAO_PDF_FREE,
	CAO_PDF_IN_FILE,   /* at: offset in the file */
	CAO_PDF_IN_STREAM, /* at: number of the object stream */
};

struct cao_pdf_entry {
	uint32_t at, index; /* index: within the object stream */
	uint32_t unpacked;  /* from 1, into .streams; 0: not yet */
	uint16_t section;   /* that spoke of it */
	uint8_t place;      /* enum cao_pdf_place */
	bool page;          /* the walk of the pages was here */
};

/* An object stream, unpacked: pairs of number and offset, then objects. */
struct cao_pdf_stream {
	unsigned char *data;
	size_t len, first, at;
	uint32_t *pairs, count;
};

struct cao_pdf {
	const unsigned char *data;
	size_t len, base; /* offsets count from base */
	struct cao_error *err;
	struct cao_pdf_entry *entries;
	size_t count;
	struct cao_pdf_stream *streams;
	size_t nstreams;
	size_t root; /* object number of the catalogue */
	unsigned section;
	size_t work;           /* octets that may still be looked at */
	size_t unpacked;       /* octets so far */
	bool tired;            /* .work ran out */
	const char *forbidden; /* a name that was met, or NULL */
};

/* A place in the file or in an unpacked stream; data NULL: no such value. */
struct cao_pdf_reader {
	struct cao_pdf *pdf;
	const unsigned char *data;
	size_t len, pos;
	size_t origin; /* of an unpacked stream: where it is in the file */
};

enum cao_pdf_kind {
	CAO_PDF_END, /* of the data, or of what may be looked at */
	CAO_PDF_BAD,
	CAO_PDF_INT,
	CAO_PDF_REAL,
	CAO_PDF_NAME,
	CAO_PDF_STRING,
	CAO_PDF_WORD,
	CAO_PDF_DICT,
	CAO_PDF_DICT_END,
	CAO_PDF_ARRAY,
	CAO_PDF_ARRAY_END
};

struct cao_pdf_token {
	enum cao_pdf_kind kind;
	const unsigned char *text; /* of a name without its slash */
	size_t len;
	int64_t number;
};

/* pdf_token.c.  The next token; forbidden names are noted in passing. */
enum cao_pdf_kind
cao_pdf_token_next(struct cao_pdf_reader *, struct cao_pdf_token *);
/* Is it this name (#xx resolved) or word? */
bool cao_pdf_token_is(const struct cao_pdf_token *, const char *);
/* Pass over the rest of the value that began with the token. */
bool cao_pdf_token_skip(struct cao_pdf_reader *, const struct cao_pdf_token *);
/*
 * Read a whole dictionary, and where the values of the NULL-terminated keys
 * are.  False if it is none, or has such a key twice.
 */
bool cao_pdf_token_dict(struct cao_pdf_reader *, const char *const *keys,
    struct cao_pdf_reader *ret_values);
/* The value as an integer from 0 to max, as a name. */
bool
cao_pdf_token_int(struct cao_pdf_reader value, size_t max, size_t *ret_number);
bool cao_pdf_token_name(struct cao_pdf_reader value, const char *name);
/* The value as a reference "N G R". */
bool cao_pdf_token_ref(struct cao_pdf_reader value, size_t *ret_number);

/* pdf_xref.c.  Read all sections from the offset on into .entries, .root. */
CAO_MUST enum cao_status cao_pdf_xref_read(struct cao_pdf *, size_t at);

/*
 * pdf_object.c.  A reader of the object with that number ("null" if there is
 * none).  The direct one knows nothing of object streams.
 */
CAO_MUST enum cao_status cao_pdf_object_direct(
    struct cao_pdf *, size_t number, struct cao_pdf_reader *ret);
CAO_MUST enum cao_status cao_pdf_object_open(
    struct cao_pdf *, size_t number, struct cao_pdf_reader *ret);
/* The value itself, or the object that it refers to. */
CAO_MUST enum cao_status
cao_pdf_object_value(struct cao_pdf_reader value, struct cao_pdf_reader *ret);
/*
 * Where the content of a stream begins whose "stream" comes next, being of
 * that length and followed by "endstream".
 */
CAO_MUST enum cao_status
cao_pdf_object_stream(struct cao_pdf_reader *, size_t length, size_t *ret_at);
/* The same, unpacked, to be freed; the values of /Filter, /DecodeParms. */
CAO_MUST enum cao_status cao_pdf_object_unpack(struct cao_pdf_reader *,
    size_t length, struct cao_pdf_reader filter, struct cao_pdf_reader parms,
    unsigned char **ret, size_t *ret_len);
/* As cao_media_damaged(), at the reader's place. */
enum cao_status cao_pdf_object_damaged(
    const struct cao_pdf_reader *, const char *format, ...) CAO_PRINTF(2, 3);

#endif /* CAO_CODEC_PDF_PARTS_H */
