/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Witnesses: for each meta a few of its parts, such that while these keep
 * their default values, so does the meta, whatever becomes of the others. Of
 * A && B && C, with all of them 0 by default, one is enough. The one that
 * messages touch least is taken, and most metas need not be looked at. A second
 * set is found when those of the first are made to look bad: the meta can
 * change only with a message that touches both.
 * Private to rule/.
 */
#ifndef RULE_WITNESS_H
#define RULE_WITNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "rule/expr.h"

/* `defaults` and `chances` are by the indexes of OP_VALUE: the values, and how
 * likely a message touches one, from 0 to 1. Sets is_witness[i] for the items
 * i that are witnesses; returns the chance that any is touched. */
double witness_find(const struct expr *e, const double *defaults,
                    const double *chances, bool *is_witness);

#endif
