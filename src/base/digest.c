/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/mem.h"

static void
write_hex(const unsigned char *bytes, size_t n, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * n] = '\0';
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

/* "" where OpenSSL does without. */
static char *
weak_digest(struct sv data, const EVP_MD *kind, size_t bytes, char *text)
{
	unsigned char out[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	text[0] = '\0';
	if (EVP_Digest(data.p ? data.p : "", data.n, out, &n, kind, NULL))
		write_hex(out, bytes, text);
	return text;
}

char *
digest_md5(struct sv data, char text[DIGEST_MD5_TEXT])
{
	return weak_digest(data, EVP_md5(), DIGEST_MD5_TEXT / 2, text);
}

char *
digest_sha1(struct sv data, char text[DIGEST_SHA1_TEXT])
{
	return weak_digest(data, EVP_sha1(), DIGEST_SHA1_TEXT / 2, text);
}

char *
digest_sha256_base32(struct sv data, char text[DIGEST_BASE32_TEXT])
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char out[EVP_MAX_MD_SIZE];
	unsigned bits = 0, n_bits = 0;
	size_t n = 0;

	hash(data, out);
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		bits = bits << 8 | out[i];
		for (n_bits += 8; n_bits >= 5; n_bits -= 5)
			text[n++] = digits[bits >> (n_bits - 5) & 31];
		bits &= (1U << n_bits) - 1;
	}
	text[n++] = digits[bits << (5 - n_bits) & 31];
	text[n] = '\0';
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
