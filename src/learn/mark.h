/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mark of a judged mail, its field X-Tamis-Id: the id of the verdict, and
 * a keyed digest of it. Who reports the mail later sends the mark along, and
 * nobody can make one for mail of others.
 */
#ifndef LEARN_MARK_H
#define LEARN_MARK_H

#include "base/uuid.h"

enum { MARK_TEXT = UUID_TEXT + 1 + 32 };

/* "ID.DIGEST", NUL-terminated; returns text. */
char *mark_write(struct sv key, const char *id, char text[MARK_TEXT]);

/* The id in a mark of ours; false: it is none. */
bool mark_read(struct sv key, struct sv mark, char ret_id[UUID_TEXT]);

#endif
