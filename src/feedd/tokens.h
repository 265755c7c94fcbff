/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may send batches, and who may see what. A file of lines, '#' begins a
 * comment:
 *
 *     mx1 0123456789abcdef                  a token of the node mx1
 *     mx1 sha256:HEX                        the same: its digest is enough
 *     mx1 ed25519:BASE64                    its batches must be signed so
 *     regulator/alice fedcba9876543210      may see everything
 *
 * After it, a line may say "until=2026-12-31" (the last day, UTC) and
 * "revoked". A name may have several lines of each kind, so that an old and a
 * new key are good at once while a node is moved to the new one.
 *
 * A list is immutable once read, any thread may use it.
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

/* How many lines it has, revoked ones included. */
size_t tokens_count(const struct tokens *t);

/* Nodes that have a token, each once, in the order of the file,
 * NULL-terminated. */
const char *const *tokens_nodes(const struct tokens *t);

enum role { ROLE_PUBLIC, ROLE_REPORTER, ROLE_REGULATOR };

enum token_state { TOKEN_UNKNOWN, TOKEN_GOOD, TOKEN_EXPIRED, TOKEN_REVOKED };

/* Whose token this is. `*ret_name` (of the node or the regulator; belongs to
 * the list) is set unless it is unknown. Tokens are compared by digest. */
enum token_state tokens_find(const struct tokens *t, struct sv token,
                             int64_t now_unix_ms, enum role *ret_role,
                             const char **ret_name);

enum signature_state {
	SIGNATURE_NOT_NEEDED, /* the node has no key */
	SIGNATURE_GOOD,
	SIGNATURE_MISSING,
	SIGNATURE_BAD,
	SIGNATURE_REVOKED, /* or expired: good, but by such a key */
};

/* Checks the header Tamis-Signature (NULL: not there) of a body, see
 * docs/feed.md. */
enum signature_state tokens_check(const struct tokens *t, const char *node,
                                  const char *header, struct sv body,
                                  int64_t now_unix_ms);

#endif
