/* SPDX-License-Identifier: Apache-2.0 */
#include "message/view.h"

#include "base/vec.h"
#include "message/header.h"
#include "message/uri.h"

/* SpamAssassin's sizes: rules with "^" or with two distant words depend on
 * where a text is cut. */
enum { ELEMENT_BYTES = 2048, CUT_WINDOW_BYTES = 1024 };

/* Elements are gathered on the heap, because how many there will be is not
 * known and growing in the arena would keep each smaller copy. */
struct gather {
	struct reader *r;
	VEC(struct sv) found;
};

static void
gather_add(struct gather *g, struct sv element)
{
	*VEC_ADD(&g->found) = element;
}

static void
gather_done(struct gather *g, enum view_kind kind)
{
	struct view *v = &g->r->m->views[kind];
	size_t bytes = g->found.n * sizeof *v->elements;

	v->n = g->found.n;
	v->elements = arena_grow(g->r->arena, g->found.list, bytes, bytes);
	VEC_DONE(&g->found);
}

/* What is looked at of a part that is larger than `max`: up to a line end
 * near it, else ">" (HTML), else space, else as many bytes. */
static struct sv
cut_part(struct sv s, size_t max)
{
	struct sv window = sv_sub(s, max, max + CUT_WINDOW_BYTES + 1);

	if (max == 0 || s.n <= max)
		return s;
	for (const char *ends = "\n> "; *ends; ends++) {
		size_t at = sv_find_char(window, *ends);

		if (at != SV_NOT_FOUND)
			return sv_sub(s, 0, max + at + 1);
	}
	return sv_sub(s, 0, max);
}

/* Bytes of the white space character s begins with, or 0: those of ASCII and
 * of Unicode, because a person sees the same gap. */
static size_t
blank_bytes(struct sv s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (sv_is_space(s.p[0]))
		return 1;
	if (p[0] == 0xc2 && s.n > 1 && (p[1] == 0xa0 || p[1] == 0x85))
		return 2;
	if (s.n < 3)
		return 0;
	if (p[0] == 0xe2 && p[1] == 0x80 &&
	    (p[2] <= 0x8a || p[2] == 0xa8 || p[2] == 0xa9 || p[2] == 0xaf))
		return 3;
	if ((p[0] == 0xe2 && p[1] == 0x81 && p[2] == 0x9f) ||
	    (p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80) ||
	    (p[0] == 0xe1 && p[1] == 0x9a && p[2] == 0x80))
		return 3;
	return 0;
}

/* ---- body ---- */

/* The rendered text of all parts, on its way to paragraphs: a run of white
 * space, also one that begins in one part and ends in the next, is one space,
 * or the end of a paragraph when two line ends are in it. */
struct paragraphs {
	struct gather g;
	char *out;
	size_t n, start; /* written; where the paragraph begins */
	bool has_gap;    /* white space waits to be written */
	size_t lines;    /* line ends in it */
	bool space_before, space_after; /* the first and the last of them */
	bool has_text;
};

/* Where the last space stands from which a long paragraph can be cut. */
static size_t
cut_at(struct sv s)
{
	for (size_t n = ELEMENT_BYTES + 1; n > 0; n--)
		if (s.p[n - 1] == ' ')
			return n;
	return ELEMENT_BYTES;
}

static void
end_paragraph(struct paragraphs *p)
{
	struct sv s = sv_make(p->out + p->start, p->n - p->start);

	while (s.n > ELEMENT_BYTES) {
		size_t n = cut_at(s);

		gather_add(&p->g, sv_sub(s, 0, n));
		s = sv_from(s, n);
	}
	if (s.n)
		gather_add(&p->g, s);
	p->start = p->n;
}

static void
write_gap(struct paragraphs *p)
{
	if (p->lines < 2) {
		p->out[p->n++] = ' ';
	} else {
		if (p->space_before)
			p->out[p->n++] = ' ';
		p->out[p->n++] = '\n';
		end_paragraph(p);
		if (p->space_after)
			p->out[p->n++] = ' ';
	}
	p->has_gap = p->space_before = p->space_after = false;
	p->lines = 0;
}

static void
gap_add(struct paragraphs *p, char c)
{
	p->has_gap = true;
	if (c == '\n') {
		p->lines++;
		p->space_after = false;
	} else {
		p->space_after = true;
		p->space_before |= p->lines == 0;
	}
}

/* Bytes that are no white space and begin none. NUL ends a paragraph. */
static const bool is_plain[256] = {
	[0x01 ... 0x08] = true, [0x0e ... 0x1f] = true, [0x21 ... 0xc1] = true,
	[0xc3 ... 0xe0] = true, [0xe4 ... 0xff] = true,
};

/* Writes the bytes up to the next that may be white space. */
static size_t
write_plain(struct paragraphs *p, struct sv s)
{
	char *out = p->out + p->n;
	size_t n = 0;

	for (; n < s.n && is_plain[(unsigned char)s.p[n]]; n++)
		out[n] = s.p[n];
	p->n += n;
	return n;
}

static void
paragraphs_add(struct paragraphs *p, struct sv s)
{
	size_t at = 0, width;

	p->has_text |= s.n > 0;
	while (at < s.n) {
		width = is_plain[(unsigned char)s.p[at]]
		            ? 0
		            : blank_bytes(sv_from(s, at));
		if (width) {
			gap_add(p, s.p[at]);
			at += width;
			continue;
		}
		if (p->has_gap)
			write_gap(p);
		if (s.p[at] == '\0') {
			p->out[p->n++] = '\n';
			end_paragraph(p);
			at++;
			continue;
		}
		p->out[p->n++] = s.p[at++];
		at += write_plain(p, sv_from(s, at));
	}
}

/* The last one counts, as for rules that ask for it. */
static struct sv
subject_value(const struct message *m)
{
	const struct message_part *top = &m->parts[0];

	for (size_t i = top->n_headers; i-- > 0;)
		if (sv_ieq_str(top->headers[i].name, "Subject"))
			return top->headers[i].value;
	return SV("");
}

static void
add_subject(struct paragraphs *p, struct sv subject)
{
	if (subject.n)
		memcpy(p->out, subject.p, subject.n);
	p->out[subject.n] = '\n';
	p->n = subject.n + 1;
	end_paragraph(p);
}

static void
make_body(struct reader *r)
{
	struct sv subject = subject_value(r->m);
	struct paragraphs p = { .g = { .r = r } };
	size_t max = (size_t)r->limits->body_part_bytes_max;
	size_t room = subject.n + 2;

	for (size_t i = 0; i < r->m->n_parts; i++)
		room += cut_part(r->m->parts[i].rendered, max).n + 1;
	/* At most one byte is written for each that is read, and one more. */
	p.out = arena_alloc(r->arena, room);
	add_subject(&p, subject);
	for (size_t i = 0; i < r->m->n_parts; i++) {
		const struct message_part *part = &r->m->parts[i];

		if (!part->is_leaf || part->is_inline)
			continue;
		if (p.has_text)
			gap_add(&p, '\n');
		paragraphs_add(&p, cut_part(part->rendered, max));
	}
	/* A post has no last line end; a mail has. Both shall look the same. */
	if (r->m->head.p == NULL && p.has_text && !p.has_gap)
		gap_add(&p, '\n');
	if (p.has_gap)
		write_gap(&p);
	end_paragraph(&p);
	gather_done(&p.g, VIEW_BODY);
}

/* ---- rawbody ---- */

/* Where to cut a long text: behind the first line end, else ">" (HTML), else
 * space, between one and two ELEMENT_BYTES. */
static size_t
chunk_bytes(struct sv s)
{
	struct sv window = sv_sub(s, ELEMENT_BYTES, 2 * ELEMENT_BYTES);

	for (const char *ends = "\n> "; *ends; ends++) {
		size_t at = sv_find_char(window, *ends);

		if (at != SV_NOT_FOUND)
			return ELEMENT_BYTES + at + 1;
	}
	return ELEMENT_BYTES + 1;
}

static void
make_rawbody(struct reader *r)
{
	struct gather g = { .r = r };
	size_t max = (size_t)r->limits->rawbody_part_bytes_max;

	for (size_t i = 0; i < r->m->n_parts; i++) {
		const struct message_part *part = &r->m->parts[i];
		struct sv s = cut_part(part->data, max);

		/* A calendar is an attachment that nobody is shown. */
		if (!part->is_leaf || !part->is_text ||
		    sv_eq_str(part->type, "text/calendar"))
			continue;
		while (s.n > 2 * ELEMENT_BYTES) {
			size_t n = chunk_bytes(s);

			gather_add(&g, sv_sub(s, 0, n));
			s = sv_from(s, n);
		}
		gather_add(&g, s);
	}
	gather_done(&g, VIEW_RAWBODY);
}

void
view_make_all(struct reader *r)
{
	struct gather full = { .r = r };

	make_body(r);
	make_rawbody(r);
	uri_list_make(r);
	gather_add(&full, r->m->mail);
	gather_done(&full, VIEW_FULL);
}

const char *
view_word(enum view_kind kind)
{
	static const char *const words[VIEW_COUNT] = {
		[VIEW_HEADER] = "header",
		[VIEW_BODY] = "body",
		[VIEW_RAWBODY] = "rawbody",
		[VIEW_FULL] = "full",
		[VIEW_URI] = "uri",
		[VIEW_URL] = "url",
		[VIEW_SKELETON] = "skeleton",
		[VIEW_URI_SKELETON] = "uri_skeleton",
		[VIEW_MIMEHEADER] = "mimeheader",
		[VIEW_URI_DETAIL] = "uri_detail",
	};

	return words[kind];
}

enum view_kind
view_original(enum view_kind kind)
{
	if (kind == VIEW_SKELETON)
		return VIEW_BODY;
	return kind == VIEW_URI_SKELETON ? VIEW_URL : kind;
}
