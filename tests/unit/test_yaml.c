/* The YAML reader: trees, places, refusals, and how a stream is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "codec/yaml.h"

#define LEN(array) (sizeof(array) / sizeof *(array))

/* "{user:{name:x} tags:[a b]}", quoted scalars in quotes. */
static void
show(const struct cao_node *n, struct cao_buf *out)
{
	const struct cao_node *c;

	if (n->key != NULL)
		cao_buf_printf(out, "%s:", n->key);
	if (n->faulty)
		cao_buf_putc(out, '!');
	if (n->kind == CAO_SCALAR) {
		cao_buf_printf(out, n->quoted ? "'%s'" : "%s", n->text);
		return;
	}
	cao_buf_putc(out, n->kind == CAO_MAP ? '{' : '[');
	for (c = n->children; c != NULL; c = c->next) {
		show(c, out);
		if (c->next != NULL)
			cao_buf_putc(out, ' ');
	}
	cao_buf_putc(out, n->kind == CAO_MAP ? '}' : ']');
}

/* All documents and faults: "{a:1}|3:1 user.name: text|". */
static void
show_stream(struct cao_yaml *y, struct cao_buf *out)
{
	struct cao_faults faults = { 0 };
	struct cao_node *doc;
	enum cao_status st;
	size_t i;

	do {
		doc = NULL;
		st = cao_yaml_next(y, &doc, &faults);
		if (doc != NULL) {
			show(doc, out);
			cao_buf_putc(out, '|');
		}
		for (i = 0; i < faults.count; i++)
			cao_buf_printf(out, "%u:%u %s%s%s|",
			    faults.list[i].line, faults.list[i].column,
			    faults.list[i].field,
			    *faults.list[i].field ? ": " : "",
			    faults.list[i].text);
		assert_true(st == CAO_OK || faults.count > 0);
		cao_faults_free(&faults);
		cao_node_free(doc);
	} while (doc != NULL || st == CAO_INPUT);
	assert_int_equal(st, CAO_OK);
}

static void
read_all(const char *text, size_t len, struct cao_buf *out)
{
	struct cao_error e;
	struct cao_yaml *y;

	assert_int_equal(cao_yaml_open_text("t", text, len, &y, &e), CAO_OK);
	show_stream(y, out);
	assert_true(cao_yaml_ready(y));
	cao_yaml_close(y);
}

static void
expect(const char *text, size_t len, const char *want)
{
	struct cao_buf out = { 0 };

	read_all(text, len, &out);
	if (strcmp(cao_buf_text(&out), want) != 0)
		print_message("for: %.200s\n", text);
	assert_string_equal(cao_buf_text(&out), want);
	cao_buf_free(&out);
}

static const struct {
	const char *text, *want;
} streams[] = {
	{ "", "" },
	{ "# nothing\n\n", "" },
	{ "a: 1\nb: {c: x, d: [1, 'two']}\n", "{a:1 b:{c:x d:[1 'two']}}|" },
	{ "a: |\n  x\n  y\n", "{a:'x\ny\n'}|" },
	{ "province: no\nphone: 02412345678\nid: 0012\nx: ~\ny:\n",
	    "{province:no phone:02412345678 id:0012 x:~ y:}|" },
	{ "a: !!str 12\n", "{a:'12'}|" },
	{ "plain\n", "plain|" },
	{ "a: 1\n---\nb: 2\n", "{a:1}|{b:2}|" },
	{ "---\na: 1\n...\n---\nb: 2", "{a:1}|{b:2}|" },
	{ "---\n---\n# x\n...\n...\n--- # y\na: 1\n---\n", "{a:1}|" },
	{ "--- {a: 1}\n--- [x]\n", "{a:1}|[x]|" },
	{ "a: 1\r\n---\r\nb: 2\r\n...\r\n", "{a:1}|{b:2}|" },
	{ "a: 1\r---\rb: 2\r", "{a:1}|{b:2}|" },
	{ "%YAML 1.1\n---\na: 1\n...\n# x\n%YAML 1.1\n---\nb: 2\n",
	    "{a:1}|{b:2}|" },
	{ "a: 1\n%YAML 1.1\n# x\n---\nb: 2\n", "{a:1}|{b:2}|" },
	{ "a: 'x\n %\n\n%y'\nb: 1\n---\nc: 2\n", "{a:'x %\n%y' b:1}|{c:2}|" },
	{ "k: |\n  -----BEGIN X-----\n  ---\n",
	    "{k:'-----BEGIN X-----\n---\n'}|" },
	{ "-----BEGIN: 1\n", "{-----BEGIN:1}|" },
	{ "\xef\xbb\xbf"
	  "a: 1\n\xef\xbb\xbf---\nb: 2\n...\n\xef\xbb\xbf# x\nc: 3\n",
	    "{a:1}|{b:2}|{c:3}|" },
	{ "\xef\xbb\xbf%YAML 1.1\n---\na: 1\n", "{a:1}|" },
	/* Places, in characters. */
	{ "林晓: 1\n林晓: 2\n",
	    "{林晓:1 林晓:!2}|2:1 林晓: key '林晓' "
	    "twice; the first is on line 1, column 1|" },
	{ "a:\n  b: 1\n  '林': {x: *y}\n",
	    "{a:{b:1 林:{x:!}}}|3:12 a.林.x: an alias (*) is not allowed; put "
	    "a text that begins so in quotes|" },
	{ "a: 1\n---\nb: 1\nc:\n  - d: 1\n  - {d: 1,\n     d: 2}\n",
	    "{a:1}|{b:1 c:[{d:1} {d:1 d:!2}]}|7:6 c[2].d: key 'd' twice; the "
	    "first is on line 6, column 6|" },
	{ "a: &x 1\nb: !!int 2\n",
	    "{a:1 b:'2'}|1:4 a: an anchor (&) is not allowed; put a text that "
	    "begins so in quotes|2:4 b: a tag (!) other than !!str is not "
	    "allowed; put a text that begins so in quotes|" },
	{ "a: 1\n<<: {b: 2}\n'<<': 3\n",
	    "{a:1 <<:!{b:2} <<:!3}|2:1 <<: a merge key (<<) is not allowed; "
	    "write the fields out|3:1 <<: key '<<' twice; the first is on "
	    "line 2, column 1|" },
	{ "a: \"x\\0y\"\nb: 1\n", "{a:!'' b:1}|1:4 a: a NUL character|" },
	{ "\"a\\u0007\": 1\nb: 1\n",
	    "{:!1 b:1}|1:1 a key with a control character|" },
	{ "{[a]: 1}\n",
	    "1:2 a key must be a single value; put a text that begins with a "
	    "bracket in quotes|" },
	{ "? {a: 1}\n: 2\n",
	    "1:3 a key must be a single value; put a text that begins with a "
	    "bracket in quotes|" },
	{ "a: *x\n*x : 1\n",
	    "{a:! :!1}|1:4 a: an alias (*) is not allowed; put a text that "
	    "begins so in quotes|2:1 an alias (*) cannot be a key|" },
	/* Slips. */
	{ "a: 1\n\tb: 2\n---\nc: 3\n",
	    "2:1 a tab cannot indent; use blanks|{c:3}|" },
	{ "a: @x\n", "1:4 '@' cannot begin a text; put it in quotes|" },
	{ "a: b: c\n",
	    "1:5 ': ' is not allowed here; put a text that holds "
	    "it in quotes, and check the indentation|" },
	{ "a: *.example.cn\n",
	    "1:5 '*' and '&' cannot begin a text; put it in quotes|" },
	{ "a: \"x\n---\nb: 1\n", "2:1 a quote is left open|{b:1}|" },
	{ "a: [x\n", "2:1 a: ',' or ']' was expected here|" },
	{ "a: 1\n b: 2\n",
	    "2:3 ': ' is not allowed here; put a text that "
	    "holds it in quotes, and check the indentation|" },
	{ "{a: 1} x\n", "1:8 text behind the document's end|" },
	{ "%TAG ! tag:x,2000:\n--- !y z\n", "1:1 %TAG is not allowed|" },
	/* Encodings. */
	{ "a: 1\nb: \xc1\xd6\xcf\xfe\n---\nc: 1\n",
	    "2:4 byte 9 is not UTF-8; convert with: iconv -f GB18030 -t "
	    "UTF-8|{c:1}|" },
	{ "a: 1\n---\nb: \x01\n",
	    "{a:1}|3:4 control character U+0001; remove "
	    "it|" },
	{ "a: x\xc2\x85y\n", "1:5 control character U+0085; remove it|" },
	{ "a: x\xe2\x80\xa8y\n", "1:5 control character U+2028; remove it|" },
	{ "a: \xef\xbb\xbfy\n", "1:4 control character U+FEFF; remove it|" },
	{ "a: \xef\xbf\xbey\n", "1:4 control character U+FFFE; remove it|" },
};

static void
test_streams(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LEN(streams); i++)
		expect(
		    streams[i].text, strlen(streams[i].text), streams[i].want);
}

static void
test_nul_and_wide(void **state)
{
	static const char nul[] = "a: 1\nb: x\0y\n---\nc: 1\n";
	static const char le[] = "a\0:\0 \0001\0\n\0", be[] = "\0a\0:\0 \0001";
	static const char bom[] = "\xff\xfe"
				  "a\0:\0",
			  u32[] = "a\0\0\0:\0\0\0";

	(void)state;
	expect(nul, sizeof nul - 1,
	    "2:5 control character U+0000; remove it|{c:1}|");
	expect(le, sizeof le - 1,
	    "1:1 not UTF-8; convert with: iconv -f UTF-16LE -t UTF-8|");
	expect(be, sizeof be - 1,
	    "1:1 not UTF-8; convert with: iconv -f UTF-16BE -t UTF-8|");
	expect(bom, sizeof bom - 1,
	    "1:1 not UTF-8; convert with: iconv -f UTF-16 -t UTF-8|");
	expect(u32, sizeof u32 - 1,
	    "1:1 not UTF-8; convert with: iconv -f UTF-32LE -t UTF-8|");
}

/* The stream of text repeated, then tail, with the last document readable. */
static void
hostile(const char *head, const char *text, size_t times, const char *tail,
    const char *want)
{
	struct cao_buf in = { 0 };
	clock_t start = clock();

	cao_buf_puts(&in, head);
	while (times-- > 0)
		cao_buf_puts(&in, text);
	cao_buf_puts(&in, tail);
	expect((const char *)in.data, in.len, want);
	assert_true(clock() - start < CLOCKS_PER_SEC);
	cao_buf_free(&in);
}

static void
test_hostile(void **state)
{
	(void)state;
	hostile("", "[", 200000, "\n---\nb: 1\n",
	    "1:17 [1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]: nested "
	    "more than 16 deep|{b:1}|");
	hostile("", "- ", 200000, "\n---\nb: 1\n",
	    "1:33 [1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]: nested "
	    "more than 16 deep|{b:1}|");
	hostile("", "? ", 200000, "\n---\nb: 1\n",
	    "1:3 a key must be a single value; put a text that begins with a "
	    "bracket in quotes|{b:1}|");
	hostile("x: 1\n---\na: ", "abcdefghij", 2000000, "\n---\nb: 1\n",
	    "{x:1}|2:1 a document of over 1048576 octets; divide it with "
	    "'---' lines|{b:1}|");
	hostile("a: ", "abcdefghij", 30000, "\nc: d\n---\nb: 1\n",
	    "{a:! c:d}|1:4 a: a value of over 262144 octets|{b:1}|");
	hostile("", "%TAG !a! b\n", 90000, "--- x\n--- 1\n",
	    "1:1 %TAG is not allowed|1|");
	hostile("a: 1\n", "%TAG !a! b\n", 90000, "--- 1\n",
	    "{a:1}|2:1 %TAG is not allowed|");
	hostile("", "\r", 1000000, "x\n---\ny\n", "x|y|");
	hostile("a: '", "\n", 1000000, "'\n---\ny\n",
	    "{a:!''}|1:4 a: a value of over 262144 octets|y|");
	hostile("- ", "&", 300000, "\n---\ny\n",
	    "1:4 '*' and '&' cannot begin a text; put it in quotes|y|");
	hostile("", "\n\n#\n", 1000000, "---\ny\n",
	    "1:1 a document of over 1048576 octets; divide it with '---' "
	    "lines|y|");
}

static void
test_many_keys(void **state)
{
	struct cao_buf in = { 0 }, out = { 0 };
	clock_t start = clock();
	int i;

	(void)state;
	for (i = 0; i < 50000; i++)
		cao_buf_printf(&in, "k%d: 1\n", i);
	read_all((const char *)in.data, in.len, &out);
	assert_string_equal(cao_buf_text(&out),
	    "4096:8 k4095: more than 4096 values in a document|");
	assert_true(clock() - start < CLOCKS_PER_SEC);
	cao_buf_clear(&out);
	cao_buf_clear(&in);
	for (i = 0; i < 4000; i++)
		cao_buf_puts(&in, "k: 1\n");
	start = clock();
	read_all((const char *)in.data, in.len, &out);
	assert_non_null(strstr(cao_buf_text(&out),
	    "|101:1 k: key 'k' twice; the first is on line 1, column 1|"));
	assert_null(strstr(cao_buf_text(&out), "|102:1 k"));
	assert_true(clock() - start < CLOCKS_PER_SEC);
	cao_buf_free(&in);
	cao_buf_free(&out);
}

static const char whole[] = "\xef\xbb\xbf%YAML 1.1\n--- # x\nuser:\n  name: "
			    "林晓\n  \"n\\u6797\": [a, 'b', \"c\"]\n  csr: "
			    "|\n    x\n...\n%YAML 1.1\n---\r\nb: {c: 2}\r\n"
			    "---\nd: &x 1\ne: *x\n---\n\x01\n--- \xc1\n";

/* Cut anywhere, it says something or nothing, and never crashes. */
static void
test_truncated(void **state)
{
	struct cao_buf out = { 0 };
	char *copy;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof whole; i++) {
		/* Of its own size, so that a read beyond it is found. */
		assert_non_null(copy = malloc(i + 1));
		memcpy(copy, whole, i);
		copy[i] = '\0';
		assert_non_null(copy = realloc(copy, i > 0 ? i : 1));
		cao_buf_clear(&out);
		read_all(copy, i, &out);
		free(copy);
	}
	cao_buf_free(&out);
}

/* From a pipe, an octet at a time, the same comes out as from memory. */
static void
test_piecemeal(void **state)
{
	struct cao_buf want = { 0 }, got = { 0 };
	struct cao_yaml *y;
	struct cao_error e;
	int fds[2];
	size_t i;

	(void)state;
	read_all(whole, sizeof whole - 1, &want);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(cao_yaml_open("t", fds[0], &y, &e), CAO_OK);
	for (i = 0; i < sizeof whole - 1; i++) {
		assert_int_equal(write(fds[1], whole + i, 1), 1);
		(void)cao_yaml_ready(y);
	}
	close(fds[1]);
	show_stream(y, &got);
	assert_string_equal(cao_buf_text(&got), cao_buf_text(&want));
	cao_yaml_close(y);
	close(fds[0]);
	cao_buf_free(&want);
	cao_buf_free(&got);
}

static void
say(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void
test_ready(void **state)
{
	struct cao_faults faults = { 0 };
	struct cao_node *doc = NULL;
	struct cao_yaml *y;
	struct cao_error e;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(cao_yaml_open("t", fds[0], &y, &e), CAO_OK);
	assert_string_equal(cao_yaml_name(y), "t");
	assert_false(cao_yaml_ready(y));
	say(fds[1], "# x\n---\n---\na: 1\n");
	assert_false(cao_yaml_ready(y));
	say(fds[1], "--");
	assert_false(cao_yaml_ready(y));
	say(fds[1], "-\n");
	assert_true(cao_yaml_ready(y));
	assert_int_equal(cao_yaml_next(y, &doc, &faults), CAO_OK);
	assert_string_equal(doc->children->text, "1");
	assert_int_equal(doc->line, 4);
	cao_node_free(doc);
	say(fds[1], "b: 2\n");
	assert_false(cao_yaml_ready(y));
	say(fds[1], "...\n");
	assert_true(cao_yaml_ready(y));
	assert_int_equal(cao_yaml_next(y, &doc, &faults), CAO_OK);
	assert_string_equal(doc->children->text, "2");
	cao_node_free(doc);
	assert_false(cao_yaml_ready(y));
	close(fds[1]);
	assert_true(cao_yaml_ready(y));
	assert_int_equal(cao_yaml_next(y, &doc, &faults), CAO_OK);
	assert_null(doc);
	assert_int_equal(faults.count, 0);
	cao_yaml_close(y);
	close(fds[0]);
}

/* Too large a document in a pipe is refused before its end is there. */
static void
test_large_in_pipe(void **state)
{
	struct cao_buf out = { 0 };
	FILE *f = tmpfile();
	struct cao_yaml *y;
	struct cao_error e;
	size_t i;

	(void)state;
	assert_non_null(f);
	fputs("x: 1\n---\n", f);
	for (i = 0; i < 3000000; i++)
		fputs("- xxxxxxx\r\n", f);
	fputs("%YAML 1.1\n---\r\ny: 2\ny: 3\n", f);
	rewind(f);
	assert_int_equal(cao_yaml_open("t", fileno(f), &y, &e), CAO_OK);
	assert_true(cao_yaml_ready(y));
	show_stream(y, &out);
	assert_string_equal(cao_buf_text(&out),
	    "{x:1}|2:1 a document of over 1048576 octets; divide it with "
	    "'---' lines|{y:2 y:!3}|3000006:1 y: key 'y' twice; "
	    "the first is on line 3000005, column 1|");
	cao_yaml_close(y);
	cao_buf_free(&out);
	fclose(f);
}

static void
test_lines_behind_large(void **state)
{
	struct cao_faults faults = { 0 };
	struct cao_buf in = { 0 };
	struct cao_node *doc = NULL;
	struct cao_yaml *y;
	struct cao_error e;
	int i;

	(void)state;
	for (i = 0; i < 400000; i++)
		cao_buf_puts(&in, i % 2 ? "- x\r\n" : "- x\n");
	cao_buf_puts(&in, "---\na: 1\n");
	assert_int_equal(
	    cao_yaml_open_text("t", (const char *)in.data, in.len, &y, &e),
	    CAO_OK);
	assert_int_equal(cao_yaml_next(y, &doc, &faults), CAO_INPUT);
	assert_int_equal(cao_yaml_next(y, &doc, &faults), CAO_OK);
	assert_int_equal(doc->line, 400002);
	assert_string_equal(faults.list[0].file, "t");
	cao_node_free(doc);
	cao_faults_free(&faults);
	cao_yaml_close(y);
	cao_buf_free(&in);
}

static void
test_read_error(void **state)
{
	struct cao_faults faults = { 0 };
	struct cao_node *doc = NULL;
	struct cao_yaml *y;
	struct cao_error e;

	(void)state;
	assert_int_equal(cao_yaml_open("t", -1, &y, &e), CAO_OK);
	assert_int_equal(cao_yaml_next(y, &doc, &faults), CAO_SYSTEM);
	assert_string_equal(
	    faults.list[0].text, "cannot read: Bad file descriptor");
	assert_int_equal(cao_yaml_next(y, &doc, &faults), CAO_OK);
	assert_null(doc);
	cao_faults_free(&faults);
	cao_yaml_close(y);
}

static void
test_find(void **state)
{
	static const char text[] = "a: {b: 1}\nc:\n  - d: 2\n  - d: 3\n";
	struct cao_faults faults = { 0 };
	struct cao_node *doc = NULL;
	struct cao_yaml *y;
	struct cao_error e;

	(void)state;
	assert_int_equal(
	    cao_yaml_open_text("t", text, sizeof text - 1, &y, &e), CAO_OK);
	assert_int_equal(cao_yaml_next(y, &doc, &faults), CAO_OK);
	assert_string_equal(cao_node_find(doc, "a.b")->text, "1");
	assert_string_equal(cao_node_find(doc, "c[2].d")->text, "3");
	assert_ptr_equal(cao_node_find(doc, "c"), cao_node_get(doc, "c"));
	assert_null(cao_node_find(doc, "c[3].d"));
	assert_null(cao_node_find(doc, "c[0]"));
	assert_null(cao_node_find(doc, "c[1"));
	assert_null(cao_node_find(doc, "a.b.c"));
	assert_null(cao_node_find(doc, "x"));
	assert_null(cao_node_get(NULL, "x"));
	cao_node_free(doc);
	cao_node_free(NULL);
	cao_yaml_close(y);
	cao_yaml_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_nul_and_wide),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many_keys),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_piecemeal),
		cmocka_unit_test(test_ready),
		cmocka_unit_test(test_large_in_pipe),
		cmocka_unit_test(test_lines_behind_large),
		cmocka_unit_test(test_read_error),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
