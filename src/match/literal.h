/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for many strings at once; private to match/. */
#ifndef MATCH_LITERAL_H
#define MATCH_LITERAL_H

#include "match/gate.h"

struct literal {
	const unsigned char *bytes; /* at least GATE_STRING_BYTES_MIN */
	unsigned n;
	uint32_t caseless; /* as in struct gate_string */
	uint32_t user;     /* who is told of it */
};

struct literals;

/* Copies the strings. With Vectorscan if so wanted, and if there is one.
 * Immutable; any thread may scan with it. */
struct literals *literals_new(const struct literal *list, size_t n,
                              bool use_vectorscan);
void literals_free(struct literals *l);          /* takes NULL */
size_t literals_bytes(const struct literals *l); /* of memory */

/* Calls back for each place where a string begins and for each of its users,
 * places in ascending order of where they were recognised, which differs from
 * that of their beginnings by less than GATE_STRING_BYTES_MAX. The scratch is
 * that of vectorscan_scan(). */
void literals_scan(const struct literals *l, void **scratch, struct sv text,
                   void (*found)(void *ctx, uint32_t user, size_t begin),
                   void *ctx);

#endif
