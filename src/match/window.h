/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for many windows at once; private to match/. */
#ifndef MATCH_WINDOW_H
#define MATCH_WINDOW_H

#include "match/gate.h"

struct windows;

/* Copies the windows; window i is told of as users[i]. Immutable; any thread
 * may scan with it. */
struct windows *windows_new(const struct gate_window *list,
                            const uint32_t *users, size_t n);
void windows_free(struct windows *w);          /* takes NULL */
size_t windows_bytes(const struct windows *w); /* of memory */

/* Calls back for each place where a window begins, in ascending order. */
void windows_scan(const struct windows *w, struct sv text,
                  void (*found)(void *ctx, uint32_t user, size_t begin),
                  void *ctx);

/* The first place in [from, to] where some window begins, or SV_NOT_FOUND. */
size_t windows_next(const struct windows *w, struct sv text, size_t from,
                    size_t to);

#endif
