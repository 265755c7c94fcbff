/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads JSON that strangers wrote. A reader knows the JSON pointer (RFC 6901)
 * to the place it is at, and stops at the first fault: all functions return
 * false from then on, and pointer and reason stay as they are.
 */
#ifndef RECORD_READER_H
#define RECORD_READER_H

#include <jansson.h>

#include "base/error.h"
#include "record/record.h"

struct reader {
	char path[128]; /* where it is */
	char *why;      /* of 128 bytes, for the reason */
	int error;      /* 0: none yet */
};

/* Both return false. */
bool reader_fail(struct reader *r, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool reader_fail_at(struct reader *r, const char *name, int error,
                    const char *why);

/* Goes down into a member or an element; what comes back is for
 * reader_leave(), which is false after a fault. */
size_t reader_enter(struct reader *r, const char *name);
size_t reader_enter_index(struct reader *r, size_t index);
bool reader_leave(struct reader *r, size_t at);

/* An object with exactly these members, no other, none missing. */
bool reader_members(struct reader *r, json_t *object, const char *const *names,
                    size_t n);
#define READER_MEMBERS(r, object, ...)                                         \
	reader_members((r), (object), (const char *[]){ __VA_ARGS__ },         \
	               sizeof(const char *[]){ __VA_ARGS__ } /                 \
	                   sizeof(const char *))

/* An object with the first `required` of these members, and perhaps the
 * others. */
bool reader_members_some(struct reader *r, json_t *object,
                         const char *const *names, size_t required, size_t n);

/* Members of `object`: a line of text without control characters, at most
 * `max` bytes; a count up to 2^53; a time (RFC 3339, UTC). */
bool reader_text(struct reader *r, json_t *object, const char *name, size_t max,
                 struct sv *ret);
bool reader_count(struct reader *r, json_t *object, const char *name,
                  uint64_t *ret);
bool reader_time(struct reader *r, json_t *object, const char *name,
                 int64_t *ret);

/* The same of a count that may be missing, and is 0 then. */
bool reader_count_or_0(struct reader *r, json_t *object, const char *name,
                       uint64_t *ret);

/* Values by themselves. 12.0 is a count too, as JSON Schema has it. */
bool reader_count_of(struct reader *r, json_t *value, uint64_t *ret);
struct sv reader_string(json_t *value);

#endif
