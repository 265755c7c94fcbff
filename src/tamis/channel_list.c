/* SPDX-License-Identifier: Apache-2.0 */
/* tamis rules channels: where rules come from, which version, how old. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "tamis/channel.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum { OUTPUT_BYTES_MAX = 4 << 20 };

struct row {
	const char *kind; /* "signed"; or "sa-update", kept by that program */
	const char *name;
	uint64_t version;   /* in force; 0: none */
	int64_t created_ms; /* 0: not known */
	const char *url;    /* or "" */
	struct channel_state state;
	uint64_t *versions; /* on disk */
	size_t n_versions;
};

/* ---- gathering ---- */

static void
read_signed(const struct conf *conf, const char *item, struct arena *a,
            struct row *ret)
{
	const char *dir = conf->channel.dir;
	struct channel_bundle b;
	char why[BUNDLE_WHY];

	*ret = (struct row){ .kind = "signed",
		             .name = arena_str(a, channel_item_name(item)),
		             .url = channel_item_rest(item) };
	ret->version = channel_store_current(dir, ret->name);
	ret->n_versions =
	    channel_store_versions(dir, ret->name, &ret->versions);
	channel_state_read(dir, ret->name, &ret->state);
	channel_bundle_init(&b);
	if (ret->version &&
	    channel_store_manifest(dir, ret->name, ret->version, &b, why) == 0)
		ret->created_ms = b.created_ms;
	channel_bundle_done(&b);
}

static bool
is_in(const char *folder, const char *file)
{
	size_t n = strlen(folder);

	return strncmp(folder, file, n) == 0 && file[n] == '/';
}

/* ---- printing ---- */

static void
add_age(struct table *t, int64_t unix_ms, const char *none)
{
	int64_t s = (clock_unix_ms() - unix_ms) / 1000;

	if (unix_ms == 0)
		table_cellf(t, "%s", none);
	else if (s < 3600)
		table_cellf(t, "%lld min ago", (long long)(s / 60));
	else if (s < 2 * 86400)
		table_cellf(t, "%lld h ago", (long long)(s / 3600));
	else
		table_cellf(t, "%lld d ago", (long long)(s / 86400));
}

static void
add_row(struct table *t, const struct row *r)
{
	struct buf others = BUF_INIT(1000);

	for (size_t i = 0; i < r->n_versions; i++)
		if (r->versions[i] != r->version)
			buf_addf(&others, "%s%llu", others.n ? " " : "",
			         (unsigned long long)r->versions[i]);
	table_cellf(t, "%s", r->name);
	table_cellf(t, "%s", r->kind);
	if (r->version)
		table_cellf(t, "%llu", (unsigned long long)r->version);
	else
		table_cellf(t, "none");
	add_age(t, r->created_ms, "-");
	add_age(t, r->state.checked_ms, *r->url ? "never" : "-");
	table_cellf(t, "%s%s", r->state.result,
	            r->state.pending ? " (pending)" : "");
	table_cell(t, arena_dup(t->arena, buf_sv(&others)));
	table_cell(t, term_text(t->arena, sv_str(r->state.error), 0));
	buf_done(&others);
}

static void
write_time(struct json *j, const char *name, int64_t unix_ms)
{
	char text[CLOCK_TEXT];

	if (unix_ms)
		json_text(j, name, clock_text(unix_ms, text));
}

static void
write_row(struct json *j, const struct row *r)
{
	json_begin_object(j, NULL);
	json_text(j, "name", r->name);
	json_text(j, "kind", r->kind);
	json_int(j, "version", (int64_t)r->version);
	write_time(j, "created", r->created_ms);
	if (*r->url) {
		json_text(j, "url", r->url);
		json_begin_array(j, "versions");
		for (size_t i = 0; i < r->n_versions; i++)
			json_int(j, NULL, (int64_t)r->versions[i]);
		json_end(j);
		write_time(j, "checked", r->state.checked_ms);
		write_time(j, "changed", r->state.changed_ms);
		json_text(j, "result", r->state.result);
		json_text(j, "error", r->state.error);
		json_bool(j, "pending", r->state.pending != 0);
	}
	json_end(j);
}

/* ---- the command ---- */

struct listing {
	struct arena *arena;
	struct table table;
	struct buf text;
	struct json json;
	size_t n;
};

static void
list_row(struct listing *l, struct row *r)
{
	add_row(&l->table, r);
	write_row(&l->json, r);
	free(r->versions);
	l->n++;
}

/* What else says of itself that it is a version of something. */
static void
list_others(struct listing *l, const struct conf *conf)
{
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources;
	struct rule_channel c;

	if (setup_sources(conf, NULL, &sources, &diags))
		diags_print(&diags, stderr);
	for (size_t i = 0; i < sources.n; i++) {
		struct row row;

		if (is_in(conf->channel.dir, sources.list[i].file) ||
		    !rule_source_channel(&sources.list[i], &c))
			continue;
		row = (struct row){ .kind = "sa-update",
			            .name = arena_str(l->arena, sv_str(c.name)),
			            .version = c.version,
			            .created_ms = c.created_ms,
			            .url = "" };
		list_row(l, &row);
	}
	rule_sources_done(&sources);
	diags_done(&diags);
}

static void
list_channels(const struct conf *conf, bool json)
{
	static const char *const head[] = { "channel", "kind",  "version",
		                            "made",    "asked", "result",
		                            "on disk", "error", NULL };
	struct term term = term_open(stdout);
	struct listing l = { .arena = arena_new(),
		             .text = BUF_INIT(OUTPUT_BYTES_MAX) };

	table_init(&l.table, l.arena, "llrrrlll");
	for (const char *const *h = head; *h; h++)
		table_cell(&l.table, sv_str(*h));
	l.json = json_start(&l.text);
	json_begin_array(&l.json, NULL);
	for (size_t i = 0; i < conf->channel.sources.n; i++) {
		struct row row;

		read_signed(conf, conf->channel.sources.list[i], l.arena, &row);
		list_row(&l, &row);
	}
	list_others(&l, conf);
	json_end(&l.json);
	if (json)
		printf("%s\n", buf_str(&l.text));
	else if (l.n)
		table_print(&l.table, &term, 0, true);
	else
		printf("no channels: all rules are files of this site\n");
	buf_done(&l.text);
	arena_free(l.arena);
}

int
channel_list_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	bool json = false;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_JSON(&json, "print JSON"),
		{ 0 },
	};
	struct operands operands;
	struct conf *conf;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	if (operands.n)
		return options_error(self, "takes no operands");
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	list_channels(conf, json);
	conf_unref(conf);
	return EXIT_YES;
}
