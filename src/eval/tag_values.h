/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values that a tag stands for in questions: of the message, of what was
 * worked out from it, and of rules with named groups. Private to eval/.
 */
#ifndef EVAL_TAG_VALUES_H
#define EVAL_TAG_VALUES_H

#include "eval/theme.h"

enum { TAG_VALUES_MAX = 50 };

struct tag_values {
	struct sv name, argument; /* "HEADER", "Reply-To:addr" */
	struct sv list[TAG_VALUES_MAX];
	size_t n;
	struct tag_values *next;
};

/* NULL: it cannot be said yet; then the call is open. */
const struct tag_values *tag_values(struct eval_job *job, struct sv name,
                                    struct sv argument);

#endif
