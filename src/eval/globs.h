/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of addresses and names with "*" and "?" in them: lists for and against
 * senders, hosts, subjects. Private to eval/. */
#ifndef EVAL_GLOBS_H
#define EVAL_GLOBS_H

#include "base/arena.h"

struct globs;

/* Hangs from the arena, but for the map in it: globs_free(). */
struct globs *globs_new(struct arena *a);
void globs_free(struct globs *g); /* takes NULL */

/* A set that begins with all of `below` (or NULL), which it does not change
 * and which must outlive it. It is a user's: what would take long to try is
 * limited. */
struct globs *globs_new_over(struct arena *a, const struct globs *below);

/* A pattern; case does not matter. The text is copied. False: a user has too
 * many with "*" or "?", or it is too long. */
bool globs_add(struct globs *g, struct sv pattern);
extern const char globs_too_many[]; /* that in words */
/* Several, with blanks between; NULL, or what is wrong. */
const char *globs_add_words(struct globs *g, struct sv patterns);
/* Takes back the very same pattern. */
void globs_remove(struct globs *g, struct sv pattern);
size_t globs_count(const struct globs *g);

/* Whether a pattern stands for all of the text, which is in lower case. */
bool globs_has(const struct globs *g, struct sv text);

#endif
