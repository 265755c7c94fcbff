/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTML: the text a person reads, the links, and what of the text cannot be
 * seen. One pass over the tokens of the standard (html_token.h), no tree, no
 * recursion; the time is linear in the size, and so is the memory.
 */
#ifndef MESSAGE_HTML_H
#define MESSAGE_HTML_H

#include "message/reader.h"

/* Sets `rendered` and `html` of the part and adds the URLs of attributes.
 * `html` is UTF-8. */
void html_render(struct reader *r, int part, struct sv html);

#endif
