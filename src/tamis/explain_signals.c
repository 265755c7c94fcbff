/* SPDX-License-Identifier: Apache-2.0 */
/* The section of signals: what was learned from other messages. */
#include "base/e4.h"
#include "tamis/explain.h"
#include "tamis/member.h"

/* What the classifier said, and which features had most to do with it. */
static void
print_classifier(const struct explanation *e, const json_t *c)
{
	json_t *reasons = json_object_get(c, "reasons"), *reason;
	struct table t;
	size_t i;

	if (!json_object_get(c, "probability")) {
		explain_field(e, "classifier", member_text(c, "state"));
		return;
	}
	explain_field(
	    e, "classifier",
	    arena_printf(e->arena,
	                 "spam with probability %.4f, confidence %.2f",
	                 json_number_value(json_object_get(c, "probability")),
	                 json_number_value(json_object_get(c, "confidence"))));
	table_init(&t, e->arena, "rl");
	json_array_foreach (reasons, i, reason) {
		table_cellf(
		    &t, "%+.2f",
		    json_number_value(json_object_get(reason, "weight")));
		table_cell(
		    &t, term_text(e->arena, member_text(reason, "feature"), 0));
	}
	table_print(&t, &e->term, 4, false);
}

static double
number(const json_t *object, const char *name)
{
	return json_number_value(json_object_get(object, name));
}

/* The points, and what is known of each it comes from. */
static void
print_reputation(const struct explanation *e, const json_t *r)
{
	json_t *subjects = json_object_get(r, "subjects"), *subject;
	struct table t;
	size_t i;

	explain_field(e, "reputation",
	              arena_printf(e->arena,
	                           "%+.1f points, signal %.2f, confidence %.2f",
	                           number(r, "points"), number(r, "signal"),
	                           number(r, "confidence")));
	if (number(r, "messages") > 0)
		explain_field(e, "history",
		              arena_printf(e->arena,
		                           "mean score %.1f of %.1f messages",
		                           number(r, "mean_score"),
		                           number(r, "messages")));
	table_init(&t, e->arena, "rlrr");
	json_array_foreach (subjects, i, subject) {
		table_cellf(&t, "%+.2f", number(subject, "signal"));
		table_cell(
		    &t, term_text(e->arena, member_text(subject, "name"), 0));
		table_cellf(&t, "spam %.2f", number(subject, "spam"));
		table_cellf(&t, "ham %.2f", number(subject, "ham"));
	}
	table_print(&t, &e->term, 4, false);
}

static void
print_known(const struct explanation *e, const json_t *k)
{
	bool is_reply = json_is_true(json_object_get(k, "reply"));
	int64_t senders = member_int(k, "senders");

	if (senders || is_reply)
		explain_field(
		    e, "known",
		    arena_printf(e->arena, "%lld recipients wrote to them%s",
		                 (long long)senders,
		                 is_reply ? "; answers a message of ours"
		                          : ""));
}

static void
print_rates(const struct explanation *e, const json_t *rates)
{
	const json_t *rate;
	size_t i;

	json_array_foreach (rates, i, rate) {
		struct sv name = member_text(rate, "name");
		bool exceeded = json_is_true(json_object_get(rate, "exceeded"));

		explain_field(
		    e, "rate",
		    arena_printf(e->arena, "%.1f of %.0f in %lld s%s: " SV_FMT,
		                 number(rate, "used"), number(rate, "limit"),
		                 (long long)member_int(rate, "window_ms") /
		                     1000,
		                 exceeded ? ", exceeded" : "",
		                 SV_ARG(term_text(e->arena, name, 0))));
	}
}

static void
print_greylist(const struct explanation *e, const json_t *g)
{
	bool put_off = json_is_true(json_object_get(g, "put_off"));

	explain_field(
	    e, "greylist",
	    arena_printf(
		e->arena, SV_FMT "%s: " SV_FMT, SV_ARG(member_text(g, "state")),
		put_off ? ", put off" : "",
		SV_ARG(term_text(e->arena, member_text(g, "site"), 0))));
}

static void
print_campaign(const struct explanation *e, const json_t *c)
{
	if (!json_object_get(c, "id"))
		return; /* only its sender is known */
	explain_field(
	    e, "campaign",
	    arena_printf(e->arena,
	                 SV_FMT ", %.1f messages, %.1f senders, %.1f targets, "
	                        "%.1f networks",
	                 SV_ARG(member_text(c, "id")), number(c, "volume"),
	                 number(c, "senders"), number(c, "targets"),
	                 number(c, "networks")));
}

static void
print_recognition(const struct explanation *e, const json_t *r)
{
	explain_field(e, "recognition",
	              arena_printf(e->arena,
	                           SV_FMT ", spam %.2f, ham %.2f, by %.0f "
	                                  "reporters",
	                           SV_ARG(member_text(r, "state")),
	                           number(r, "spam"), number(r, "ham"),
	                           number(r, "reporters")));
}

void
explain_signals(const struct explanation *e)
{
	static const struct {
		const char *name;
		void (*print)(const struct explanation *e, const json_t *value);
	} rows[] = {
		{ "classifier", print_classifier },
		{ "reputation", print_reputation },
		{ "known", print_known },
		{ "rates", print_rates },
		{ "greylist", print_greylist },
		{ "campaign", print_campaign },
		{ "recognition", print_recognition },
	};
	const json_t *signals = json_object_get(e->record, "signals");

	if (json_object_size(signals) == 0)
		return;
	explain_section(e, "signals");
	if (json_is_true(json_object_get(signals, "partial")))
		explain_field(e, "store",
		              SV("Redis was away: what this machine knew"));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const json_t *value = json_object_get(signals, rows[i].name);

		if (value)
			rows[i].print(e, value);
	}
}
