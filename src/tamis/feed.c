/* SPDX-License-Identifier: Apache-2.0 */
/* tamis feed discover: where the statistics of a domain may be sent, and what
 * a reporter with the url discover:DOMAIN would do. */
#include <stdio.h>

#include "base/json.h"
#include "report/discovery.h"
#include "tamis/asker.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum { OUTPUT_MAX = 64 << 10, SHOWN_MAX = 2000 };

struct tried {
	struct arena *arena;
	struct sv domain;
	struct discovery found;
};

static bool
work_out(void *ctx, struct lookup *l)
{
	struct tried *t = ctx;

	return discovery_ask(t->arena, l, t->domain, &t->found);
}

static void
print_line(const struct tried *t, const struct term *term, const char *title,
           struct sv text)
{
	if (text.n == 0)
		return;
	term_print(term, TONE_DIM, title);
	printf(SV_FMT "\n", SV_ARG(term_text(t->arena, text, SHOWN_MAX)));
}

static void
print_text(const struct tried *t)
{
	const struct discovery *d = &t->found;
	struct term term = term_open(stdout);
	enum tone tone = d->state == DISCOVERY_PROVEN       ? TONE_GOOD
	                 : d->state == DISCOVERY_UNANSWERED ? TONE_DOUBT
	                                                    : TONE_BAD;

	printf("%s%s%s%s%s\n", term_tone(&term, tone),
	       discovery_state_word(d->state), term_plain(&term),
	       *d->why ? ": " : "", d->why);
	print_line(t, &term, "asked    ", d->name);
	print_line(t, &term, "record   ", d->text);
	print_line(t, &term, "feed     ", d->record.feed);
	print_line(t, &term, "contact  ", d->record.contact);
	print_line(t, &term, "proof    ", d->proof_name);
}

static void
print_json(const struct tried *t)
{
	const struct discovery *d = &t->found;
	struct buf out = BUF_INIT(OUTPUT_MAX);
	struct json j = json_start(&out);

	json_begin_object(&j, NULL);
	json_str(&j, "domain", t->domain);
	json_text(&j, "state", discovery_state_word(d->state));
	json_text(&j, "why", d->why);
	json_str(&j, "name", d->name);
	json_str(&j, "record", d->text);
	json_str(&j, "feed", d->record.feed);
	json_str(&j, "host", d->record.host);
	json_str(&j, "contact", d->record.contact);
	json_str(&j, "proof_name", d->proof_name);
	json_int(&j, "ttl_s", d->ttl_s);
	json_end(&j);
	printf("%s\n", buf_str(&out));
	buf_done(&out);
}

static int
discover(const struct conf *conf, const char *domain, const char *answers,
         bool json)
{
	struct tried t = { .arena = arena_new(), .domain = sv_str(domain) };
	struct asker *asker = asker_open(conf, answers);
	int result = EXIT_INPUT;

	if (asker) {
		asker_ask(asker, t.arena, work_out, &t);
		if (json)
			print_json(&t);
		else
			print_text(&t);
		if (t.found.state != DISCOVERY_UNANSWERED)
			result = t.found.state == DISCOVERY_PROVEN ? EXIT_YES
			                                           : EXIT_NO;
	}
	asker_close(asker);
	arena_free(t.arena);
	return result;
}

int
feed_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL, *answers = NULL;
	bool json = false;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_JSON(&json, "print one JSON object"),
		{ 0, "answers", "FILE", "take answers from this file",
		  OPTION_TEXT, &answers },
		{ 0 },
	};
	struct operands operands;
	struct conf *conf;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	if (operands.n != 2 || strcmp(operands.list[0], "discover") != 0)
		return options_error(self, "wants discover and a domain");
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	result = discover(conf, operands.list[1], answers, json);
	conf_unref(conf);
	return result;
}
