/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader takes for the own text of a message. */
#include "base/buf.h"
#include "learn/shingle.h"

enum {
	/* A signature, or the footer of a mailing list, is no longer. */
	SETOFF_BYTES_MAX = 800,
	RULE_BYTES_MIN = 8, /* a line begins with, of dashes and the like */
};

/* ---- which parts ---- */

/* Whether a later part says the same in a richer way (RFC 2046 5.1.4). */
static bool
has_better(const struct message *m, size_t at)
{
	const struct message_part *part = &m->parts[at];

	if (part->parent < 0 ||
	    !sv_eq_str(m->parts[part->parent].type, "multipart/alternative"))
		return false;
	for (size_t i = at + 1; i < m->n_parts; i++)
		if (m->parts[i].parent == part->parent &&
		    sv_trim(m->parts[i].rendered).n)
			return true;
	return false;
}

/* ---- which lines ---- */

static bool
is_rule_line(struct sv line)
{
	size_t n = 1;

	line = sv_trim(line);
	if (sv_eq_str(line, "--"))
		return true; /* RFC 3676 4.3 */
	if (line.n < RULE_BYTES_MIN ||
	    sv_find_char(SV("-_=*~#"), line.p[0]) == SV_NOT_FOUND)
		return false;
	while (n < line.n && line.p[n] == line.p[0])
		n++;
	return n >= RULE_BYTES_MIN;
}

/* The lines up to a signature or a footer, without those that are quoted. */
static void
add_own_lines(struct buf *out, struct sv text)
{
	struct sv line;

	while (sv_line(&text, &line) && !out->full) {
		if (line.n && line.p[0] == '>')
			continue;
		if (text.n <= SETOFF_BYTES_MAX && is_rule_line(line))
			break;
		buf_add(out, line);
		buf_add_char(out, '\n');
	}
}

/* What is seen of the text of a part. */
static struct sv
visible(const struct message_part *part, struct arena *a)
{
	const struct message_html *html = part->html;
	struct buf out = BUF_INIT(SHINGLE_TEXT_BYTES);
	size_t at = 0;
	struct sv text;

	if (!html || html->n_hidden == 0)
		return sv_sub(part->rendered, 0, SHINGLE_TEXT_BYTES);
	for (size_t i = 0; i < html->n_hidden; i++) {
		buf_add(&out, sv_sub(part->rendered, at, html->hidden[i].from));
		at = html->hidden[i].to;
	}
	buf_add(&out, sv_from(part->rendered, at));
	text = arena_dup(a, buf_sv(&out));
	buf_done(&out);
	return text;
}

static void
add_parts(struct buf *out, const struct message *m, struct arena *a, bool all)
{
	for (size_t i = 0; i < m->n_parts && !out->full; i++) {
		const struct message_part *part = &m->parts[i];

		if (!part->is_text || has_better(m, i))
			continue;
		if (all)
			buf_add(out, visible(part, a));
		else
			add_own_lines(out, visible(part, a));
		buf_add_char(out, '\n');
	}
}

void
shingles_make(const struct shingle_seed *seed, const struct message *m,
              struct arena *a, struct shingles *ret)
{
	const struct message_header *subject = message_header(m, "Subject");
	struct buf text = BUF_INIT(SHINGLE_TEXT_BYTES);
	size_t begin;

	if (subject)
		buf_add(&text, subject->value);
	buf_add_char(&text, '\n');
	begin = text.n;
	add_parts(&text, m, a, false);
	/* Who writes nothing else means what is quoted or set off. */
	if (sv_trim(sv_from(buf_sv(&text), begin)).n == 0)
		add_parts(&text, m, a, true);
	shingles_of_text(seed, buf_sv(&text), a, ret);
	buf_done(&text);
}
