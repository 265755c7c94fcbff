/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/signature.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "base/digest.h"
#include "base/error.h"

enum { BASE64_MAX = 128 };

/* Exactly `n` bytes, with padding. */
static int
decode(struct sv text, unsigned char *ret, size_t n)
{
	unsigned char bytes[BASE64_MAX];
	size_t length = (n + 2) / 3 * 4, padding = (3 - n % 3) % 3;

	if (text.n != length || length > BASE64_MAX)
		return E_SYNTAX;
	for (size_t i = 0; i < length; i++)
		if ((text.p[i] == '=') != (i >= length - padding))
			return E_SYNTAX;
	if (EVP_DecodeBlock(bytes, (const unsigned char *)text.p, (int)length) <
	    0)
		return E_SYNTAX;
	memcpy(ret, bytes, n);
	return 0;
}

int
signature_key_parse(struct sv text, unsigned char ret[SIGNATURE_POINT])
{
	return decode(text, ret, SIGNATURE_POINT);
}

char *
signature_key_id(const unsigned char point[SIGNATURE_POINT],
                 char id[SIGNATURE_KEY_ID])
{
	char digest[DIGEST_TEXT];

	digest_sha256(sv_make((const char *)point, SIGNATURE_POINT), digest);
	snprintf(id, SIGNATURE_KEY_ID, "%.16s", digest);
	return id;
}

int
signature_parse(struct sv header, char ret_id[SIGNATURE_KEY_ID],
                unsigned char ret[SIGNATURE_BYTES])
{
	struct sv id = SV_NONE, value = SV_NONE, part;

	while (sv_split(&header, ',', &part)) {
		part = sv_trim(part);
		if (sv_starts(part, SV("key=")))
			id = sv_from(part, 4);
		else if (sv_starts(part, SV("ed25519=")))
			value = sv_from(part, 8);
		else
			return E_SYNTAX;
	}
	if (id.n != SIGNATURE_KEY_ID - 1)
		return E_SYNTAX;
	snprintf(ret_id, SIGNATURE_KEY_ID, SV_FMT, SV_ARG(id));
	return decode(value, ret, SIGNATURE_BYTES);
}

bool
signature_is_good(const unsigned char point[SIGNATURE_POINT],
                  const unsigned char signature[SIGNATURE_BYTES],
                  struct sv body)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
	                                            point, SIGNATURE_POINT);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good =
	    key && ctx &&
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, signature, SIGNATURE_BYTES,
	                     (const unsigned char *)body.p, body.n) == 1;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good;
}
