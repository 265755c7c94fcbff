/* SPDX-License-Identifier: Apache-2.0 */
/* A file that lines are added to, which may be renamed at any time: a new one
 * is made then. It renames itself when it has reached a size. */
#ifndef REPORT_OUTFILE_H
#define REPORT_OUTFILE_H

#include "conf/conf.h"

struct outfile {
	const struct conf_reporter *own; /* path, file_bytes_max, file_keep */
	int fd;                          /* -1: not open */
};

void outfile_init(struct outfile *f, const struct conf_reporter *own);
void outfile_done(struct outfile *f);

/* All of the lines or nothing: E_IO with errno. */
int outfile_add(struct outfile *f, struct sv lines)
    __attribute__((warn_unused_result));

#endif
