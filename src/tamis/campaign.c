/* SPDX-License-Identifier: Apache-2.0 */
/* tamis campaign: texts that came often lately, and what is known of them. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/e4.h"
#include "base/json.h"
#include "learn/campaign_list.h"
#include "learn/recognition.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum { LIMIT = 20, JSON_BYTES_MAX = 1 << 16 };

struct work {
	const struct conf *conf;
	struct store *store;
	struct arena *arena;
	int64_t now_ms, limit;
	bool json;
};

/* What people have reported on it. */
static void
find_reports(const struct work *w, const struct campaign_row *row,
             struct recognition *ret)
{
	struct exchange *x = ARENA_NEW(w->arena, struct exchange);

	exchange_begin(x, w->arena, w->now_ms);
	recognition_gather(ret, &row->keys, w->conf->feedback.half_life_ms, x);
	exchange_get(x, w->store);
	recognition_judge(ret, &w->conf->recognition, x, true);
}

/* ---- JSON ---- */

static void
write_number(struct json *j, const char *name, double value)
{
	json_e4(j, name, llround(value * E4_ONE));
}

static void
print_json(const struct work *w, const struct campaign_row *row)
{
	const struct campaign *c = &row->campaign;
	struct buf out = BUF_INIT(JSON_BYTES_MAX);
	struct json j = json_start(&out);
	struct recognition r;
	char time[CLOCK_TEXT];

	find_reports(w, row, &r);
	json_begin_object(&j, NULL);
	json_text(&j, "id", row->id);
	write_number(&j, "volume", c->volume);
	write_number(&j, "senders", c->senders);
	write_number(&j, "targets", c->targets);
	write_number(&j, "networks", c->networks);
	json_int(&j, "age_ms", c->age_ms);
	json_text(&j, "latest", clock_text(row->seen_ms, time));
	json_text(&j, "verdict_id", row->verdict_id);
	write_number(&j, "reporters", r.reporters);
	write_number(&j, "spam", r.spam);
	write_number(&j, "ham", r.ham);
	json_begin_array(&j, "keys");
	for (unsigned i = 0; i < row->keys.n; i++)
		json_str(
		    &j, NULL,
		    arena_printf(w->arena, "%016" PRIx64, row->keys.list[i]));
	json_end(&j);
	json_end(&j);
	puts(buf_str(&out));
	buf_done(&out);
}

/* ---- for people ---- */

/* "5 min", "3 h", "12 d". */
static struct sv
age_text(struct arena *a, int64_t ms)
{
	const int64_t minutes = ms / 60000;

	if (minutes < 120)
		return arena_printf(a, "%" PRId64 " min", minutes);
	if (minutes < 48 * 60)
		return arena_printf(a, "%" PRId64 " h", minutes / 60);
	return arena_printf(a, "%" PRId64 " d", minutes / (24 * 60));
}

static void
add_row(struct table *t, const struct work *w, const struct campaign_row *row)
{
	const struct campaign *c = &row->campaign;
	struct recognition r;

	find_reports(w, row, &r);
	table_cell(t, arena_dup(w->arena, sv_str(row->id)));
	table_cellf(t, "%.0f", c->volume);
	table_cellf(t, "%.0f", c->senders);
	table_cellf(t, "%.0f", c->targets);
	table_cellf(t, "%.0f", c->networks);
	table_cell(t, age_text(w->arena, c->age_ms));
	table_cellf(t, "%.0f", r.reporters);
	table_cell(t, arena_dup(w->arena, sv_str(row->verdict_id)));
}

static int
list(const struct work *w)
{
	static const char *const head[] = { "campaign", "volume",   "senders",
		                            "targets",  "networks", "age",
		                            "reports",  "latest",   NULL };
	struct term term = term_open(stdout);
	struct campaign_row *rows;
	struct table t;
	size_t n;

	rows =
	    campaign_list(w->store, w->arena, w->now_ms, (size_t)w->limit, &n);
	table_init(&t, w->arena, "lrrrrrrl");
	for (const char *const *h = head; *h; h++)
		table_cell(&t, sv_str(*h));
	for (size_t i = 0; i < n; i++)
		if (w->json)
			print_json(w, &rows[i]);
		else
			add_row(&t, w, &rows[i]);
	if (n == 0)
		fprintf(stderr, "tamis: there are no campaigns\n");
	else if (!w->json)
		table_print(&t, &term, 0, true);
	return EXIT_YES;
}

static int
show(const struct work *w, const char *id)
{
	struct campaign_row row;
	struct recognition r;
	char time[CLOCK_TEXT];

	if (!campaign_find(w->store, w->arena, w->now_ms, sv_str(id), &row)) {
		fprintf(stderr,
		        "tamis campaign: %s: there is none of that name, or "
		        "none any more\n",
		        id);
		return EXIT_NO;
	}
	if (w->json) {
		print_json(w, &row);
		return EXIT_YES;
	}
	find_reports(w, &row, &r);
	printf("campaign   %s\n", row.id);
	printf("volume     %.1f messages\n", row.campaign.volume);
	printf("senders    %.0f\n", row.campaign.senders);
	printf("targets    %.0f\n", row.campaign.targets);
	printf("networks   %.0f\n", row.campaign.networks);
	printf("first      " SV_FMT " ago\n",
	       SV_ARG(age_text(w->arena, row.campaign.age_ms)));
	printf("latest     %s, %s\n", clock_text(row.seen_ms, time),
	       row.verdict_id);
	printf("reported   by %.0f: %.2f for spam, %.2f against it\n",
	       r.reporters, r.spam, r.ham);
	printf("quorum     %u of its keys:", row.keys.quorum);
	for (unsigned i = 0; i < row.keys.n; i++)
		printf("%s%016" PRIx64, i % 4 ? " " : "\n    ",
		       row.keys.list[i]);
	putchar('\n');
	return EXIT_YES;
}

/* ---- the command ---- */

static int
run_word(struct work *w, const struct operands *o)
{
	char why[STORE_WHY];
	int result;

	if (store_open(&w->conf->store, &w->store, why)) {
		fprintf(stderr, "tamis campaign: cannot open the store: %s\n",
		        why);
		return EXIT_INPUT;
	}
	w->arena = arena_new();
	w->now_ms = clock_unix_ms();
	result = o->n == 1 ? list(w) : show(w, o->list[1]);
	arena_free(w->arena);
	store_close(w->store);
	return result;
}

int
campaign_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	struct work w = { .limit = LIMIT };
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_JSON(&w.json, "print JSON objects, one a line"),
		{ 'n', "limit", "N", "list: at most that many", OPTION_COUNT,
		  &w.limit },
		{ 0 },
	};
	struct operands o;
	struct conf *conf;
	int result = options_parse(self, rows, argc, argv, &o);

	if (result != OPTIONS_GO_ON)
		return result;
	if (!(o.n == 1 && strcmp(o.list[0], "list") == 0) &&
	    !(o.n == 2 && strcmp(o.list[0], "show") == 0))
		return options_error(self, "wants list, or show and an ID");
	if (w.limit > CAMPAIGN_LIST_MAX)
		w.limit = CAMPAIGN_LIST_MAX;
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	w.conf = conf;
	result = run_word(&w, &o);
	conf_unref(conf);
	return result;
}
