/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "base/mem.h"
#include "base/utf8.h"

struct json
json_start(struct buf *out)
{
	return (struct json){ .out = out };
}

/* What stands for itself in a string. */
static const bool is_plain[256] = {
	[0x20 ... 0x21] = true,
	[0x23 ... 0x5b] = true,
	[0x5d ... 0x7e] = true,
};

static void
add_text(struct buf *out, struct sv s)
{
	size_t plain = 0, i = 0, width;

	buf_add_char(out, '"');
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_plain[c]) {
			i++;
			continue;
		}
		if (c >= 0x80 && (width = utf8_width(sv_from(s, i)))) {
			i += width;
			continue;
		}
		buf_add(out, sv_sub(s, plain, i));
		if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else if (c == '\n')
			buf_add_str(out, "\\n");
		else if (c == '\t')
			buf_add_str(out, "\\t");
		else if (c < 0x80)
			buf_addf(out, "\\u%04x", c);
		else
			buf_add_str(out, "\xef\xbf\xbd");
		plain = ++i;
	}
	buf_add(out, sv_sub(s, plain, s.n));
	buf_add_char(out, '"');
}

static void
begin_item(struct json *j, const char *name)
{
	if (j->comma)
		buf_add_char(j->out, ',');
	j->comma = true;
	if (name) {
		add_text(j->out, sv_str(name));
		buf_add_char(j->out, ':');
	}
}

static void
open_level(struct json *j, const char *name, bool is_array)
{
	begin_item(j, name);
	if (j->depth == 60)
		mem_die("json: too deep");
	j->depth++;
	j->is_array &= ~(UINT64_C(1) << j->depth);
	j->is_array |= (uint64_t)is_array << j->depth;
	j->comma = false;
	buf_add_char(j->out, is_array ? '[' : '{');
}

void
json_begin_object(struct json *j, const char *name)
{
	open_level(j, name, false);
}

void
json_begin_array(struct json *j, const char *name)
{
	open_level(j, name, true);
}

void
json_end(struct json *j)
{
	bool is_array = j->is_array >> j->depth & 1;

	buf_add_char(j->out, is_array ? ']' : '}');
	j->depth--;
	j->comma = true;
}

void
json_str(struct json *j, const char *name, struct sv value)
{
	begin_item(j, name);
	add_text(j->out, value);
}

void
json_text(struct json *j, const char *name, const char *value)
{
	json_str(j, name, sv_str(value));
}

void
json_int(struct json *j, const char *name, int64_t value)
{
	begin_item(j, name);
	buf_add_int(j->out, value);
}

void
json_bool(struct json *j, const char *name, bool value)
{
	begin_item(j, name);
	buf_add_str(j->out, value ? "true" : "false");
}

void
json_add_null(struct json *j, const char *name)
{
	begin_item(j, name);
	buf_add_str(j->out, "null");
}

void
json_e4(struct json *j, const char *name, int64_t value)
{
	char text[E4_TEXT];

	begin_item(j, name);
	buf_add_str(j->out, e4_text(value, text));
}

void
json_raw(struct json *j, const char *name, struct sv value)
{
	begin_item(j, name);
	buf_add(j->out, value);
}
