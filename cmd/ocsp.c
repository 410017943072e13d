/* ca-query --ocsp: an answer on standard output, or behind a web server; or
 * answers in files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

#define DAY_SECONDS 86400

/* A request as it came: too large is as good as cut. */
struct request {
	unsigned char *der; /* free() */
	size_t len;
	bool http;
};

/* Read up to so many octets of standard input, or one too many. */
static enum cao_status
read_input(struct request *r, size_t want, struct cao_error *err)
{
	ssize_t n = 1;

	if (want > CAO_OCSP_REQUEST_MAX + 1)
		want = CAO_OCSP_REQUEST_MAX + 1;
	if ((r->der = malloc(want + 1)) == NULL)
		return cli_memory(err);
	while (r->len < want && n != 0) {
		n = read(STDIN_FILENO, r->der + r->len, want - r->len);
		if (n == -1 && (errno != EINTR || cli_stop != 0))
			return cli_error_errno(err, cli_file_name(NULL));
		r->len += n > 0 ? (size_t)n : 0;
	}
	return CAO_OK;
}

/* The octets of a POST; without a length, all that come. */
static enum cao_status
read_post(struct request *r, struct cao_error *err)
{
	const char *length = getenv("CONTENT_LENGTH");
	unsigned long n = CAO_OCSP_REQUEST_MAX + 1;

	if (length != NULL && *length != '\0') {
		if (length[strspn(length, "0123456789")] != '\0')
			return CAO_OK;
		n = strtoul(length, NULL, 10);
	}
	return read_input(r, n, err);
}

/* What of the address is behind the program's own.  Servers join slashes in
 * PATH_INFO, and in Base64 each counts. */
static const char *
get_path(void)
{
	const char *uri = getenv("REQUEST_URI"), *own = getenv("SCRIPT_NAME");
	size_t n = own != NULL ? strlen(own) : 0;

	if (uri != NULL && own != NULL && strncmp(uri, own, n) == 0 &&
	    (uri[n] == '/' || uri[n] == '\0'))
		return uri + n;
	return getenv("PATH_INFO");
}

/* What cannot be decoded is no request, and answered as such. */
static enum cao_status
read_get(struct request *r, struct cao_error *err)
{
	const char *path = get_path();
	enum cao_status st;

	if (path == NULL || strlen(path) > 4 * CAO_OCSP_REQUEST_MAX)
		return CAO_OK;
	st = cao_request_decode(path, &r->der, &r->len, err);
	return st == CAO_INPUT ? CAO_OK : st;
}

static enum cao_status
read_request(struct request *r, bool *ret_done, struct cao_error *err)
{
	const char *method = getenv("REQUEST_METHOD");

	r->http = method != NULL;
	if (method == NULL) {
		if (cli_input() == CLI_INPUT_TERMINAL)
			return cli_usage(err,
			    _("a request in DER is read from standard input"));
		return read_input(r, CAO_OCSP_REQUEST_MAX + 1, err);
	}
	if (strcmp(method, "POST") == 0)
		return read_post(r, err);
	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		return read_get(r, err);
	fputs("Status: 405 Method Not Allowed\r\nAllow: GET, HEAD, POST\r\n"
	      "Content-Length: 0\r\n\r\n",
	    stdout);
	*ret_done = true;
	return CAO_OK;
}

/* "Sun, 22 Nov 2026 02:00:00 GMT": RFC 9110 section 5.6.7, in no locale. */
static void
put_date(const char *field, int64_t at)
{
	static const char days[][4] = { "Thu", "Fri", "Sat", "Sun", "Mon",
		"Tue", "Wed" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char t[CAO_RFC3339_SIZE];

	cao_time_format(at, t);
	printf("%s: %s, %.2s %s %.4s %.8s GMT\r\n", field,
	    days[at / DAY_SECONDS % 7], t + 8,
	    months[(t[5] - '0') * 10 + t[6] - '1'], t, t + 11);
}

/* RFC 5019 section 6.2: what is the same for everybody may be kept. */
static void
put_header(const struct cao_answer *a, int64_t now)
{
	printf("Content-Type: application/ocsp-response\r\n"
	       "Content-Length: %zu\r\n",
	    a->len);
	if (a->until <= now) {
		fputs("Cache-Control: no-store\r\n\r\n", stdout);
		return;
	}
	put_date("Last-Modified", now);
	put_date("Expires", a->until);
	printf("ETag: \"%s\"\r\nCache-Control: max-age=%lld, public, "
	       "no-transform, must-revalidate\r\n\r\n",
	    a->digest, (long long)(a->until - now));
}

/* The store and the PIN, if there is one. */
static enum cao_status
open_store(const struct ocsp *o, struct cao_store **store,
    struct cao_secret **pin, struct cao_error *err)
{
	enum cao_status st = cli_store_open(store, err);

	if (st == CAO_OK && o->pin != NULL)
		st = cli_pin(o->pin, "pin", _("PIN of the responder"),
		    CLI_PIN_ASK, pin, err);
	return st;
}

/* Whatever happens, who asks gets an answer. */
static enum cao_status
answer(const struct ocsp *o, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_answer a = { .len = 0 };
	struct cao_error failure;
	struct cao_secret *pin = NULL;
	struct cao_store *store = NULL;
	struct request r = { .len = 0 };
	enum cao_status st;
	bool done = false;

	if ((st = read_request(&r, &done, err)) == CAO_USAGE || done)
		return st;
	if (st == CAO_OK)
		st = open_store(o, &store, &pin, err);
	if (st == CAO_OK)
		st = cao_answer(store, &env, pin, r.der, r.len, &a, err);
	if (st == CAO_OK && a.why.status != CAO_OK)
		cli_verbose(_("request refused: %s"), a.why.text);
	(void)setvbuf(stdout, NULL, _IOFBF, BUFSIZ); /* no lines in it */
	if (st == CAO_OK || cao_answer_failure(st, &a, &failure) == CAO_OK) {
		if (r.http)
			put_header(&a, env.now);
		(void)fwrite(a.der, 1, a.len, stdout);
	}
	cao_free(a.der);
	cao_secret_free(pin);
	cao_store_close(store);
	free(r.der);
	return st;
}

static void
told(const struct cao_presigned *n)
{
	if (cli.json)
		printf("{\"written\":%llu,\"kept\":%llu,\"removed\":%llu}\n",
		    (unsigned long long)n->written, (unsigned long long)n->kept,
		    (unsigned long long)n->removed);
	else
		cli_verbose(_("written %llu, kept %llu, removed %llu"),
		    (unsigned long long)n->written, (unsigned long long)n->kept,
		    (unsigned long long)n->removed);
}

static enum cao_status
presign(const struct ocsp *o, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct cao_presigned sum;
	struct cao_secret *pin = NULL;
	struct cao_store *store = NULL;
	enum cao_status st;

	if ((st = open_store(o, &store, &pin, err)) == CAO_OK)
		st = cao_presign(store, &env, pin, o->presign,
		    processors < 1 ? 1 : (unsigned)processors,
		    cli_progress_items, NULL, &sum, err);
	cli_progress_clear();
	if (st == CAO_OK)
		told(&sum);
	cao_secret_free(pin);
	cao_store_close(store);
	return st;
}

enum cao_status
ocsp_run(const struct ocsp *o, struct cao_error *err)
{
	return o->presign != NULL ? presign(o, err) : answer(o, err);
}
