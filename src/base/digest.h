/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4, by OpenSSL) as text. Any thread. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/sv.h"

enum { DIGEST_TEXT = 65 };

/* Lower-case hexadecimal, NUL-terminated; returns text. */
char *digest_sha256(struct sv data, char text[DIGEST_TEXT]);

/* Compares secrets in a time that does not depend on where they differ. */
bool digest_equal_secret(struct sv a, struct sv b);

#endif
