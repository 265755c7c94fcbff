/* SPDX-License-Identifier: Apache-2.0 */
/* Header fields: RFC 5322 section 2.2, encoded words (RFC 2047) and
 * parameters (RFC 2045 section 5.1, RFC 2231). */
#ifndef MESSAGE_HEADER_H
#define MESSAGE_HEADER_H

#include "message/reader.h"

/* Bytes of the field name that the line begins with, when it is followed by
 * a colon; else 0. Space before the colon is tolerated (RFC 5322 4.5). */
size_t header_name_bytes(struct sv line);

/* Appends a field to the part's headers: `field` is all its lines, without
 * the last line end. What exceeds the limits is left out. */
void header_add(struct reader *r, struct message_part *part,
                size_t *headers_size, struct sv field);

/* The value with each line end and the white space after it as one space
 * (RFC 5322 section 2.2.3); trimmed, not decoded. */
struct sv header_unfold(struct reader *r, struct sv raw);

/* The value as a person reads it: unfolded, encoded words decoded, UTF-8. */
struct sv header_decode(struct reader *r, struct sv raw);

const struct message_header *header_find(const struct message_part *part,
                                         const char *name);

enum { PARAMS_MAX = 64 };

/* One parameter: "name", "name*", "name*2" or "name*2*" (RFC 2231). */
struct param {
	struct sv name, value; /* views */
	int section;           /* the number; -1: none */
	bool is_quoted;        /* the value stood in quotes */
	bool is_extended;      /* percent-encoded, perhaps with a charset */
};

struct params {
	struct sv first; /* what stands before the first ";" */
	struct param list[PARAMS_MAX];
	size_t n;
};

/* Splits "a/b; x=y; z=..." into its pieces; later ones than PARAMS_MAX are
 * left out. The pieces are views into `value`. */
void params_split(struct sv value, struct params *ret);

/* The value of a parameter, with its quotes, continuations, charset and
 * encoded words undone; "" when it is not there. Of several forms the
 * percent-encoded one counts, then continuations, then the plain one. */
struct sv params_get(struct reader *r, const struct params *params,
                     const char *name);

/* A copy in lower case. */
struct sv header_lower(struct reader *r, struct sv s);

#endif
