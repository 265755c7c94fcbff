/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of exact strings: a million domains take as long to ask as ten. An
 * entry costs its bytes and about 13 more. Nothing is guessed: a fingerprint
 * finds the place, the bytes decide.
 *
 * match_list_new(), match_list_add() for each entry, match_list_compile();
 * then any number of threads may ask. The hash is seeded for each list, so
 * that strangers cannot make what they send slow to look up.
 */
#ifndef MATCH_LIST_H
#define MATCH_LIST_H

#include "base/sv.h"

struct match_list;

struct match_list *match_list_new(void);
void match_list_free(struct match_list *list); /* takes NULL */

/* Copies the entry. False, and nothing is added, when the list would be
 * larger than MATCH_LIST_BYTES_MAX. */
#define MATCH_LIST_BYTES_MAX ((size_t)1 << 30)
bool match_list_add(struct match_list *list, struct sv entry)
    __attribute__((warn_unused_result));

/* Once, after the last entry. Those that came twice count once. */
void match_list_compile(struct match_list *list);

bool match_list_has(const struct match_list *list, struct sv key);
size_t match_list_count(const struct match_list *list);

/* Bytes of memory it takes. */
size_t match_list_memory(const struct match_list *list);

/* Bytes of the shortest and the longest entry: others need not be asked. */
size_t match_list_min(const struct match_list *list);
size_t match_list_max(const struct match_list *list);

#endif
