/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/error.h"
#include "record/record.h"

#define RULESET                                                                \
	"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abc" \
	"def"
#define MINUTE INT64_C(1795403040000) /* 2026-11-23T03:04:00Z */

static struct record_item
item(const char *verdict, const char *action)
{
	static const struct sv rules[] = { { "BAYES_99", 8 },
		                           { "URIBL_X", 7 } };

	return (struct record_item){
		.unix_ms = MINUTE + 5,
		.channel = SV("smtp"),
		.surface = SV("mail"),
		.verdict = sv_str(verdict),
		.action = sv_str(action),
		.ad_type = SV("direct_ad"),
		.category = SV("gambling"),
		.complete = true,
		.recipients = 2,
		.bytes = 100,
		.cpu_us = 7,
		.rules = rules,
		.n_rules = 2,
	};
}

static void
add(struct aggregate *g, const char *verdict, const char *action, size_t times)
{
	struct record_item i = item(verdict, action);

	while (times--)
		aggregate_add(g, &i);
}

static uint64_t
total(const struct aggregate *g, const char *name)
{
	for (size_t i = 0; i < aggregate_totals_count(); i++)
		if (strcmp(aggregate_totals[i], name) == 0)
			return aggregate_total(g, i);
	ck_abort_msg("no total %s", name);
	return 0;
}

static void
row_to_text(void *ctx, const struct sv *cells, uint64_t count)
{
	buf_addf(ctx, SV_FMT "=%d;", SV_ARG(cells[1]), (int)count);
}

static void
write_batch(struct aggregate **list, size_t n, uint64_t k_min, struct buf *out)
{
	struct batch b = {
		.id = SV("mx1/0001/0-10"),
		.node = SV("mx1"),
		.generator = SV("tamis 0.1"),
		.org = SV("Example"),
		.domain = SV("example.org"),
		.contact = SV("abuse@example.org"),
		.ruleset = SV(RULESET),
		.profile = SV("statistical"),
		.k_min = k_min,
		.accounts = 40,
		.lost = 3,
		.aggregates = list,
		.n_aggregates = n,
	};

	batch_write(&b, out);
	ck_assert(!out->full);
}

static json_t *
sample(uint64_t k_min)
{
	struct buf out = BUF_INIT(1 << 20);
	struct aggregate *list[] = { aggregate_new(MINUTE),
		                     aggregate_new(MINUTE + 60000) };
	json_t *root;

	add(list[0], "legitimate", "accept", 3);
	add(list[0], "advertising_spam", "reject", 20);
	add(list[1], "suspected", "tag", 1);
	write_batch(list, 2, k_min, &out);
	root = json_loads(buf_str(&out), 0, NULL);
	ck_assert_ptr_nonnull(root);
	aggregate_free(list[0]);
	aggregate_free(list[1]);
	buf_done(&out);
	return root;
}

START_TEST(what_is_written_reads_back_the_same)
{
	struct buf first = BUF_INIT(1 << 20), second = BUF_INIT(1 << 20);
	struct aggregate *g = aggregate_new(MINUTE);
	char pointer[128], why[128];
	struct batch b;
	json_t *root;

	add(g, "legitimate", "accept", 3);
	add(g, "advertising_spam", "reject", 2);
	write_batch(&g, 1, 1, &first);
	root = json_loads(buf_str(&first), 0, NULL);
	ck_assert_int_eq(batch_parse(root, &b, pointer, why), 0);
	ck_sv_eq(b.id, "mx1/0001/0-10");
	ck_assert_uint_eq(b.lost, 3);
	ck_assert_uint_eq(b.accounts, 40);
	ck_assert_uint_eq(b.n_aggregates, 1);
	ck_assert_int_eq(aggregate_minute(b.aggregates[0]), MINUTE);
	ck_assert_uint_eq(total(b.aggregates[0], "items"), 5);
	ck_assert_uint_eq(total(b.aggregates[0], "recipients"), 10);
	ck_assert_uint_eq(total(b.aggregates[0], "advertising_spam"), 2);
	batch_write(&b, &second);
	ck_assert_str_eq(buf_str(&first), buf_str(&second));
	batch_done(&b);
	json_decref(root);
	aggregate_free(g);
	buf_done(&first);
	buf_done(&second);
}
END_TEST

START_TEST(words_that_are_not_in_the_vocabulary_never_leave)
{
	struct aggregate *g = aggregate_new(MINUTE);
	struct buf out = BUF_INIT(1 << 20);
	struct sv rules[] = { SV("alice@example.org"), SV("GOOD_RULE"),
		              SV("FROM_192_0_2_1"), SV("CALL_0791234567") };
	struct record_feedback feedback = { 0, SV("alice"), SV("spam"),
		                            SV("192.0.2.1"), SV("alice said") };
	struct record_correction correction = { 0, SV("alice"), SV("alice"),
		                                SV("192.0.2.1") };
	struct record_item i = {
		.channel = SV("alice@example.org"),
		.surface = SV("192.0.2.1"),
		.verdict = SV("alice"),
		.action = SV("call alice"),
		.ad_type = SV("alice"),
		.category = SV(""),
		.country = SV("alice"),
		.asn = SV("192.0.2.1"),
		.spf = SV("alice"),
		.dkim = SV("pass alice"),
		.dmarc = SV("192.0.2.1"),
		.evidence = SV("https://alice.example.org/"),
		.route = SV("Your invoice, alice"),
		.campaign = SV("alice"),
		.rules = rules,
		.n_rules = 4,
	};

	aggregate_add(g, &i);
	aggregate_add_feedback(g, &feedback);
	aggregate_add_correction(g, &correction);
	aggregate_add_recognition(
	    g, &(struct record_recognition){ 0, SV("alice"), 5 });
	write_batch(&g, 1, 1, &out);
	ck_assert_ptr_null(strstr(buf_str(&out), "alice"));
	ck_assert_ptr_null(strstr(buf_str(&out), "192"));
	ck_assert_ptr_null(strstr(buf_str(&out), "invoice"));
	ck_assert_ptr_null(strstr(buf_str(&out), "079123"));
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&out), "[\"other\",\"unknown\",\"other\",1]"));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "[\"GOOD_RULE\",1]"));
	ck_assert_uint_eq(total(g, "unknown"), 1);
	ck_assert_uint_eq(total(g, "incomplete"), 1);
	aggregate_free(g);
	buf_done(&out);
}
END_TEST

START_TEST(small_cells_are_merged_and_counted)
{
	char pointer[128], why[128];
	json_t *root = sample(10), *privacy = json_object_get(root, "privacy");
	struct buf rows = BUF_INIT(4096);
	struct batch b;

	/* 3 legitimate in 8 rows (3 of authentication), which hide 24 counts;
	 * the minute of 1 item in 12 rows, 2 of them rules */
	ck_assert_int_eq(
	    json_integer_value(json_object_get(privacy, "suppressed_rows")),
	    8 + 12);
	ck_assert_int_eq(
	    json_integer_value(json_object_get(privacy, "suppressed_items")),
	    24 + 12);
	ck_assert_int_eq(batch_parse(root, &b, pointer, why), 0);
	aggregate_rows(b.aggregates[0], 0, row_to_text, &rows);
	ck_assert_str_eq(buf_str(&rows), "other=3;advertising_spam=20;");
	batch_done(&b);
	buf_done(&rows);
	json_decref(root);
}
END_TEST

START_TEST(merging_adds_totals_and_rows)
{
	struct aggregate *a = aggregate_new(MINUTE), *b = aggregate_new(0);
	struct buf rows = BUF_INIT(4096);

	add(a, "legitimate", "accept", 3);
	add(b, "legitimate", "accept", 4);
	add(b, "suspected", "tag", 1);
	aggregate_merge(a, b);
	aggregate_rows(a, 0, row_to_text, &rows);
	ck_assert_str_eq(buf_str(&rows), "legitimate=7;suspected=1;");
	ck_assert_uint_eq(total(a, "items"), 8);
	ck_assert_uint_eq(total(a, "bytes"), 800);
	aggregate_free(a);
	aggregate_free(b);
	buf_done(&rows);
}
END_TEST

#define EVENT(members)                                                         \
	"[{\"time\":\"2026-11-23T03:04:00.000Z\",\"channel\":\"smtp\","        \
	"\"surface\":\"mail\",\"verdict\":\"suspected\",\"action\":\"tag\","   \
	"\"ad_type\":\"none\",\"category\":\"other\",\"recipients\":1,"        \
	"\"key_epoch\":\"2026-11\",\"client\":\"\",\"sender\":\"\"," members   \
	"}]"

/* An event, and where its fault is; "" where there is none. */
static const struct {
	const char *events, *pointer;
} event_cases[] = {
	{ EVENT("\"complete\":true,\"rules\":[],\"sender_domain\":\"\""), "" },
	{ EVENT("\"complete\":true,\"rules\":[\"A\"],\"sender_domain\":\"hmac-"
	        "sha256:0123456789abcdef0123456789abcdef\""),
	  "" },
	{ EVENT("\"complete\":true,\"rules\":[],\"sender_domain\":\"example."
	        "net\""),
	  "/events/0/sender_domain" },
	{ EVENT("\"complete\":true,\"rules\":[],\"sender_domain\":\"hmac-"
	        "sha256:alice@example.net...............\""),
	  "/events/0/sender_domain" },
	{ EVENT("\"complete\":true,\"rules\":[\"a b\"],\"sender_domain\":\"\""),
	  "/events/0/rules/0" },
	{ EVENT("\"complete\":true,\"rules\":5,\"sender_domain\":\"\""),
	  "/events/0/rules" },
	{ EVENT("\"complete\":1,\"rules\":[],\"sender_domain\":\"\""),
	  "/events/0/complete" },
	{ EVENT("\"complete\":true,\"rules\":[]"), "/events/0/sender_domain" },
	{ EVENT("\"complete\":true,\"rules\":[],\"sender_domain\":\"\","
	        "\"subject\":\"hello\""),
	  "/events/0/subject" },
};

START_TEST(events_are_checked_like_the_rest)
{
	for (size_t i = 0; i < sizeof event_cases / sizeof *event_cases; i++) {
		json_t *root = sample(1);
		char pointer[128] = "", why[128] = "";
		struct batch b = { 0 };
		int result;

		json_object_set_new(json_object_get(root, "privacy"), "profile",
		                    json_string("pseudonymous"));
		json_object_set_new(root, "events",
		                    json_loads(event_cases[i].events, 0, NULL));
		result = batch_parse(root, &b, pointer, why);
		ck_assert_msg((result == 0) == !*event_cases[i].pointer &&
		                  strcmp(pointer, event_cases[i].pointer) == 0,
		              "case %zu: %d at '%s' (%s)", i, result, pointer,
		              why);
		batch_done(&b);
		json_decref(root);
	}
}
END_TEST

/* Each case changes one place of a good batch. */
static const struct {
	const char *parent; /* keys and indexes from the root */
	const char *name;   /* member to set; NULL: replace nothing, append */
	const char *value;  /* JSON; NULL: remove */
	const char *pointer;
	int error;
} bad[] = {
	{ "", "extra", "1", "/extra", E_SYNTAX },
	{ "", "a/b", "1", "/a~1b", E_SYNTAX },
	{ "", "events", NULL, "/events", E_SYNTAX },
	{ "", "events", "[{}]", "/events", E_RANGE },
	{ "", "v", "\"3\"", "/v", E_RANGE },
	{ "", "v", "1", "/v", E_SYNTAX },
	{ "", "batch", "\"mx2/1/0-1\"", "/batch", E_STATE },
	{ "", "node", "\"mx 1\"", "/node", E_RANGE },
	{ "", "node", "\"\"", "/node", E_RANGE },
	{ "", "generator", "\"a\\nb\"", "/generator", E_RANGE },
	{ "", "aggregates", "{}", "/aggregates", E_SYNTAX },
	{ "coverage", "lost", "-1", "/coverage/lost", E_RANGE },
	{ "coverage", "lost", "1.5", "/coverage/lost", E_SYNTAX },
	{ "coverage", "lost", "9007199254740993", "/coverage/lost", E_RANGE },
	{ "privacy", "profile", "\"evidence\"", "/privacy/profile", E_RANGE },
	{ "reporter", "phone", "\"1\"", "/reporter/phone", E_SYNTAX },
	{ "aggregates 0 period", "begin", "\"2026-11-23T03:04:01.000Z\"",
	  "/aggregates/0/period/begin", E_RANGE },
	{ "aggregates 0 period", "end", "\"2026-11-23T03:06:00.000Z\"",
	  "/aggregates/0/period/end", E_STATE },
	{ "aggregates 0 period", "end", "\"soon\"", "/aggregates/0/period/end",
	  E_SYNTAX },
	{ "aggregates 1", "period",
	  "{\"begin\":\"2026-11-23T03:04:00.000Z\","
	  "\"end\":\"2026-11-23T03:05:00.000Z\"}",
	  "/aggregates/1/period", E_STATE },
	{ "aggregates 0 totals", "items", "22", "/aggregates/0/totals/items",
	  E_STATE },
	{ "aggregates 0 totals", "legitimate", "4",
	  "/aggregates/0/totals/items", E_STATE },
	{ "aggregates 0 totals", "incomplete", "24",
	  "/aggregates/0/totals/incomplete", E_STATE },
	{ "aggregates 0 tables", "source_ip", "[]",
	  "/aggregates/0/tables/source_ip", E_SYNTAX },
	{ "aggregates 0 tables", "channel_verdict_action", "[]",
	  "/aggregates/0/tables/channel_verdict_action", E_STATE },
	{ "aggregates 0 tables", "channel_verdict_action",
	  "[[\"fax\",\"legitimate\",\"accept\",23]]",
	  "/aggregates/0/tables/channel_verdict_action/0/0", E_RANGE },
	{ "aggregates 0 tables", "channel_verdict_action",
	  "[[\"smtp\",\"legitimate\",\"accept\"]]",
	  "/aggregates/0/tables/channel_verdict_action/0", E_SYNTAX },
	{ "aggregates 0 tables", "rule", "[[\"A\",1],[\"B\",1],[\"A\",1]]",
	  "/aggregates/0/tables/rule/2", E_STATE },
	{ "aggregates 0 tables", "rule", "[[\"alice@example.org\",1]]",
	  "/aggregates/0/tables/rule/0/0", E_RANGE },
	{ "aggregates 0 tables", "rule", "[[\"A\",0]]",
	  "/aggregates/0/tables/rule/0/1", E_RANGE },
	{ "aggregates 0 tables", "rule", "[[\"A\",\"1\"]]",
	  "/aggregates/0/tables/rule/0/1", E_SYNTAX },
};

static json_t *
find(json_t *at, const char *path)
{
	struct sv rest = sv_str(path), word;

	while (sv_word(&rest, &word)) {
		char key[64];
		uint64_t index;

		snprintf(key, sizeof key, SV_FMT, SV_ARG(word));
		at = sv_u64(word, &index) ? json_array_get(at, index)
		                          : json_object_get(at, key);
		ck_assert_ptr_nonnull(at);
	}
	return at;
}

START_TEST(a_bad_batch_is_refused_with_a_pointer_to_the_place)
{
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		json_t *root = sample(1), *parent = find(root, bad[i].parent);
		char pointer[128] = "", why[128] = "";
		struct batch b;
		int result;

		if (bad[i].value)
			json_object_set_new(
			    parent, bad[i].name,
			    json_loads(bad[i].value, JSON_DECODE_ANY, NULL));
		else
			json_object_del(parent, bad[i].name);
		result = batch_parse(root, &b, pointer, why);
		ck_assert_msg(result == bad[i].error &&
		                  strcmp(pointer, bad[i].pointer) == 0 && *why,
		              "case %zu: %d at '%s' (%s), not %d at '%s'", i,
		              result, pointer, why, bad[i].error,
		              bad[i].pointer);
		json_decref(root);
	}
}
END_TEST

START_TEST(a_batch_that_is_no_object_is_refused)
{
	char pointer[128], why[128];
	struct batch b;
	json_t *root = json_array();

	ck_assert_int_eq(batch_parse(root, &b, pointer, why), E_SYNTAX);
	ck_assert_str_eq(pointer, "");
	json_decref(root);
}
END_TEST

START_TEST(tables_have_a_bound_and_sums_stay_exact)
{
	struct aggregate *g = aggregate_new(MINUTE);
	struct buf out = BUF_INIT(1 << 22);
	char pointer[128], why[128];
	struct batch b;
	json_t *root;

	for (int i = 0; i < 9000; i++) {
		char name[32];
		struct record_item one = item("legitimate", "accept");
		struct sv rule;

		snprintf(name, sizeof name, "RULE_%d", i);
		rule = sv_str(name);
		one.rules = &rule;
		one.n_rules = 1;
		aggregate_add(g, &one);
	}
	write_batch(&g, 1, 1, &out);
	root = json_loads(buf_str(&out), 0, NULL);
	ck_assert_int_eq(batch_parse(root, &b, pointer, why), 0);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "[\"other\",1000]"));
	batch_done(&b);
	json_decref(root);
	buf_done(&out);
	aggregate_free(g);
}
END_TEST

UNIT_MAIN("batch", what_is_written_reads_back_the_same,
          words_that_are_not_in_the_vocabulary_never_leave,
          small_cells_are_merged_and_counted, merging_adds_totals_and_rows,
          events_are_checked_like_the_rest,
          a_bad_batch_is_refused_with_a_pointer_to_the_place,
          a_batch_that_is_no_object_is_refused,
          tables_have_a_bound_and_sums_stay_exact)
