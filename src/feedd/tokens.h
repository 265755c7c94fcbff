/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may send batches: lines "NODE TOKEN", '#' begins a comment. A list is
 * immutable once read; http.c swaps in a new one when asked to.
 */
#ifndef FEEDD_TOKENS_H
#define FEEDD_TOKENS_H

#include "base/error.h"
#include "base/sv.h"

struct tokens;

/* Tokens shorter than this are refused: they could be guessed. */
enum { TOKEN_MIN = 16 };

/* Reads a file; NULL after an error, which `diags` has. */
struct tokens *tokens_read(const char *path, struct diags *diags);
struct tokens *tokens_parse(struct sv text, const char *file,
                            struct diags *diags);
void tokens_free(struct tokens *t); /* takes NULL */

size_t tokens_count(const struct tokens *t);

/* Nodes in the order of the file, each once, NULL-terminated. */
const char *const *tokens_nodes(const struct tokens *t);

/* The node whose token this is, or NULL. Takes the same time wherever the
 * given token differs from those in the list. */
const char *tokens_find(const struct tokens *t, struct sv token);

#endif
