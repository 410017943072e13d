/* ca-pay --wechat-notify: a notice in, an answer out, as a web server has it
 * (RFC 3875). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/net.h"
#include "stream.h"

/* A header's value, if the server handed it on. */
static void
take_header(const char *name, char out[CAO_WECHAT_HEADER_SIZE])
{
	const char *value = getenv(name);

	*out = '\0';
	if (value != NULL && strlen(value) < CAO_WECHAT_HEADER_SIZE)
		(void)snprintf(out, CAO_WECHAT_HEADER_SIZE, "%s", value);
}

/* The octets that the server announced, or all of them; one too many tells that
 * it is too long. */
static size_t
body_length(void)
{
	const char *length = getenv("CONTENT_LENGTH");
	unsigned long n = CAO_WECHAT_REPLY_MAX + 1;

	if (length != NULL && *length != '\0' &&
	    length[strspn(length, "0123456789")] == '\0')
		n = strtoul(length, NULL, 10);
	return n > CAO_WECHAT_REPLY_MAX ? CAO_WECHAT_REPLY_MAX + 1 : n;
}

static enum cao_status
read_body(struct cao_wechat_reply *r, struct cao_error *err)
{
	size_t want = body_length();
	ssize_t n = 1;

	if ((r->body = malloc(want + 1)) == NULL)
		return cli_memory(err);
	while (r->len < want && n != 0) {
		n = read(STDIN_FILENO, r->body + r->len, want - r->len);
		if (n == -1 && (errno != EINTR || cli_stop != 0))
			return cli_error_errno(err, cli_file_name(NULL));
		r->len += n > 0 ? (size_t)n : 0;
	}
	if (r->len > CAO_WECHAT_REPLY_MAX)
		return cli_error(err, CAO_INPUT,
		    _("the notice has more than %d octets"),
		    CAO_WECHAT_REPLY_MAX);
	return CAO_OK;
}

/* What WeChat Pay gets: from 400 on it sends the notice again later. */
static void
answer(enum cao_status st)
{
	static const struct {
		enum cao_status st;
		const char *status;
	} answers[] = { { CAO_OK, "204 No Content" },
		{ CAO_INPUT, "400 Bad Request" },
		{ CAO_INTEGRITY, "401 Unauthorized" },
		{ CAO_DENIED, "403 Forbidden" },
		{ CAO_NOTREADY, "403 Forbidden" },
		{ CAO_NOTFOUND, "404 Not Found" },
		{ CAO_AGAIN, "503 Service Unavailable" },
		{ CAO_SYSTEM, "500 Internal Server Error" } };
	static const char body[] =
	    "{\"code\":\"FAIL\",\"message\":\"refused\"}";
	size_t i = 0;

	while (answers[i].st != st && answers[i].st != CAO_SYSTEM)
		i++;
	printf("Status: %s\r\n", answers[i].status);
	if (st == CAO_OK)
		fputs("\r\n", stdout);
	else
		printf("Content-Type: application/json\r\n"
		       "Content-Length: %zu\r\n\r\n%s",
		    sizeof body - 1, body);
}

static enum cao_status
receive(struct cao_wechat_reply *r, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_store *store = NULL;
	enum cao_status st;
	bool changed = false;

	if ((st = read_body(r, err)) != CAO_OK)
		return st;
	take_header("HTTP_WECHATPAY_SERIAL", r->serial);
	take_header("HTTP_WECHATPAY_TIMESTAMP", r->timestamp);
	take_header("HTTP_WECHATPAY_NONCE", r->nonce);
	take_header("HTTP_WECHATPAY_SIGNATURE", r->signature);
	r->at = env.now;
	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = cao_wechat_notify(store, &env, r, &changed, err);
	else if (st != CAO_AGAIN) /* that is not for who sent it */
		err->status = st = CAO_SYSTEM;
	cao_store_close(store);
	if (st == CAO_OK)
		cli_verbose(changed ? _("recorded") : _("nothing new"));
	return st;
}

enum cao_status
net_notify(int argc, char *argv[], struct cao_error *err)
{
	const char *method = getenv("REQUEST_METHOD");
	struct cao_wechat_reply *r;
	enum cao_status st;

	(void)argc, (void)argv;
	if (method == NULL && cli_input() == CLI_INPUT_TERMINAL)
		return cli_usage(
		    err, _("a notice is read from standard input"));
	if (method != NULL && strcmp(method, "POST") != 0) {
		fputs("Status: 405 Method Not Allowed\r\nAllow: POST\r\n"
		      "Content-Length: 0\r\n\r\n",
		    stdout);
		return CAO_OK;
	}
	if ((r = calloc(1, sizeof *r)) == NULL)
		return cli_memory(err);
	st = receive(r, err);
	answer(st);
	free(r->body);
	free(r);
	return st;
}
