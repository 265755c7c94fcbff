/* SPDX-License-Identifier: Apache-2.0 */
/* The page itself, section by section. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/e4.h"
#include "tamis/explain.h"
#include "tamis/look.h"
#include "tamis/member.h"

enum { LABEL_COLUMNS = 11, HIT_INDENT = 9, NAME_COLUMNS = 40 };

/* Records carry exact decimals; a double keeps the four digits there are. */
static const char *
points_of(const json_t *object, const char *name, char text[E4_TEXT])
{
	double value = json_number_value(json_object_get(object, name));

	return e4_text_1((int64_t)(value * E4_ONE + (value < 0 ? -0.5 : 0.5)),
	                 text);
}

void
explain_section(const struct explanation *e, const char *title)
{
	printf("\n");
	term_print(&e->term, TONE_BOLD, title);
	printf("\n");
}

/* A labelled line, left out when there is nothing to say. */
void
explain_field(const struct explanation *e, const char *label, struct sv value)
{
	size_t room = e->term.width ? e->term.width - LABEL_COLUMNS - 4 : 0;
	struct sv shown = term_text(e->arena, value, room);

	if (value.n)
		printf("  %-*s " SV_FMT "\n", LABEL_COLUMNS, label,
		       SV_ARG(shown));
}

/* "a, b, c" of an array of strings. */
static struct sv
joined(const struct explanation *e, json_t *array)
{
	struct buf out = BUF_INIT(100000);
	struct sv result;
	json_t *item;
	size_t i;

	json_array_foreach (array, i, item)
		if (json_is_string(item))
			buf_addf(&out, "%s%s", i ? ", " : "",
			         json_string_value(item));
	result = arena_dup(e->arena, buf_sv(&out));
	buf_done(&out);
	return result;
}

static void
print_headline(const struct explanation *e)
{
	struct sv word = member_text(e->record, "verdict");
	struct sv name = term_text(e->arena, sv_str(e->name), 0);
	enum verdict verdict = VERDICT_UNKNOWN;
	char score[E4_TEXT], threshold[E4_TEXT];

	look_verdict(word, &verdict);
	printf("%s" SV_FMT "%s  %s of %s points%s" SV_FMT "\n",
	       term_tone(&e->term, look_tone(verdict)), SV_ARG(word),
	       term_plain(&e->term), points_of(e->record, "score", score),
	       points_of(e->record, "threshold", threshold), name.n ? "  " : "",
	       SV_ARG(name));
}

static void
print_plan(const struct explanation *e)
{
	const json_t *plan = json_object_get(e->record, "plan");
	struct sv action = member_text(plan, "action");
	struct sv code = member_text(plan, "code");
	struct sv text = member_text(plan, "text");
	struct sv reason = member_text(plan, "reason");
	struct sv line = arena_printf(
	    e->arena, SV_FMT "%s" SV_FMT "%s" SV_FMT, SV_ARG(action),
	    code.n ? " " : "", SV_ARG(code), text.n ? " " : "", SV_ARG(text));

	if (reason.n)
		line = arena_printf(e->arena, SV_FMT " (" SV_FMT ")",
		                    SV_ARG(line), SV_ARG(reason));
	explain_field(e, "plan", line);
}

/* "applied (user), of ann@example.org", "unavailable (redis)" */
static void
print_preferences(const struct explanation *e)
{
	const json_t *prefs = json_object_get(e->record, "preferences");
	struct sv of = member_text(prefs, "of");
	struct sv failed = member_text(prefs, "failed");
	struct sv level = member_text(prefs, "level");
	bool differ = json_is_true(json_object_get(prefs, "recipients_differ"));

	if (!failed.n && !level.n)
		return; /* nobody's */
	explain_field(
	    e, "preferences",
	    arena_printf(e->arena, SV_FMT " (" SV_FMT ")%s" SV_FMT "%s",
	                 SV_ARG(member_text(prefs, "state")),
	                 SV_ARG(failed.n ? failed : level), of.n ? ", of " : "",
	                 SV_ARG(of),
	                 differ ? ", as those of the recipients differ" : ""));
}

static void
print_outcome(const struct explanation *e)
{
	struct sv type = member_text(e->record, "ad_type");
	struct sv category = member_text(e->record, "category");
	struct sv missing = joined(e, json_object_get(e->record, "missing"));

	print_plan(e);
	print_preferences(e);
	if (missing.n)
		missing = arena_printf(e->arena, "no: without " SV_FMT,
		                       SV_ARG(missing));
	explain_field(e, "complete", missing.n ? missing : SV("yes"));
	explain_field(e, "about",
	              arena_printf(e->arena,
	                           "category " SV_FMT ", advertising " SV_FMT,
	                           SV_ARG(category), SV_ARG(type)));
	explain_field(e, "id", member_text(e->record, "id"));
	explain_field(e, "judged", member_text(e->record, "time"));
}

/* "312 of 900 bytes (colour of the background 300, not displayed 12)" */
static struct sv
hidden_text(const struct explanation *e, const json_t *hidden)
{
	static const struct {
		const char *word, *phrase;
	} reasons[] = {
		{ "display", "not displayed" },
		{ "visibility", "invisible" },
		{ "opacity", "transparent" },
		{ "away", "outside of the page" },
		{ "font", "tiny font" },
		{ "color", "colour on background" },
		{ "outlook", "not in Outlook" },
	};
	const json_t *found = json_object_get(hidden, "reasons");
	struct buf text = BUF_INIT(1000);
	const char *separator = " (";
	struct sv result;

	buf_addf(&text, "%lld of %lld bytes",
	         (long long)member_int(hidden, "bytes"),
	         (long long)member_int(hidden, "of"));
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		long long bytes = member_int(found, reasons[i].word);

		if (bytes == 0)
			continue;
		buf_addf(&text, "%s%s", separator, reasons[i].phrase);
		if (json_object_size(found) > 1)
			buf_addf(&text, " %lld", bytes);
		separator = ", ";
	}
	buf_addf(&text, "%s", json_object_size(found) ? ")" : "");
	result = arena_dup(e->arena, buf_sv(&text));
	buf_done(&text);
	return result;
}

static void
print_message(const struct explanation *e)
{
	const json_t *envelope = json_object_get(e->record, "envelope");
	const json_t *message = json_object_get(e->record, "message");
	const json_t *hidden = json_object_get(message, "hidden_text");
	struct sv ip = member_text(envelope, "client_ip");
	struct sv client = member_text(envelope, "client_name");
	struct sv channel = member_text(e->record, "channel");
	struct sv surface = member_text(e->record, "surface");

	explain_section(e, "message");
	explain_field(e, "came as",
	              arena_printf(e->arena, SV_FMT " by " SV_FMT,
	                           SV_ARG(surface), SV_ARG(channel)));
	if (ip.n)
		explain_field(e, "client",
		              arena_printf(e->arena, SV_FMT "%s" SV_FMT,
		                           SV_ARG(ip), client.n ? " " : "",
		                           SV_ARG(client)));
	explain_field(e, "helo", member_text(envelope, "helo"));
	explain_field(e, "mail from", member_text(envelope, "from"));
	explain_field(e, "rcpt to",
	              joined(e, json_object_get(envelope, "recipients")));
	explain_field(e, "user", member_text(envelope, "auth_user"));
	explain_field(e, "queue id", member_text(envelope, "queue_id"));
	explain_field(e, "from", member_text(message, "from"));
	explain_field(e, "subject", member_text(message, "subject"));
	explain_field(e, "message-id", member_text(message, "message_id"));
	explain_field(e, "size",
	              arena_printf(e->arena, "%lld bytes, %lld parts",
	                           (long long)member_int(message, "bytes"),
	                           (long long)member_int(message, "parts")));
	if (member_int(hidden, "bytes"))
		explain_field(e, "hidden text", hidden_text(e, hidden));
}

/* "host.example.org", and what it called itself when that was another name. */
static struct sv
relay_name(const struct explanation *e, const json_t *relay)
{
	struct sv rdns = member_text(relay, "rdns");
	struct sv helo = member_text(relay, "helo");

	if (!helo.n || sv_ieq(helo, rdns))
		return rdns;
	return arena_printf(e->arena, SV_FMT "%shelo " SV_FMT, SV_ARG(rdns),
	                    rdns.n ? ", " : "", SV_ARG(helo));
}

/* The way of the mail, the newest server first. */
static void
print_relays(const struct explanation *e)
{
	const json_t *relays = json_object_get(e->record, "relays"), *relay;
	struct table t;
	size_t i;

	if (json_array_size(relays) == 0)
		return;
	explain_section(e, "relays");
	table_init(&t, e->arena, "lllll");
	json_array_foreach (relays, i, relay) {
		struct sv ip = member_text(relay, "ip");
		struct sv by = member_text(relay, "by");
		struct sv auth = member_text(relay, "auth");

		table_cell(&t, member_text(relay, "trust"));
		table_cell(&t, ip.n ? ip : member_text(relay, "kind"));
		table_cell(&t, term_text(e->arena, relay_name(e, relay),
		                         NAME_COLUMNS));
		table_cellf(&t, "by " SV_FMT,
		            SV_ARG(term_text(e->arena, by, NAME_COLUMNS)));
		table_cellf(&t, SV_FMT "%s", SV_ARG(member_text(relay, "with")),
		            auth.n ? ", authenticated" : "");
	}
	table_print(&t, &e->term, 2, false);
}

/* The way of the message: the pipeline's own table, with times. */
static void
print_stages(const struct explanation *e)
{
	const json_t *times = json_object_get(e->record, "times_us");
	struct table t;

	explain_section(e, "stages");
	table_init(&t, e->arena, "lrl");
	for (int i = 0; i < STAGE_COUNT; i++) {
		json_t *us = json_object_get(times, stage_words[i]);

		table_cell(&t, sv_str(stage_words[i]));
		table_cellf(&t, "%lld", (long long)json_integer_value(us));
		table_cell(&t, SV("\302\265s"));
	}
	table_cell(&t, SV("total"));
	table_cellf(&t, "%lld", (long long)member_int(times, "total"));
	table_cellf(&t, "\302\265s, of processor time %lld",
	            (long long)member_int(times, "cpu"));
	table_print(&t, &e->term, 2, false);
}

static void
print_hit(const struct explanation *e, const json_t *entry,
          const struct rule_hit *hit)
{
	struct sv name = member_text(entry, "rule");
	const struct rule *rule =
	    e->rules ? rule_set_find(e->rules, name) : NULL;
	struct sv view = member_text(entry, "view");
	struct sv file = member_text(entry, "file");
	struct sv selector = member_text(entry, "selector");
	long long count = member_int(entry, "count");
	size_t room = e->term.width ? e->term.width - HIT_INDENT : 0;
	struct sv match = explain_match(e, entry, hit, room);
	char points[E4_TEXT];

	printf("%7s  %s" SV_FMT "%s  " SV_FMT "%s" SV_FMT,
	       points_of(entry, "score", points),
	       term_tone(&e->term, TONE_BOLD), SV_ARG(name),
	       term_plain(&e->term), SV_ARG(view), selector.n ? " " : "",
	       SV_ARG(selector));
	if (count > 1)
		printf(", %lld times", count);
	printf("\n");
	if (match.n)
		printf("%*s" SV_FMT "\n", HIT_INDENT, "", SV_ARG(match));
	if (rule && *rule->describe)
		printf("%*s%s\n", HIT_INDENT, "", rule->describe);
	if (file.n)
		printf("%*s%s" SV_FMT ":%lld%s\n", HIT_INDENT, "",
		       term_tone(&e->term, TONE_DIM), SV_ARG(file),
		       (long long)member_int(entry, "line"),
		       term_plain(&e->term));
}

/* A hit as the record has it, and as the scan does when there is one. */
struct shown_hit {
	const json_t *entry;
	const struct rule_hit *hit;
	double points;
	size_t order;
};

static int
compare_weight(const void *a, const void *b)
{
	const struct shown_hit *x = a, *y = b;
	double wx = fabs(x->points), wy = fabs(y->points);

	if (wx != wy)
		return wx > wy ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* Hits of a scan, which stand in the order of the record; that has no
 * sub-rules but for shadows. */
struct scan_hits {
	const struct rule_hit *list;
	size_t n;
	bool with_subs;
};

static const struct rule_hit *
next_hit(struct scan_hits *hits)
{
	while (hits->n) {
		const struct rule_hit *hit = hits->list++;

		hits->n--;
		if (hits->with_subs || !hit->rule->is_sub)
			return hit;
	}
	return NULL;
}

/* The weightiest first. */
static void
print_hit_list(const struct explanation *e, const char *name,
               struct scan_hits found)
{
	json_t *hits = json_object_get(e->record, name), *entry;
	size_t i, n = json_array_size(hits);
	struct shown_hit *list = ARENA_ARRAY(e->arena, struct shown_hit, n + 1);

	json_array_foreach (hits, i, entry)
		list[i] = (struct shown_hit){
			.entry = entry,
			.hit = next_hit(&found),
			.points =
			    json_number_value(json_object_get(entry, "score")),
			.order = i,
		};
	qsort(list, n, sizeof *list, compare_weight);
	for (i = 0; i < n; i++)
		print_hit(e, list[i].entry, list[i].hit);
}

static void
print_hits(const struct explanation *e)
{
	const struct rule_result *r = e->scan ? e->scan->rules : NULL;
	struct scan_hits hits = { 0 }, shadows = { .with_subs = true };

	if (r) {
		hits.list = r->hits;
		hits.n = r->n_hits;
		shadows.list = r->shadow_hits;
		shadows.n = r->n_shadow_hits;
	}
	explain_section(e, "hits");
	if (json_array_size(json_object_get(e->record, "hits")) == 0)
		printf("  none\n");
	print_hit_list(e, "hits", hits);
	if (json_array_size(json_object_get(e->record, "shadow_hits")) == 0)
		return;
	explain_section(e, "shadow hits, which give no points");
	print_hit_list(e, "shadow_hits", shadows);
}

static void
print_sub_rules(const struct explanation *e)
{
	struct buf names = BUF_INIT(100000);
	const struct rule_result *r;

	if (!e->scan)
		return;
	r = e->scan->rules;
	for (size_t i = 0; i < r->n_hits; i++)
		if (r->hits[i].rule->is_sub)
			buf_addf(&names, "%s%s", names.n ? " " : "",
			         r->hits[i].rule->name);
	if (names.n)
		printf("\n  sub-rules: %s\n", buf_str(&names));
	buf_done(&names);
}

static void
print_urls(const struct explanation *e)
{
	const json_t *message = json_object_get(e->record, "message"), *url;
	size_t i;

	explain_section(e, "urls");
	if (json_array_size(json_object_get(message, "urls")) == 0)
		printf("  none\n");
	json_array_foreach (json_object_get(message, "urls"), i, url) {
		struct sv shown =
		    term_text(e->arena, sv_str(json_string_value(url)),
		              e->term.width ? e->term.width - 4 : 0);

		printf("  " SV_FMT "\n", SV_ARG(shown));
	}
}

/* What QR codes say; URLs in them are among the urls above. */
static void
print_codes(const struct explanation *e)
{
	const json_t *message = json_object_get(e->record, "message"), *code;
	const json_t *codes = json_object_get(message, "codes");
	struct table t;
	size_t i;

	if (json_array_size(codes) == 0)
		return;
	explain_section(e, "QR codes");
	table_init(&t, e->arena, "lll");
	json_array_foreach (codes, i, code) {
		table_cellf(&t, "part %lld",
		            (long long)member_int(code, "part"));
		table_cell(&t, member_text(code, "type"));
		table_cell(&t, member_text(code, "text"));
	}
	table_print(&t, &e->term, 2, false);
}

static void
print_ruleset(const struct explanation *e)
{
	struct sv hash = member_text(e->record, "ruleset");
	const char *note = "";

	if (e->rules && !e->scan)
		note = sv_eq_str(hash, rule_set_hash(e->rules))
		           ? " (the rules in force)"
		           : " (the rules have changed since)";
	explain_section(e, "ruleset");
	printf("  " SV_FMT "%s\n", SV_ARG(hash), note);
}

void
explain_print(const struct explanation *e)
{
	print_headline(e);
	print_outcome(e);
	print_message(e);
	print_relays(e);
	explain_facts(e);
	print_hits(e);
	print_sub_rules(e);
	print_urls(e);
	print_codes(e);
	explain_signals(e);
	print_stages(e);
	print_ruleset(e);
}
