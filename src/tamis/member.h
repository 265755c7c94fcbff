/* SPDX-License-Identifier: Apache-2.0 */
/* Members of JSON objects that may be absent or of another type: records from
 * the history and answers of the daemon may come from another version. */
#ifndef TAMIS_MEMBER_H
#define TAMIS_MEMBER_H

#include <jansson.h>

#include "base/sv.h"

/* "" when there is no such string; lives as long as the object. */
static inline struct sv
member_text(const json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	return json_is_string(value) ? sv_make(json_string_value(value),
	                                       json_string_length(value))
	                             : SV("");
}

/* 0 when there is no such integer. */
static inline int64_t
member_int(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

#endif
