/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of `tamis spamassassin`, from where SpamAssassin looks for them,
 * in its order. */
#ifndef TAMIS_SPAMASSASSIN_RULES_H
#define TAMIS_SPAMASSASSIN_RULES_H

#include "scan/scan.h"
#include "tamis/spamassassin_options.h"

/* The configuration, and the rules without the lines that are wrong, which
 * are said to standard error; *ret_issues is how many. NULL when there are
 * no rules. */
struct snapshot *spamassassin_rules(const struct spamassassin_options *o,
                                    size_t *ret_issues);

#endif
