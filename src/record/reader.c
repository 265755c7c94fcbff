/* SPDX-License-Identifier: Apache-2.0 */
#include "record/reader.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"

enum { WHY_SIZE = 128 };

/* Integers that every reader of JSON keeps exact (RFC 8259 section 6). */
#define COUNT_MAX ((json_int_t)1 << 53)

bool
reader_fail(struct reader *r, int error, const char *format, ...)
{
	va_list ap;

	if (r->error)
		return false;
	r->error = error;
	va_start(ap, format);
	vsnprintf(r->why, WHY_SIZE, format, ap);
	va_end(ap);
	return false;
}

size_t
reader_enter(struct reader *r, const char *name)
{
	size_t at = strlen(r->path), n = at;

	if (r->error || n + 4 >= sizeof r->path)
		return at;
	r->path[n++] = '/';
	for (; *name && n + 3 < sizeof r->path; name++) {
		if (*name == '~' || *name == '/') { /* RFC 6901 section 3 */
			r->path[n++] = '~';
			r->path[n++] = *name == '~' ? '0' : '1';
		} else {
			r->path[n++] = *name;
		}
	}
	r->path[n] = '\0';
	return at;
}

size_t
reader_enter_index(struct reader *r, size_t index)
{
	char text[24];

	snprintf(text, sizeof text, "%zu", index);
	return reader_enter(r, text);
}

bool
reader_leave(struct reader *r, size_t at)
{
	if (r->error)
		return false;
	r->path[at] = '\0';
	return true;
}

bool
reader_fail_at(struct reader *r, const char *name, int error, const char *why)
{
	reader_enter(r, name);
	return reader_fail(r, error, "%s", why);
}

bool
reader_members_some(struct reader *r, json_t *object, const char *const *names,
                    size_t required, size_t n)
{
	const char *key;
	json_t *value;

	if (r->error || !json_is_object(object))
		return reader_fail(r, E_SYNTAX, "must be an object");
	json_object_foreach (object, key, value) {
		size_t i = 0;

		while (i < n && strcmp(names[i], key) != 0)
			i++;
		if (i == n)
			return reader_fail_at(r, key, E_SYNTAX,
			                      "unknown member");
	}
	for (size_t i = 0; i < required; i++)
		if (!json_object_get(object, names[i]))
			return reader_fail_at(r, names[i], E_SYNTAX,
			                      "is missing");
	return true;
}

bool
reader_members(struct reader *r, json_t *object, const char *const *names,
               size_t n)
{
	return reader_members_some(r, object, names, n, n);
}

struct sv
reader_string(json_t *value)
{
	return sv_make(json_string_value(value), json_string_length(value));
}

bool
reader_text(struct reader *r, json_t *object, const char *name, size_t max,
            struct sv *ret)
{
	json_t *value = json_object_get(object, name);

	if (!json_is_string(value))
		return reader_fail_at(r, name, E_SYNTAX, "must be a string");
	*ret = reader_string(value);
	if (ret->n > max)
		return reader_fail_at(r, name, E_RANGE, "is too long");
	for (size_t i = 0; i < ret->n; i++)
		if ((unsigned char)ret->p[i] < ' ' || ret->p[i] == 0x7f)
			return reader_fail_at(r, name, E_RANGE,
			                      "has a control character");
	return true;
}

bool
reader_count_of(struct reader *r, json_t *value, uint64_t *ret)
{
	double real = json_real_value(value);
	json_int_t n = json_integer_value(value);

	if (json_is_real(value) && real >= 0 && real <= (double)COUNT_MAX &&
	    (double)(json_int_t)real == real)
		n = (json_int_t)real;
	else if (!json_is_integer(value))
		return reader_fail(r, E_SYNTAX, "must be an integer");
	if (n < 0 || n > COUNT_MAX)
		return reader_fail(r, E_RANGE, "must be between 0 and 2^53");
	*ret = (uint64_t)n;
	return true;
}

bool
reader_count(struct reader *r, json_t *object, const char *name, uint64_t *ret)
{
	size_t at = reader_enter(r, name);

	return reader_count_of(r, json_object_get(object, name), ret) &&
	       reader_leave(r, at);
}

bool
reader_count_or_0(struct reader *r, json_t *object, const char *name,
                  uint64_t *ret)
{
	*ret = 0;
	return !json_object_get(object, name) ||
	       reader_count(r, object, name, ret);
}

bool
reader_time(struct reader *r, json_t *object, const char *name, int64_t *ret)
{
	struct sv text;

	if (!reader_text(r, object, name, CLOCK_TEXT, &text))
		return false;
	if (clock_parse(text, ret))
		return reader_fail_at(
		    r, name, E_SYNTAX,
		    "must be a time as 2026-11-23T03:04:00.000Z");
	return true;
}
