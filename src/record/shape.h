/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of the feed that are no words of a fixed list: names and numbers,
 * each of a form so narrow that an address, a phone number, a URL or a
 * sentence is none of them. schema/batch.schema.json has the same forms
 * as patterns; a test compares the two.
 */
#ifndef RECORD_SHAPE_H
#define RECORD_SHAPE_H

#include "base/sv.h"

enum shape {
	SHAPE_RULE,      /* A-Z, 0-9, '_'; no phone number, no address in it */
	SHAPE_COUNTRY,   /* ISO 3166-1 alpha-2 */
	SHAPE_ASN,       /* 1 to 4294967295 */
	SHAPE_PSEUDONYM, /* "hmac-sha256:" and 32 hexadecimal digits */
	SHAPE_EPOCH,     /* a month: "2026-11" */
	SHAPE_NODE,      /* letters, digits, '.', '-', '_'; a letter in it */
	SHAPE_BATCH,     /* NODE/SEGMENT/FROM-TO */
	SHAPE_GENERATOR, /* "tamis 0.1.0" */
	SHAPE_RULESET,   /* "sha256:" and 64 hexadecimal digits, or "" */
	SHAPE_ORG,       /* a name of at most 64 characters, or "" */
	SHAPE_DOMAIN,    /* lower-case, of two labels or more, or "" */
	SHAPE_CONTACT,   /* a role (RFC 2142) at a domain, or "" */
};

enum {
	SHAPE_RULE_MAX = 64,
	SHAPE_NODE_MAX = 253,
	SHAPE_BATCH_MAX = 320,
	SHAPE_DOMAIN_MAX = 253,
	SHAPE_CONTACT_MAX = 270,
	SHAPE_ORG_MAX = 64,
	SHAPE_RULESET_MAX = 71,
};

bool shape_has(enum shape shape, struct sv text);

/* The text itself, or "" when it has not that form. Borrowed. */
struct sv shape_or_none(enum shape shape, struct sv text);

#endif
