/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an expression can take long at one single place of a text, PCRE2 is to
 * ask us now and then whether it may go on; private to match/.
 *
 *     \S+\@\S+\.\S+        \S+\@(?C)\S+\.(?C)\S+
 *     \bcheap.{0,30}pills  as it is
 *
 * What repeats long can be begun over and over when something before it can be
 * repeated more or less often, and that is what makes expressions slow. So
 * a callout stands before each long repetition that can be begun more than
 * once; between two callouts no more happens than a few looks at each byte.
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
 * when it is GUARD_CALLOUTS. `flags` of enum match_flag. */
enum guard_kind guard_rewrite(struct sv regex, unsigned flags, struct buf *out);

#endif
