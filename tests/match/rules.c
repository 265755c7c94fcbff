/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/vec.h"
#include "message/url.h"
#include "rule/set.h"

enum {
	MAIL_BYTES_MAX = 64 << 20,
	HEADER_TEXT_BYTES_MAX = 512 * 1024,
};

static _Noreturn void
give_up(const struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++)
		if (diags->list[i].severity == SEVERITY_ERROR)
			fprintf(stderr, "%s:%d: %s\n",
			        diags->list[i].file ? diags->list[i].file : "",
			        diags->list[i].line, diags->list[i].text);
	exit(2);
}

struct conf *
rules_conf(void)
{
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_parse(SV(""), "defaults", &diags);

	if (!conf)
		give_up(&diags);
	diags_done(&diags);
	return conf;
}

/* Makes comments of the lines that define rules by functions. */
static void
leave_functions_out(struct rule_sources *sources)
{
	for (size_t i = 0; i < sources->n; i++) {
		struct sv text = { sources->list[i].text,
			           sources->list[i].bytes };
		struct sv line, word;

		while (sv_line(&text, &line)) {
			char *first =
			    sources->list[i].text +
			    (line.p - (const char *)sources->list[i].text);

			if (sv_word(&line, &word) && sv_word(&line, &word) &&
			    sv_word(&line, &word) &&
			    sv_starts(word, SV("eval:")))
				*first = '#';
		}
	}
}

struct rule_set *
rules_load(const struct conf_list *paths, const struct conf *conf,
           enum engine engine, bool with_functions)
{
	struct conf with = *conf;
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources = { NULL, 0, 0 };
	struct rule_set *rs = NULL;

	with.match.engine = engine;
	if (rule_sources_read(paths, &sources, &diags) == 0) {
		if (!with_functions)
			leave_functions_out(&sources);
		rs = rule_set_compile(&sources, &with, &diags);
	}
	if (!rs)
		give_up(&diags);
	rule_sources_done(&sources);
	diags_done(&diags);
	return rs;
}

const struct match_set *
rules_patterns(const struct rule_set *rs)
{
	return rs->match;
}

size_t
rules_slots(const struct rule_set *rs)
{
	return rs->slots.n;
}

/* Of one field rules see 8 kB (selector.c), and paragraphs and pieces of
 * bodies are cut (view.c). */
size_t
rules_element_max(const struct rule_set *rs, size_t slot)
{
	enum { FIELD = 8192, PARAGRAPH = 2048 + 1024 + 1, PIECE = 2 * 2048 };
	const struct slot *s = &rs->slots.list[slot];

	switch (s->view) {
	case VIEW_HEADER:
		return s->selector.source == SELECTOR_HEADER ? FIELD : SIZE_MAX;
	case VIEW_MIMEHEADER:
		return FIELD;
	case VIEW_BODY:
	case VIEW_SKELETON:
		return PARAGRAPH;
	case VIEW_RAWBODY:
		return PIECE;
	case VIEW_FULL:
		return SIZE_MAX;
	default:
		return URL_BYTES_MAX;
	}
}

static struct match_text
slot_text(const struct slot *slot, const struct selector_mail *mail)
{
	const struct view *v = &mail->m->views[slot->view];
	struct sv *header;
	bool is_present;

	if (slot->view != VIEW_HEADER)
		return (struct match_text){ v->elements, v->n };
	header = ARENA_NEW(mail->arena, struct sv);
	is_present = selector_text(&slot->selector, mail, header);
	if (!is_present && slot->if_unset)
		*header = sv_str(slot->if_unset);
	return (struct match_text){ header, is_present };
}

const struct match_text *
rules_texts(const struct rule_set *rs, struct arena *a, const struct message *m)
{
	struct buf scratch = BUF_INIT(HEADER_TEXT_BYTES_MAX);
	struct selector_mail mail = { .arena = a, .m = m, .scratch = &scratch };
	struct match_text *texts =
	    ARENA_ARRAY(a, struct match_text, rs->slots.n + 1);

	header_index_make(&mail.headers, rs->headers, a, m);
	for (size_t i = 0; i < rs->slots.n; i++)
		texts[i] = slot_text(&rs->slots.list[i], &mail);
	buf_done(&scratch);
	return texts;
}

/* ---- mail ---- */

struct paths {
	VEC(char *) list;
};

static int
add_path(void *ctx, const char *path)
{
	struct paths *paths = ctx;
	const char *dot = strrchr(path, '.');

	if (!dot || (strcmp(dot, ".tsv") != 0 && strcmp(dot, ".ndjson") != 0 &&
	             strcmp(dot, ".want") != 0 && strcmp(dot, ".json") != 0 &&
	             strcmp(dot, ".sh") != 0 && strcmp(dot, ".cf") != 0))
		*VEC_ADD(&paths->list) = mem_strdup(path);
	return 0;
}

static void
read_mail(const char *path, struct mail *ret)
{
	ret->path = mem_strdup(path);
	buf_init(&ret->raw, MAIL_BYTES_MAX);
	if (file_read(path, &ret->raw)) {
		fprintf(stderr, "%s: cannot be read\n", path);
		exit(2);
	}
}

void
mails_read(const struct conf_list *paths, size_t max, struct mails *ret)
{
	struct paths found = { 0 };

	for (size_t i = 0; i < paths->n; i++)
		if (file_walk(paths->list[i], NULL, add_path, &found)) {
			fprintf(stderr, "%s: cannot be read\n", paths->list[i]);
			exit(2);
		}
	ret->n = found.list.n < max ? found.list.n : max;
	ret->list = mem_calloc(ret->n + 1, sizeof *ret->list);
	for (size_t i = 0; i < ret->n; i++)
		read_mail(found.list.list[i * found.list.n / ret->n],
		          &ret->list[i]);
	for (size_t i = 0; i < found.list.n; i++)
		free(found.list.list[i]);
	VEC_DONE(&found.list);
}

void
mails_done(struct mails *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->list[i].path);
		buf_done(&m->list[i].raw);
	}
	free(m->list);
}
