/* SPDX-License-Identifier: Apache-2.0 */
#include "message/view.h"

#include "base/vec.h"
#include "message/header.h"

/* SpamAssassin's sizes: rules with "^" or with two distant words depend on
 * where a text is cut. */
enum { ELEMENT_BYTES = 2048 };

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
add_paragraph(struct gather *g, struct sv s)
{
	while (s.n > ELEMENT_BYTES) {
		size_t n = cut_at(s);

		gather_add(g, sv_sub(s, 0, n));
		s = sv_from(s, n);
	}
	if (s.n)
		gather_add(g, s);
}

/* The run of white space at *at: two line ends in it part paragraphs, else
 * it is one space. */
struct gap {
	size_t bytes;
	bool parts;                     /* two line ends or more */
	bool space_before, space_after; /* beyond its first and last line end */
};

static struct gap
read_gap(struct sv s)
{
	struct gap gap = { 0 };
	size_t lines = 0, width;

	while (gap.bytes < s.n &&
	       (width = blank_bytes(sv_from(s, gap.bytes))) > 0) {
		if (s.p[gap.bytes] == '\n') {
			lines++;
			gap.space_after = false;
		} else {
			gap.space_after = true;
			gap.space_before |= lines == 0;
		}
		gap.bytes += width;
	}
	gap.parts = lines > 1;
	return gap;
}

static const bool is_plain[256] = {
	[0x00 ... 0x08] = true, [0x0e ... 0x1f] = true, [0x21 ... 0xc1] = true,
	[0xc3 ... 0xe0] = true, [0xe4 ... 0xff] = true,
};

/* All rendered parts in one text become paragraphs. */
static void
split_paragraphs(struct gather *g, struct sv text)
{
	char *out = arena_alloc(g->r->arena, text.n + 1);
	size_t n = 0, start = 0, at = 0;

	while (at < text.n) {
		size_t from = at;
		struct gap gap;

		while (at < text.n && is_plain[(unsigned char)text.p[at]])
			at++;
		memcpy(out + n, text.p + from, at - from);
		n += at - from;
		if (at == text.n)
			break;
		gap = read_gap(sv_from(text, at));
		if (gap.bytes == 0) {
			out[n++] = text.p[at++];
			continue;
		}
		at += gap.bytes;
		if (!gap.parts) {
			out[n++] = ' ';
			continue;
		}
		if (gap.space_before)
			out[n++] = ' ';
		add_paragraph(g, sv_make(out + start, n - start));
		start = n;
		if (gap.space_after)
			out[n++] = ' ';
	}
	add_paragraph(g, sv_make(out + start, n - start));
}

/* A post has no last line end; a mail has. Both shall look the same. */
static struct sv
without_end_space(struct sv s)
{
	while (s.n && sv_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

static void
make_body(struct reader *r)
{
	const struct message_header *subject =
	    header_find(&r->m->parts[0], "Subject");
	struct buf *text = &r->scratch;
	struct gather g = { .r = r };
	size_t total = 0;

	for (size_t i = 0; i < r->m->n_parts; i++)
		total += r->m->parts[i].rendered.n + 1;
	buf_reset(text);
	text->max = total;
	for (size_t i = 0; i < r->m->n_parts; i++) {
		const struct message_part *part = &r->m->parts[i];

		if (!part->is_leaf)
			continue;
		if (text->n)
			buf_add_char(text, '\n');
		buf_add(text, part->rendered);
	}
	gather_add(&g, subject ? subject->value : SV(""));
	split_paragraphs(&g, without_end_space(buf_sv(text)));
	gather_done(&g, VIEW_BODY);
}

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

	for (size_t i = 0; i < r->m->n_parts; i++) {
		const struct message_part *part = &r->m->parts[i];
		struct sv s = part->data;

		/* A calendar is an attachment that nobody is shown. */
		if (!part->is_leaf || !part->is_text ||
		    sv_eq_str(part->type, "text/calendar"))
			continue;
		while (s.n > 2 * ELEMENT_BYTES) {
			size_t n = chunk_bytes(s);

			gather_add(&g, sv_sub(s, 0, n));
			s = sv_from(s, n);
		}
		if (s.n)
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
	r->m->views[VIEW_URI] = (struct view){ r->uri_forms, r->n_uri_forms };
	gather_add(&full, r->m->raw);
	gather_done(&full, VIEW_FULL);
}

const char *
view_word(enum view_kind kind)
{
	static const char *const words[VIEW_COUNT] = {
		"header", "body", "rawbody", "full", "uri",
	};

	return words[kind];
}
