/* SPDX-License-Identifier: Apache-2.0 */
/* Public keys (RFC 6376 section 3.6.1, RFC 8463). Private to fact/. */
#ifndef FACT_DKIM_KEY_H
#define FACT_DKIM_KEY_H

#include <openssl/evp.h>

#include "base/arena.h"
#include "fact/dkim.h"

struct dkim_key {
	EVP_PKEY *key; /* NULL: see `reason` */
	unsigned bits;
	bool is_testing, is_strict;
	enum dkim_status status; /* why there is none */
	const char *reason;      /* static */
};

/* Reads the record of a key for signatures of that algorithm. The flags are
 * set as far as they could be read. Free ret->key with EVP_PKEY_free(). */
void dkim_key_read(struct arena *a, struct sv record,
                   enum dkim_algorithm algorithm, struct dkim_key *ret);

#endif
