/* SPDX-License-Identifier: Apache-2.0 */
/* What was learned, for commands that judge: from the store as it is, or from
 * a record as it was. Neither changes anything. */
#ifndef TAMIS_LEARNED_H
#define TAMIS_LEARNED_H

#include <jansson.h>

#include "scan/scan.h"
#include "tamis/options.h"

#define OPTION_ROW_LEARNED(flag)                                               \
	{                                                                      \
		0, "learned", NULL,                                            \
		    "judge by what the store remembers, too; it learns "       \
		    "nothing",                                                 \
		    OPTION_FLAG, (flag)                                        \
	}

/* False after it has said why to standard error; *ret NULL: not wanted. */
bool learned_open(bool wanted, const struct conf *conf, struct store **ret);

/* The member "signals" of a record, as far as it is of the store; NULL: it has
 * none. Hangs from the arena and refers to the record. */
const struct learned *learned_recall(struct arena *a, const json_t *record);

#endif
