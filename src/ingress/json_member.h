/* SPDX-License-Identifier: Apache-2.0 */
/* Reading objects that were written by tamis itself. */
#ifndef INGRESS_JSON_MEMBER_H
#define INGRESS_JSON_MEMBER_H

#include <jansson.h>

#include "base/arena.h"

/* The text of a member, in the arena; SV_NONE: there is none. */
static inline struct sv
json_member(const json_t *object, const char *name, struct arena *a)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value)
	           ? arena_dup(a, sv_make(json_string_value(value),
	                                  json_string_length(value)))
	           : SV_NONE;
}

#endif
