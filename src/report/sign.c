/* SPDX-License-Identifier: Apache-2.0 */
#include "report/sign.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"

enum {
	KEY_BYTES_MAX = 16384,
	PUBLIC_BYTES = 32,
	SIGNATURE_BYTES = 64,
	BASE64_TEXT = 4 * ((SIGNATURE_BYTES + 2) / 3) + 1,
	KEY_ID_DIGITS = 16,
};

static EVP_PKEY *
read_key(struct sv pem)
{
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	EVP_PKEY *key = NULL;

	if (bio)
		key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	BIO_free(bio);
	if (key && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519)
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

static bool
sign(EVP_PKEY *key, struct sv body, unsigned char ret[SIGNATURE_BYTES])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = SIGNATURE_BYTES;
	bool ok;

	ok = ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
	     EVP_DigestSign(ctx, ret, &n, (const unsigned char *)body.p,
	                    body.n) == 1 &&
	     n == SIGNATURE_BYTES;
	EVP_MD_CTX_free(ctx);
	return ok;
}

static int
add_header(EVP_PKEY *key, struct sv body, struct buf *out)
{
	unsigned char public[PUBLIC_BYTES], signature[SIGNATURE_BYTES];
	unsigned char text[BASE64_TEXT];
	size_t n = sizeof public;
	char digest[DIGEST_TEXT];

	if (EVP_PKEY_get_raw_public_key(key, public, &n) != 1 ||
	    n != sizeof public || !sign(key, body, signature))
		return E_SYNTAX;
	digest_sha256(sv_make((const char *)public, sizeof public), digest);
	EVP_EncodeBlock(text, signature, sizeof signature);
	buf_addf(out, "Tamis-Signature: key=%.*s, ed25519=%s", KEY_ID_DIGITS,
	         digest, (const char *)text);
	return 0;
}

int
sign_header(const char *key_file, struct sv body, struct buf *out)
{
	struct buf pem = BUF_INIT(KEY_BYTES_MAX);
	int result = file_read(key_file, &pem);
	EVP_PKEY *key;

	if (result == 0) {
		key = read_key(buf_sv(&pem));
		result = key ? add_header(key, body, out) : E_SYNTAX;
		EVP_PKEY_free(key);
	}
	if (pem.p)
		explicit_bzero(pem.p, pem.n);
	buf_done(&pem);
	return result == 0 || result == E_SYNTAX ? result : E_IO;
}
