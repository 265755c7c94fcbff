/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logs of a mass check while they are written. Each is DIR/NAME.log.part
 * until it is whole, and gets one line an input, in the order of the inputs:
 * a result, or a comment for what could not be read. So the lines that are
 * there say how far a run has come that was killed.
 */
#ifndef TAMIS_MASSCHECK_H
#define TAMIS_MASSCHECK_H

#include "mass/line.h"
#include "tamis/inputs.h"

/* Lines of a log by what they begin with. */
struct mass_tally {
	size_t judged_spam, judged_ham, unreadable;
};

struct mass_file {
	char *path, *part;
	int fd;
	struct mass_tally tally;
};

/* How many inputs the log has lines for. */
size_t mass_file_done(const struct mass_file *f);

/* Begins DIR/NAME.log with `head`; or with `resume` goes on behind the last
 * line that is right. False after it has said why not: something of the
 * system, another process that writes there, another head in what there is. */
bool mass_file_open(struct mass_file *f, const char *dir, const char *name,
                    struct sv head, const struct inputs *inputs, bool resume);

/* Adds the line of the next input; false with errno. */
bool mass_file_add(struct mass_file *f, struct sv line);

/* Gives the log its name; false with errno. */
bool mass_file_finish(struct mass_file *f);

/* Leaves what was written where it is. */
void mass_file_close(struct mass_file *f);

/* The line of what could not be read. */
void mass_file_write_unreadable(const struct judge_input *input,
                                const char *why, struct buf *out);

#endif
