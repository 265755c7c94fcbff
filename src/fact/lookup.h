/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one message asks the domain name system. Whatever is worked out from
 * answers (SPF, DKIM, lists, ...) is a function that is simply called again:
 *
 *     do {
 *         done = work_out(lookup, ...);  it calls lookup_ask(), and returns
 *                                        false when an answer is missing
 *     } while (!done && lookup_wait(lookup, deadline));
 *     if (!done) {
 *         lookup_end(lookup);            what is missing is DNS_LATE now,
 *         work_out(lookup, ...);         so that this is the last time
 *     }
 *
 * So nothing needs threads or states of its own, many questions are on their
 * way at once, and the same function judges again from answers that were kept.
 * To a question that is asked twice there is one answer: the first.
 *
 * One thread at a time; all of it hangs from the arena.
 */
#ifndef FACT_LOOKUP_H
#define FACT_LOOKUP_H

#include "fact/answer.h"

/* Who answers. */
struct lookup_source {
	/* The answer, in the arena; or NULL: it will come by next(). */
	const struct dns_answer *(*ask)(void *ctx, struct arena *a,
	                                const struct dns_question *q,
	                                size_t ticket);
	/* Waits for any answer to a question of this ctx, up to the deadline
	 * (0: takes what is there); false: none came. Sources that answer at
	 * once have none. */
	bool (*next)(void *ctx, struct arena *a, int64_t deadline_mono_us,
	             size_t *ret_ticket, const struct dns_answer **ret);
};

struct lookup;

/* At most `questions_max` different questions are asked; more are answered
 * with DNS_OVER_LIMIT. The source and its ctx must outlive the last call. */
struct lookup *lookup_new(struct arena *a, const struct lookup_source *source,
                          void *ctx, size_t questions_max);

/* The answer, which lives as long as the lookup; or NULL: ask again after
 * lookup_wait(). A name that is none (see dns_name()) is DNS_NO_NAME. `zone`
 * is that of the list that is asked, or "". */
const struct dns_answer *lookup_ask(struct lookup *l, enum dns_type type,
                                    struct sv name, struct sv zone);

/* Waits until an answer has come; takes in all that are there. False: none
 * came up to the deadline, or none is on its way. */
bool lookup_wait(struct lookup *l, int64_t deadline_mono_us);

/* From now on nothing is waited for: what has not been answered, and what is
 * asked from here on, is DNS_LATE. */
void lookup_end(struct lookup *l);

size_t lookup_pending(const struct lookup *l);     /* on their way */
bool lookup_is_over_limit(const struct lookup *l); /* wanted more than it may */

/* All that was asked, in that order; *ret_answer is NULL while it is on its
 * way. Start with *pos = 0; false at the end. */
bool lookup_next(const struct lookup *l, size_t *pos,
                 const struct dns_question **ret_question,
                 const struct dns_answer **ret_answer);

#endif
