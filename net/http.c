/*
 * Requests over HTTPS, by libcurl.  It is loaded by the first request and not
 * linked: with what it brings along it would take as long as all else that
 * ca-pay does for a declaration.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "net/net.h"
#include "stream.h"

#define LIBRARY "libcurl.so.4"
#define CONNECT_SECONDS 10L
#define WAIT_MS 250 /* before the second try; each further one four times it */

struct http {
	void *library;
	CURL *easy;
	__typeof__(curl_easy_init) *init;
	__typeof__(curl_easy_setopt) *set;
	__typeof__(curl_easy_perform) *perform;
	__typeof__(curl_easy_getinfo) *get;
	__typeof__(curl_easy_reset) *reset;
	__typeof__(curl_easy_cleanup) *cleanup;
	__typeof__(curl_easy_strerror) *say;
	__typeof__(curl_slist_append) *append;
	__typeof__(curl_slist_free_all) *drop;
};

/* One reply, as it comes in. */
struct incoming {
	struct cao_wechat_reply *reply;
	bool large;
	bool no_memory;
};

/* POSIX has dlsym() give functions as objects. */
static bool
find(struct http *h, const char *name, void *function)
{
	void *symbol = dlsym(h->library, name);

	memcpy(function, &symbol, sizeof symbol);
	return symbol != NULL;
}

static bool
load(struct http *h)
{
	return (h->library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL)) != NULL &&
	    find(h, "curl_easy_init", &h->init) &&
	    find(h, "curl_easy_setopt", &h->set) &&
	    find(h, "curl_easy_perform", &h->perform) &&
	    find(h, "curl_easy_getinfo", &h->get) &&
	    find(h, "curl_easy_reset", &h->reset) &&
	    find(h, "curl_easy_cleanup", &h->cleanup) &&
	    find(h, "curl_easy_strerror", &h->say) &&
	    find(h, "curl_slist_append", &h->append) &&
	    find(h, "curl_slist_free_all", &h->drop);
}

enum cao_status
http_open(struct http **ret, struct cao_error *err)
{
	*ret = calloc(1, sizeof **ret);
	return *ret == NULL ? cli_memory(err) : CAO_OK;
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	if (h->easy != NULL)
		h->cleanup(h->easy);
	free(h); /* the library stays: it has things to do at the exit */
}

static enum cao_status
start(struct http *h, struct cao_error *err)
{
	if (h->easy != NULL) {
		h->reset(h->easy);
		return CAO_OK;
	}
	if (!load(h))
		return cli_error(err, CAO_SYSTEM,
		    _("%s, by which requests are sent, cannot be loaded: %s"),
		    LIBRARY, dlerror());
	return (h->easy = h->init()) == NULL ? cli_memory(err) : CAO_OK;
}

/* Four times as long from try to try; a signal ends it. */
static enum cao_status
wait_before(unsigned attempt, struct cao_error *err)
{
	long ms = attempt == 0 ? 0 : WAIT_MS;
	struct timespec t;

	while (attempt-- > 1)
		ms *= 4;
	t = (struct timespec){ ms / 1000, ms % 1000 * 1000000 };
	if ((ms > 0 && nanosleep(&t, NULL) != 0) || cli_stop != 0)
		return cli_error(err, CAO_SYSTEM, _("stopped by a signal"));
	return CAO_OK;
}

static size_t
take_body(char *data, size_t size, size_t count, void *arg)
{
	struct incoming *in = arg;
	struct cao_wechat_reply *r = in->reply;
	size_t n = size * count;
	char *body;

	in->large = n > CAO_WECHAT_REPLY_MAX - r->len;
	if (in->large)
		return 0;
	if ((body = realloc(r->body, r->len + n + 1)) == NULL) {
		in->no_memory = true;
		return 0;
	}
	memcpy(body + r->len, data, n);
	r->body = body;
	r->len += n;
	r->body[r->len] = '\0';
	return n;
}

/* A header that comes twice, or is too long, is as good as none. */
static void
take_value(char *out, const char *value, size_t len)
{
	while (len > 0 && (*value == ' ' || *value == '\t'))
		value++, len--;
	while (len > 0 && strchr(" \t\r\n", value[len - 1]) != NULL)
		len--;
	if (len >= CAO_WECHAT_HEADER_SIZE || memchr(value, '\0', len) != NULL)
		len = 0;
	if (*out != '\0')
		len = 0;
	memcpy(out, value, len);
	out[len] = '\0';
}

static size_t
take_header(char *data, size_t size, size_t count, void *arg)
{
	struct incoming *in = arg;
	struct cao_wechat_reply *r = in->reply;
	const struct {
		const char *name;
		char *out;
	} wanted[] = { { "Wechatpay-Serial:", r->serial },
		{ "Wechatpay-Timestamp:", r->timestamp },
		{ "Wechatpay-Nonce:", r->nonce },
		{ "Wechatpay-Signature:", r->signature } };
	size_t n = size * count, len;

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		len = strlen(wanted[i].name);
		if (n > len && strncasecmp(data, wanted[i].name, len) == 0)
			take_value(wanted[i].out, data + len, n - len);
	}
	return n;
}

/* NULL: no memory. */
static struct curl_slist *
make_headers(struct http *h, const struct cao_wechat_request *r)
{
	const char *const values[][2] = { { "Authorization", r->authorization },
		{ "Wechatpay-Serial", r->key_id },
		{ "Accept", "application/json" },
		{ "Content-Type", r->body != NULL ? "application/json" : NULL },
		{ "User-Agent", "caorder/" CAO_VERSION } };
	struct curl_slist *list = NULL, *more;
	char line[4096];

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		if (values[i][1] == NULL)
			continue;
		(void)snprintf(
		    line, sizeof line, "%s: %s", values[i][0], values[i][1]);
		if ((more = h->append(list, line)) == NULL) {
			h->drop(list);
			return NULL;
		}
		list = more;
	}
	return list;
}

static bool
set_up(struct http *h, const struct cao_wechat_request *r,
    struct curl_slist *headers, struct incoming *in)
{
	CURL *c = h->easy;

	return h->set(c, CURLOPT_URL, r->url) == CURLE_OK &&
	    h->set(c, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
	    h->set(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ==
	    CURLE_OK &&
	    h->set(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	    h->set(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	    h->set(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	    h->set(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    h->set(c, CURLOPT_TIMEOUT, (long)r->timeout) == CURLE_OK &&
	    h->set(c, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS) == CURLE_OK &&
	    h->set(c, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
	    h->set(c, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
	    h->set(c, CURLOPT_WRITEDATA, in) == CURLE_OK &&
	    h->set(c, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
	    h->set(c, CURLOPT_HEADERDATA, in) == CURLE_OK &&
	    (r->body == NULL ||
		h->set(c, CURLOPT_COPYPOSTFIELDS, r->body) == CURLE_OK) &&
	    (r->anchors == NULL ||
		(h->set(c, CURLOPT_CAINFO, r->anchors) == CURLE_OK &&
		    h->set(c, CURLOPT_CAPATH, NULL) == CURLE_OK));
}

static enum cao_status
failed(struct http *h, CURLcode code, const struct incoming *in,
    const struct cao_wechat_request *r, struct cao_error *err)
{
	enum cao_status st = CAO_AGAIN;

	if (in->no_memory || code == CURLE_OUT_OF_MEMORY)
		return cli_memory(err);
	if (in->large)
		return cli_error(err, CAO_DENIED,
		    _("%s answers more than %d octets"), r->url,
		    CAO_WECHAT_REPLY_MAX);
	if (code == CURLE_PEER_FAILED_VERIFICATION ||
	    code == CURLE_SSL_CACERT_BADFILE || code == CURLE_URL_MALFORMAT ||
	    code == CURLE_UNSUPPORTED_PROTOCOL)
		st = CAO_DENIED;
	return cli_error(err, st, "%s: %s", r->url, h->say(code));
}

enum cao_status
http_send(void *arg, const struct cao_wechat_request *r,
    struct cao_wechat_reply *ret, struct cao_error *err)
{
	struct http *h = arg;
	struct incoming in = { .reply = ret };
	struct curl_slist *headers;
	long status = 0;
	CURLcode code = CURLE_OUT_OF_MEMORY;
	enum cao_status st;

	if ((st = wait_before(r->attempt, err)) != CAO_OK ||
	    (st = start(h, err)) != CAO_OK)
		return st;
	if ((headers = make_headers(h, r)) == NULL)
		return cli_memory(err);
	if (set_up(h, r, headers, &in))
		code = h->perform(h->easy);
	if (code == CURLE_OK)
		code = h->get(h->easy, CURLINFO_RESPONSE_CODE, &status);
	h->drop(headers);
	ret->status = (int)status;
	ret->at = cli_env().now;
	return code == CURLE_OK ? CAO_OK : failed(h, code, &in, r, err);
}
