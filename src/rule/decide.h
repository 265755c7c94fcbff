/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deciding rules, no more than are asked for. The matcher's candidates start
 * as "may be true", and metas are computed on what each part may be; parts are
 * decided one after another, the cheapest first, until every rule that is
 * wanted has one value. Private to rule/.
 */
#ifndef RULE_DECIDE_H
#define RULE_DECIDE_H

#include "message/fold.h"
#include "rule/set.h"

struct evaluation {
	const struct rule_set *rs;
	struct rule_worker *worker;
	const struct rule_job *job;
	struct arena *arena;
	struct selector_mail mail;
	struct eval_job *evals;
	uint8_t *said; /* by call: see call.c; NULL: nobody is asked */
	size_t n_open; /* calls that wait for answers */
	int64_t waited_us;
	const struct rule_overlay *overlay; /* or NULL */
	const uint8_t *traits; /* those of the graph, or of the overlay */
	unsigned wanted;  /* traits of rules that may be looked at; 0: all */
	struct sv *texts; /* by slot: the header's text */
	bool *present;    /* by slot: there is such a header */
	struct match_text *elements; /* by slot: what the matcher sees */
	struct fold_view skeletons[VIEW_COUNT]; /* those rules look at */
	struct capture_tags *tags;              /* NULL: not read yet */
	bool is_again; /* of a message that was counted, or of a test */
	bool is_measured;
	size_t n_over_limit;
	bool deadline_passed;
};

/* Whether a rule may be looked at. */
static inline bool
evaluation_wants(const struct evaluation *ev, uint32_t rule)
{
	return !ev->wanted || ev->traits[rule] & ev->wanted;
}

/* Whether the message names an entry of rs->lists[index], and where. */
static inline bool
evaluation_find_list(const struct evaluation *ev, size_t index,
                     struct list_hit *ret)
{
	const struct set_list *list = &ev->rs->lists.list[index];

	return list_find(list->set, ev->arena, ev->job->message,
	                 ev->job->envelope, ret);
}

/* The values of tags, which are read once. */
const struct capture_tags *evaluation_tags(struct evaluation *ev);

/* After match_begin(): takes the candidates and the headers that are there,
 * and decides all rules with that trait. */
void decide_all(struct evaluation *ev, unsigned trait);

/* After decide_all(): the shadow rules, as far as there is time. They never
 * make an evaluation late. */
void decide_shadows(struct evaluation *ev);

/* The same for one rule; true when it is. */
bool decide_one(struct evaluation *ev, uint32_t rule);

#endif
