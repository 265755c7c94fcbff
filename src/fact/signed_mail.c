/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/signed_mail.h"

#include "base/map.h"
#include "message/header.h"

/* The line at the front of *rest with its line end, cut off from it. */
static struct sv
cut_line(struct sv *rest)
{
	size_t n = sv_find_char(*rest, '\n');
	struct sv line = sv_sub(*rest, 0, n == SV_NOT_FOUND ? rest->n : n + 1);

	*rest = sv_from(*rest, line.n);
	return line;
}

static struct sv
without_line_end(struct sv s)
{
	if (s.n && s.p[s.n - 1] == '\n') {
		s.n--;
		if (s.n && s.p[s.n - 1] == '\r')
			s.n--;
	}
	return s;
}

/* Cuts a field with its continuations off; false: the header ends here. */
static bool
cut_field(struct sv *rest, struct mail_field *ret)
{
	struct sv after = *rest, all = cut_line(&after);
	size_t name = header_name_bytes(all);

	if (name == 0)
		return false;
	while (after.n && sv_is_blank(after.p[0]))
		all.n += cut_line(&after).n;
	*rest = after;
	all = without_line_end(all);
	*ret = (struct mail_field){
		.name = sv_sub(all, 0, name),
		.value = sv_from(all, sv_find_char(all, ':') + 1),
		.all = all,
	};
	return true;
}

static void
skip_mbox_line(struct sv *rest)
{
	struct sv after = *rest, line = cut_line(&after);

	if (sv_starts(line, SV("From ")) && !header_name_bytes(line))
		*rest = after;
}

static void
read_fields(struct signed_mail *m, struct sv *rest,
            const struct conf_message *limits)
{
	size_t size = 0, bytes = 0;
	struct mail_field field;

	while (cut_field(rest, &field)) {
		bytes += field.all.n;
		if (m->n_fields >= (size_t)limits->headers_max ||
		    bytes > (size_t)limits->header_bytes_max) {
			m->is_cut = true;
			continue;
		}
		if (m->n_fields == size) {
			size_t more = size ? size * 2 : 32;

			m->fields = arena_grow(m->arena, m->fields,
			                       size * sizeof *m->fields,
			                       more * sizeof *m->fields);
			size = more;
		}
		m->fields[m->n_fields++] = field;
	}
}

/* ---- by name ---- */

static struct sv
lower(char *out, struct sv name)
{
	for (size_t i = 0; i < name.n; i++)
		out[i] = sv_lower_char(name.p[i]);
	return sv_make(out, name.n);
}

/* Where the name is in the table, or belongs. */
static uint32_t *
find_slot(const struct signed_mail *m, struct sv name)
{
	char text[256];
	struct sv key = sv_sub(name, 0, sizeof text);
	size_t at = (size_t)map_hash(lower(text, key)) & (m->table_size - 1);

	while (m->last[at] && !sv_ieq(m->fields[m->last[at] - 1].name, name))
		at = (at + 1) & (m->table_size - 1);
	return &m->last[at];
}

static void
index_fields(struct signed_mail *m)
{
	m->table_size = 64;
	while (m->table_size < 2 * m->n_fields)
		m->table_size *= 2;
	m->last = ARENA_ARRAY(m->arena, uint32_t, m->table_size);
	for (size_t i = 0; i < m->n_fields; i++) {
		uint32_t *slot = find_slot(m, m->fields[i].name);

		m->fields[i].before = *slot;
		*slot = (uint32_t)i + 1;
	}
}

struct mail_field *
signed_mail_last(const struct signed_mail *m, struct sv name)
{
	uint32_t number = *find_slot(m, name);

	return number ? &m->fields[number - 1] : NULL;
}

struct mail_field *
signed_mail_before(const struct signed_mail *m, const struct mail_field *f)
{
	return f->before ? &m->fields[f->before - 1] : NULL;
}

/* ---- */

/* Unfolds, makes one space of each run of blanks, and trims. */
static size_t
relax(struct sv value, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c == '\n' ||
		    (c == '\r' && i + 1 < value.n && value.p[i + 1] == '\n'))
			continue;
		if (!sv_is_blank(c))
			out[n++] = c;
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	return n && out[n - 1] == ' ' ? n - 1 : n;
}

struct sv
signed_mail_relax(struct arena *a, struct sv name, struct sv value)
{
	char *out = arena_alloc(a, name.n + 1 + value.n);

	lower(out, name);
	out[name.n] = ':';
	return sv_make(out, name.n + 1 + relax(value, out + name.n + 1));
}

struct sv
signed_mail_relaxed(struct signed_mail *m, struct mail_field *f)
{
	if (!f->relaxed.p)
		f->relaxed = signed_mail_relax(m->arena, f->name, f->value);
	return f->relaxed;
}

struct signed_mail *
signed_mail_read(struct arena *a, struct sv raw,
                 const struct conf_message *limits)
{
	struct signed_mail *m = ARENA_NEW(a, struct signed_mail);
	struct sv rest = raw, line;

	m->arena = a;
	skip_mbox_line(&rest);
	read_fields(m, &rest, limits);
	m->body = rest;
	line = cut_line(&rest);
	if (without_line_end(line).n == 0)
		m->body = rest;
	index_fields(m);
	return m;
}
