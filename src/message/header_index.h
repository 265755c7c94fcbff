/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Headers by name. A rule set numbers the names that its rules look at, once;
 * of a message each header's name is looked up once, so that a rule's header
 * is found, or is known to be absent, without searching.
 */
#ifndef MESSAGE_HEADER_INDEX_H
#define MESSAGE_HEADER_INDEX_H

#include "base/arena.h"
#include "message/message.h"

enum { HEADER_NAME_BYTES_MAX = 200 };

struct header_names;

struct header_names *header_names_new(void);
void header_names_free(struct header_names *names); /* takes NULL */

/* The number of a name of at most HEADER_NAME_BYTES_MAX bytes, in whatever
 * case; numbers begin at 0. */
unsigned header_names_add(struct header_names *names, struct sv name);

/* The number of a text that is made of headers, by what it is called in rules
 * ("From:addr"); numbers begin at 0. */
unsigned header_names_add_text(struct header_names *names, struct sv text);

/* Whether a filter writes such headers: those a mail came with say nothing. */
bool header_is_ours(struct sv name);

/* A text that is made of headers: once for each message, whoever asks. */
struct header_text {
	struct sv text;
	bool is_made, is_present;
};

struct header_index {
	const struct message_part *top;
	struct header_text *texts; /* by number */
	uint32_t *first; /* by number: index of the header + 1; 0: none */
	uint32_t *next;  /* by index: of the same name, + 1; 0: the last */
};

/* What hangs from `a` refers to `names` and `m`. Headers of a mail that
 * header_is_ours() are left out. */
void header_index_make(struct header_index *ix,
                       const struct header_names *names, struct arena *a,
                       const struct message *m);

static inline bool
header_index_has(const struct header_index *ix, unsigned number)
{
	return ix->first[number] != 0;
}

/* Goes through the headers of a name from the top: start with *pos = 0; NULL
 * at the end. */
static inline const struct message_header *
header_index_next(const struct header_index *ix, unsigned number, uint32_t *pos)
{
	*pos = *pos ? ix->next[*pos - 1] : ix->first[number];
	return *pos ? &ix->top->headers[*pos - 1] : NULL;
}

#endif
