/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of `tamis hits`: which rules hit labelled mail, and which hit the
 * same. */
#ifndef TAMIS_HITS_H
#define TAMIS_HITS_H

#include <regex.h>

#include "base/buf.h"
#include "mass/frequency.h"
#include "tamis/options.h"

struct rule_set;

struct hits_options {
	const char *conf, *sort, *name, *min_overlap;
	struct conf_list rules;
	int64_t min_hits, limit; /* 0: not given */
	bool json, sub_rules, never, wrong, overlap;

	regex_t pattern; /* of `name` */
	double jaccard_min;
};

/* Whether a rule is to be shown, by its name. */
bool hits_is_wanted(const struct hits_options *o, const char *name,
                    bool is_sub);

/* The table of the rules; `rules` gives the points, or is NULL. Return an exit
 * code. */
int hits_print_rules(const struct hits_options *o, const struct mass_log *log,
                     const struct rule_set *rules);
int hits_print_overlap(const struct hits_options *o,
                       const struct mass_log *log);

/* Whether rows can be sorted by that word. */
bool hits_can_sort(const char *word);

/* Prints JSON text and a line end to standard output; returns an exit code. */
int hits_print_json(const struct buf *out);

#endif
