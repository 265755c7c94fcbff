/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of `tamis rules`. */
#ifndef TAMIS_RULES_H
#define TAMIS_RULES_H

#include "tamis/inputs.h"

/* `rules stats`: what each rule costs. Judges the files, or (without any) asks
 * the daemon. Return an exit code. */
int rules_stats_files(struct snapshot *snapshot,
                      const struct input_options *options,
                      const struct operands *files, bool json);
int rules_stats_daemon(const struct conf *conf, bool json);

#endif
