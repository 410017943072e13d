/*
 * The keys of WeChat Pay that the CA certified, each with the merchant and the
 * application that it speaks to: the file wechat/platform, signed as a whole
 * (store/signed.h).  A key that is not in it makes no money, wherever it is
 * put.
 */
#ifndef CAO_STORE_WECHAT_KEYS_H
#define CAO_STORE_WECHAT_KEYS_H

#include "order/wechat.h"
#include "pki/cert.h"

struct cao_store;

#define CAO_WECHAT_KEYS_MAX 100
#define CAO_WECHAT_KEY_ID_SIZE 65

struct cao_wechat_key {
	/* A platform certificate's serial in hex, or "PUB_KEY_ID_…". */
	char id[CAO_WECHAT_KEY_ID_SIZE];
	char mchid[CAO_WECHAT_ID_SIZE], appid[CAO_WECHAT_ID_SIZE];
	int64_t since, until; /* until 0: without end */
	struct cao_key *key;
};
struct cao_wechat_keys {
	int64_t version;
	struct cao_wechat_key *list;
	size_t count;
	unsigned char digest[CAO_DIGEST_SIZE]; /* of the file; zeros: none */
};
void cao_wechat_keys_free(struct cao_wechat_keys *);

/* The list, read and verified once; it stays the store's.  Empty where there is
 * no such file. */
CAO_MUST enum cao_status cao_wechat_keys_get(
    struct cao_store *, const struct cao_wechat_keys **ret, struct cao_error *);
/* Sign and replace the file, and forget the old one. */
CAO_MUST enum cao_status
cao_wechat_keys_write(struct cao_store *, const struct cao_wechat_keys *,
    const struct cao_key *ca_key, struct cao_error *);
/* The key of that id, or NULL. */
const struct cao_wechat_key *
cao_wechat_keys_find(const struct cao_wechat_keys *, const char *id);
/* May it be the id of a key, or a number of a merchant or an application?
 * Letters, digits, "_" and "-", and short enough. */
bool cao_wechat_word(const char *, size_t size);

#endif /* CAO_STORE_WECHAT_KEYS_H */
