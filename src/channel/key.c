/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/key.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>

#include "base/error.h"
#include "base/mem.h"

/* The three forms behind base64. All members are bytes: no padding. */
struct public_form {
	char kind[2];
	unsigned char id[KEY_ID], point[32];
};

struct signature_form {
	char kind[2];
	unsigned char id[KEY_ID], signature[64];
};

struct secret_form {
	char kind[2], kdf[2];
	unsigned char rounds[4], salt[16], check[8], id[KEY_ID];
	unsigned char key[64]; /* the seed, and its public key */
};

enum { BASE64_MAX = 144 };

static const char kind_word[2] = { 'E', 'd' };

/* Decodes base64 that stands for exactly `n` bytes. */
static bool
decode(struct sv text, void *ret, size_t n)
{
	unsigned char bytes[BASE64_MAX];
	size_t padding = (3 - n % 3) % 3;

	if (text.n != (n + 2) / 3 * 4 || text.n > BASE64_MAX)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if ((text.p[i] == '=') != (i >= text.n - padding))
			return false;
	if (EVP_DecodeBlock(bytes, (const unsigned char *)text.p, (int)text.n) <
	    0)
		return false;
	memcpy(ret, bytes, n);
	OPENSSL_cleanse(bytes, sizeof bytes);
	return true;
}

/* The line of base64 below a comment. */
static bool
decode_file(struct sv file, void *ret, size_t n)
{
	struct sv comment, line;

	return sv_line(&file, &comment) &&
	       sv_starts(comment, SV("untrusted comment: ")) &&
	       sv_line(&file, &line) && sv_trim(file).n == 0 &&
	       decode(line, ret, n) &&
	       memcmp(ret, kind_word, sizeof kind_word) == 0;
}

static void
write_file(const char *comment, const void *bytes, size_t n, struct buf *out)
{
	unsigned char text[BASE64_MAX + 1];

	EVP_EncodeBlock(text, bytes, (int)n);
	buf_addf(out, "untrusted comment: %s\n%s\n", comment,
	         (const char *)text);
	OPENSSL_cleanse(text, sizeof text);
}

/* ---- public keys ---- */

int
channel_key_parse(struct sv text, struct channel_key *ret)
{
	struct public_form form;

	if (!decode(text, &form, sizeof form) ||
	    memcmp(form.kind, kind_word, sizeof kind_word) != 0)
		return E_SYNTAX;
	memcpy(ret->id, form.id, sizeof ret->id);
	memcpy(ret->point, form.point, sizeof ret->point);
	return 0;
}

static struct public_form
public_form(const struct channel_key *k)
{
	struct public_form form = { .kind = { 'E', 'd' } };

	memcpy(form.id, k->id, sizeof form.id);
	memcpy(form.point, k->point, sizeof form.point);
	return form;
}

char *
channel_key_text(const struct channel_key *k, char text[KEY_TEXT])
{
	struct public_form form = public_form(k);

	EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)&form,
	                sizeof form);
	return text;
}

void
channel_key_write(const struct channel_key *k, struct buf *out)
{
	struct public_form form = public_form(k);

	write_file("tamis public key", &form, sizeof form, out);
}

/* ---- secret keys ---- */

static EVP_PKEY *
load_secret(const struct channel_secret *s)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
	                                             s->seed, sizeof s->seed);

	if (!key)
		mem_die("no Ed25519 in this OpenSSL");
	return key;
}

static void
find_point(struct channel_secret *s)
{
	EVP_PKEY *key = load_secret(s);
	size_t n = sizeof s->point;

	EVP_PKEY_get_raw_public_key(key, s->point, &n);
	EVP_PKEY_free(key);
}

int
channel_secret_new(struct channel_secret *ret)
{
	if (RAND_bytes(ret->id, sizeof ret->id) != 1 ||
	    RAND_priv_bytes(ret->seed, sizeof ret->seed) != 1)
		return E_IO;
	find_point(ret);
	return 0;
}

void
channel_secret_key(const struct channel_secret *s, struct channel_key *ret)
{
	memcpy(ret->id, s->id, sizeof ret->id);
	memcpy(ret->point, s->point, sizeof ret->point);
}

void
channel_secret_wipe(struct channel_secret *s)
{
	OPENSSL_cleanse(s, sizeof *s);
}

/* The first bytes of SHA-512 over the key tell a wrong passphrase. */
static void
make_check(const struct secret_form *form, unsigned char check[8])
{
	unsigned char digest[64];

	EVP_Digest(form->key, sizeof form->key, digest, NULL, EVP_sha512(),
	           NULL);
	memcpy(check, digest, sizeof form->check);
	OPENSSL_cleanse(digest, sizeof digest);
}

int
channel_secret_parse(struct sv file, struct channel_secret *ret)
{
	static const unsigned char none[4];
	struct channel_secret s = { .id = { 0 } };
	struct secret_form form;
	unsigned char check[8];
	int result = E_SYNTAX;

	if (decode_file(file, &form, sizeof form)) {
		make_check(&form, check);
		memcpy(s.id, form.id, sizeof s.id);
		memcpy(s.seed, form.key, sizeof s.seed);
		find_point(&s);
		if (memcmp(form.rounds, none, sizeof none) != 0)
			result = E_AUTH;
		else if (memcmp(check, form.check, sizeof check) == 0 &&
		         memcmp(s.point, form.key + 32, sizeof s.point) == 0)
			result = 0;
	}
	if (result == 0)
		*ret = s;
	OPENSSL_cleanse(&form, sizeof form);
	channel_secret_wipe(&s);
	return result;
}

void
channel_secret_write(const struct channel_secret *s, struct buf *out)
{
	struct secret_form form = { .kind = { 'E', 'd' }, .kdf = { 'B', 'K' } };

	memcpy(form.id, s->id, sizeof form.id);
	memcpy(form.key, s->seed, sizeof s->seed);
	memcpy(form.key + 32, s->point, sizeof s->point);
	make_check(&form, form.check);
	write_file("tamis secret key", &form, sizeof form, out);
	OPENSSL_cleanse(&form, sizeof form);
}

/* ---- signatures ---- */

void
channel_sign(const struct channel_secret *s, struct sv data, struct buf *out)
{
	struct signature_form form = { .kind = { 'E', 'd' } };
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *key = load_secret(s);
	size_t n = sizeof form.signature;

	memcpy(form.id, s->id, sizeof form.id);
	if (!ctx || EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) != 1 ||
	    EVP_DigestSign(ctx, form.signature, &n,
	                   (const unsigned char *)data.p, data.n) != 1)
		mem_die("cannot sign");
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	write_file("tamis signature", &form, sizeof form, out);
}

static bool
is_signed_by(const struct channel_key *k, struct sv data,
             const struct signature_form *form)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
	                                            k->point, sizeof k->point);
	bool ok = ctx && key &&
	          EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	          EVP_DigestVerify(ctx, form->signature, sizeof form->signature,
	                           (const unsigned char *)data.p, data.n) == 1;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return ok;
}

int
channel_verify(const struct channel_key *keys, size_t n, struct sv data,
               struct sv signature, const struct channel_key **ret_signer,
               char why[KEY_WHY])
{
	struct signature_form form = { 0 };
	bool known = false;

	if (!decode_file(signature, &form, sizeof form)) {
		snprintf(why, KEY_WHY, "not a signature");
		return E_SYNTAX;
	}
	for (size_t i = 0; i < n; i++) {
		if (memcmp(keys[i].id, form.id, sizeof form.id) != 0)
			continue;
		known = true;
		if (is_signed_by(&keys[i], data, &form)) {
			*ret_signer = &keys[i];
			return 0;
		}
	}
	snprintf(why, KEY_WHY, "%s",
	         known ? "the signature is not of this bundle"
	               : "signed with a key that channel.keys does not have");
	return E_AUTH;
}
