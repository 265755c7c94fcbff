/* SPDX-License-Identifier: Apache-2.0 */
/* The macros of SPF records and explanations (RFC 7208 section 7). */
#ifndef FACT_SPF_MACRO_H
#define FACT_SPF_MACRO_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/ip.h"

enum spf_text {
	SPF_TEXT_DOMAIN,      /* a domain-spec: macros, and its end (7.1) */
	SPF_TEXT_MODIFIER,    /* a macro-string, of an unknown modifier */
	SPF_TEXT_EXPLANATION, /* spaces, and the letters c, r and t, too */
};

/* NULL, or what is wrong with the text, in words. */
const char *spf_macro_check(struct sv text, enum spf_text kind);

/* Whether the text ends as names of two labels or more do: ".com", ".com." */
bool spf_macro_ends_well(struct sv text);

/* Whether a text that was found right asks for the letter. */
bool spf_macro_uses(struct sv text, char letter);

struct spf_macro_values {
	struct ip ip;
	struct sv sender, local_part, sender_domain; /* s, l, o */
	struct sv domain;                            /* d */
	struct sv validated;                         /* p */
	struct sv helo, receiver;                    /* h, r */
	int64_t unix_s;                              /* t */
};

/* Appends what a text that was found right stands for, as far as `out` has
 * room. */
void spf_macro_expand(struct sv text, const struct spf_macro_values *values,
                      struct buf *out);

/* The name that a domain-spec stands for: without the dot at its end, and
 * without labels at its left that are too much for a name (7.3). It may still
 * be no name, as when a label is empty; "" when it is out of all proportion. */
struct sv spf_macro_domain(struct arena *a, struct sv text,
                           const struct spf_macro_values *values);

#endif
