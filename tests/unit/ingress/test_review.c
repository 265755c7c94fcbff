/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "ingress/correction.h"
#include "ingress/http_cursor.h"
#include "ingress/rejudge.h"
#include "ingress/review_item.h"

static struct arena *a;
static struct store *store;
static struct conf *conf;

static void
setup(void)
{
	struct diags diags = DIAGS_INIT;
	char why[STORE_WHY];

	a = arena_new();
	conf = conf_parse(SV("store { backend = memory; }\n"
	                     "review { time = 1d; }\n"),
	                  "test", &diags);
	ck_assert_ptr_nonnull(conf);
	ck_assert_int_eq(store_open(&conf->store, &store, why), 0);
	diags_done(&diags);
}

static void
teardown(void)
{
	store_close(store);
	conf_unref(conf);
	arena_free(a);
}

/* An item as review_hold() leaves it. */
static struct sv
put(int n, const char *site)
{
	char id[UUID_TEXT];
	int64_t now = clock_unix_ms() - 1000 + n;
	struct review_item item = {
		.id = arena_dup(a, sv_str(uuid_new(now, id))),
		.site = sv_str(site),
		.channel = SV("http"),
		.surface = SV("comment"),
		.verdict = SV("suspected"),
		.item = SV("17"),
		.title = SV("a \"title\"\n"),
		.unix_ms = now,
		.score_e4 = -34567,
	};
	struct store_op ops[] = {
		review_item_op(&item, conf, a),
		{ .kind = STORE_APPEND,
		  .name = SV("review"),
		  .id = item.id,
		  .value = item.site },
	};

	ck_assert_int_eq(store_commit(store,
	                              &(struct store_batch){
					  .ops = ops, .n = 2, .unix_ms = now }),
	                 0);
	return item.id;
}

START_TEST(an_item_comes_back_as_it_was)
{
	struct review_item item;
	struct sv id;

	setup();
	id = put(1, "blog");
	ck_assert_int_eq(review_get(store, id, a, &item), 0);
	ck_assert(sv_eq(item.id, id));
	ck_sv_eq(item.site, "blog");
	ck_sv_eq(item.title, "a \"title\"\n");
	ck_sv_eq(item.item, "17");
	ck_assert_int_eq(item.score_e4, -34567);
	ck_assert_int_eq(item.state, REVIEW_WAITING);
	ck_assert_int_eq(review_get(store, SV("x"), a, &item), E_UNKNOWN);
	ck_assert_int_eq(review_get(store,
	                            SV("00000000-0000-7000-8000-000000000000"),
	                            a, &item),
	                 E_UNKNOWN);
	teardown();
}
END_TEST

START_TEST(long_items_fit)
{
	struct review_item item = { .id = SV("0"), .site = SV("blog") };
	char text[400];
	struct store_op op;

	setup();
	memset(text, '\1', sizeof text);
	item.excerpt = sv_make(text, 400);
	item.author = sv_make(text, 150);
	item.title = item.item = sv_make(text, 200);
	op = review_item_op(&item, conf, a);
	ck_assert_uint_lt(op.value.n, STORE_VALUE_MAX);
	ck_assert_int_eq(op.value.p[op.value.n - 1], '}');
	teardown();
}
END_TEST

static int
count(void *ctx, const struct review_item *item)
{
	size_t *n = ctx;

	ck_assert(item->id.n > 0);
	++*n;
	return 0;
}

START_TEST(a_list_goes_on_where_it_ended_and_shows_ones_own)
{
	const struct http_client blog = { "blog", HTTP_ROLE_REVIEWER };
	const struct http_client all = { "*", HTTP_ROLE_ALL };
	struct review_query q = { .client = &blog,
		                  .state = REVIEW_WAITING,
		                  .after = { .id = SV("") },
		                  .limit = 4 };
	struct store_entry next;
	size_t n = 0;
	bool more;

	setup();
	for (int i = 0; i < 10; i++)
		put(i, i % 2 ? "blog" : "shop");
	ck_assert_int_eq(
	    review_list(store, conf, &q, a, count, &n, &next, &more), 0);
	ck_assert_uint_eq(n, 4);
	ck_assert(more);
	q.after = next;
	ck_assert_int_eq(
	    review_list(store, conf, &q, a, count, &n, &next, &more), 0);
	ck_assert_uint_eq(n, 5);
	ck_assert(!more);
	q = (struct review_query){ .client = &all,
		                   .state = REVIEW_STATES,
		                   .after = { .id = SV("") },
		                   .limit = 100 };
	n = 0;
	ck_assert_int_eq(
	    review_list(store, conf, &q, a, count, &n, &next, &more), 0);
	ck_assert_uint_eq(n, 10);
	teardown();
}
END_TEST

static int
count_entries(void *ctx, const struct store_entry *e)
{
	struct correction c;
	size_t *n = ctx;

	ck_assert_int_eq(correction_read(e->value, a, &c), 0);
	ck_sv_eq(c.by, "review");
	++*n;
	return 0;
}

START_TEST(a_decision_counts_once_and_stands)
{
	struct review_decision d = { .state = REVIEW_SPAM, .by = SV("ann") };
	struct review_outcome o;
	size_t n = 0;

	setup();
	d.store = store;
	d.conf = conf;
	d.id = put(1, "blog");
	ck_assert_int_eq(review_decide(&d, a, &o), 0);
	ck_assert_int_eq(o.item.state, REVIEW_SPAM);
	ck_sv_eq(o.item.by, "ann");
	ck_assert_int_eq(review_decide(&d, a, &o), 0);
	d.state = REVIEW_HAM;
	ck_assert_int_eq(review_decide(&d, a, &o), E_EXISTS);
	ck_assert_ptr_nonnull(strstr(o.why, "otherwise"));
	d.id = SV("00000000-0000-7000-8000-000000000000");
	ck_assert_int_eq(review_decide(&d, a, &o), E_UNKNOWN);
	ck_assert_int_eq(
	    store_read_log(store, SV("change"), NULL, 100, count_entries, &n),
	    0);
	ck_assert_uint_eq(n, 1);
	teardown();
}
END_TEST

START_TEST(a_correction_has_the_same_id_each_time)
{
	struct correction c = { .ref = SV("00000000-0000-7000-8000-"
		                          "000000000001"),
		                .to = SV("legitimate") };
	struct correction other = c, back;
	struct buf text = BUF_INIT(CORRECTION_BYTES_MAX);

	a = arena_new();
	correction_identify(&c, SV("review"));
	correction_identify(&other, SV("review"));
	ck_assert(uuid_valid(sv_str(c.id)));
	ck_assert_str_eq(c.id, other.id);
	correction_identify(&other, SV("rejudge:1"));
	ck_assert_str_ne(c.id, other.id);
	c.site = SV("blog");
	c.from = SV("suspected");
	c.unix_ms = 1750000000123;
	correction_write(&c, &text);
	ck_assert_int_eq(correction_read(buf_sv(&text), a, &back), 0);
	ck_assert_str_eq(back.id, c.id);
	ck_assert_int_eq(back.unix_ms, c.unix_ms);
	ck_sv_eq(back.site, "blog");
	ck_sv_eq(back.to, "legitimate");
	ck_assert_int_eq(correction_read(SV("{\"kind\":\"report\"}"), a, &back),
	                 E_SYNTAX);
	ck_assert_int_eq(correction_read(SV("[]"), a, &back), E_SYNTAX);
	ck_assert_int_eq(correction_read(SV(""), a, &back), E_SYNTAX);
	buf_done(&text);
	arena_free(a);
}
END_TEST

START_TEST(cursors_are_read_as_they_are_written)
{
	static const char *const bad[] = {
		"x",
		".",
		"-1.a",
		"99999999999999999999.a",
		"1."
		"0123456789012345678901234567890123456789012345678901234567890"
		"12345",
	};
	struct store_entry e = { .unix_ms = 12345, .id = SV("abc.d") }, back;

	a = arena_new();
	ck_assert_int_eq(http_cursor_read(http_cursor_text(a, &e), &back), 0);
	ck_assert_int_eq(back.unix_ms, 12345);
	ck_sv_eq(back.id, "abc.d");
	ck_assert_int_eq(http_cursor_read(SV(""), &back), 0);
	ck_assert_int_eq(back.unix_ms, 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(http_cursor_read(sv_str(bad[i]), &back) ==
		                  E_SYNTAX,
		              "%s", bad[i]);
	arena_free(a);
}
END_TEST

START_TEST(kept_posts_are_read_as_they_are_written)
{
	static const char *const bad[] = { "", "{}", "[]", "{\"site\":\"a\"}",
		                           "{\"site\":1,\"verdict\":\"x\","
		                           "\"post\":{}}" };
	struct kept_post p = { .site = SV("blog"),
		               .verdict = SV("suspected"),
		               .changes = 3,
		               .post = SV("{\"text\":\"a\"}") },
			 back;
	struct buf text = BUF_INIT(1000);

	a = arena_new();
	kept_post_write(&p, &text);
	ck_assert_int_eq(kept_post_read(buf_sv(&text), a, &back), 0);
	ck_sv_eq(back.site, "blog");
	ck_sv_eq(back.verdict, "suspected");
	ck_assert_uint_eq(back.changes, 3);
	ck_sv_eq(back.post, "{\"text\":\"a\"}");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(kept_post_read(sv_str(bad[i]), a, &back) ==
		                  E_SYNTAX,
		              "%s", bad[i]);
	buf_done(&text);
	arena_free(a);
}
END_TEST

UNIT_MAIN("review", an_item_comes_back_as_it_was, long_items_fit,
          a_list_goes_on_where_it_ended_and_shows_ones_own,
          a_decision_counts_once_and_stands,
          a_correction_has_the_same_id_each_time,
          cursors_are_read_as_they_are_written,
          kept_posts_are_read_as_they_are_written)
