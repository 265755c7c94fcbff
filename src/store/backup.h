/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All of a store as text, a line each, for backups and for another backend:
 *
 *     tamis-store 1 TIME
 *     c NAME HALF-LIFE EPOCH EXPIRES SUM SUM SUM SUM
 *     v NAME EXPIRES VALUE
 *     l LOG TIME ID VALUE
 *     o ID EXPIRES
 *     end LINES
 *
 * Times are milliseconds since 1970, half-lives seconds, sums those of their
 * epoch (decay.h). In names and values a byte outside 0x21 to 0x7e, and %,
 * is %XX; nothing at all is a % alone.
 */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "base/buf.h"
#include "store/store.h"

/* Appends the text of a name or value. */
void backup_write_text(struct sv s, struct buf *out);

void backup_begin(int64_t now_ms, struct buf *out);
void backup_write(const struct store_item *item, struct buf *out);
void backup_end(uint64_t lines, struct buf *out);

/* One line without its end. 0: an item, with its texts in the arena; 1: the
 * first line; 2: the last one, with *ret_lines; E_SYNTAX. */
enum { BACKUP_ITEM, BACKUP_FIRST, BACKUP_LAST };
int backup_read(struct sv line, struct arena *a, struct store_item *ret,
                uint64_t *ret_lines) __attribute__((warn_unused_result));

#endif
