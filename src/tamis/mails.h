/* SPDX-License-Identifier: Apache-2.0 */
/* The mails of files, folders and mailboxes, one after the other. */
#ifndef TAMIS_MAILS_H
#define TAMIS_MAILS_H

#include <stdbool.h>

#include "base/sv.h"

/* How a target of mass-check and its kin says what it is, in front of a path:
 * "ham:dir:", "spam:mbox:". */
enum mail_format {
	MAIL_DETECT,  /* a mailbox if it is named *.mbox; else a file each */
	MAIL_FILE,    /* a file or a folder, a mail each file */
	MAIL_MAILBOX, /* all of its mails in one file */
};

struct mail_target {
	struct sv class; /* "ham", "spam"; or "" */
	enum mail_format format;
	const char *path;
};

/* Splits such a target; what is none is a path. The result refers to it. */
struct mail_target mail_target_read(const char *text);

/* Calls `each` for every mail of a mailbox's content: they begin with "From "
 * lines. */
void mailbox_each(struct sv text, void (*each)(void *ctx, struct sv mail),
                  void *ctx);

/* Whether the name of a file says that it is a mailbox. */
bool mailbox_is_named(const char *path);

/* Calls `each` for every mail of a file ("-": standard input), of all files of
 * a folder, or of a mailbox. A mailbox is what `mbox` says is one, or a file
 * named *.mbox. False with errno when something could not be read. */
bool mails_each(const char *path, bool mbox,
                void (*each)(void *ctx, struct sv mail), void *ctx);

#endif
