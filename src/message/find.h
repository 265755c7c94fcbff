/* SPDX-License-Identifier: Apache-2.0 */
/* What find.c and defang.c share. */
#ifndef MESSAGE_FIND_H
#define MESSAGE_FIND_H

#include "message/url.h"

/* What stands for a separator of a URL. */
struct separator {
	size_t bytes;
	const char *means; /* ".", "@", ":", "/", "://" */
};

/* Whether at text.p[at], a space or an opening bracket, begins something that
 * parts the labels of a name. Looks at a few bytes around. */
bool separator_read(struct sv text, size_t at, struct separator *ret);

#endif
