/* SPDX-License-Identifier: Apache-2.0 */
/* The mails of files, folders and mailboxes, one after the other. */
#ifndef TAMIS_MAILS_H
#define TAMIS_MAILS_H

#include <stdbool.h>

#include "base/sv.h"

/* Calls `each` for every mail of a file ("-": standard input), of all files of
 * a folder, or of a mailbox, which is a file whose mails begin with "From "
 * lines after an empty line. A mailbox is what `mbox` says is one, or a file
 * named *.mbox. False with errno when something could not be read. */
bool mails_each(const char *path, bool mbox,
                void (*each)(void *ctx, struct sv mail), void *ctx);

#endif
