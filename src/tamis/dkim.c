/* SPDX-License-Identifier: Apache-2.0 */
/* tamis dkim: what the signatures of a mail are worth, and why. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "fact/dmarc.h"
#include "tamis/asker.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

/* A mail, and what was found. */
struct tried {
	struct arena *arena;
	struct dkim *dkim;
	struct arc *arc;
	struct dmarc *dmarc;
};

static bool
work_out(void *ctx, struct lookup *l)
{
	struct tried *t = ctx;
	struct dmarc_evidence evidence = { .dkim = t->dkim, .arc = t->arc };
	bool all;

	dmarc_ask(t->dmarc, l);
	all = dkim_check(t->dkim, l);
	all &= arc_check(t->arc, l);
	return all && dmarc_check(t->dmarc, &evidence, l);
}

/* ---- for people ---- */

static void
print_word(const struct term *term, const char *title, const char *word,
           bool is_good, bool is_bad)
{
	enum tone tone = is_good ? TONE_GOOD : is_bad ? TONE_BAD : TONE_DOUBT;

	printf("%-6s %s%s%s", title, term_tone(term, tone), word,
	       term_plain(term));
}

static void
print_reason(const char *reason)
{
	printf(*reason ? ": %s\n" : "%s\n", reason);
}

static const char *
form_word(bool is_relaxed)
{
	return is_relaxed ? "relaxed" : "simple";
}

static void
print_covered(const struct tried *t, const struct dkim_signature *s)
{
	struct buf out = BUF_INIT(4096);

	for (size_t i = 0; i < s->n_covered; i++)
		buf_addf(&out, " " SV_FMT, SV_ARG(s->covered[i]));
	printf("       covers" SV_FMT "\n",
	       SV_ARG(term_text(t->arena, buf_sv(&out), 0)));
	buf_done(&out);
}

static void
print_signature(const struct tried *t, const struct dkim_signature *s,
                const struct term *term)
{
	print_word(term, "DKIM", dkim_status_word(s->status),
	           s->status == DKIM_PASS, s->status == DKIM_FAIL);
	print_reason(s->reason);
	printf("       d=" SV_FMT " s=" SV_FMT " i=" SV_FMT "\n",
	       SV_ARG(term_text(t->arena, s->domain, 0)),
	       SV_ARG(term_text(t->arena, s->selector, 0)),
	       SV_ARG(term_text(t->arena, s->identity, 0)));
	printf("       %s, %s/%s", dkim_algorithm_word(s->algorithm),
	       form_word(s->is_header_relaxed), form_word(s->is_body_relaxed));
	if (s->key_bits)
		printf(", %u-bit key", s->key_bits);
	if (s->is_testing)
		printf(", in test (t=y)");
	if (s->uncovered_bytes)
		printf(", %llu bytes of the body not covered",
		       (unsigned long long)s->uncovered_bytes);
	printf("\n");
	print_covered(t, s);
}

static void
print_chain(const struct tried *t, const struct term *term)
{
	const struct arc *arc = t->arc;

	print_word(term, "ARC", arc_status_word(arc->status),
	           arc->status == ARC_PASS, arc->status == ARC_FAIL);
	print_reason(arc->reason);
	for (size_t i = arc->n_sets; i-- > 0;)
		printf(
		    "       %u: sealed by " SV_FMT "\n", arc->sets[i].instance,
		    SV_ARG(term_text(t->arena, arc->sets[i].seal.domain, 0)));
}

static void
print_policy(const struct tried *t, const struct term *term)
{
	const struct dmarc *d = t->dmarc;

	print_word(term, "DMARC", dmarc_status_word(d->status),
	           d->status == DMARC_PASS, d->status == DMARC_FAIL);
	/* A file does not say who brought it. */
	print_reason(d->status == DMARC_FAIL
	                 ? "no valid signature is of the domain in From; SPF "
	                   "was not asked"
	                 : d->reason);
	if (d->domain.n)
		printf("       From: " SV_FMT "\n",
		       SV_ARG(term_text(t->arena, d->domain, 0)));
	if (d->policy_domain.n)
		printf("       policy of " SV_FMT ": %s\n",
		       SV_ARG(term_text(t->arena, d->policy_domain, 0)),
		       dmarc_policy_word(d->policy));
}

static void
print_text(const struct tried *t)
{
	struct term term = term_open(stdout);

	for (size_t i = 0; i < t->dkim->n; i++)
		print_signature(t, &t->dkim->signatures[i], &term);
	if (t->dkim->n == 0)
		printf("DKIM   none\n");
	if (t->dkim->n_left_out)
		printf("       %zu more signatures were not looked at\n",
		       t->dkim->n_left_out);
	print_chain(t, &term);
	print_policy(t, &term);
}

/* ---- the sub-command ---- */

static int
exit_code(const struct dkim *dkim)
{
	enum dkim_status best = dkim_best(dkim);

	return best == DKIM_PASS        ? EXIT_YES
	       : best == DKIM_TEMPERROR ? EXIT_INPUT
	                                : EXIT_NO;
}

static int
try_mail(const struct conf *conf, const char *answers, struct sv raw)
{
	struct tried t = { .arena = arena_new() };
	struct signed_mail *mail =
	    signed_mail_read(t.arena, raw, &conf->message);
	struct asker *asker = asker_open(conf, answers);
	int result = EXIT_INPUT;

	t.dkim = dkim_read(mail, &conf->dkim, clock_unix_ms() / 1000);
	t.arc = arc_read(mail, &conf->arc, &conf->dkim);
	t.dmarc = dmarc_read(mail, &conf->dmarc);
	if (asker) {
		asker_ask(asker, t.arena, work_out, &t);
		print_text(&t);
		result = exit_code(t.dkim);
	}
	asker_close(asker);
	arena_free(t.arena);
	return result;
}

int
dkim_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL, *file = NULL;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		{ 0, "answers", "FILE", "take answers from this file",
		  OPTION_TEXT, &file },
		{ 0 },
	};
	struct operands operands;
	struct conf *conf;
	struct buf raw;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	if (operands.n != 1)
		return options_error(self, "one MAIL is wanted");
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	buf_init(&raw, (size_t)conf->message.bytes_max);
	if (file_read(operands.list[0], &raw)) {
		perror(operands.list[0]);
		result = EXIT_INPUT;
	} else {
		result = try_mail(conf, file, buf_sv(&raw));
	}
	buf_done(&raw);
	conf_unref(conf);
	return result;
}
