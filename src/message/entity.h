/* SPDX-License-Identifier: Apache-2.0 */
/* Character references of HTML (WHATWG 13.2.5.72 to 80 and 13.5). */
#ifndef MESSAGE_ENTITY_H
#define MESSAGE_ENTITY_H

#include "base/sv.h"

enum {
	ENTITY_BYTES_MAX = 8, /* of what one stands for, in UTF-8 */
	/* "&nGt;" has five bytes and stands for six: no reference grows a
	 * text by more than one fifth. */
	ENTITY_GROWTH = 5,
};

/* The reference that s begins with ("&"): writes UTF-8 to `out`, which has
 * ENTITY_BYTES_MAX bytes of room, and sets its length; returns the bytes
 * read, or 0 when it is none. */
size_t entity_decode(struct sv s, bool in_attribute, char *out,
                     size_t *ret_out_n);

#endif
