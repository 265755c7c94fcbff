/* SPDX-License-Identifier: Apache-2.0 */
#include "message/mime.h"

#include "base/vec.h"
#include "message/header.h"
#include "message/transfer.h"

/* A part that holds other parts and is not finished yet. */
struct container {
	int part;
	struct sv boundary; /* "" for a message in a message */
	int shadowed;       /* level that had the same boundary, or -1 */
	bool has_parts;
	bool is_closed;    /* its last delimiter was met; an epilogue follows */
	size_t text_bytes; /* of its body up to there */
};

struct mime {
	struct reader *r;
	struct sv text;
	size_t at;
	VEC(struct container) open;
	struct map *levels; /* boundary -> level; NULL before the first */
};

/* A map cannot hold "none": it is level -1, stored as 1. */
static void
level_set(struct mime *m, struct sv boundary, int level)
{
	map_set(m->levels, boundary, (void *)(uintptr_t)(level + 2));
}

static int
level_get(const struct mime *m, struct sv boundary)
{
	uintptr_t stored = (uintptr_t)map_get(m->levels, boundary);

	return stored ? (int)stored - 2 : -1;
}

/* The level of the open multipart whose delimiter the line is, or -1. */
static int
delimiter_level(const struct mime *m, struct sv line, bool *ret_close)
{
	int level;

	if (!m->levels || line.n < 3 || line.p[0] != '-' || line.p[1] != '-')
		return -1;
	line = sv_from(line, 2);
	while (line.n && sv_is_space(line.p[line.n - 1]))
		line.n--;
	*ret_close = false;
	level = level_get(m, line);
	if (level < 0 && line.n > 2 && sv_iends(line, SV("--"))) {
		*ret_close = true;
		level = level_get(m, sv_sub(line, 0, line.n - 2));
	}
	return level;
}

/* The line at m->at with its line end; empty at the end of the text. */
static struct sv
peek_line(const struct mime *m)
{
	struct sv rest = sv_from(m->text, m->at);
	size_t n = sv_find_char(rest, '\n');

	return sv_sub(rest, 0, n == SV_NOT_FOUND ? rest.n : n + 1);
}

static struct sv
without_line_end(struct sv line)
{
	if (line.n && line.p[line.n - 1] == '\n')
		line.n--;
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

/* ---- header sections ---- */

/* How many lines that are no fields are passed over in a header section, when
 * fields follow; after more, the body has begun. As SpamAssassin has it. */
enum { BAD_LINES_MAX = 3 };

static void
skip_mbox_line(struct mime *m)
{
	struct sv line = peek_line(m);

	if (!sv_starts(line, SV("From ")) && !sv_starts(line, SV(">From ")))
		return;
	/* "From :" is a field, in the obsolete form. */
	if (!header_name_bytes(line))
		m->at += line.n;
}

/* Bytes of the lines from m->at that are neither fields nor the end of the
 * section, if a field follows them; else 0. Blank-led ones go with the line
 * before them. */
static size_t
bad_lines(const struct mime *m, size_t *left)
{
	struct mime ahead = *m;
	struct sv line;
	size_t used = 0;
	bool close;

	for (; (line = peek_line(&ahead)).n; ahead.at += line.n) {
		if (sv_is_blank(line.p[0]))
			continue;
		if (without_line_end(line).n == 0 ||
		    delimiter_level(m, line, &close) >= 0)
			return 0;
		if (header_name_bytes(line)) {
			*left -= used;
			return ahead.at - m->at;
		}
		if (used++ == *left)
			return 0;
	}
	return 0;
}

/* Reads the fields from m->at up to the empty line, which it passes. A line
 * that is no field, and a boundary, end the section too, and stay. */
static void
read_headers(struct mime *m, struct message_part *part)
{
	struct sv line, field = SV_NONE;
	size_t size = 0, skip, bad_left = BAD_LINES_MAX;
	bool close;

	for (; (line = peek_line(m)).n; m->at += line.n) {
		if (field.n && sv_is_blank(line.p[0])) {
			field.n += line.n;
			continue;
		}
		if (field.n)
			header_add(m->r, part, &size, without_line_end(field));
		field = SV_NONE;
		if (without_line_end(line).n == 0) {
			m->at += line.n;
			break;
		}
		if (sv_starts(line, SV("--")) &&
		    (part->parent < 0 || delimiter_level(m, line, &close) >= 0))
			break;
		if (header_name_bytes(line)) {
			field = line;
			continue;
		}
		skip = bad_lines(m, &bad_left);
		if (skip == 0)
			break;
		line.n = skip;
	}
	if (field.n)
		header_add(m->r, part, &size, without_line_end(field));
}

/* The field "Content-" and `what`, unfolded; of several, the last counts. */
static struct sv
content_field(struct reader *r, const struct message_part *part, struct sv what)
{
	const struct sv content = SV("content-");

	for (size_t i = part->n_headers; i-- > 0;) {
		const struct message_header *h = &part->headers[i];

		if (h->name.n == content.n + what.n &&
		    sv_istarts(h->name, content) &&
		    sv_ieq(sv_from(h->name, content.n), what))
			return header_unfold(r, h->raw);
	}
	return SV("");
}

/* "text/html" of "Text/HTML"; "" for what is no type. */
static struct sv
media_type(struct reader *r, struct sv first)
{
	size_t slash = sv_find_char(first, '/'), n = 0;

	while (n < first.n && !sv_is_space(first.p[n]) && first.p[n] != '(')
		n++;
	if (slash == SV_NOT_FOUND || slash == 0 || slash + 1 >= n)
		return SV("");
	return header_lower(r, sv_sub(first, 0, n));
}

/* "base64" of "\"Base64\"; x=y (comment)". */
static struct sv
encoding_word(struct reader *r, struct sv text)
{
	size_t n = 0;

	while (text.n && !sv_is_alnum(text.p[0]))
		text = sv_from(text, 1);
	while (n < text.n && (sv_is_alnum(text.p[n]) || text.p[n] == '-'))
		n++;
	return header_lower(r, sv_sub(text, 0, n));
}

static struct sv
part_filename(struct reader *r, const struct params *disposition,
              const struct params *type)
{
	struct sv name = params_get(r, disposition, "filename");

	if (name.n == 0)
		name = params_get(r, type, "name");
	return name;
}

/* Sets what the part's headers say about it; returns the boundary. */
static struct sv
describe_part(struct reader *r, struct message_part *part, bool in_digest)
{
	struct sv encoding = content_field(r, part, SV("transfer-encoding"));
	struct params type, disposition;
	struct sv boundary = SV("");

	params_split(content_field(r, part, SV("type")), &type);
	params_split(content_field(r, part, SV("disposition")), &disposition);
	part->type = media_type(r, type.first);
	if (sv_starts(part->type, SV("multipart/")) || part->type.n == 0)
		boundary = sv_trim(params_get(r, &type, "boundary"));
	if (part->type.n == 0 && boundary.n)
		part->type = SV("multipart/mixed");
	else if (part->type.n == 0 && in_digest)
		part->type = SV("message/rfc822");
	/* A multipart that cannot be split is read as text. */
	if (part->type.n == 0 ||
	    (boundary.n == 0 && sv_starts(part->type, SV("multipart/"))))
		part->type = SV("text/plain");
	part->charset = header_lower(r, params_get(r, &type, "charset"));
	part->encoding = encoding_word(r, encoding);
	part->disposition = header_lower(r, disposition.first);
	part->filename = part_filename(r, &disposition, &type);
	return boundary;
}

/* ---- structure ---- */

struct message_part *
mime_part_add(struct reader *r, int parent)
{
	struct message *m = r->m;
	struct message_part *part;

	if (m->n_parts >= (size_t)r->limits->parts_max) {
		reader_limit(r, LIMIT_PARTS);
		return NULL;
	}
	m->parts = reader_grow(r, m->parts, m->n_parts, &r->parts_size,
	                       sizeof *m->parts);
	part = &m->parts[m->n_parts++];
	part->parent = parent;
	part->depth = parent < 0 ? 0 : m->parts[parent].depth + 1;
	part->type = SV("text/plain");
	part->is_leaf = true;
	return part;
}

static void
push_container(struct mime *m, int part, struct sv boundary)
{
	struct container *c;
	int level = (int)m->open.n;

	if (m->r->m->parts[part].depth >= (unsigned)m->r->limits->depth_max) {
		reader_limit(m->r, LIMIT_DEPTH);
		return;
	}
	c = VEC_ADD(&m->open);
	*c = (struct container){ .part = part,
		                 .boundary = boundary,
		                 .shadowed = -1,
		                 .text_bytes = SV_NOT_FOUND };
	if (boundary.n == 0)
		return;
	if (!m->levels)
		m->levels = map_new();
	c->shadowed = level_get(m, boundary);
	level_set(m, boundary, level);
}

/* The body of a part and all of it end at `end`. */
static void
end_part(const struct mime *m, struct message_part *part, size_t end)
{
	const char *to = m->text.p + end;

	if (to < part->raw.p)
		to = part->raw.p;
	part->raw.n = (size_t)(to - part->raw.p);
	part->entity.n = (size_t)(to - part->entity.p);
}

/* Closes the containers from `level` up; their bodies end at `end`. A
 * multipart in which no part was found is read as text. */
static void
pop_containers(struct mime *m, int level, size_t end)
{
	while (m->open.n > (size_t)level) {
		struct container *c = &m->open.list[--m->open.n];
		struct message_part *part = &m->r->m->parts[c->part];

		end_part(m, part, end);
		part->is_leaf = !c->has_parts;
		if (part->is_leaf) {
			part->type = SV("text/plain");
			part->raw = sv_sub(part->raw, 0, c->text_bytes);
		}
		if (c->boundary.n && !c->is_closed)
			level_set(m, c->boundary, c->shadowed);
	}
}

/* The multipart has no further parts, but lasts until its parent goes on. */
static void
close_container(struct mime *m, int level, size_t end)
{
	struct container *c = &m->open.list[level];

	pop_containers(m, level + 1, end);
	level_set(m, c->boundary, c->shadowed);
	c->is_closed = true;
	c->text_bytes =
	    end - (size_t)(m->r->m->parts[c->part].raw.p - m->text.p);
}

static bool
is_encoded(const struct message_part *part)
{
	return sv_eq_str(part->encoding, "base64") ||
	       sv_eq_str(part->encoding, "quoted-printable");
}

static bool
is_message_type(struct sv type)
{
	return sv_eq_str(type, "message/rfc822") ||
	       sv_eq_str(type, "message/global");
}

/* Reads the headers at m->at and makes a part of them; false at a limit. A
 * part that may hold others is the topmost container afterwards. */
static bool
open_part(struct mime *m, int parent)
{
	struct reader *r = m->r;
	struct message_part *part = mime_part_add(r, parent);
	int index = (int)r->m->n_parts - 1;
	struct sv boundary;
	bool in_digest;

	if (!part)
		return false;
	in_digest = parent >= 0 &&
	            sv_eq_str(r->m->parts[parent].type, "multipart/digest");
	if (m->open.n)
		m->open.list[m->open.n - 1].has_parts = true;
	if (index == 0) {
		skip_mbox_line(m);
		r->m->mail = sv_from(r->m->mail, m->at);
		r->m->head = sv_from(m->text, m->at);
	}
	part->entity = sv_from(m->text, m->at);
	read_headers(m, part);
	if (index == 0)
		r->m->head.n = (size_t)(m->text.p + m->at - r->m->head.p);
	boundary = describe_part(r, part, in_digest);
	part->raw = sv_from(m->text, m->at);
	if (boundary.n || (is_message_type(part->type) && !is_encoded(part)))
		push_container(m, index, boundary);
	return true;
}

/* Goes to the next delimiter of an open multipart, passes it, and returns its
 * level; -1 at the end of the text. The body before it ends at *ret_end: the
 * line end before a delimiter belongs to it (RFC 2046 section 5.1.1). */
static int
skip_body(struct mime *m, size_t *ret_end, bool *ret_close)
{
	size_t start = m->at;
	struct sv line;
	int level;

	if (!m->levels)
		m->at = m->text.n;
	for (; (line = peek_line(m)).n; m->at += line.n) {
		level = delimiter_level(m, line, ret_close);
		if (level < 0)
			continue;
		*ret_end =
		    start + without_line_end(sv_sub(m->text, start, m->at)).n;
		m->at += line.n;
		return level;
	}
	*ret_end = m->text.n;
	return -1;
}

/* The part that the next header section belongs to directly, when the part
 * just opened is a message in a message; else -1. */
static int
nested_message(const struct mime *m)
{
	const struct container *c;

	if (m->open.n == 0)
		return -1;
	c = &m->open.list[m->open.n - 1];
	return c->boundary.n == 0 && !c->has_parts ? c->part : -1;
}

static void
end_leaf(struct mime *m, size_t end)
{
	int last = (int)m->r->m->n_parts - 1;

	/* Of a container, what was skipped is its preamble. */
	if (!m->open.n || m->open.list[m->open.n - 1].part != last)
		end_part(m, &m->r->m->parts[last], end);
}

void
mime_read(struct reader *r, struct sv text, int parent)
{
	struct mime m = { .r = r, .text = text };
	bool close = false, in_part = open_part(&m, parent), going = in_part;
	size_t end;
	int level;

	while (going) {
		int nested = in_part ? nested_message(&m) : -1;

		if (nested >= 0) {
			going = open_part(&m, nested);
			continue;
		}
		level = skip_body(&m, &end, &close);
		if (in_part)
			end_leaf(&m, end);
		in_part = false;
		if (level < 0)
			break;
		if (close) {
			close_container(&m, level, end);
			continue;
		}
		pop_containers(&m, level + 1, end);
		in_part = going = open_part(&m, m.open.list[level].part);
	}
	pop_containers(&m, 0, text.n);
	VEC_DONE(&m.open);
	map_free(m.levels);
}
