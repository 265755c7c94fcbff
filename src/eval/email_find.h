/* SPDX-License-Identifier: Apache-2.0 */
/* Mail addresses in a text, as the plugins FreeMail and HashBL find them.
 * Private to eval/. */
#ifndef EVAL_EMAIL_FIND_H
#define EVAL_EMAIL_FIND_H

#include "base/sv.h"

/* The next one whose domain has a top-level domain that exists; false at the
 * end. Start with *pos = 0; behind an "@" it goes on there. */
bool email_next(struct sv s, size_t *pos, size_t *ret_begin, size_t *ret_end);

/* Whether an address is likely part of a quotation: ">" behind it, or a field
 * of a quoted header: "a@example.org Subject:". */
bool email_is_quoted(struct sv s, size_t begin, size_t end);

/* Whether the word that an "@" stands in has a URL before that. */
bool email_is_in_url(struct sv s, size_t at);

#endif
