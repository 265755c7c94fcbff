/* SPDX-License-Identifier: Apache-2.0 */
/* What SpamAssassin reads of the headers of MIME parts, where it differs from
 * what message/ reads. Private to eval/. */
#ifndef EVAL_PARTS_H
#define EVAL_PARTS_H

#include "eval/theme.h"

struct eval_part {
	struct sv type;        /* of the header alone: "text/plain" for most
	                          text types, and when there is none */
	struct sv node_type;   /* the same, but what a multipart without
	                          parts, or the part of a digest, is read as */
	struct sv charset;     /* lower case; "us-ascii" without a type */
	struct sv encoding;    /* all of the header, lower case */
	struct sv disposition; /* likewise */
	bool has_charset;
};

/* By index of message->parts. Inline parts are there as well, and no parts
 * for SpamAssassin: see struct message_part. */
const struct eval_part *eval_parts(struct eval_job *job);

/* The last header of that name, unfolded; "" when there is none. */
struct sv eval_part_header(const struct message_part *part, const char *name);

/* Goes through the lines of a part's body as it stands, line ends included:
 * start with *rest = part->raw; false at the end. Where the message has CRLF
 * (eval_has_crlf()), *ret_bytes does not count the CR. */
bool eval_raw_line(struct sv *rest, bool has_crlf, struct sv *ret_line,
                   size_t *ret_bytes);
bool eval_has_crlf(const struct message *m);

/* Whether ok_locales lets a charset pass; eval_any_charset(): any. */
bool eval_any_charset(const struct eval_settings *s);
bool eval_charset_is_ok(const struct eval_settings *s, struct sv charset);
/* Whether it is one in whose texts capital letters are no shouting. */
bool eval_charset_is_capital(struct sv charset);

#endif
