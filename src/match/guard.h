/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an expression can take long, PCRE2 is to ask us now and then whether it
 * may go on; private to match/.
 *
 *     \@\S+\.\S+x   \@(?C)\S+\.(?C)\S+x
 *     ^\S+\@\S+x    ^\S+\@(?C)\S+x
 *     \bcheap.{9}   as it is
 *
 * What makes expressions slow is that a long repetition is begun over and over:
 * from each place where a match may begin, and whenever something before it can
 * be longer or shorter. So a callout stands before each long repetition that
 * can be begun more than once; between two callouts no more happens than a few
 * looks at each byte.
 */
#ifndef MATCH_GUARD_H
#define MATCH_GUARD_H

#include "base/buf.h"

enum guard_kind {
	GUARD_NONE,     /* not needed */
	GUARD_CALLOUTS, /* added to the expression */
	GUARD_OPAQUE,   /* needed, perhaps: its syntax was not understood */
};

/* An expression after match_perl_rewrite(), with callouts, is added to `out`
 * when it is GUARD_CALLOUTS. `flags` of enum match_flag; is_anchored: it can
 * match at the beginning of a text only. */
enum guard_kind guard_rewrite(struct sv regex, unsigned flags, bool is_anchored,
                              struct buf *out);

#endif
