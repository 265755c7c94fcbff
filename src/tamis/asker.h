/* SPDX-License-Identifier: Apache-2.0 */
/* Whom sub-commands ask for facts: a resolver, or answers in a file. */
#ifndef TAMIS_ASKER_H
#define TAMIS_ASKER_H

#include "conf/conf.h"
#include "fact/fact.h"

struct asker;

/* A file of answers (fact/zone.h), or with NULL the resolver that the
 * configuration has. NULL after it has said why to standard error. */
struct asker *asker_open(const struct conf *conf, const char *answers);
void asker_close(struct asker *k); /* takes NULL */

/* Has messages ask the same; the asker must outlive them. */
void asker_source(const struct asker *k, struct facts_source *source);

/* Works out a fact as fact/lookup.h has it, up to dns.deadline. The lookup,
 * with all that was asked, lives as long as the arena. */
struct lookup *asker_ask(struct asker *k, struct arena *a,
                         bool (*work_out)(void *ctx, struct lookup *l),
                         void *ctx);

#endif
