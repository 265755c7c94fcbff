/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces that several pages are made of. */
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"
#include "feedd/page_private.h"

/* ---- sections ---- */

void
begin_section(struct page *p, enum text heading, enum text meaning)
{
	p->sections++;
	buf_addf(p->out,
	         "<section aria-labelledby=\"s%u\"><h%d id=\"s%u\">%s</h%d>\n",
	         p->sections, p->level, p->sections,
	         lang_text(p->lang, heading), p->level);
	if (meaning != TEXTS)
		buf_addf(p->out, "<p class=\"meaning\">%s</p>\n",
		         lang_text(p->lang, meaning));
}

void
end_section(struct page *p)
{
	put(p, "</section>\n");
}

void
put_note(struct page *p, enum text text)
{
	put(p, "<p class=\"note\">");
	say(p, text);
	put(p, "</p>\n");
}

void
put_downloads(struct page *p, const char *base)
{
	put(p, "<p class=\"download\">");
	say(p, TEXT_DOWNLOAD);
	buf_addf(p->out,
	         " <a href=\"%s.csv%s\">CSV</a> <a href=\"%s.json%s\">JSON</a>"
	         "</p>\n",
	         base, p->query, base, p->query);
}

void
put_table_downloads(struct page *p, const char *view)
{
	char base[96];

	snprintf(base, sizeof base, "/v1/tables/%s", view);
	put_downloads(p, base);
}

static void
put_table_head(struct page *p, unsigned head, bool is_number)
{
	bool is_wide = head & HEAD_WIDE;

	is_number |= (head & HEAD_NUMBER) != 0;
	buf_addf(p->out, "<th scope=\"col\"%s>%s</th>",
	         is_number ? " class=\"n\""
	         : is_wide ? " class=\"wide\""
	                   : "",
	         lang_text(
		     p->lang,
		     (enum text)(head & ~(unsigned)(HEAD_WIDE | HEAD_NUMBER))));
}

void
begin_table(struct page *p, const char *class_name, enum text caption,
            const unsigned *heads, size_t n_numbers)
{
	size_t left = 0;

	while (heads[left] != TEXTS)
		left++;
	buf_addf(p->out,
	         "<table class=\"%s\"><caption class=\"unseen\">%s</caption>"
	         "<thead><tr>",
	         class_name, lang_text(p->lang, caption));
	for (; *heads != TEXTS; heads++, left--)
		put_table_head(p, *heads, left <= n_numbers);
	put(p, "</tr></thead>\n<tbody>\n");
}

void
end_table(struct page *p)
{
	put(p, "</tbody></table>\n");
}

void
begin_keys(struct page *p)
{
	put(p, "<dl class=\"key\">\n");
}

void
put_key(struct page *p, enum text name, const char *value, const char *note,
        const char *note_2, const char *note_3)
{
	const char *const notes[] = { note, note_2, note_3 };

	buf_addf(p->out, "<div><dt>%s</dt><dd>%s</dd>",
	         lang_text(p->lang, name), value);
	for (size_t i = 0; i < 3; i++)
		if (notes[i])
			buf_addf(p->out, "<dd class=\"note\">%s</dd>",
			         notes[i]);
	put(p, "</div>\n");
}

void
end_keys(struct page *p)
{
	put(p, "</dl>\n");
}

/* ---- rankings ---- */

bool
is_spam_row(const struct figure *row)
{
	for (size_t d = 0; d < 3; d++)
		if (sv_eq(row->words[d], SV("advertising_spam")) ||
		    sv_eq(row->words[d], SV("other_abuse")))
			return true;
	return false;
}

struct summing {
	struct map *places; /* of a word in `rows`, from 1 */
	VEC(struct ranked) rows;
};

static struct ranked *
ranked_of(struct summing *s, struct sv word)
{
	size_t place = (size_t)(uintptr_t)map_get(s->places, word);

	if (place)
		return &s->rows.list[place - 1];
	*VEC_ADD(&s->rows) = (struct ranked){ .word = word };
	map_set(s->places, word, (void *)(uintptr_t)s->rows.n);
	return &s->rows.list[s->rows.n - 1];
}

static void
add_row(struct figure *to, const struct figure *row)
{
	to->count += row->count;
	if (row->reporters > to->reporters)
		to->reporters = row->reporters;
}

static int
sum_rows(struct page *p, struct summing *s, const char *view, size_t key,
         bool (*wanted)(const struct figure *row), const char *except,
         struct figure *excepted, struct figure *whole, bool is_before)
{
	struct table t;
	int result =
	    figures_table_in(p->f, view_find(sv_str(view)),
	                     is_before ? p->before : p->f->query.period, &t);

	if (result)
		return result;
	for (size_t i = 0; i < t.n_rows; i++) {
		struct ranked *r;

		if (wanted && !wanted(&t.rows[i]))
			continue;
		if (except && sv_eq_str(t.rows[i].words[key], except)) {
			if (!is_before)
				add_row(excepted, &t.rows[i]);
			continue;
		}
		r = ranked_of(s, t.rows[i].words[key]);
		add_row(is_before ? &r->before : &r->now, &t.rows[i]);
		add_row(whole, &t.rows[i]);
	}
	return 0;
}

static int
compare_before(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->before.is_withheld != y->before.is_withheld)
		return x->before.is_withheld - y->before.is_withheld;
	if (x->before.count != y->before.count)
		return x->before.count < y->before.count ? 1 : -1;
	return sv_cmp(x->word, y->word);
}

static int
compare_now(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->now.is_withheld != y->now.is_withheld)
		return x->now.is_withheld - y->now.is_withheld;
	if (x->now.is_withheld) /* their order would tell */
		return sv_cmp(x->word, y->word);
	if (x->now.count != y->now.count)
		return x->now.count < y->now.count ? 1 : -1;
	return sv_cmp(x->word, y->word);
}

/* As figures_withhold(), on one of the two figures of each row. */
static void
withhold_rows(struct page *p, struct summing *s, bool is_before)
{
	struct figure *list =
	    ARENA_ARRAY(p->f->arena, struct figure, s->rows.n + 1);

	for (size_t i = 0; i < s->rows.n; i++)
		list[i] =
		    is_before ? s->rows.list[i].before : s->rows.list[i].now;
	figures_withhold(list, s->rows.n, p->f->reporters_min);
	for (size_t i = 0; i < s->rows.n; i++)
		*(is_before ? &s->rows.list[i].before : &s->rows.list[i].now) =
		    list[i];
}

static void
set_ranks(struct summing *s)
{
	struct ranked *rows = s->rows.list;

	if (s->rows.n == 0)
		return;
	qsort(rows, s->rows.n, sizeof *rows, compare_before);
	for (size_t i = 0; i < s->rows.n; i++)
		if (rows[i].before.count && !rows[i].before.is_withheld)
			rows[i].rank_before = i + 1;
	qsort(rows, s->rows.n, sizeof *rows, compare_now);
	for (size_t i = 0; i < s->rows.n; i++)
		if (rows[i].now.count && !rows[i].now.is_withheld)
			rows[i].rank = i + 1;
}

int
rank_rows(struct page *p, const char *view, size_t key,
          bool (*wanted)(const struct figure *row), const char *except,
          struct ranking *ret)
{
	struct ranking r = { .has_before = p->has_before };
	struct summing s = { .places = map_new() };
	int result = sum_rows(p, &s, view, key, wanted, except, &r.excepted,
	                      &r.whole, false);

	if (!result && p->has_before)
		result = sum_rows(p, &s, view, key, wanted, except, &r.excepted,
		                  &r.whole_before, true);
	if (!result) {
		size_t bytes = s.rows.n * sizeof *s.rows.list;

		withhold_rows(p, &s, false);
		withhold_rows(p, &s, true);
		figures_withhold(&r.whole, 1, p->f->reporters_min);
		figures_withhold(&r.whole_before, 1, p->f->reporters_min);
		figures_withhold(&r.excepted, 1, p->f->reporters_min);
		set_ranks(&s);
		r.n = s.rows.n;
		r.rows = arena_grow(p->f->arena, s.rows.list, bytes, bytes);
		for (size_t i = 0; i < r.n; i++)
			r.n_withheld += r.rows[i].now.is_withheld;
		*ret = r;
	}
	VEC_DONE(&s.rows);
	map_free(s.places);
	return result;
}

/* "▲ 3 (5)": the places gained, and the place before. */
static void
put_rank_change(struct page *p, const struct ranked *r)
{
	const char *text;

	if (!r->rank_before || !r->rank) {
		say(p, r->before.is_withheld ? TEXT_DASH : TEXT_RANK_NEW);
		return;
	}
	text = r->rank < r->rank_before   ? "\xe2\x96\xb2\xc2\xa0"
	       : r->rank > r->rank_before ? "\xe2\x96\xbc\xc2\xa0"
	                                  : "=";
	put(p, text);
	if (r->rank != r->rank_before)
		buf_addf(p->out, "%zu",
		         r->rank < r->rank_before ? r->rank_before - r->rank
		                                  : r->rank - r->rank_before);
}

/* The change of a share, in points of percent. */
static void
put_share_change(struct page *p, const struct ranking *r,
                 const struct ranked *row)
{
	uint64_t now = figures_percent_e2(row->now.count, r->whole.count);
	uint64_t before =
	    figures_percent_e2(row->before.count, r->whole_before.count);
	char sign[] = "\xe2\x88\x92";
	uint64_t e1;

	if (row->now.is_withheld || row->before.is_withheld ||
	    r->whole.is_withheld || r->whole_before.is_withheld ||
	    r->whole_before.count == 0) {
		say(p, TEXT_DASH);
		return;
	}
	e1 = ((now > before ? now - before : before - now) + 5) / 10;
	put(p, e1 == 0 ? "\xc2\xb1" : now > before ? "+" : sign);
	put(p, as_points(p, e1));
}

static void
put_ranked(struct page *p, const struct ranking *r, const struct ranked *row,
           const struct ranking_look *look, uint64_t longest)
{
	const char *name =
	    look->name ? look->name(p, row->word) : as_word(p, row->word);

	put(p, "<tr><td class=\"rank\">");
	if (row->rank)
		buf_addf(p->out, "%zu", row->rank);
	buf_addf(p->out, "</td><th scope=\"row\">%s</th><td class=\"bars\">",
	         name);
	if (!row->now.is_withheld)
		chart_bar(p->out, row->now.count, longest,
		          look->class_name ? look->class_name : "plain");
	buf_addf(p->out, "</td><td class=\"n\">%s</td><td class=\"n\">%s</td>",
	         as_figure(p, &row->now), as_percent(p, &row->now, &r->whole));
	if (r->has_before) {
		put(p, "<td class=\"n\">");
		put_share_change(p, r, row);
		put(p, "</td><td class=\"n wide\">");
		put_rank_change(p, row);
		put(p, "</td>");
	}
	put(p, "</tr>\n");
}

static void
put_ranking_head(struct page *p, const struct ranking *r,
                 const struct ranking_look *look)
{
	buf_addf(
	    p->out,
	    "<table class=\"ranking\"><caption class=\"unseen\">%s"
	    "</caption><thead><tr>"
	    "<th scope=\"col\" class=\"rank\"><abbr title=\"%s\">#</abbr>"
	    "</th><th scope=\"col\">%s</th><td class=\"bars\"></td>"
	    "<th scope=\"col\" class=\"n\">%s</th>"
	    "<th scope=\"col\" class=\"n\">%s</th>",
	    lang_text(p->lang, look->caption), lang_text(p->lang, TEXT_RANK),
	    lang_text(p->lang, look->column), lang_text(p->lang, look->unit),
	    lang_text(p->lang, TEXT_SHARE));
	if (r->has_before)
		buf_addf(p->out,
		         "<th scope=\"col\" class=\"n\">%s</th>"
		         "<th scope=\"col\" class=\"n wide\">%s</th>",
		         lang_text(p->lang, TEXT_SHARE_CHANGE),
		         lang_text(p->lang, TEXT_RANK_CHANGE));
	put(p, "</tr></thead>\n<tbody>\n");
}

/* What the rows shown leave out. */
static void
put_ranking_notes(struct page *p, const struct ranking *r,
                  const struct ranking_look *look, size_t left_out)
{
	if (look->except && r->excepted.count) {
		put(p, "<p class=\"note\">");
		SAY(p, TEXT_NOT_SHOWN, as_word(p, sv_str(look->except)),
		    as_figure(p, &r->excepted));
		put(p, "</p>\n");
	}
	if (left_out) {
		put(p, "<p class=\"note\">");
		SAY(p, TEXT_MORE_ROWS, as_count(p, left_out));
		put(p, "</p>\n");
	}
	if (r->n_withheld) {
		put(p, "<p class=\"note\">");
		SAY(p, TEXT_ROWS_WITHHELD, as_count(p, r->n_withheld),
		    as_count(p, r->n), as_count(p, p->f->reporters_min));
		put(p, "</p>\n");
	}
}

void
put_ranking(struct page *p, const struct ranking *r,
            const struct ranking_look *look)
{
	size_t shown = 0, left_out = 0;
	uint64_t longest = 0;

	if (r->whole.count == 0) {
		put(p, "<p class=\"empty\">");
		say(p, TEXT_NOTHING_REPORTED);
		put(p, "</p>\n");
		return;
	}
	put_ranking_head(p, r, look);
	for (size_t i = 0; i < r->n; i++) {
		const struct ranked *row = &r->rows[i];

		if (row->now.count == 0)
			continue;
		if (shown == look->max) {
			left_out++;
			continue;
		}
		if (!longest)
			longest = row->now.count;
		put_ranked(p, r, row, look, longest);
		shown++;
	}
	end_table(p);
	put_ranking_notes(p, r, look, left_out);
}

int
put_ranked_section(struct page *p, enum text heading, enum text meaning,
                   const char *view, size_t key,
                   bool (*wanted)(const struct figure *row),
                   struct ranking_look look)
{
	struct ranking r;
	int result = rank_rows(p, view, key, wanted, look.except, &r);

	if (result)
		return result;
	begin_section(p, heading, meaning);
	put_ranking(p, &r, &look);
	put_table_downloads(p, view);
	end_section(p);
	return 0;
}
