/* SPDX-License-Identifier: Apache-2.0 */
/* Who is asking: the tokens in force. Any thread. */
#ifndef FEEDD_ACCESS_H
#define FEEDD_ACCESS_H

#include "base/arena.h"
#include "feedd/tokens.h"

struct access;

/* Takes the tokens; NULL: nobody needs one, and everybody is public. */
struct access *access_new(struct tokens *tokens);
void access_free(struct access *a); /* takes NULL */

/* Replaces the tokens; requests under way go on with the old ones. */
void access_set_tokens(struct access *a, struct tokens *tokens);

bool access_is_open(struct access *a); /* there are no tokens */

/* Another number each time that tokens are replaced. */
unsigned access_generation(struct access *a);

enum { ACCESS_NAME = 256 };

struct asker {
	enum role role;
	char node[ACCESS_NAME]; /* of a reporter; else "" */
	char name[ACCESS_NAME]; /* of whoever it is, for the log; "" */
};

/* By the header Authorization (NULL: none). Whoever has no good token is
 * ROLE_PUBLIC; the answer says why. */
enum token_state access_ask(struct access *a, const char *authorization,
                            int64_t now_unix_ms, struct asker *ret);

/* See tokens_check(). */
enum signature_state access_check(struct access *a, const char *node,
                                  const char *header, struct sv body,
                                  int64_t now_unix_ms);

/* Names of the nodes that may send, in the arena, NULL-terminated; NULL:
 * there are no tokens. */
const char *const *access_nodes(struct access *a, struct arena *arena);

#endif
