/* SPDX-License-Identifier: Apache-2.0 */
/* tamis spf: whether a host may send mail for a domain, and why. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "fact/geo.h"
#include "fact/rdns.h"
#include "fact/spf.h"
#include "tamis/asker.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum { OUTPUT_MAX = 4 << 20 };

/* What was asked for, and what was found. */
struct tried {
	struct arena *arena;
	struct lookup *lookup;
	struct spf_query query;
	struct spf_outcome spf;
	struct rdns rdns;
	struct geo_place place;
};

static bool
work_out(void *ctx, struct lookup *l)
{
	struct tried *t = ctx;
	bool all;

	all = spf_check(t->arena, l, &t->query, &t->spf);
	all &= rdns_check(t->arena, l, &t->query.ip, t->query.helo, &t->rdns);
	return all;
}

/* ---- for people ---- */

static enum tone
tone_of(enum spf_result r)
{
	return r == SPF_PASS                         ? TONE_GOOD
	       : r == SPF_FAIL || r == SPF_PERMERROR ? TONE_BAD
	                                             : TONE_DOUBT;
}

static void
print_line(const struct term *term, const char *title, struct sv text)
{
	term_print(term, TONE_DIM, title);
	printf(SV_FMT "\n", SV_ARG(text));
}

static void
print_client(const struct tried *t, const struct term *term)
{
	const struct rdns *r = &t->rdns;
	char ip[IP_TEXT];
	struct buf out = BUF_INIT(OUTPUT_MAX);

	buf_add_str(&out, ip_text(&t->query.ip, ip));
	if (r->name.n)
		buf_addf(&out, ", " SV_FMT ", which %s", SV_ARG(r->name),
		         r->is_confirmed == RDNS_YES  ? "leads back to it"
		         : r->is_confirmed == RDNS_NO ? "leads elsewhere"
		                                      : "cannot be told");
	else
		buf_add_str(&out, r->has_name == RDNS_NO
		                      ? ", which has no name"
		                      : ", whose name cannot be told");
	if (t->place.country.n)
		buf_addf(&out, ", " SV_FMT, SV_ARG(t->place.country));
	if (t->place.asn)
		buf_addf(&out, ", AS%u " SV_FMT, t->place.asn,
		         SV_ARG(t->place.organisation));
	print_line(term, "client       ", term_text(t->arena, buf_sv(&out), 0));
	buf_done(&out);
}

static void
print_helo(const struct tried *t, const struct term *term)
{
	const struct rdns *r = &t->rdns;

	if (r->helo_kind == RDNS_HELO_NONE)
		return;
	print_line(
	    term, "HELO         ",
	    term_text(t->arena,
	              arena_printf(
			  t->arena,
			  SV_FMT " (%s), exists: %s, is the client: %s",
			  SV_ARG(t->query.helo), rdns_helo_word(r->helo_kind),
			  rdns_answer_word(r->helo_exists),
			  rdns_answer_word(r->helo_is_client)),
	              0));
}

/* The records, each with its terms indented below it. */
static void
print_steps(const struct tried *t, const struct term *term)
{
	for (size_t i = 0; i < t->spf.n_steps; i++) {
		const struct spf_step *s = &t->spf.steps[i];
		int indent = 2 + 4 * (int)s->depth;
		struct sv said = term_text(t->arena, s->said, 0);

		if (!s->term.n) {
			printf("%*s%s" SV_FMT "%s  " SV_FMT "\n", indent, "",
			       term_tone(term, TONE_BOLD), SV_ARG(s->domain),
			       term_plain(term), SV_ARG(said));
			continue;
		}
		printf("%*s%-*.*s  " SV_FMT "\n", indent + 2, "",
		       40 - indent > 20 ? 40 - indent : 20,
		       (int)term_text(t->arena, s->term, 0).n,
		       term_text(t->arena, s->term, 0).p, SV_ARG(said));
	}
}

static void
print_text(const struct tried *t)
{
	struct term term = term_open(stdout);
	const struct spf_outcome *o = &t->spf;

	printf("%s%s%s: " SV_FMT "\n", term_tone(&term, tone_of(o->result)),
	       spf_result_word(o->result), term_plain(&term),
	       SV_ARG(o->reason));
	if (o->explanation.n)
		print_line(&term, "explanation  ", o->explanation);
	print_line(&term, o->is_helo ? "HELO sender  " : "sender       ",
	           term_text(t->arena, o->sender, 0));
	print_client(t, &term);
	print_helo(t, &term);
	printf("%u of %d terms with questions, %u of %d answers without "
	       "records\n",
	       o->lookups, SPF_LOOKUPS_MAX, o->void_lookups,
	       SPF_VOID_LOOKUPS_MAX);
	if (o->n_steps)
		printf("\n");
	print_steps(t, &term);
}

/* All that was asked, as a file for --answers. */
static void
print_answers(const struct tried *t)
{
	const struct dns_question *q;
	const struct dns_answer *answer;
	struct buf out = BUF_INIT(OUTPUT_MAX);
	size_t pos = 0;

	while (lookup_next(t->lookup, &pos, &q, &answer)) {
		dns_answer_write(q, answer, &out);
		buf_add_char(&out, '\n');
	}
	printf("\n%s", buf_str(&out));
	buf_done(&out);
}

/* ---- for programs ---- */

static void
write_client(struct json *j, const struct tried *t)
{
	const struct rdns *r = &t->rdns;
	char ip[IP_TEXT];

	json_begin_object(j, "client");
	json_text(j, "ip", ip_text(&t->query.ip, ip));
	json_str(j, "name", r->name);
	json_text(j, "iprev", rdns_iprev_word(r->iprev));
	json_str(j, "helo", t->query.helo);
	json_text(j, "helo_kind", rdns_helo_word(r->helo_kind));
	json_text(j, "helo_exists", rdns_answer_word(r->helo_exists));
	json_text(j, "helo_is_client", rdns_answer_word(r->helo_is_client));
	json_str(j, "country", t->place.country);
	json_int(j, "asn", t->place.asn);
	json_str(j, "organisation", t->place.organisation);
	json_end(j);
}

static void
write_steps(struct json *j, const struct spf_outcome *o)
{
	json_begin_array(j, "steps");
	for (size_t i = 0; i < o->n_steps; i++) {
		const struct spf_step *s = &o->steps[i];

		json_begin_object(j, NULL);
		json_int(j, "depth", s->depth);
		json_str(j, "domain", s->domain);
		json_str(j, "term", s->term);
		json_str(j, "said", s->said);
		json_end(j);
	}
	json_end(j);
}

static void
print_json(const struct tried *t)
{
	const struct spf_outcome *o = &t->spf;
	struct buf out = BUF_INIT(OUTPUT_MAX);
	struct json j = json_start(&out);

	json_begin_object(&j, NULL);
	json_text(&j, "result", spf_result_word(o->result));
	json_text(&j, "identity", o->is_helo ? "helo" : "mailfrom");
	json_str(&j, "sender", o->sender);
	json_str(&j, "domain", o->domain);
	json_str(&j, "record_domain", o->record_domain);
	json_str(&j, "record", o->record);
	json_str(&j, "term", o->term);
	json_str(&j, "reason", o->reason);
	json_str(&j, "explanation", o->explanation);
	json_int(&j, "lookups", o->lookups);
	json_int(&j, "void_lookups", o->void_lookups);
	write_client(&j, t);
	write_steps(&j, o);
	json_end(&j);
	printf("%s\n", buf_str(&out));
	buf_done(&out);
}

/* ---- the sub-command ---- */

static int
exit_code(enum spf_result r)
{
	if (r == SPF_TEMPERROR)
		return EXIT_INPUT;
	return r == SPF_PASS || r == SPF_NEUTRAL || r == SPF_NONE ? EXIT_YES
	                                                          : EXIT_NO;
}

/* "<>" and "<a@example.org>" are welcome, too. */
static struct sv
plain_sender(const char *text)
{
	struct sv s = sv_str(text);

	return s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>'
	           ? sv_sub(s, 1, s.n - 1)
	           : s;
}

static void
place_find(struct tried *t, const struct conf *conf)
{
	struct diags diags = DIAGS_INIT;
	struct geo *geo = geo_open(conf, &diags);

	diags_print(&diags, stderr);
	geo_find(geo, t->arena, &t->query.ip, &t->place);
	geo_close(geo);
	diags_done(&diags);
}

int
spf_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL, *file = NULL;
	bool json = false, answers = false;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_JSON(&json, "print one JSON object"),
		{ 0, "answers", "FILE", "take answers from this file",
		  OPTION_TEXT, &file },
		{ 0, "show-answers", NULL,
		  "print all answers, as such a file has them", OPTION_FLAG,
		  &answers },
		{ 0 },
	};
	struct tried t = { .query = { .is_explained = true,
		                      .is_traced = true } };
	struct operands operands;
	struct conf *conf;
	struct asker *asker;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	if (operands.n < 2 || operands.n > 3)
		return options_error(self, "IP and SENDER are wanted");
	if (ip_parse(sv_str(operands.list[0]), &t.query.ip) != 0)
		return options_error(self, "'%s' is no address",
		                     operands.list[0]);
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	t.arena = arena_new();
	t.query.sender = plain_sender(operands.list[1]);
	t.query.helo = sv_str(operands.n > 2 ? operands.list[2] : "");
	t.query.unix_s = clock_unix_ms() / 1000;
	asker = asker_open(conf, file);
	result = EXIT_INPUT;
	if (asker) {
		t.lookup = asker_ask(asker, t.arena, work_out, &t);
		place_find(&t, conf);
		if (json)
			print_json(&t);
		else
			print_text(&t);
		if (answers)
			print_answers(&t);
		result = exit_code(t.spf.result);
	}
	asker_close(asker);
	arena_free(t.arena);
	conf_unref(conf);
	return result;
}
