/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of `tamis rescore`. */
#ifndef TAMIS_RESCORE_H
#define TAMIS_RESCORE_H

#include "mass/rescore.h"
#include "rule/rule.h"

/* Why the points of a rule stay as they are. */
enum rescore_keep {
	KEEP_NOT, /* they are fitted */
	KEEP_ASKED,
	KEEP_ALONE, /* it decides alone: that is somebody's decision */
	KEEP_TRIAL, /* T_..., or a shadow */
	KEEP_USER,  /* says what a user wants, not what is spam */
	KEEP_NO_POINTS,
	KEEP_UNKNOWN, /* there is no such rule */
	KEEP_COUNT,
};

struct rescore_page {
	const struct mass_log *log;
	const struct rule_set *rules;
	const struct mass_fit_data *data;
	const struct mass_rescore_options *options;
	const struct mass_rescore *result;
	size_t kept[KEEP_COUNT]; /* rules */
	/* Messages whose score in the log is not that of these rules. */
	size_t n_other;
};

void rescore_print(const struct rescore_page *p);
void rescore_print_json(const struct rescore_page *p);

/* The lines of a .cf file. */
void rescore_write(const struct rescore_page *p, struct buf *out);

#endif
