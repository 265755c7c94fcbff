/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of `tamis rules`. */
#ifndef TAMIS_RULES_H
#define TAMIS_RULES_H

#include <jansson.h>

#include "tamis/inputs.h"

/* `rules stats`: what each rule costs, or how often each was true. */
struct rules_stats_options {
	bool hits, never; /* how often; those that never were */
	bool json;
	const struct input_options *input;
};

/* Judges the files, or asks the daemon. Return an exit code. */
int rules_stats_files(struct snapshot *snapshot, const struct operands *files,
                      const struct rules_stats_options *o);
int rules_stats_daemon(const struct conf *conf,
                       const struct rules_stats_options *o);

/* What hit_table_json() writes, for people or programs. */
void rules_hits_print(json_t *hits, const struct rules_stats_options *o);

#endif
