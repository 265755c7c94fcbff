/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that a spool did not take, counted in a file that is mapped, so
 * that the count survives the process and needs no room on a full disk. When
 * the spool takes records again the first one is a gap that tells of them.
 */
#ifndef REPORT_LOSS_H
#define REPORT_LOSS_H

#include "base/buf.h"

struct loss;

/* The file "lost" of the folder; where it cannot be made, memory alone. */
struct loss *loss_open(int dir_fd);
void loss_close(struct loss *l); /* takes NULL */

/* With the folder's lock held: */
void loss_add(struct loss *l, int64_t unix_ms);
uint64_t loss_records(const struct loss *l); /* that are not told of */

/* The record of the gap, and that it is in the spool. Written twice, when the
 * process dies in between, it has the same generation both times. */
void loss_write(const struct loss *l, struct buf *out);
void loss_told(struct loss *l);

#endif
