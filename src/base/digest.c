/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "base/mem.h"

static void
write_hex(const unsigned char *bytes, size_t n, char *text)
{
	for (size_t i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static void
hash(struct sv data, unsigned char out[EVP_MAX_MD_SIZE])
{
	unsigned n;

	if (!EVP_Digest(data.p ? data.p : "", data.n, out, &n, EVP_sha256(),
	                NULL))
		mem_die("SHA-256 is not available");
}

char *
digest_sha256(struct sv data, char text[DIGEST_TEXT])
{
	unsigned char out[EVP_MAX_MD_SIZE];

	hash(data, out);
	write_hex(out, DIGEST_BYTES, text);
	return text;
}

char *
digest_md5(struct sv data, char text[DIGEST_MD5_TEXT])
{
	unsigned char out[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	text[0] = '\0';
	if (EVP_Digest(data.p ? data.p : "", data.n, out, &n, EVP_md5(), NULL))
		write_hex(out, DIGEST_MD5_TEXT / 2, text);
	return text;
}

void
digest_hmac(struct sv key, struct sv data, unsigned char ret[DIGEST_BYTES])
{
	unsigned n = DIGEST_BYTES;

	if (!HMAC(EVP_sha256(), key.p ? key.p : "", (int)key.n,
	          (const unsigned char *)(data.p ? data.p : ""), data.n, ret,
	          &n))
		mem_die("HMAC-SHA-256 is not available");
}

bool
digest_equal_secret(struct sv a, struct sv b)
{
	unsigned char ha[EVP_MAX_MD_SIZE], hb[EVP_MAX_MD_SIZE];

	/* Hashing first hides the lengths as well. */
	hash(a, ha);
	hash(b, hb);
	return CRYPTO_memcmp(ha, hb, 32) == 0;
}
