/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of tags, "v=1; a=rsa-sha256; ..." (RFC 6376 section 3.2), which
 * signatures, keys and policies are written in. For fact/, and for reports that
 * go by what is signed. */
#ifndef FACT_TAGS_H
#define FACT_TAGS_H

#include "base/arena.h"
#include "base/error.h"

enum { TAGS_MAX = 64 };

struct tag {
	struct sv name, value; /* without the white space around them */
};

struct tags {
	struct tag list[TAGS_MAX];
	size_t n;
};

/* Names and values are views of the text. E_SYNTAX, also when a tag is there
 * twice; E_LIMIT. */
int tags_read(struct sv text, struct tags *ret)
    __attribute__((warn_unused_result));

/* The tag of that name, or NULL. Names have capital and small letters. */
const struct tag *tags_find(const struct tags *t, const char *name);

/* Its value; "" without it. */
struct sv tags_get(const struct tags *t, const char *name);

/* Base64 with white space in it (RFC 6376 section 2.5; the "=" at the end may
 * be missing). False: it is none. */
bool tag_base64(struct arena *a, struct sv text, struct sv *ret);

/* A copy without white space. */
struct sv tag_without_space(struct arena *a, struct sv text);

/* "a : b : c": the next one, trimmed; false at the end. */
bool tag_next(struct sv *list, struct sv *ret);

/* Whether the list has the word, in any case. */
bool tag_has(struct sv list, const char *word);

#endif
