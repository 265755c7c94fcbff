/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often rules hit labelled mail, and what that is worth.
 *
 * S/O is the share that spam has in a rule's hits, as if there were as much ham
 * as spam: 1 for a rule that hits spam only, 0 for one that hits ham only.
 *
 * The gain is what the rule alone tells of the label, in bits, again as if
 * there were as much of both: 0 for a rule that hits both alike (or nothing),
 * 1 for one that hits all of one and none of the other. It is below 0 for a
 * rule that hits what it is not for more than what it is for. The rank orders
 * rules by it.
 */
#ifndef MASS_FREQUENCY_H
#define MASS_FREQUENCY_H

#include "mass/log.h"

enum mass_which {
	MASS_ALL,   /* all messages */
	MASS_WRONG, /* ham that was judged spam, spam that was not */
};

struct mass_frequency {
	const char *name;
	bool is_sub;
	bool is_for_ham;    /* set by whoever knows, before ranks */
	uint32_t spam, ham; /* messages that it hit */
	/* Of all there are, from 0 to 1. */
	double spam_share, ham_share, overall_share;
	double so;   /* 0.5 when it hit nothing */
	double gain; /* in bits, -1 to 1; its sign comes with the rank */
	double rank; /* the share of the other rules that have no more gain */
};

struct mass_frequencies {
	size_t n_spam, n_ham; /* messages that were counted */
	VEC(struct mass_frequency) rules;
};

/* Counts the rules of a log, by their numbers; names belong to the log. The
 * ranks are not set yet: what is not to be compared can be left out, and what
 * hit nothing added, before. */
void mass_frequencies_count(const struct mass_log *log, enum mass_which which,
                            struct mass_frequencies *ret);
void mass_frequencies_add(struct mass_frequencies *f, const char *name);
void mass_frequencies_rank(struct mass_frequencies *f);
void mass_frequencies_done(struct mass_frequencies *f);

#endif
