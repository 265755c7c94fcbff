/* SPDX-License-Identifier: Apache-2.0 */
/* Values of options: from text to a member of struct conf and back. */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/sv.h"
#include "conf/conf.h"
#include "conf/schema.h"

enum { VALUE_ITEMS_MAX = 100 }; /* of a list */

/* Sets the option `o` of `base` (a struct conf, or a struct conf_reporter for
 * options of such a section) from the items of its value (one, unless it is
 * a list; a list that is one empty item has none). Texts are copied into
 * `arena`. False when an item is not allowed, *ret_bad is which. */
bool value_read(void *base, const struct conf_option *o, const struct sv *items,
                size_t n, struct arena *arena, size_t *ret_bad);

/* Appends the value as a file would have it, quoted where needed. */
void value_write(const void *base, const struct conf_option *o,
                 struct buf *out);

/* Appends a text as a file would have it, quoted where needed. */
void value_write_text(struct sv text, struct buf *out);

/* Appends what the option may be: "an integer from 1 to 64 (processes)". */
void value_allowed(const struct conf_option *o, struct buf *out);

#endif
