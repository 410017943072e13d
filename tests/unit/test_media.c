/* Scans by their structure: whole ones, cut ones, hostile ones, wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/buf.h"
#include "codec/media.h"

#define OCTETS(s) s, sizeof(s) - 1
#define OBJECTS 16

typedef void make_fn(struct cao_buf *);

static void
put16(struct cao_buf *b, unsigned n)
{
	cao_buf_putc(b, (int)(n >> 8 & 0xff));
	cao_buf_putc(b, (int)(n & 0xff));
}

static void
put32(struct cao_buf *b, uint32_t n)
{
	put16(b, n >> 16);
	put16(b, n & 0xffff);
}

/* PNG */

static void
put_chunk(struct cao_buf *b, const char *type, const void *data, size_t len)
{
	uLong crc = crc32(0, (const unsigned char *)type, 4);

	if (len > 0)
		crc = crc32(crc, data, (uInt)len);
	put32(b, (uint32_t)len);
	cao_buf_add(b, type, 4);
	cao_buf_add(b, data, len);
	put32(b, (uint32_t)crc);
}

static void
put_png_head(struct cao_buf *b, uint32_t w, uint32_t h, const char *rest)
{
	struct cao_buf head = { .len = 0 };

	cao_buf_add(b, OCTETS("\x89PNG\r\n\x1a\n"));
	put32(&head, w);
	put32(&head, h);
	cao_buf_add(&head, rest, 5);
	put_chunk(b, "IHDR", head.data, head.len);
	cao_buf_free(&head);
}

/* That many zero octets, packed, from the octet drop on left out. */
static void
put_png_image(struct cao_buf *b, size_t octets, size_t drop)
{
	unsigned char plain[2048] = { 0 }, packed[256];
	uLongf len = sizeof packed;

	assert_int_equal(
	    compress2(packed, &len, plain, (uLong)octets, 9), Z_OK);
	put_chunk(b, "IDAT", packed, 5);
	put_chunk(b, "IDAT", packed + 5, len - 5 - drop);
}

static void
make_png(struct cao_buf *b)
{
	put_png_head(b, 20, 17, "\x08\x02\0\0\0");
	put_chunk(b, "tEXt", OCTETS("Title\0scan"));
	put_png_image(b, 17 * 61, 0);
	put_chunk(b, "IEND", NULL, 0);
}

static void
make_png_interlaced(struct cao_buf *b)
{
	put_png_head(b, 9, 5, "\1\3\0\0\1");
	put_chunk(b, "PLTE", OCTETS("\0\0\0\xff\xff\xff"));
	/* Passes of 2x1, 1x1, 3x1, 2x2, 5x1, 4x3 and 9x2 pixels. */
	put_png_image(b, 2 + 2 + 2 + 4 + 2 + 6 + 6, 0);
	put_chunk(b, "IEND", NULL, 0);
}

static void
make_png_bomb(struct cao_buf *b)
{
	put_png_head(b, 30000, 30000, "\x08\2\0\0\0");
	put_png_image(b, 1000, 0);
	put_chunk(b, "IEND", NULL, 0);
}

static void
make_png_deep(struct cao_buf *b)
{
	put_png_head(b, 10000, 10000, "\x10\6\0\0\0");
}

static void
make_png_crc(struct cao_buf *b)
{
	make_png(b);
	b->data[8 + 25 + 10] ^= 1;
}

static void
make_png_short(struct cao_buf *b)
{
	put_png_head(b, 20, 17, "\x08\2\0\0\0");
	put_png_image(b, 17 * 60, 0);
	put_chunk(b, "IEND", NULL, 0);
}

static void
make_png_open(struct cao_buf *b)
{
	put_png_head(b, 20, 17, "\x08\2\0\0\0");
	put_png_image(b, 17 * 61, 4);
	put_chunk(b, "IEND", NULL, 0);
}

static void
make_png_more(struct cao_buf *b)
{
	put_png_head(b, 20, 17, "\x08\2\0\0\0");
	put_png_image(b, 17 * 62, 0);
	put_chunk(b, "IEND", NULL, 0);
}

static void
make_png_after(struct cao_buf *b)
{
	make_png(b);
	cao_buf_puts(b, "PK");
}

static void
make_png_critical(struct cao_buf *b)
{
	put_png_head(b, 20, 17, "\x08\2\0\0\0");
	put_chunk(b, "EVIL", NULL, 0);
}

static void
make_png_depth(struct cao_buf *b)
{
	put_png_head(b, 20, 17, "\4\2\0\0\0");
}

static void
make_png_zero(struct cao_buf *b)
{
	put_png_head(b, 0, 17, "\x08\2\0\0\0");
}

static void
make_png_no_palette(struct cao_buf *b)
{
	put_png_head(b, 20, 17, "\x08\3\0\0\0");
	put_png_image(b, 17 * 21, 0);
}

/* JPEG */

static void
put_segment(struct cao_buf *b, int marker, const void *data, size_t len)
{
	cao_buf_putc(b, 0xff);
	cao_buf_putc(b, marker);
	put16(b, (unsigned)len + 2);
	cao_buf_add(b, data, len);
}

static void
put_jpeg_head(struct cao_buf *b)
{
	unsigned char table[65] = { 0 };

	cao_buf_add(b, OCTETS("\xff\xd8"));
	put_segment(b, 0xe0, OCTETS("JFIF\0\1\1\0\0\1\0\1\0\0"));
	put_segment(b, 0xdb, table, sizeof table);
}

static void
put_jpeg_frame(struct cao_buf *b, int marker, unsigned w, unsigned h)
{
	struct cao_buf frame = { .len = 0 };

	cao_buf_putc(&frame, 8);
	put16(&frame, h);
	put16(&frame, w);
	cao_buf_add(&frame, OCTETS("\1\1\x11\0"));
	put_segment(b, marker, frame.data, frame.len);
	cao_buf_free(&frame);
}

static void
put_jpeg_scan(struct cao_buf *b)
{
	put_segment(b, 0xda, OCTETS("\1\1\0\0\x3f\0"));
	cao_buf_add(b, OCTETS("\x12\xff\0\x34\xff\xd0\x56"));
}

static void
make_jpeg(struct cao_buf *b)
{
	unsigned char codes[18] = { 0, 1 };

	put_jpeg_head(b);
	put_jpeg_frame(b, 0xc0, 40, 30);
	put_segment(b, 0xc4, codes, sizeof codes);
	put_jpeg_scan(b);
	cao_buf_add(b, OCTETS("\xff\xff\xd9"));
}

static void
make_jpeg_dnl(struct cao_buf *b)
{
	put_jpeg_head(b);
	put_jpeg_frame(b, 0xc2, 40, 0);
	put_jpeg_scan(b);
	put_segment(b, 0xdc, OCTETS("\0\x1e"));
	put_jpeg_scan(b);
	cao_buf_add(b, OCTETS("\xff\xd9"));
}

static void
make_jpeg_preview(struct cao_buf *b)
{
	make_jpeg(b);
	make_jpeg(b);
}

static void
make_jpeg_lossless(struct cao_buf *b)
{
	put_jpeg_head(b);
	put_jpeg_frame(b, 0xc3, 40, 30);
}

static void
make_jpeg_no_scan(struct cao_buf *b)
{
	put_jpeg_head(b);
	put_jpeg_frame(b, 0xc0, 40, 30);
	cao_buf_add(b, OCTETS("\xff\xd9"));
}

static void
make_jpeg_no_lines(struct cao_buf *b)
{
	put_jpeg_head(b);
	put_jpeg_frame(b, 0xc0, 40, 0);
	put_jpeg_scan(b);
	cao_buf_add(b, OCTETS("\xff\xd9"));
}

static void
make_jpeg_junk(struct cao_buf *b)
{
	put_jpeg_head(b);
	cao_buf_add(b, OCTETS("junk"));
}

static void
make_jpeg_huge(struct cao_buf *b)
{
	put_jpeg_head(b);
	put_jpeg_frame(b, 0xc0, 65535, 65535);
}

static void
make_jpeg_no_frame(struct cao_buf *b)
{
	put_jpeg_head(b);
	put_jpeg_scan(b);
}

static void
make_jpeg_table(struct cao_buf *b)
{
	cao_buf_add(b, OCTETS("\xff\xd8"));
	put_segment(b, 0xdb, OCTETS("\0\1\2"));
}

/* TIFF, big-endian here */

static void
put_entry(
    struct cao_buf *b, unsigned tag, unsigned type, uint32_t n, uint32_t value)
{
	put16(b, tag);
	put16(b, type);
	put32(b, n);
	if (type == 3 && n == 1)
		value <<= 16;
	put32(b, value);
}

/* A page of 16 x 4 grey pixels at the offset, in strips of 2 rows. */
static void
put_ifd(struct cao_buf *b, uint32_t strips, unsigned compression,
    uint32_t second, uint32_t next)
{
	uint32_t at = (uint32_t)b->len + 2 + 9 * 12 + 4;

	put16(b, 9);
	put_entry(b, 256, 3, 1, 16);
	put_entry(b, 257, 3, 1, 4);
	put_entry(b, 258, 3, 1, 8);
	put_entry(b, 259, 3, 1, compression);
	put_entry(b, 262, 3, 1, 1);
	put_entry(b, 273, 4, 2, at);
	put_entry(b, 277, 3, 1, 1);
	put_entry(b, 278, 4, 1, 2);
	put_entry(b, 279, 4, 2, at + 8);
	put32(b, next);
	put32(b, strips);
	put32(b, strips + 32);
	put32(b, 32);
	put32(b, second);
}

static void
put_pixels(struct cao_buf *b)
{
	for (int i = 0; i < 64; i++)
		cao_buf_putc(b, i);
}

static void
make_tiff(struct cao_buf *b)
{
	cao_buf_add(b, OCTETS("MM\0*\0\0\0\x48"));
	put_pixels(b);
	put_ifd(b, 8, 1, 32, 202);
	assert_int_equal(b->len, 202);
	put_ifd(b, 8, 1, 32, 0);
}

static void
make_tiff_strips_last(struct cao_buf *b)
{
	cao_buf_add(b, OCTETS("MM\0*\0\0\0\x08"));
	put_ifd(b, 138, 1, 32, 0);
	assert_int_equal(b->len, 138);
	put_pixels(b);
}

static void
make_tiff_tiles(struct cao_buf *b)
{
	cao_buf_add(b, OCTETS("II*\0\x08\0\0\0"));
	cao_buf_add(b,
	    OCTETS("\x06\0"
		   "\0\1\3\0\1\0\0\0\x14\0\0\0"
		   "\1\1\3\0\1\0\0\0\x10\0\0\0"
		   "\x42\1\3\0\1\0\0\0\x20\0\0\0"
		   "\x43\1\3\0\1\0\0\0\x10\0\0\0"
		   "\x44\1\4\0\1\0\0\0\x56\0\0\0"
		   "\x45\1\4\0\1\0\0\0\x40\0\0\0"
		   "\0\0\0\0"));
	put_pixels(b);
}

static void
make_tiff_loop(struct cao_buf *b)
{
	cao_buf_add(b, OCTETS("MM\0*\0\0\0\x48"));
	put_pixels(b);
	put_ifd(b, 8, 1, 32, 202);
	put_ifd(b, 8, 1, 32, 72);
}

static void
make_tiff_short(struct cao_buf *b)
{
	cao_buf_add(b, OCTETS("MM\0*\0\0\0\x48"));
	put_pixels(b);
	put_ifd(b, 8, 1, 16, 0);
}

static void
make_tiff_packed(struct cao_buf *b)
{
	cao_buf_add(b, OCTETS("MM\0*\0\0\0\x48"));
	put_pixels(b);
	put_ifd(b, 8, 32773, 16, 0);
}

static void
make_tiff_odd(struct cao_buf *b)
{
	cao_buf_add(b, OCTETS("MM\0*\0\0\0\x48"));
	put_pixels(b);
	put_ifd(b, 8, 34712, 16, 0);
}

static void
make_tiff_empty(struct cao_buf *b)
{
	cao_buf_add(b, OCTETS("MM\0*\0\0\0\x08\0\0\0\0\0\0"));
}

static void
make_tiff_no_page(struct cao_buf *b)
{
	cao_buf_add(b, OCTETS("MM\0*\0\0\0\0"));
}

static void
make_tiff_huge(struct cao_buf *b)
{
	cao_buf_add(b, OCTETS("MM\0*\0\0\0\x08\0\2"));
	put_entry(b, 256, 4, 1, UINT32_MAX);
	put_entry(b, 257, 4, 1, UINT32_MAX);
	put32(b, 0);
}

/* PDF */

struct pdf {
	struct cao_buf *b;
	size_t at[OBJECTS];
};

static void
put_object(struct pdf *p, unsigned number, const char *text)
{
	p->at[number] = p->b->len;
	cao_buf_printf(p->b, "%u 0 obj\n%s\nendobj\n", number, text);
}

static void
put_stream(struct pdf *p, unsigned number, const char *dict, const void *data,
    size_t len)
{
	p->at[number] = p->b->len;
	cao_buf_printf(
	    p->b, "%u 0 obj <</Length %zu%s>> stream\r\n", number, len, dict);
	cao_buf_add(p->b, data, len);
	cao_buf_puts(p->b, "\nendstream endobj\n");
}

static size_t
put_xref(struct pdf *p, unsigned first, unsigned count, const char *trailer)
{
	size_t at = p->b->len;

	cao_buf_printf(p->b, "xref\n%u %u\n", first, count);
	for (unsigned i = first; i < first + count; i++)
		cao_buf_printf(p->b, "%010zu %05d %c \n", p->at[i],
		    i == 0 ? 65535 : 0, p->at[i] == 0 ? 'f' : 'n');
	cao_buf_printf(
	    p->b, "trailer <</Size %u %s>>\n", first + count, trailer);
	return at;
}

static void
put_end(struct pdf *p, size_t xref)
{
	cao_buf_printf(p->b, "startxref\n%zu\n%%%%EOF", xref);
}

#define CATALOG "<</Type/Catalog /Pages 2 0 R>>"
#define ONE_PAGE "<</Type/Pages /Kids[3 0 R] /Count 1>>"
#define PAGE "<</Type/Page /Parent 2 0 R /MediaBox[0 0 595 842]>>"

static void
put_body(struct pdf *p)
{
	cao_buf_puts(p->b, "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n");
	put_object(p, 1, CATALOG " % (a comment");
	put_object(p, 2, ONE_PAGE);
	put_object(p, 3, PAGE);
	put_stream(p, 4, "", OCTETS("BT (/JS) Tj ET"));
}

static void
make_pdf(struct cao_buf *b)
{
	struct pdf p = { .b = b };

	put_body(&p);
	put_end(&p, put_xref(&p, 0, 5, "/Root 1 0 R"));
}

/* One of whatever objects, the catalogue being 1 and the pages 2. */
static void
put_pdf(struct cao_buf *b, const char *trailer, const char *catalog,
    const char *pages, const char *page, const char *other)
{
	struct pdf p = { .b = b };

	cao_buf_puts(b, "%PDF-1.4\n");
	put_object(&p, 1, catalog);
	put_object(&p, 2, pages);
	put_object(&p, 3, page);
	put_object(&p, 4, other);
	put_end(&p, put_xref(&p, 0, 5, trailer));
}

static void
make_pdf_tree(struct cao_buf *b)
{
	struct pdf p = { .b = b };

	cao_buf_puts(b, "%PDF-2.0\r");
	put_object(
	    &p, 1, "<</Pages 2 0 R/Type/Cata#6cog/A(\\)()<<)/B<</C[]>>>>");
	put_object(&p, 2, "<</Type/Pages/Kids 6 0 R/Count 7 0 R>>");
	put_object(&p, 3, PAGE);
	put_object(&p, 4, "<</Type/Pages/Kids[5 0 R]/Count 1>>");
	put_object(&p, 5, PAGE);
	put_object(&p, 6, "[3 0 R 4 0 R]");
	put_object(&p, 7, "2");
	put_end(&p, put_xref(&p, 0, 8, "/Root 1 0 R"));
}

static void
make_pdf_junk(struct cao_buf *b)
{
	struct cao_buf pdf = { .len = 0 };

	make_pdf(&pdf);
	cao_buf_puts(b, "\r\n\rsome junk\n");
	cao_buf_add(b, pdf.data, pdf.len);
	cao_buf_add(b, OCTETS("\r\n\0 \n"));
	cao_buf_free(&pdf);
}

static void
make_pdf_junk_counted(struct cao_buf *b)
{
	cao_buf_puts(b, "junk\n");
	make_pdf(b);
}

static void
make_pdf_update(struct cao_buf *b)
{
	struct pdf p = { .b = b };
	char trailer[64];
	size_t xref;

	put_body(&p);
	xref = put_xref(&p, 0, 5, "/Root 1 0 R");
	put_end(&p, xref);
	cao_buf_puts(b, "\n");
	put_object(&p, 2, "<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>");
	put_object(&p, 3, PAGE);
	put_object(&p, 4, "null");
	put_object(&p, 5, PAGE);
	(void)snprintf(trailer, sizeof trailer, "/Root 1 0 R/Prev %zu", xref);
	put_end(&p, put_xref(&p, 2, 4, trailer));
}

/* A row of 1, 2 and 1 octets behind the tag of the filter "up". */
static void
put_row(struct cao_buf *rows, unsigned kind, size_t at, unsigned index)
{
	unsigned char row[4] = { (unsigned char)kind, (unsigned char)(at >> 8),
		(unsigned char)at, (unsigned char)index };

	cao_buf_putc(rows, 2);
	for (size_t i = 0; i < 4; i++)
		cao_buf_putc(rows, row[i]);
}

static void
put_packed(struct pdf *p, unsigned number, const char *dict,
    const struct cao_buf *plain)
{
	unsigned char packed[1024];
	uLongf len = sizeof packed;
	char text[160];

	assert_int_equal(
	    compress2(packed, &len, plain->data, (uLong)plain->len, 9), Z_OK);
	(void)snprintf(text, sizeof text, "/Filter/FlateDecode%s", dict);
	put_stream(p, number, text, packed, len);
}

static size_t
put_xref_stream(
    struct pdf *p, unsigned number, struct cao_buf *rows, const char *more)
{
	char dict[160];

	/* Filter it, from the last row up. */
	for (size_t i = rows->len; i > 5; i--)
		if ((i - 1) % 5 != 0)
			rows->data[i - 1] = (unsigned char)(rows->data[i - 1] -
			    rows->data[i - 6]);
	(void)snprintf(dict, sizeof dict,
	    "/Type/XRef/W[1 2 1]/DecodeParms<</Predictor 12/Columns 4>>%s",
	    more);
	put_packed(p, number, dict, rows);
	return p->at[number];
}

/* The catalogue, pages and page in object stream 4, of the given object 5. */
static size_t
put_modern(struct pdf *p, const char *five, const char *more)
{
	struct cao_buf plain = { .len = 0 }, rows = { .len = 0 };
	const char *const objects[] = { CATALOG, ONE_PAGE, PAGE, five };
	static const unsigned numbers[] = { 1, 2, 3, 5 };
	char dict[64];
	size_t offset = 0, at;

	cao_buf_puts(p->b, "%PDF-1.5\n");
	for (size_t i = 0; i < 4; i++) {
		cao_buf_printf(&plain, "%u %zu ", numbers[i], offset);
		offset += strlen(objects[i]) + 1;
	}
	(void)snprintf(
	    dict, sizeof dict, "/Type/ObjStm/N 4/First %zu", plain.len);
	for (size_t i = 0; i < 4; i++)
		cao_buf_printf(&plain, "%s ", objects[i]);
	put_packed(p, 4, dict, &plain);
	put_row(&rows, 0, 0, 255);
	for (unsigned i = 0; i < 3; i++)
		put_row(&rows, 2, 4, i);
	put_row(&rows, 1, p->at[4], 0);
	put_row(&rows, 2, 4, 3);
	put_row(&rows, 1, p->b->len, 0);
	at = put_xref_stream(p, 6, &rows, more);
	cao_buf_free(&plain);
	cao_buf_free(&rows);
	return at;
}

static void
make_pdf_modern(struct cao_buf *b)
{
	struct pdf p = { .b = b };

	put_end(&p, put_modern(&p, "[1 2.5 true]", "/Size 7/Root 1 0 R"));
}

static void
make_pdf_modern_script(struct cao_buf *b)
{
	struct pdf p = { .b = b };

	put_end(&p,
	    put_modern(&p, "<</S/J#61vaScript/JS(app.alert)>>",
		"/Index[0 7]/Root 1 0 R"));
}

static void
make_pdf_hybrid(struct cao_buf *b)
{
	struct pdf p = { .b = b };
	size_t at = put_modern(&p, "42", "/Size 7");
	char trailer[64];

	memset(p.at, 0, sizeof p.at);
	p.at[6] = at;
	(void)snprintf(trailer, sizeof trailer, "/Root 1 0 R/XRefStm %zu", at);
	put_end(&p, put_xref(&p, 0, 7, trailer));
}

static void
make_pdf_encrypted(struct cao_buf *b)
{
	put_pdf(b, "/Root 1 0 R/Encrypt 4 0 R", CATALOG, ONE_PAGE, PAGE,
	    "<</Filter/Standard>>");
}

static void
make_pdf_launch(struct cao_buf *b)
{
	put_pdf(b, "/Root 1 0 R", CATALOG, ONE_PAGE, PAGE,
	    "[<</A<</S/Launch/F(cmd.exe)>>>>]");
}

static void
make_pdf_open_action(struct cao_buf *b)
{
	put_pdf(b, "/Root 1 0 R",
	    "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/#4aS 4 0 "
	    "R>>>>",
	    ONE_PAGE, PAGE, "(x)");
}

static void
make_pdf_embedded(struct cao_buf *b)
{
	put_pdf(b, "/Root 1 0 R",
	    "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 4 0 R>>>>",
	    ONE_PAGE, PAGE, "<</Names[]>>");
}

static void
make_pdf_loop(struct cao_buf *b)
{
	put_pdf(b, "/Root 1 0 R", CATALOG,
	    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Pages/Kids[2 0 R]/Count 1>>", "null");
}

static void
make_pdf_count(struct cao_buf *b)
{
	put_pdf(b, "/Root 1 0 R", CATALOG,
	    "<</Type/Pages/Kids[3 0 R]/Count 3>>", PAGE, "null");
}

static void
make_pdf_no_page(struct cao_buf *b)
{
	put_pdf(b, "/Root 1 0 R", CATALOG, "<</Type/Pages/Kids[]/Count 0>>",
	    PAGE, "null");
}

static void
make_pdf_no_root(struct cao_buf *b)
{
	put_pdf(b, "", CATALOG, ONE_PAGE, PAGE, "null");
}

static void
make_pdf_twice(struct cao_buf *b)
{
	put_pdf(b, "/Root 1 0 R", "<</Type/Catalog/Pages 2 0 R/Pages 3 0 R>>",
	    ONE_PAGE, PAGE, "null");
}

static void
make_pdf_open_string(struct cao_buf *b)
{
	put_pdf(b, "/Root 1 0 R", CATALOG, ONE_PAGE, PAGE, "(never closed");
}

static void
make_pdf_prev_loop(struct cao_buf *b)
{
	struct pdf p = { .b = b };
	char trailer[64];

	put_body(&p);
	(void)snprintf(trailer, sizeof trailer, "/Root 1 0 R/Prev %zu", b->len);
	put_end(&p, put_xref(&p, 0, 5, trailer));
}

static void
make_pdf_wrong_place(struct cao_buf *b)
{
	struct pdf p = { .b = b };

	put_body(&p);
	p.at[3] += 3;
	put_end(&p, put_xref(&p, 0, 5, "/Root 1 0 R"));
}

static void
make_pdf_wrong_length(struct cao_buf *b)
{
	struct pdf p = { .b = b };

	cao_buf_puts(b, "%PDF-1.4\n");
	put_object(&p, 1, "<</Length 7>> stream\nabc\nendstream");
	put_end(&p, put_xref(&p, 0, 2, "/Root 1 0 R"));
}

static void
make_pdf_linear_half(struct cao_buf *b)
{
	struct pdf p = { .b = b };

	put_body(&p);
	(void)put_xref(&p, 0, 5, "/Root 1 0 R");
	put_end(&p, 0);
}

static void
make_pdf_after(struct cao_buf *b)
{
	make_pdf(b);
	cao_buf_puts(b, "\n<html>");
}

static void
make_pdf_high(struct cao_buf *b)
{
	struct pdf p = { .b = b };

	put_body(&p);
	cao_buf_puts(b, "xref\n999999 3\n");
	for (int i = 0; i < 3; i++)
		cao_buf_puts(b, "0000000009 00000 n \n");
	cao_buf_puts(b, "trailer <</Root 1 0 R>>\n");
	put_end(&p, b->len - 24 - 3 * 20 - 14);
}

/* Objects that each begin within the one before. */
static void
make_pdf_nested(struct cao_buf *b)
{
	struct pdf p = { .b = b };
	size_t at, n = 2000;

	cao_buf_puts(b, "%PDF-1.4\n");
	for (size_t i = 1; i <= n; i++)
		cao_buf_printf(b, "%04zu 0 obj(", i);
	for (size_t i = 1; i <= n; i++)
		cao_buf_puts(b, ")endobj ");
	at = b->len;
	cao_buf_printf(b, "xref\n0 %zu\n0000000000 65535 f \n", n + 1);
	for (size_t i = 1; i <= n; i++)
		cao_buf_printf(b, "%010zu 00000 n \n", 9 + 11 * (i - 1));
	cao_buf_puts(b, "trailer <</Root 1 0 R>>\n");
	put_end(&p, at);
}

/* An object stream whose content has the length of a bomb. */
static void
make_pdf_bomb(struct cao_buf *b)
{
	struct pdf p = { .b = b };
	size_t plain = CAO_MEDIA_PIXELS_MAX / 8;
	uLongf len = compressBound((uLong)plain);
	unsigned char *zeros = calloc(1, plain), *out = malloc(len);

	assert_non_null(zeros);
	assert_non_null(out);
	assert_int_equal(compress2(out, &len, zeros, (uLong)plain, 9), Z_OK);
	cao_buf_puts(b, "%PDF-1.5\n");
	put_stream(&p, 6,
	    "/Type/XRef/W[1 2 1]/Size 7/Root 1 0 R/Filter[/FlateDecode]", out,
	    len);
	put_end(&p, p.at[6]);
	free(zeros);
	free(out);
}

/* What passes */

static const struct good {
	const char *name;
	make_fn *make;
	struct cao_media is;
} goods[] = {
	{ "png", make_png, { CAO_PNG, 20, 17, 1 } },
	{ "png-interlaced", make_png_interlaced, { CAO_PNG, 9, 5, 1 } },
	{ "jpeg", make_jpeg, { CAO_JPEG, 40, 30, 1 } },
	{ "jpeg-dnl", make_jpeg_dnl, { CAO_JPEG, 40, 30, 1 } },
	{ "jpeg-preview", make_jpeg_preview, { CAO_JPEG, 40, 30, 1 } },
	{ "tiff", make_tiff, { CAO_TIFF, 16, 4, 2 } },
	{ "tiff-strips", make_tiff_strips_last, { CAO_TIFF, 16, 4, 1 } },
	{ "tiff-tiles", make_tiff_tiles, { CAO_TIFF, 20, 16, 1 } },
	{ "tiff-packed", make_tiff_packed, { CAO_TIFF, 16, 4, 1 } },
	{ "pdf", make_pdf, { CAO_PDF, 0, 0, 1 } },
	{ "pdf-tree", make_pdf_tree, { CAO_PDF, 0, 0, 2 } },
	{ "pdf-junk", make_pdf_junk, { CAO_PDF, 0, 0, 1 } },
	{ "pdf-junk-counted", make_pdf_junk_counted, { CAO_PDF, 0, 0, 1 } },
	{ "pdf-update", make_pdf_update, { CAO_PDF, 0, 0, 2 } },
	{ "pdf-modern", make_pdf_modern, { CAO_PDF, 0, 0, 1 } },
	{ "pdf-hybrid", make_pdf_hybrid, { CAO_PDF, 0, 0, 1 } },
};

static void
check_good(const unsigned char *data, size_t len, const struct good *g)
{
	struct cao_media m = { .pages = 0 };
	struct cao_error err = { .status = CAO_OK };
	enum cao_status st = cao_media_check(data, len, &m, &err);

	if (st != CAO_OK)
		fail_msg("%s: %s", g->name, err.text);
	assert_int_equal(m.type, g->is.type);
	assert_int_equal(m.width, g->is.width);
	assert_int_equal(m.height, g->is.height);
	assert_int_equal(m.pages, g->is.pages);
}

static void
test_good(void **state)
{
	struct cao_buf b = { .len = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
		cao_buf_clear(&b);
		goods[i].make(&b);
		assert_true(cao_buf_ok(&b));
		check_good(b.data, b.len, &goods[i]);
	}
	cao_buf_free(&b);
}

/* Cut here, is it still a whole file?  Then it is not recognisable as cut. */
static bool
still_whole(const struct good *g, const unsigned char *data, size_t len)
{
	while (g->is.type == CAO_PDF && len > 0 &&
	    memchr("\r\n \0", data[len - 1], 4) != NULL)
		len--;
	return g->is.type == CAO_PDF && len >= 5 &&
	    memcmp(data + len - 5, "%%EOF", 5) == 0;
}

static void
test_truncated(void **state)
{
	struct cao_buf b = { .len = 0 };
	struct cao_media m = { .pages = 77 };
	struct cao_error err;
	unsigned char *cut;

	(void)state;
	for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
		if (strncmp(goods[i].name, "pdf-junk", 8) == 0 ||
		    goods[i].make == make_jpeg_preview)
			continue;
		cao_buf_clear(&b);
		goods[i].make(&b);
		for (size_t n = 1; n < b.len; n++) {
			if (still_whole(&goods[i], b.data, n))
				continue;
			/* On its own, so that a read behind it is seen. */
			assert_non_null(cut = malloc(n));
			memcpy(cut, b.data, n);
			if (cao_media_check(cut, n, &m, &err) != CAO_INPUT ||
			    strncmp(err.text, "truncated ", 10) != 0)
				fail_msg("%s cut at %zu: %s", goods[i].name, n,
				    err.text);
			free(cut);
		}
	}
	assert_int_equal(m.pages, 77);
	cao_buf_free(&b);
}

/* Any octet changed to any of some: an answer, whichever. */
static void
test_changed(void **state)
{
	static const unsigned char to[] = { 0, 1, 0x7f, 0xff, '0', '9', '<',
		'(', '/', ' ' };
	struct cao_buf b = { .len = 0 };
	struct cao_media m;
	struct cao_error err;
	unsigned char saved;
	enum cao_status st;

	(void)state;
	for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
		cao_buf_clear(&b);
		goods[i].make(&b);
		for (size_t n = 0; n < b.len * sizeof to; n++) {
			saved = b.data[n / sizeof to];
			b.data[n / sizeof to] = to[n % sizeof to];
			m.pages = 0;
			st = cao_media_check(b.data, b.len, &m, &err);
			assert_true(
			    st == CAO_INPUT || (st == CAO_OK && m.pages > 0));
			b.data[n / sizeof to] = saved;
		}
	}
	cao_buf_free(&b);
}

/* What does not */

#define AGAIN "; scan it or send it again"
#define NEW_PDF "; print it to a new PDF"

static const struct bad {
	make_fn *make;
	const char *text;
} bads[] = {
	{ make_png_bomb,
	    "PNG of 30000 x 30000 pixels, more than the 200000000 allowed; "
	    "scan it with a lower resolution" },
	{ make_png_deep,
	    "PNG of 10000 x 10000 pixels unpacks to 800010000 bytes, more than "
	    "268435456; scan it with a lower resolution" },
	{ make_png_crc,
	    "PNG damaged at byte 33: the CRC-32 of chunk tEXt is wrong (ISO "
	    "15948 section 5.5)" AGAIN },
	{ make_png_short,
	    "PNG damaged at byte 74: the image data stops before 20 x 17 "
	    "pixels are full" AGAIN },
	{ make_png_open,
	    "PNG damaged at byte 71: the image data stops before 20 x 17 "
	    "pixels are full" AGAIN },
	{ make_png_more,
	    "PNG damaged at byte 50: there is more image data than 20 x 17 "
	    "pixels need" AGAIN },
	{ make_png_after,
	    "PNG damaged at byte 109: 2 bytes follow the end chunk "
	    "IEND" AGAIN },
	{ make_png_critical,
	    "PNG damaged at byte 33: the chunk EVIL is unknown to ISO 15948 "
	    "and critical" AGAIN },
	{ make_png_depth,
	    "PNG damaged at byte 8: IHDR has a depth, colour or method unknown "
	    "to ISO 15948" AGAIN },
	{ make_png_zero,
	    "PNG damaged at byte 8: the picture of 0 x 17 pixels is "
	    "empty" AGAIN },
	{ make_png_no_palette,
	    "PNG damaged at byte 33: the image data is not in one run after "
	    "the palette" AGAIN },
	{ make_jpeg_lossless,
	    "JPEG of a kind that few programs show (SOF3, lossless or "
	    "hierarchical); save it as a plain JPEG" },
	{ make_jpeg_no_scan,
	    "JPEG damaged at byte 102: it ends without a whole picture" AGAIN },
	{ make_jpeg_no_lines,
	    "JPEG damaged at byte 119: it ends without a whole picture" AGAIN },
	{ make_jpeg_junk,
	    "JPEG damaged at byte 89: a marker must stand there, found "
	    "6a" AGAIN },
	{ make_jpeg_huge,
	    "JPEG of 65535 x 65535 pixels, more than the 200000000 allowed; "
	    "scan it with a lower resolution" },
	{ make_jpeg_no_frame,
	    "JPEG damaged at byte 93: a scan stands before its frame or its "
	    "quantisation table" AGAIN },
	{ make_jpeg_table,
	    "JPEG damaged at byte 4: a table does not fill its segment" AGAIN },
	{ make_tiff_loop,
	    "TIFF damaged at byte 72: the directories run in a circle" AGAIN },
	{ make_tiff_short,
	    "TIFF damaged at byte 72: its image data has 48 bytes of 64" AGAIN },
	{ make_tiff_odd,
	    "TIFF with compression 34712, which few programs read; save it "
	    "with LZW, CCITT or no compression" },
	{ make_tiff_empty,
	    "TIFF damaged at byte 8: a directory is empty" AGAIN },
	{ make_tiff_no_page, "TIFF damaged at byte 4: it has no page" AGAIN },
	{ make_tiff_huge,
	    "TIFF of 4294967295 x 4294967295 pixels, more than the 200000000 "
	    "allowed; scan it with a lower resolution" },
	{ make_pdf_encrypted,
	    "encrypted PDF (ISO 32000-1 section 7.6, /Encrypt at byte 357); "
	    "save it without a password" },
	{ make_pdf_launch,
	    "PDF with /Launch, which runs or carries something" NEW_PDF },
	{ make_pdf_open_action,
	    "PDF with /JS, which runs or carries something" NEW_PDF },
	{ make_pdf_modern_script,
	    "PDF with /JS, which runs or carries something" NEW_PDF },
	{ make_pdf_embedded,
	    "PDF with /EmbeddedFiles, which runs or carries something" NEW_PDF },
	{ make_pdf_loop,
	    "PDF damaged at byte 133: the pages come back to object 2 (ISO "
	    "32000-1 section 7.7.3)" AGAIN },
	{ make_pdf_count,
	    "PDF damaged at byte 47: it has 1 pages, of 3 that /Count "
	    "names" AGAIN },
	{ make_pdf_no_page,
	    "PDF damaged at byte 47: it has 0 pages, of 0 that /Count "
	    "names" AGAIN },
	{ make_pdf_no_root,
	    "PDF damaged: its trailer names no /Root (ISO 32000-1 section "
	    "7.5.5)" AGAIN },
	{ make_pdf_twice,
	    "PDF damaged at byte 50: /Root is no catalogue of pages (ISO "
	    "32000-1 section 7.7.2)" AGAIN },
	{ make_pdf_open_string,
	    "PDF damaged at byte 183: an object is not written as ISO 32000-1 "
	    "section 7.3 says" AGAIN },
	{ make_pdf_prev_loop,
	    "PDF damaged at byte 257: the cross-references run in a "
	    "circle" AGAIN },
	{ make_pdf_wrong_place,
	    "PDF damaged at byte 130: object 3 must begin there" AGAIN },
	{ make_pdf_wrong_length,
	    "PDF damaged at byte 37: the stream has not the 7 bytes of its "
	    "/Length (ISO 32000-1 section 7.3.8.2)" AGAIN },
	{ make_pdf_linear_half,
	    "truncated PDF: it stops at byte 415, which is the end of its "
	    "first part only" AGAIN },
	{ make_pdf_after,
	    "truncated PDF: it stops at byte 424, which is not behind %%EOF "
	    "(ISO 32000-1 section 7.5.5)" AGAIN },
	{ make_pdf_high,
	    "PDF with an object numbered 1000000, more than the 1000000 "
	    "allowed" NEW_PDF },
	{ make_pdf_nested,
	    "PDF damaged: its objects lie over one another" NEW_PDF },
	{ make_pdf_bomb,
	    "PDF whose structure unpacks to more than 16777216 bytes" NEW_PDF },
};

static void
refused(const void *data, size_t len, const char *text)
{
	struct cao_media m;
	struct cao_error err = { .text = "" };

	assert_int_equal(cao_media_check(data, len, &m, &err), CAO_INPUT);
	assert_string_equal(err.text, text);
}

static void
test_bad(void **state)
{
	struct cao_buf b = { .len = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
		cao_buf_clear(&b);
		bads[i].make(&b);
		assert_true(cao_buf_ok(&b));
		refused(b.data, b.len, bads[i].text);
	}
	cao_buf_free(&b);
}

#define ZIP "PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0"
#define OLE2 "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#define FTYP         \
	"\0\0\0\x18" \
	"ftyp"

static const struct wrong {
	const char *octets;
	size_t len;
	const char *is, *advice;
} wrongs[] = {
	{ OCTETS(FTYP "heic\0\0\0\0mif1heic"), "a HEIC picture", "JPEG" },
	{ OCTETS(FTYP "mif1\0\0\0\0mif1avif"), "an AVIF picture", "JPEG" },
	{ OCTETS(FTYP "isom\0\0\0\0isomavc1"), "a video (MP4)", "scan" },
	{ OCTETS("RIFF\1\2\3\4WEBPVP8 "), "a WebP picture", "JPEG" },
	{ OCTETS("GIF89a\1\0"), "a GIF picture", "JPEG" },
	{ OCTETS("BM\x36\0\1\0\0\0\0\0\x36"), "a BMP picture", "JPEG" },
	{ OCTETS("II+\0\x08\0\0\0"), "a BigTIFF", "TIFF" },
	{ OCTETS(ZIP "scan.pdf%PDF-1.4"), "a ZIP archive", "unpack" },
	{ OCTETS(ZIP "[Content" ZIP "word/doc"), "a Word document (docx)",
	    "PDF" },
	{ OCTETS(ZIP "xl/x.xml"), "an Excel workbook (xlsx)", "PDF" },
	{ OCTETS(ZIP "ppt/x.xm"), "a PowerPoint file (pptx)", "PDF" },
	{ OCTETS(ZIP "OFD.xml-"), "an OFD document", "PDF" },
	{ OCTETS(OLE2 "\0W\0o\0r\0d\0D\0o\0c\0u\0"), "a Word document (doc)",
	    "PDF" },
	{ OCTETS(OLE2 "W\0o\0r\0k\0b\0o\0o\0k\0"), "an Excel workbook (xls)",
	    "PDF" },
	{ OCTETS(OLE2), "an old Office file (OLE2)", "PDF" },
	{ OCTETS("\xef\xbb\xbf \n<!DOCTYPE HTML>"), "an HTML page", "PDF" },
	{ OCTETS("<?xml version='1.0'?><html>"), "an HTML page", "PDF" },
	{ OCTETS("<?xml version='1.0'?><svg/>"), "an SVG drawing", "PDF" },
	{ OCTETS("<?xml version='1.0'?><a/>"), "an XML file", "PDF" },
	{ OCTETS("{\\rtf1 x}"), "an RTF document", "PDF" },
	{ OCTETS("7z\xbc\xaf\x27\x1c\0\4"), "a 7z archive", "unpack" },
	{ OCTETS("Rar!\x1a\x07\1\0"), "a RAR archive", "unpack" },
	{ OCTETS("\x1f\x8b\x08\0\0\0\0\0"), "a gzip file", "unpack" },
	{ OCTETS("\x7f"
		 "ELF\2\1\1\0"),
	    "an ELF program", "scan" },
	{ OCTETS("MZ\x90\0\3\0\0\0"), "a Windows program", "scan" },
	{ OCTETS("MZ is text\n"), "text", "scan" },
	{ OCTETS("\xe6\x9e\x97\xe6\x99\x93\n"), "text", "scan" },
};

static void
test_wrong(void **state)
{
	static const struct {
		const char *key, *advice;
	} advices[] = { { "JPEG", "save it as JPEG" },
		{ "PDF", "save or print it as PDF" },
		{ "TIFF", "save it as plain TIFF" },
		{ "unpack", "unpack it and send the scan inside" },
		{ "scan", "send the scan itself" } };
	char text[256];
	size_t j;

	(void)state;
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		for (j = 0; strcmp(advices[j].key, wrongs[i].advice) != 0; j++)
			;
		(void)snprintf(text, sizeof text,
		    "it is %s, not a PDF, JPEG, PNG or TIFF; %s", wrongs[i].is,
		    advices[j].advice);
		refused(wrongs[i].octets, wrongs[i].len, text);
	}
}

static void
test_nothing(void **state)
{
	(void)state;
	refused("", 0, "it is empty" AGAIN);
	refused("\0\0\0\0\0", 5,
	    "it holds nothing but 5 zero bytes, so a copy failed" AGAIN);
	refused("\0\1\2", 3,
	    "it is no PDF, JPEG, PNG or TIFF (it begins with 00 01 02 00); "
	    "save the scan as one of them");
	refused("\xff\xd8", 2,
	    "truncated JPEG: it stops at byte 2, inside its signature" AGAIN);
}

static void
test_names(void **state)
{
	static const char *const names[CAO_MEDIA_TYPES][2] = {
		[CAO_PDF] = { "PDF", "pdf" },
		[CAO_JPEG] = { "JPEG", "jpg" },
		[CAO_PNG] = { "PNG", "png" },
		[CAO_TIFF] = { "TIFF", "tif" },
	};

	(void)state;
	for (int i = 0; i < CAO_MEDIA_TYPES; i++) {
		enum cao_media_type t = (enum cao_media_type)i;

		assert_string_equal(cao_media_name(t), names[i][0]);
		assert_string_equal(cao_media_extension(t), names[i][1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
