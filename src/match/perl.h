/* SPDX-License-Identifier: Apache-2.0 */
/* From Perl's regular expressions to PCRE2's; private to match/. */
#ifndef MATCH_PERL_H
#define MATCH_PERL_H

#include "base/buf.h"

/* Rewrites what Perl allows and PCRE2 does not, and spoils what only PCRE2
 * allows. `flags` of enum match_flag. */
void match_perl_rewrite(struct sv regex, unsigned flags, struct buf *out);

#endif
