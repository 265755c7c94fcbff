/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/diary.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/vec.h"
#include "feedd/period.h"

const char *const diary_kinds[] = { "warning", "notice", "undertaking", "order",
	                            "penalty", "method", "other",       NULL };

struct parsing {
	const char *file;
	unsigned line;
	struct diags *diags;
	int result;
	VEC(struct diary_entry) entries;
};

static void
complain(struct parsing *p, const char *why)
{
	diags_add(p->diags, SEVERITY_ERROR, p->file, p->line, "%s", why);
	p->result = E_SYNTAX;
}

static bool
is_kind(struct sv word)
{
	for (const char *const *kind = diary_kinds; *kind; kind++)
		if (sv_eq_str(word, *kind))
			return true;
	return false;
}

static void
take_entry(struct parsing *p, struct sv line)
{
	struct diary_entry e = { 0 };
	struct sv date = SV_NONE;

	if (!sv_word(&line, &date) || date.n != 10 ||
	    period_parse_begin(date, &e.minute)) {
		complain(p, "must begin with a date as 2026-11-23");
		return;
	}
	if (!sv_word(&line, &e.kind) || !is_kind(e.kind)) {
		complain(p, "after the date: warning, notice, undertaking, "
		            "order, penalty, method or other");
		return;
	}
	e.texts[LANG_EN] = sv_trim(line);
	*VEC_ADD(&p->entries) = e;
}

static void
take_translation(struct parsing *p, struct sv line)
{
	struct sv code = SV_NONE;

	if (p->entries.n == 0 || !sv_word(&line, &code) || !lang_known(code)) {
		complain(p, "an indented line has the text of the entry above "
		            "it in another language: fr or zh");
		return;
	}
	p->entries.list[p->entries.n - 1].texts[lang_of(code)] = sv_trim(line);
}

/* The newest first; those of one day stay in the order of the file. */
static int
compare_entries(const void *a, const void *b)
{
	const struct diary_entry *x = a, *y = b;

	if (x->minute != y->minute)
		return x->minute < y->minute ? 1 : -1;
	return x->texts[0].p < y->texts[0].p ? -1 : 1;
}

int
diary_parse(struct sv text, const char *file, struct arena *a,
            struct diags *diags, struct diary *ret)
{
	struct parsing p = { .file = file, .diags = diags };
	struct sv line;

	while (sv_split(&text, '\n', &line)) {
		p.line++;
		if (sv_trim(line).n == 0 || line.p[0] == '#')
			continue;
		if (sv_is_space(line.p[0]))
			take_translation(&p, line);
		else
			take_entry(&p, line);
	}
	ret->n = p.entries.n;
	ret->list =
	    arena_grow(a, p.entries.list, p.entries.n * sizeof *ret->list,
	               p.entries.n * sizeof *ret->list);
	qsort(ret->list, ret->n, sizeof *ret->list, compare_entries);
	VEC_DONE(&p.entries);
	return p.result;
}

int
diary_read(const char *path, struct arena *a, struct diags *diags,
           struct diary *ret)
{
	struct buf text = BUF_INIT(DIARY_BYTES_MAX);
	int result = file_read(path, &text);

	*ret = (struct diary){ 0 };
	if (result == 0)
		result = diary_parse(arena_dup(a, buf_sv(&text)), path, a,
		                     diags, ret);
	buf_done(&text);
	return result;
}

struct sv
diary_text(const struct diary_entry *e, enum lang lang)
{
	if (e->texts[lang].n)
		return e->texts[lang];
	for (int other = 0; other < LANGS; other++)
		if (e->texts[other].n)
			return e->texts[other];
	return SV("");
}
