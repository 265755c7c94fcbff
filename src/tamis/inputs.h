/* SPDX-License-Identifier: Apache-2.0 */
/* What `tamis check` and its kin judge: every file below their operands, in
 * order, read as the options say; or every mail below some path. */
#ifndef TAMIS_INPUTS_H
#define TAMIS_INPUTS_H

#include "base/buf.h"
#include "tamis/judge.h"
#include "tamis/mails.h"
#include "tamis/options.h"

struct input_options {
	bool text, ndjson;
	const char *surface;
};

/* The rows of these options, for a table of struct option_row. */
#define OPTION_ROWS_INPUT(o)                                                   \
	{ 0,           "text",    NULL, "the files are plain texts of posts",  \
	  OPTION_FLAG, &(o)->text },                                           \
	    { 0,           "ndjson",                                           \
	      NULL,        "the files have one post as JSON a line",           \
	      OPTION_FLAG, &(o)->ndjson },                                     \
	{                                                                      \
		0, "surface", "WORD", "what such posts are (default: post)",   \
		    OPTION_TEXT, &(o)->surface                                 \
	}

/* Whether they make sense together; fills in the default surface. Returns
 * OPTIONS_GO_ON or an exit code. */
int input_options_check(const struct command *command, struct input_options *o);

struct inputs {
	struct judge_input *list;
	size_t n, size;
	struct buf *texts; /* contents of the NDJSON files */
	size_t n_texts;
	struct input_options options;
	size_t unreadable; /* operands; said to standard error */
};

void inputs_init(struct inputs *in, const struct input_options *options);
void inputs_add(struct inputs *in, const char *operand);
/* All mails at a path: those of a file, of a folder and those below it, of a
 * mailbox. Of a Maildir only what is in "cur" and "new" is mail. */
void inputs_add_mails(struct inputs *in, enum mail_format format,
                      const char *path);
void inputs_done(struct inputs *in);

/* "FILE"; "FILE:LINE" for one object of an NDJSON file; "FILE.BYTE" for a mail
 * of a mailbox that begins there. */
void input_name(const struct judge_input *input, struct buf *out);

#endif
