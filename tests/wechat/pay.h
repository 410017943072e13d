/*
 * A WeChat Pay for tests: what the documentation of its API v3 says of Native
 * orders, queries, closing, refunds and notices, over TLS on loopback.  It
 * shares no code with what it tests.
 *
 * Its folder holds keys (platform.key, merchant.pub, tls.key, tls.crt), the
 * files id, mchid, appid and apiv3.key, one file trades/TRADE or refunds/NUMBER
 * for each, and what the next requests meet: mode, a word a line.
 */
#ifndef PAY_H
#define PAY_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#define BODY_ROOM 65536
#define NAME_ROOM 512

extern const char *dir; /* of the server */
void die(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));

/* Files of the folder: file.c. */
char *read_text(const char *name, size_t *ret_len); /* NULL: there is none */
char *read_word(const char *name);                  /* must be there */
void write_text(const char *name, const void *, size_t);
void append_line(const char *name, const char *line);
json_t *read_record(const char *kind, const char *name); /* NULL: none */
void write_record(const char *kind, const char *name, json_t *);

/* Signatures and ciphertexts: sign.c. */
char *sign(const char *text, size_t len); /* Base64, by the platform's key */
bool verify(const char *text, size_t len, const char *base64);
char *encrypt(const char *nonce, const char *aad, const char *text);
char *base64(const unsigned char *, size_t);

struct request {
	char method[8], path[NAME_ROOM], query[NAME_ROOM];
	char authorization[4096];
	char *body;
	size_t len;
	long now; /* when it is signed, which is now here */
};
struct answer {
	int status;
	char *body; /* free(); NULL: none */
	bool bare;  /* not signed */
};
/* What is asked for: trade.c. */
struct answer answer_request(struct request *);
struct answer answer_error(int status, const char *code, const char *message);
json_t *transaction(const char *trade);

int serve(void); /* http.c */

#endif /* PAY_H */
