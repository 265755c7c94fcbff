/* SPDX-License-Identifier: Apache-2.0 */
/* The history database: table `record` of verdict records, one row each, the
 * JSON compressed with zstd. The reporter writes it, the CLI reads it. */
#ifndef REPORT_HISTORY_H
#define REPORT_HISTORY_H

#include "conf/conf.h"

enum {
	HISTORY_PATH = 4096,
	HISTORY_BUSY_MS = 5000, /* to wait for the other one */
};

/* Where it is; returns path. */
char *history_path(const struct conf *conf, char path[HISTORY_PATH]);

#endif
