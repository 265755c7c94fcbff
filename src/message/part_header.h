/* SPDX-License-Identifier: Apache-2.0 */
/* A header of a MIME part, as SpamAssassin's mimeheader rules see it. */
#ifndef MESSAGE_PART_HEADER_H
#define MESSAGE_PART_HEADER_H

#include "base/arena.h"
#include "message/message.h"

struct part_header {
	struct sv name; /* in any case */
	bool all;       /* "ALL": all headers, with their names */
	bool raw;       /* still encoded; of ALL, unfolded all the same */
};

/* "Content-Type", "Content-Type:raw", "ALL"; false: it is none of these. The
 * name is a view. */
bool part_header_parse(struct sv text, struct part_header *ret);

/* The value of the last such header of the part, and a line end; false when
 * there is none. The text hangs from the arena. */
bool part_header_text(const struct part_header *h, struct arena *a,
                      const struct message_part *part, struct sv *ret_text);

#endif
