/* SPDX-License-Identifier: Apache-2.0 */
/* Windows: the classes of the first bytes of a sequence of nodes. Private to
 * match/. */
#ifndef MATCH_GATE_WINDOW_H
#define MATCH_GATE_WINDOW_H

#include "base/vec.h"
#include "match/gate.h"

struct node_list {
	const struct node **list;
	size_t n, size;
};

/* Unites windows that differ in one place only, with nothing before them;
 * returns how many are left. */
size_t gate_windows_merge(struct gate_window *list, size_t n);

/* The chance that a window begins at a given byte. */
double gate_window_rate(const struct gate_window *w);

/* The same of its first three bytes: how often a closer look is needed. */
double gate_window_first_rate(const struct gate_window *w);

/* Sets ret->windows to all ways in which what begins with nodes->list[from]
 * can begin, with nothing before them, and ret->rate; no longer than is needed
 * for a good rate. False when they are more than n_max, or when it may be
 * shorter than two bytes. */
bool gate_windows_at(struct arena *a, const struct node_list *nodes,
                     size_t from, size_t n_max, double good_rate,
                     struct gate *ret);

#endif
