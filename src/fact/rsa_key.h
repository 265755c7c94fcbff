/* SPDX-License-Identifier: Apache-2.0 */
/* RSA keys in DER (RFC 8017 appendix A.1.1, RFC 5280 section 4.1.2.7). OpenSSL
 * would take six times longer to read one than to verify with it. Private to
 * fact/. */
#ifndef FACT_RSA_KEY_H
#define FACT_RSA_KEY_H

#include <openssl/evp.h>

#include "base/sv.h"

struct rsa_key {
	struct sv modulus, exponent; /* big-endian, views of the text */
};

/* With the wrapping of a SubjectPublicKeyInfo, or without. False: it is
 * none. */
bool rsa_key_read(struct sv der, struct rsa_key *ret);

unsigned rsa_key_bits(const struct rsa_key *k);

/* For OpenSSL; NULL: it does not take it. Free with EVP_PKEY_free(). */
EVP_PKEY *rsa_key_make(const struct rsa_key *k);

#endif
