/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may publish rules: Ed25519 keys and detached signatures (RFC 8032), in
 * the files of signify(1), so that bundles can be signed and checked without
 * tamis, too. All files have a line of comment, which means nothing, and one
 * of base64:
 *
 *     public key   "Ed" id[8] key[32]
 *     signature    "Ed" id[8] signature[64]
 *     secret key   "Ed" "BK" rounds[4] salt[16] check[8] id[8] key[64]
 *
 * where the id is random and only tells keys apart. Secret keys with a
 * passphrase (rounds other than 0) are signify's business.
 */
#ifndef CHANNEL_KEY_H
#define CHANNEL_KEY_H

#include "base/buf.h"

enum {
	KEY_ID = 8,
	KEY_TEXT = 57, /* base64 of a public key, and a NUL byte */
	KEY_FILE_MAX = 4096,
	KEY_WHY = 200,
};

struct channel_key { /* public */
	unsigned char id[KEY_ID];
	unsigned char point[32];
};

struct channel_secret {
	unsigned char id[KEY_ID];
	unsigned char seed[32];
	unsigned char point[32]; /* its public key */
};

/* The base64 of a public key, without its comment; E_SYNTAX. */
int channel_key_parse(struct sv text, struct channel_key *ret)
    __attribute__((warn_unused_result));
char *channel_key_text(const struct channel_key *k, char text[KEY_TEXT]);

/* A new pair of random keys; E_IO: there is no randomness. */
int channel_secret_new(struct channel_secret *ret)
    __attribute__((warn_unused_result));
void channel_secret_key(const struct channel_secret *s,
                        struct channel_key *ret); /* its public one */
void channel_secret_wipe(struct channel_secret *s);

/* A secret key file; E_SYNTAX, E_AUTH: it wants a passphrase. */
int channel_secret_parse(struct sv file, struct channel_secret *ret)
    __attribute__((warn_unused_result));
void channel_secret_write(const struct channel_secret *s, struct buf *out);
void channel_key_write(const struct channel_key *k, struct buf *out);

/* Appends the signature file of `data`. */
void channel_sign(const struct channel_secret *s, struct sv data,
                  struct buf *out);

/* 0 when `signature`, a file, is by one of the keys and of this data;
 * *ret_signer says by which. E_SYNTAX: it is no signature, E_AUTH: by somebody
 * else or of something else, with the reason. */
int channel_verify(const struct channel_key *keys, size_t n, struct sv data,
                   struct sv signature, const struct channel_key **ret_signer,
                   char why[KEY_WHY]) __attribute__((warn_unused_result));

#endif
