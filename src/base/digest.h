/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), HMAC (RFC 2104), MD5 (RFC 1321) and SHA-1 (FIPS 180-4),
 * by OpenSSL. Any thread. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/sv.h"

enum { DIGEST_TEXT = 65 };

/* Lower-case hexadecimal, NUL-terminated; returns text. */
char *digest_sha256(struct sv data, char text[DIGEST_TEXT]);

/* The same of MD5, which proves nothing: for lists that are kept by it. ""
 * where OpenSSL does without. */
enum { DIGEST_MD5_TEXT = 33 };
char *digest_md5(struct sv data, char text[DIGEST_MD5_TEXT]);

/* The same of SHA-1, which proves nothing either. */
enum { DIGEST_SHA1_TEXT = 41 };
char *digest_sha1(struct sv data, char text[DIGEST_SHA1_TEXT]);

/* SHA-256 in base 32 (RFC 4648 section 6), lower case, without padding. */
enum { DIGEST_BASE32_TEXT = 53 };
char *digest_sha256_base32(struct sv data, char text[DIGEST_BASE32_TEXT]);

/* HMAC-SHA-256. */
enum { DIGEST_BYTES = 32 };
void digest_hmac(struct sv key, struct sv data,
                 unsigned char ret[DIGEST_BYTES]);

/* Compares secrets in a time that does not depend on where they differ. */
bool digest_equal_secret(struct sv a, struct sv b);

#endif
