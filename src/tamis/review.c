/* SPDX-License-Identifier: Apache-2.0 */
/* tamis review: messages that people decide on. */
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/process.h"
#include "ingress/review.h"
#include "report/keep.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum {
	LINE_MAX_BYTES = 64 << 10,
	TEXT_BYTES_MAX = 64 << 20,
	TITLE_COLUMNS = 40,
	AUTHOR_COLUMNS = 24,
};

/* What each sub-command is given. */
struct work {
	const struct command *command;
	const struct conf *conf;
	struct store *store;
	struct arena *arena;
	const char *id, *decision, *by, *state; /* or NULL */
	bool json;
};

static int
say(const char *why)
{
	fprintf(stderr, "tamis review: %s\n", why);
	return EXIT_NO;
}

/* Who looks on the machine itself sees all. */
static const struct http_client everybody = { "*", HTTP_ROLE_ALL };

static void
print_json(const struct review_item *item, const bool *taught)
{
	struct buf out = BUF_INIT(LINE_MAX_BYTES);
	struct json j = json_start(&out);

	json_begin_object(&j, NULL);
	review_write(item, &j, "item");
	if (taught)
		json_bool(&j, "taught", *taught);
	json_end(&j);
	puts(buf_str(&out));
	buf_done(&out);
}

/* ---- list ---- */

struct listing {
	const struct work *work;
	struct table table;
	size_t n;
};

static int
take_item(void *ctx, const struct review_item *item)
{
	struct listing *l = ctx;
	struct arena *a = l->work->arena;
	char time[CLOCK_TEXT];

	l->n++;
	if (l->work->json) {
		print_json(item, NULL);
		return 0;
	}
	table_cell(&l->table,
	           arena_dup(a, sv_str(clock_text(item->unix_ms, time))));
	table_cell(&l->table, item->id);
	table_cell(&l->table, sv_str(review_state_word(item->state)));
	table_cellf(&l->table, "%.1f", (double)item->score_e4 / E4_ONE);
	table_cell(&l->table, item->site.n ? item->site : SV("(mail)"));
	table_cell(&l->table, item->surface);
	table_cell(&l->table, term_text(a, item->author, AUTHOR_COLUMNS));
	table_cell(&l->table,
	           term_text(a, item->title.n ? item->title : item->excerpt,
	                     TITLE_COLUMNS));
	return 0;
}

static int
list(const struct work *w)
{
	static const char *const head[] = { "time",   "id",    "state",
		                            "score",  "site",  "surface",
		                            "author", "title", NULL };
	struct listing l = { .work = w };
	struct review_query q = {
		.client = &everybody,
		.state = REVIEW_WAITING,
		.after = { .id = SV("") },
		.limit = REVIEW_LIST_MAX,
	};
	struct term term = term_open(stdout);
	struct store_entry next;
	bool more = true;
	int result = 0;

	if (w->state)
		q.state = review_state_find(sv_str(w->state));
	if (w->state && q.state == REVIEW_STATES &&
	    strcmp(w->state, "all") != 0)
		return options_error(w->command, "--state is waiting, spam, "
		                                 "ham or all");
	table_init(&l.table, w->arena, "lllrllll");
	for (const char *const *h = head; *h; h++)
		table_cell(&l.table, sv_str(*h));
	while (more && result == 0) {
		result = review_list(w->store, w->conf, &q, w->arena, take_item,
		                     &l, &next, &more);
		q.after = next;
	}
	if (l.n && !w->json)
		table_print(&l.table, &term, 0, true);
	if (result)
		return say("the store cannot be read"), EXIT_INPUT;
	return EXIT_YES;
}

/* ---- show ---- */

static void
print_member(const char *name, struct sv value)
{
	if (value.n)
		printf("%-9s" SV_FMT "\n", name, SV_ARG(value));
}

static void
print_item(const struct work *w, const struct review_item *item)
{
	struct sv author = term_text(w->arena, item->author, item->author.n);
	struct sv title = term_text(w->arena, item->title, item->title.n);
	char time[CLOCK_TEXT];

	print_member("id", item->id);
	print_member("state", sv_str(review_state_word(item->state)));
	print_member("by", term_text(w->arena, item->by, item->by.n));
	print_member("time", sv_str(clock_text(item->unix_ms, time)));
	print_member("verdict", item->verdict);
	printf("%-9s%.1f\n", "score", (double)item->score_e4 / E4_ONE);
	print_member("rules", item->rules);
	print_member("site", item->site.n ? item->site : SV("(mail)"));
	print_member("surface", item->surface);
	print_member(item->site.n ? "item" : "queue id",
	             term_text(w->arena, item->item, item->item.n));
	print_member("author", author);
	print_member("title", title);
}

/* The mail as it came, or the JSON of the post. */
static void
print_text(const struct work *w, const struct review_item *item)
{
	struct buf text = BUF_INIT(TEXT_BYTES_MAX);

	if (keep_get(w->conf, KEPT_HELD, arena_str(w->arena, item->id), &text))
		printf("\n(the text is not kept here any more)\n");
	else if (isatty(STDOUT_FILENO))
		printf("\n" SV_FMT "\n",
		       SV_ARG(term_text(w->arena, buf_sv(&text), text.n)));
	else
		printf("\n" SV_FMT "\n", SV_ARG(buf_sv(&text)));
	buf_done(&text);
}

static int
show(const struct work *w)
{
	struct review_item item;

	if (review_get(w->store, sv_str(w->id), w->arena, &item))
		return say("no such message waits for a review");
	if (w->json) {
		print_json(&item, NULL);
		return EXIT_YES;
	}
	print_item(w, &item);
	print_text(w, &item);
	return EXIT_YES;
}

/* ---- decide ---- */

/* The mail server has it, and lets nobody but root touch it. */
static void
say_release(const struct review_item *item)
{
	if (item->site.n || item->item.n == 0)
		return;
	printf("The mail server may hold it: postsuper -%c " SV_FMT "\n",
	       item->state == REVIEW_HAM ? 'H' : 'd', SV_ARG(item->item));
}

static int
decide(const struct work *w)
{
	struct review_decision d = {
		.store = w->store,
		.conf = w->conf,
		.id = sv_str(w->id),
		.state = review_state_find(sv_str(w->decision)),
		.by = sv_str(w->by),
	};
	struct review_outcome outcome;
	char path[1024];
	int result;

	if (d.state != REVIEW_SPAM && d.state != REVIEW_HAM)
		return options_error(w->command, "a decision is spam or ham");
	d.spool = spool_open(spool_path(w->conf, path, sizeof path),
	                     &w->conf->report);
	result = review_decide(&d, w->arena, &outcome);
	spool_close(d.spool);
	if (result)
		return say(outcome.why);
	if (w->json) {
		print_json(&outcome.item, &outcome.is_taught);
		return EXIT_YES;
	}
	printf("%s is %s%s\n", w->id, review_state_word(outcome.item.state),
	       outcome.is_taught ? "" : "; too old to teach anything");
	say_release(&outcome.item);
	return EXIT_YES;
}

/* ---- the command ---- */

static const struct {
	const char *name;
	size_t operands; /* after the name */
	int (*run)(const struct work *w);
} actions[] = {
	{ "list", 0, list },
	{ "show", 1, show },
	{ "decide", 2, decide },
};

/* Files that are made belong to the daemon, whoever asks for them. */
static bool
become_daemon(const struct conf *conf)
{
	struct diags diags = DIAGS_INIT;
	struct process_user user;
	bool ok = process_user_find("tamisd", conf->tamisd.user,
	                            conf->tamisd.group, &user, &diags) == 0;

	diags_print(&diags, stderr);
	diags_done(&diags);
	if (ok && user.drop)
		process_user_become(&user);
	return ok;
}

static int
run_action(struct work *w, size_t action)
{
	char why[STORE_WHY];
	int code;

	if (!become_daemon(w->conf))
		return EXIT_INPUT;
	if (store_open(&w->conf->store, &w->store, why)) {
		fprintf(stderr, "tamis review: cannot open the store: %s\n",
		        why);
		return EXIT_INPUT;
	}
	w->arena = arena_new();
	code = actions[action].run(w);
	arena_free(w->arena);
	store_close(w->store);
	return code;
}

int
review_run(const struct command *self, int argc, char **argv)
{
	struct work w = { .command = self };
	const char *given = NULL;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		{ 0, "by", "NAME", "who decides", OPTION_TEXT, &w.by },
		{ 0, "state", "WORD",
		  "list these: waiting (the default), spam, ham, all",
		  OPTION_TEXT, &w.state },
		OPTION_ROW_JSON(&w.json, "print JSON objects, one a line"),
		{ 0 },
	};
	struct operands o;
	struct conf *conf;
	int code = options_parse(self, rows, argc, argv, &o);
	size_t i = 0;

	if (code != OPTIONS_GO_ON)
		return code;
	while (i < sizeof actions / sizeof *actions &&
	       (o.n == 0 || strcmp(o.list[0], actions[i].name) != 0))
		i++;
	if (i == sizeof actions / sizeof *actions ||
	    o.n != actions[i].operands + 1)
		return options_error(
		    self, "list, show ID or decide ID spam|ham is expected");
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	w.conf = conf;
	w.id = o.n > 1 ? o.list[1] : NULL;
	w.decision = o.n > 2 ? o.list[2] : NULL;
	code = run_action(&w, i);
	conf_unref(conf);
	return code;
}
