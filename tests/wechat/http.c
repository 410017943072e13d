/* Requests in and answers out, over TLS: as they should be, or as the file mode
 * says. */
#include <netinet/in.h>
#include <sys/socket.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "pay.h"

#define STALE 400
#define DELAY 3 /* seconds: longer than the tests wait */

/* The first line of the file mode, which loses it. */
static void
next_mode(char out[64])
{
	size_t len, n;
	char *text = read_text("mode", &len);

	*out = '\0';
	if (text == NULL)
		return;
	n = strcspn(text, "\n");
	(void)snprintf(out, 64, "%.*s", (int)(n < 63 ? n : 63), text);
	n += text[n] == '\n';
	write_text("mode", text + n, len - n);
	free(text);
}

static bool
read_request(SSL *ssl, struct request *r, char *room)
{
	size_t len = 0, body = 0;
	char *end = NULL, *line, *save = NULL, *target;
	int n;

	while (end == NULL && len < BODY_ROOM &&
	    (n = SSL_read(ssl, room + len, (int)(BODY_ROOM - len))) > 0) {
		len += (size_t)n;
		room[len] = '\0';
		end = strstr(room, "\r\n\r\n");
	}
	if (end == NULL)
		return false;
	*end = '\0';
	r->body = end + 4;
	r->len = len - (size_t)(r->body - room);
	line = strtok_r(room, "\r\n", &save);
	if (sscanf(line, "%7s", r->method) != 1 ||
	    (target = strchr(line, ' ')) == NULL ||
	    sscanf(target, " %511[^? ]?%511[^ ]", r->path, r->query) < 1)
		return false;
	while ((line = strtok_r(NULL, "\r\n", &save)) != NULL) {
		if (strncasecmp(line, "Content-Length:", 15) == 0)
			body = strtoul(line + 15, NULL, 10);
		if (strncasecmp(line, "Authorization: ", 15) == 0)
			(void)snprintf(r->authorization,
			    sizeof r->authorization, "%s", line + 15);
	}
	while (r->len < body && body < BODY_ROOM / 2 &&
	    (n = SSL_read(ssl, r->body + r->len, (int)(body - r->len))) > 0)
		r->len += (size_t)n;
	r->body[r->len] = '\0';
	return r->len == body;
}

/* The headers that sign, right or wrong. */
static void
put_signature(
    char *out, size_t room, const struct answer *a, long now, const char *mode)
{
	static const char nonce[] = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS";
	const char *body = a->body == NULL ? "" : a->body;
	char *text = malloc(BODY_ROOM * 2), *id = read_word("id"), *signature;
	int n;

	if (strcmp(mode, "stale") == 0)
		now -= STALE;
	n = snprintf(text, BODY_ROOM * 2, "%ld\n%s\n%s\n", now, nonce, body);
	if (strcmp(mode, "badsig") == 0)
		text[n - 1] = ' ';
	signature = sign(text, (size_t)n);
	(void)snprintf(out, room,
	    "Wechatpay-Timestamp: %ld\r\nWechatpay-Nonce: %s\r\n"
	    "Wechatpay-Serial: %s\r\nWechatpay-Signature: %s%s\r\n",
	    now, nonce, strcmp(mode, "serial") == 0 ? "0123ABCD" : id,
	    strcmp(mode, "signtest") == 0 ? "WECHATPAY/SIGNTEST/" : "",
	    signature);
	free(signature);
	free(id);
	free(text);
}

static void
send_answer(SSL *ssl, const struct answer *a, long now, const char *mode)
{
	char headers[8192] = "", *out = malloc(BODY_ROOM * 2);
	const char *body = a->body == NULL ? "" : a->body;
	size_t len = strlen(body);
	int n;

	if (!a->bare && strcmp(mode, "unsigned") != 0)
		put_signature(headers, sizeof headers, a, now, mode);
	n = snprintf(out, BODY_ROOM * 2,
	    "HTTP/1.1 %d X\r\n%sContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
	    a->status, headers, len, body);
	if (strcmp(mode, "cut") == 0)
		n -= (int)len / 2 + 1;
	(void)SSL_write(ssl, out, n);
	free(out);
}

/* What is said instead of the truth. */
static void
lie(struct answer *a, const char *mode)
{
	static const char *const lies[][2] = { { "garbage", "{\"code_url\":" },
		{ "array", "[]" }, { "empty", "" } };
	char *p;

	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
		if (strcmp(mode, lies[i][0]) == 0) {
			free(a->body);
			a->body = strdup(lies[i][1]);
		}
	if (strcmp(mode, "amount") == 0 &&
	    (p = strstr(a->body, "\"total\": ")) != NULL)
		p[9] = p[9] == '9' ? '8' : '9';
	if (strcmp(mode, "500") == 0 || strcmp(mode, "429") == 0) {
		free(a->body);
		*a = answer_error((int)strtol(mode, NULL, 10),
		    *mode == '5' ? "SYSTEM_ERROR" : "FREQUENCY_LIMITED", "");
	}
}

static void
converse(SSL *ssl)
{
	char *room = malloc(BODY_ROOM + 1), mode[64], line[NAME_ROOM * 2];
	struct request r = { .len = 0 };
	struct answer a;

	next_mode(mode);
	if (read_request(ssl, &r, room) && strcmp(mode, "drop") != 0) {
		a = answer_request(&r);
		if (strcmp(mode, "lost") == 0) { /* done, and not told */
			free(a.body);
			goto out;
		}
		lie(&a, mode);
		(void)snprintf(
		    line, sizeof line, "%s %s %d", r.method, r.path, a.status);
		append_line("log", line);
		if (strcmp(mode, "delay") == 0)
			(void)sleep(DELAY);
		send_answer(ssl, &a, r.now, mode);
		free(a.body);
	}
out:
	(void)SSL_shutdown(ssl);
	free(room);
}

static int
listen_on_loopback(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0), n;
	char port[16];

	if (fd == -1 || bind(fd, (struct sockaddr *)&at, sizeof at) == -1 ||
	    listen(fd, 8) == -1 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) == -1)
		die("cannot listen");
	n = snprintf(port, sizeof port, "%d\n", ntohs(at.sin_port));
	write_text("port", port, (size_t)n);
	return fd;
}

int
serve(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	char crt[NAME_ROOM], key[NAME_ROOM];
	int fd, c;
	SSL *ssl;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)snprintf(crt, sizeof crt, "%s/tls.crt", dir);
	(void)snprintf(key, sizeof key, "%s/tls.key", dir);
	if (SSL_CTX_use_certificate_chain_file(ctx, crt) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1)
		die("no certificate");
	fd = listen_on_loopback();
	while ((c = accept(fd, NULL, NULL)) != -1) {
		ssl = SSL_new(ctx);
		if (SSL_set_fd(ssl, c) == 1 && SSL_accept(ssl) == 1)
			converse(ssl);
		SSL_free(ssl);
		(void)close(c);
	}
	return 0;
}
