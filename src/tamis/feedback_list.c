/* SPDX-License-Identifier: Apache-2.0 */
/* tamis feedback list, show, status: what is in the ledger. */
#include <stdio.h>

#include "base/clock.h"
#include "base/e4.h"
#include "base/vec.h"
#include "learn/ledger.h"
#include "tamis/command.h"
#include "tamis/feedback.h"
#include "tamis/term.h"

static struct store *
open_store(const struct conf *conf)
{
	char why[STORE_WHY];
	struct store *s;

	if (store_open(&conf->store, &s, why) == 0)
		return s;
	fprintf(stderr, "tamis: cannot open the store: %s\n", why);
	return NULL;
}

static bool
find_receipt(struct store *s, struct arena *a, struct sv id,
             struct receipt *ret)
{
	struct store_read r = { .name = receipt_name(a, id), .is_value = true };

	store_get(s, a, clock_unix_ms(), &r, 1);
	return r.found && receipt_read(r.value, a, ret) == 0;
}

/* ---- list ---- */

struct listing {
	struct store *store;
	struct arena *arena;
	VEC(struct sv) ids;
	struct table table;
	bool json;
};

static int
take_id(void *ctx, const struct store_entry *e)
{
	struct listing *l = ctx;

	*VEC_ADD(&l->ids) = arena_dup(l->arena, e->id);
	return 0;
}

static void
print_json(const struct receipt *p)
{
	struct buf text = BUF_INIT(STORE_VALUE_MAX);

	receipt_write(p, &text);
	printf("%s\n", buf_str(&text));
	buf_done(&text);
}

static void
add_row(struct listing *l, const struct receipt *p)
{
	char time[CLOCK_TEXT], amount[E4_TEXT];
	struct table *t = &l->table;

	if (l->json) {
		print_json(p);
		return;
	}
	table_cellf(t, "%s", clock_text(p->entry.unix_ms, time));
	table_cell(t, p->entry.id);
	table_cell(t, p->entry.verdict_id);
	table_cellf(t, "%s", feedback_kind_word(p->entry.kind));
	table_cellf(t, "%s", feedback_source_word(p->entry.source));
	table_cellf(t, "%s", receipt_state_word(p->state));
	table_cellf(t, "%s", p->why ? receipt_why_word(p->why) : "");
	table_cellf(t, "%s", e4_text_1(p->amount_e4, amount));
}

static void
add_rows(struct listing *l, const struct feedback_options *o)
{
	int64_t left = o->limit;

	for (size_t i = l->ids.n; i > 0 && left > 0; i--) {
		struct receipt p;

		if (!find_receipt(l->store, l->arena, l->ids.list[i - 1], &p) ||
		    (o->state &&
		     p.state != receipt_state_find(sv_str(o->state))))
			continue;
		add_row(l, &p);
		left--;
	}
}

int
feedback_list(const struct conf *conf, const struct feedback_options *o)
{
	static const char *const head[] = { "time", "report",   "id",
		                            "type", "source",   "state",
		                            "why",  "evidence", NULL };
	struct term term = term_open(stdout);
	struct listing l = { .store = open_store(conf), .json = o->json };
	int result;

	if (!l.store)
		return EXIT_INPUT;
	l.arena = arena_new();
	table_init(&l.table, l.arena, "lllllllr");
	for (const char *const *h = head; *h; h++)
		table_cell(&l.table, sv_str(*h));
	result = store_read_log(l.store, SV("feedback"), NULL, SIZE_MAX,
	                        take_id, &l);
	if (result == 0)
		add_rows(&l, o);
	if (l.ids.n && !o->json)
		table_print(&l.table, &term, 0, true);
	if (l.ids.n == 0)
		fprintf(stderr, "tamis: there are no reports\n");
	VEC_DONE(&l.ids);
	arena_free(l.arena);
	store_close(l.store);
	return result ? EXIT_INPUT : EXIT_YES;
}

/* ---- show ---- */

struct story {
	struct arena *arena;
	struct sv id;
	bool json;
};

static int
print_note(void *ctx, const struct store_entry *e)
{
	struct story *s = ctx;
	struct change_note n;
	char time[CLOCK_TEXT];

	if (change_note_read(e->value, s->arena, &n) ||
	    !(sv_eq(n.report, s->id) || sv_eq(n.cause, s->id)))
		return 0;
	if (s->json) {
		printf(SV_FMT "\n", SV_ARG(e->value));
		return 0;
	}
	printf("  %s  ", clock_text(n.unix_ms, time));
	if (n.kind == CHANGE_CAMPAIGN)
		printf("campaign " SV_FMT ": " SV_FMT " -> " SV_FMT "\n",
		       SV_ARG(n.campaign), SV_ARG(n.from), SV_ARG(n.to));
	else if (n.kind == CHANGE_APPEAL)
		printf("a review was asked for\n");
	else if (sv_eq(n.report, s->id) && sv_eq(n.cause, s->id))
		printf(SV_FMT " -> " SV_FMT "\n", SV_ARG(n.from), SV_ARG(n.to));
	else if (sv_eq(n.report, s->id))
		printf(SV_FMT " -> " SV_FMT ", by report " SV_FMT "\n",
		       SV_ARG(n.from), SV_ARG(n.to), SV_ARG(n.cause));
	else
		printf("report " SV_FMT ": " SV_FMT " -> " SV_FMT "\n",
		       SV_ARG(n.report), SV_ARG(n.from), SV_ARG(n.to));
	return 0;
}

static void
print_trust(struct store *s, const struct conf *conf, struct arena *a,
            const struct receipt *p)
{
	struct exchange *x = ARENA_NEW(a, struct exchange);
	char then[E4_TEXT];
	struct trust now;

	exchange_begin(x, a, clock_unix_ms());
	trust_gather(&now, p->entry.who, &conf->feedback, x);
	exchange_get(x, s);
	trust_judge(&now, &conf->feedback, x);
	printf("  reporter   " SV_FMT ": trust %s then, %.4f now (%.1f "
	       "confirmed, %.1f overturned)\n",
	       SV_ARG(p->entry.who), e4_text_1(p->trust_e4, then), now.mean,
	       now.confirmed, now.overturned);
}

static void
print_receipt(struct store *s, const struct conf *conf, struct arena *a,
              const struct receipt *p)
{
	char time[CLOCK_TEXT], amount[E4_TEXT];

	printf("report " SV_FMT "\n  message    " SV_FMT
	       "\n  says       %s (" SV_FMT ")\n  came       %s by %s, from a "
	       "%s\n  state      %s%s%s\n",
	       SV_ARG(p->entry.id), SV_ARG(p->entry.verdict_id),
	       feedback_kind_word(p->entry.kind), SV_ARG(p->entry.reason),
	       clock_text(p->entry.unix_ms, time),
	       feedback_source_word(p->entry.source),
	       p->entry.is_correction ? "reviewer"
	       : p->entry.is_person   ? "person"
	                              : "program",
	       receipt_state_word(p->state), p->why ? ", " : "",
	       p->why ? receipt_why_word(p->why) : "");
	if (p->applied_ms)
		printf("  campaign   %s\n  evidence   %s%s%s\n",
		       *p->campaign ? p->campaign : "(a message of its own)",
		       e4_text_1(p->amount_e4, amount),
		       p->is_counted ? ", one more reporter" : "",
		       p->is_newcomer ? ", of a newcomer" : "");
	print_trust(s, conf, a, p);
	printf("what happened\n");
}

int
feedback_show(const struct conf *conf, const struct feedback_options *o,
              const char *id)
{
	struct story story = { .id = sv_str(id), .json = o->json };
	struct store *s = open_store(conf);
	int code = EXIT_INPUT;
	struct receipt p;

	if (!s)
		return EXIT_INPUT;
	story.arena = arena_new();
	if (!find_receipt(s, story.arena, sv_str(id), &p)) {
		fprintf(stderr, "tamis: there is no report %s\n", id);
	} else {
		if (o->json)
			print_json(&p);
		else
			print_receipt(s, conf, story.arena, &p);
		if (store_read_log(s, SV("change"), NULL, SIZE_MAX, print_note,
		                   &story) == 0)
			code = EXIT_YES;
	}
	arena_free(story.arena);
	store_close(s);
	return code;
}

/* ---- status ---- */

static void
print_totals_json(const struct ledger_totals *t)
{
	struct buf text = BUF_INIT(STORE_VALUE_MAX);
	struct json j = json_start(&text);

	json_begin_object(&j, NULL);
	for (int i = 0; i < FEEDBACK_SOURCES; i++) {
		json_begin_object(
		    &j, feedback_source_word((enum feedback_source)i));
		json_int(&j, "counting", (int64_t)(t[i].counting + 0.5));
		json_int(&j, "ignored", (int64_t)(t[i].ignored + 0.5));
		json_int(&j, "overturned", (int64_t)(t[i].overturned + 0.5));
		json_int(&j, "withdrawn", (int64_t)(t[i].withdrawn + 0.5));
		json_end(&j);
	}
	json_end(&j);
	printf("%s\n", buf_str(&text));
	buf_done(&text);
}

static void
print_totals(const struct ledger_totals *t)
{
	static const char *const head[] = { "source",    "counting",
		                            "ignored",   "overturned",
		                            "withdrawn", NULL };
	struct term term = term_open(stdout);
	struct arena *a = arena_new();
	struct table table;

	table_init(&table, a, "lrrrr");
	for (const char *const *h = head; *h; h++)
		table_cell(&table, sv_str(*h));
	for (int i = 0; i < FEEDBACK_SOURCES; i++) {
		table_cellf(&table, "%s",
		            feedback_source_word((enum feedback_source)i));
		table_cellf(&table, "%.0f", t[i].counting);
		table_cellf(&table, "%.0f", t[i].ignored);
		table_cellf(&table, "%.0f", t[i].overturned);
		table_cellf(&table, "%.0f", t[i].withdrawn);
	}
	table_print(&table, &term, 0, true);
	arena_free(a);
}

int
feedback_status(const struct conf *conf, const struct feedback_options *o)
{
	struct ledger_totals totals[FEEDBACK_SOURCES];
	struct store *s = open_store(conf);

	if (!s)
		return EXIT_INPUT;
	ledger_totals(s, clock_unix_ms(), totals);
	if (o->json)
		print_totals_json(totals);
	else
		print_totals(totals);
	store_close(s);
	return EXIT_YES;
}
