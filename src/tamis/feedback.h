/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the sub-command feedback. */
#ifndef TAMIS_FEEDBACK_H
#define TAMIS_FEEDBACK_H

#include "conf/conf.h"

struct feedback_options {
	const char *by, *ip, *reason, *source, *report, *state;
	bool automatic, correction, arf, message, json;
	int64_t limit;
};

/* Print what is in the store; an exit code. */
int feedback_list(const struct conf *conf, const struct feedback_options *o);
int feedback_show(const struct conf *conf, const struct feedback_options *o,
                  const char *id);
int feedback_status(const struct conf *conf, const struct feedback_options *o);

#endif
