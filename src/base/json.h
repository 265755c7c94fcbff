/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes compact JSON (RFC 8259) into a buffer. Commas are put where they
 * belong; text that is not valid UTF-8 has each bad byte written as U+FFFD,
 * so that the output is always valid. Reading is jansson's work.
 *
 *     struct json j = json_start(&buf);
 *     json_begin_object(&j, NULL);
 *     json_str(&j, "verdict", SV("legitimate"));
 *     json_end(&j);
 *
 * No name here is one of jansson's, so that both serve in one file.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdint.h>

#include "base/buf.h"
#include "base/e4.h"

struct json {
	struct buf *out;
	uint64_t is_array; /* bit per open level: array or object */
	unsigned depth;    /* open levels, at most 60 */
	bool comma;        /* the next item needs one before it */
};

struct json json_start(struct buf *out);

/* Each takes the member's name, or NULL inside an array and at the top. */
void json_begin_object(struct json *j, const char *name);
void json_begin_array(struct json *j, const char *name);
void json_end(struct json *j); /* closes what was opened last */
void json_str(struct json *j, const char *name, struct sv value);
void json_text(struct json *j, const char *name, const char *value);
void json_int(struct json *j, const char *name, int64_t value);
void json_bool(struct json *j, const char *name, bool value);
void json_add_null(struct json *j, const char *name);
/* A number in 1/10,000 without rounding: 51234 is 5.1234, 50000 is 5. */
void json_e4(struct json *j, const char *name, int64_t value_e4);
/* `value` is JSON already. */
void json_raw(struct json *j, const char *name, struct sv value);

#endif
