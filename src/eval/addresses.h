/* SPDX-License-Identifier: Apache-2.0 */
/* Senders and recipients of a mail, in small letters, each once. Private to
 * eval/. */
#ifndef EVAL_ADDRESSES_H
#define EVAL_ADDRESSES_H

#include "eval/theme.h"

enum { ADDRESSES_MAX = 256 };

struct addresses {
	struct sv list[ADDRESSES_MAX];
	size_t n;
};

const struct addresses *addresses_from(struct eval_job *job);
const struct addresses *addresses_to(struct eval_job *job);

#endif
