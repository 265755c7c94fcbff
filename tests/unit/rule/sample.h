/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of rule/ share: a configuration, rule sets from a text, and
 * messages made by hand. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "../sample_conf.h"
#include "../unit.h"

#include <stdio.h>

#include "base/buf.h"
#include "rule/rule.h"

/* Compiles one text as "test.cf". */
static inline struct rule_set *
sample_compile(const char *text, struct diags *diags)
{
	struct rule_sources sources = { NULL, 0, 0 };
	struct rule_set *rs;

	rule_sources_add(&sources, "test.cf", sv_str(text));
	rs = rule_set_compile(&sources, sample_conf(), diags);
	rule_sources_done(&sources);
	return rs;
}

/* All diagnostics, one a line: "LINE SEVERITY TEXT". */
static inline void
sample_diags(const struct diags *diags, struct buf *out)
{
	static const char *const severities[] = { "note", "warning", "error" };

	buf_reset(out);
	for (size_t i = 0; i < diags->n; i++)
		buf_addf(out, "%d %s %s\n", diags->list[i].line,
		         severities[diags->list[i].severity],
		         diags->list[i].text);
}

/* A mail with a header and views; lines of the header are "Name: value". */
struct sample_mail {
	const char *header[12];
	const char *body[8]; /* the subject first */
	const char *rawbody[8], *uri[8], *full;
};

static inline struct view
sample_view(struct arena *a, const char *const *texts)
{
	struct view v = { ARENA_ARRAY(a, struct sv, 8), 0 };

	for (; v.n < 8 && texts[v.n]; v.n++)
		v.elements[v.n] = sv_str(texts[v.n]);
	return v;
}

static inline struct message *
sample_message(struct arena *a, const struct sample_mail *mail)
{
	struct message *m = ARENA_NEW(a, struct message);
	const char *full[8] = { mail->full };

	m->parts = ARENA_NEW(a, struct message_part);
	m->parts->parent = -1;
	m->n_parts = 1;
	m->parts->headers = ARENA_ARRAY(a, struct message_header, 12);
	for (size_t i = 0; i < 12 && mail->header[i]; i++) {
		struct message_header *h = &m->parts->headers[i];
		struct sv line = sv_str(mail->header[i]);
		size_t colon = sv_find_char(line, ':');

		h->name = sv_sub(line, 0, colon);
		h->raw = sv_from(line, colon + 1);
		h->value = sv_trim(h->raw);
		m->parts->n_headers++;
	}
	m->views[VIEW_BODY] = sample_view(a, mail->body);
	m->views[VIEW_RAWBODY] = sample_view(a, mail->rawbody);
	m->views[VIEW_URI] = sample_view(a, mail->uri);
	m->views[VIEW_URL] = m->views[VIEW_URI];
	m->views[VIEW_FULL] = sample_view(a, full);
	return m;
}

#endif
