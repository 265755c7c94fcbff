/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "base/mem.h"

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
	for (int i = 0; i < 32; i++)
		snprintf(text + 2 * i, 3, "%02x", out[i]);
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
