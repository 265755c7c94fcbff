/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of `tamis masscheck`. */
#ifndef TAMIS_MASSCHECK_H
#define TAMIS_MASSCHECK_H

#include "mass/line.h"
#include "tamis/inputs.h"

/* Of a path, with the place in a mailbox. */
enum { MASS_PATH_BYTES_MAX = 8192 };

/*
 * ---- the logs while they are written ----
 *
 * Each is DIR/NAME.log.part until it is whole, and gets one line an input, in
 * the order of the inputs: a result, or a comment for what could not be read.
 * So the lines that are there say how far a run has come that was killed.
 */

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

/* ---- mails ---- */

enum label { HAM, SPAM, LABELS };

struct masscheck_options {
	const char *conf, *dir;
	struct conf_list rules, paths[LABELS];
	int64_t threads;
	bool resume, quiet;
};

struct masscheck {
	const struct masscheck_options *options;
	struct snapshot *snapshot;
	struct image_pool *images;
	struct inputs inputs[LABELS];
	struct mass_file files[LABELS];
	size_t todo[LABELS]; /* inputs that have no line yet: the last ones */
	size_t incomplete;
	int error; /* errno of the thread that could not write */
};

/* Items are what is still to do: the ham, and then the spam. */
enum label masscheck_locate(const struct masscheck *all, size_t item,
                            size_t *ret_index);

/* What a crew does; `ctx` is the struct masscheck. */
void *masscheck_begin(void *ctx);
void masscheck_mail(void *worker, size_t item, struct buf *ret_line);
void masscheck_end(void *ctx, void *worker);

#endif
