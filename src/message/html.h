/* SPDX-License-Identifier: Apache-2.0 */
/* HTML, read by the tokenizer states of the WHATWG standard (section 13.2.5),
 * without building a tree: the text a person reads, and the links. */
#ifndef MESSAGE_HTML_H
#define MESSAGE_HTML_H

#include "message/reader.h"

/* Sets part->rendered and adds the URLs of attributes. `html` is UTF-8. */
void html_render(struct reader *r, int part, struct sv html);

/* Character references (WHATWG 13.2.5.72): the one that s begins with ("&").
 * Writes UTF-8 (at most 6 bytes, never more than it reads) to `out` and sets
 * its length; returns the bytes read, or 0 when it is none. */
size_t entity_decode(struct sv s, bool in_attribute, char *out,
                     size_t *ret_out_n);

#endif
