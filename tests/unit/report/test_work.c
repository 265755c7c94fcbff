/* SPDX-License-Identifier: Apache-2.0 */
/* Exactness: whatever step a process dies at, each record is counted at the
 * collector once, or told as lost. A death is played by throwing the reporter
 * away and making a new one from its files. */
#include "../unit.h"

#include "report/pack.h"
#include "report/work.h"

#include "collector.h"
#include "samples.h"

static struct collector collector;
static enum sent next_answer; /* of the fake collector; SENT_DONE is usual */
static bool answer_gets_lost; /* it takes the package, but nobody hears */
static void (*while_sending)(void); /* what happens meanwhile; NULL: nothing */

static void *
fake_open(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	(void)setup, (void)why;
	return &collector;
}

static void
fake_close(void *state)
{
	(void)state;
}

static enum sent
fake_send(void *state, const struct package *p, int64_t *ret_wait_ms,
          char why[REPORTER_WHY])
{
	(void)ret_wait_ms;
	if (while_sending)
		while_sending();
	snprintf(why, REPORTER_WHY, "as told");
	/* what it took before it does not refuse */
	if (next_answer != SENT_DONE && !answer_gets_lost &&
	    !map_get(collector.bodies, sv_str(p->id)))
		return next_answer;
	collector_take(state, sv_str(p->id), buf_sv(&p->body));
	return answer_gets_lost ? SENT_LATER : SENT_DONE;
}

static const struct reporter_kind fake_kind = {
	.open = fake_open,
	.close = fake_close,
	.send = fake_send,
};

/* ---- one node ---- */

struct node {
	struct conf *conf;
	char dir[4096];
	struct tally *tally;
	struct reporter *reporter;
	unsigned appended;
};

static void
node_start(struct node *n)
{
	n->tally = tally_new(n->dir);
	tally_update(n->tally);
	n->reporter =
	    reporter_new(&fake_kind, n->conf,
	                 sample_own(n->conf, REPORTER_HTTP), n->dir, n->tally);
}

static void
node_crash(struct node *n)
{
	reporter_free(n->reporter);
	tally_free(n->tally);
}

static void
node_append(struct node *n, unsigned count)
{
	sample_spool(n->conf, n->appended, n->appended + count);
	n->appended += count;
	tally_update(n->tally);
}

/* A step of what is due by itself. */
static bool
node_wait(struct node *n)
{
	bool more;

	pthread_mutex_lock(&n->reporter->mutex);
	more = work_step(n->reporter);
	pthread_mutex_unlock(&n->reporter->mutex);
	return more;
}

static bool
node_step(struct node *n)
{
	n->reporter->flush = true;
	return node_wait(n);
}

static void
node_init(struct node *n, const char *dir, const char *more)
{
	char cursors[4200];

	*n = (struct node){ .conf = sample_conf(dir, more) };
	spool_path(n->conf, n->dir, sizeof n->dir);
	snprintf(cursors, sizeof cursors, "mkdir -p %s/cursors", n->dir);
	ck_assert_int_eq(system(cursors), 0);
	collector_init(&collector);
	next_answer = SENT_DONE;
	answer_gets_lost = false;
	while_sending = NULL;
	node_start(n);
}

static void
node_done(struct node *n)
{
	node_crash(n);
	conf_unref(n->conf);
	collector_done(&collector);
}

/* Dies before step `crash`, or after the collector has taken what that step
 * sends, and recovers. Returns the number of steps. */
static int
run_with_crash(int crash, bool after)
{
	char *dir = folder_new();
	struct node n;
	int step = 0;

	node_init(&n, dir, "report { batch_max = 70; }");
	for (int round = 0; round < 3; round++) {
		node_append(&n, 100);
		for (bool more = true; more; step++) {
			if (step == crash && !after) {
				node_crash(&n);
				node_start(&n);
			}
			answer_gets_lost = step == crash && after;
			more = node_step(&n);
			if (answer_gets_lost) {
				node_crash(&n);
				node_start(&n);
				more = true;
			}
			answer_gets_lost = false;
		}
	}
	ck_assert_msg(collector.items == 300 && collector.lost == 0,
	              "%d items and %d lost after a crash at step %d",
	              (int)collector.items, (int)collector.lost, crash);
	ck_assert_uint_eq(n.reporter->cursor.delivered, 300);
	node_done(&n);
	folder_remove(dir);
	return step;
}

START_TEST(no_crash_at_any_step_changes_the_sum)
{
	int steps = run_with_crash(-1, false);

	ck_assert_int_gt(steps, 12);
	for (int i = 0; i < steps; i++) {
		run_with_crash(i, false);
		run_with_crash(i, true);
	}
}
END_TEST

START_TEST(a_package_stays_the_same_when_the_configuration_changes)
{
	char *dir = folder_new();
	struct node n;

	node_init(&n, dir, "");
	node_append(&n, 10);
	ck_assert(node_step(&n)); /* made */
	answer_gets_lost = true;
	node_step(&n); /* sent */
	answer_gets_lost = false;
	node_crash(&n);
	conf_unref(n.conf);
	n.conf = sample_conf(dir, "report { k_min = 5; }");
	node_start(&n);
	while (node_step(&n))
		;
	ck_assert_uint_eq(collector.items, 10);
	ck_assert_uint_eq(collector.repeats, 1); /* and equal: see the header */
	node_done(&n);
	folder_remove(dir);
}
END_TEST

START_TEST(a_refused_package_is_set_aside_and_told_as_lost)
{
	char *dir = folder_new(), kept[4200];
	struct node n;

	node_init(&n, dir, "");
	node_append(&n, 10);
	node_step(&n);
	next_answer = SENT_REFUSED;
	node_step(&n);
	next_answer = SENT_DONE;
	ck_assert_uint_eq(n.reporter->cursor.lost, 10);
	node_crash(&n);
	node_start(&n);
	node_append(&n, 5);
	while (node_step(&n))
		;
	ck_assert_uint_eq(collector.items, 5);
	ck_assert_uint_eq(collector.lost, 10);
	ck_assert_uint_eq(n.reporter->cursor.untold, 0);
	snprintf(kept, sizeof kept, "test -s %s/refused/*.json.zst", n.dir);
	ck_assert_int_eq(system(kept), 0);
	node_done(&n);
	folder_remove(dir);
}
END_TEST

START_TEST(a_failure_waits_and_is_repeated)
{
	char *dir = folder_new();
	struct node n;

	node_init(&n, dir, "");
	node_append(&n, 10);
	node_step(&n);
	next_answer = SENT_LATER;
	for (int64_t i = 1, pause = 1000; i < 12; i++) {
		int64_t wait_ms;

		ck_assert(!node_step(&n));
		wait_ms = n.reporter->retry_ms - work_now_ms();
		ck_assert_int_le(wait_ms, pause);
		ck_assert_int_ge(wait_ms, pause / 2 - 100);
		pause = pause * 2 < 300000 ? pause * 2 : 300000;
	}
	ck_assert_uint_eq(n.reporter->failures, 11);
	ck_assert_str_eq(n.reporter->why, "as told");
	next_answer = SENT_DONE;
	while (node_step(&n))
		;
	ck_assert_uint_eq(n.reporter->failures, 0);
	ck_assert_uint_eq(collector.items, 10);
	node_done(&n);
	folder_remove(dir);
}
END_TEST

/* Dropped before, between and after reading; with a package in hand. */
START_TEST(what_is_dropped_is_told_as_lost)
{
	for (int read_steps = 0; read_steps < 6; read_steps++) {
		char *dir = folder_new();
		struct extent oldest;
		struct node n;
		int dropped = 0;

		node_init(&n, dir,
		          "report { segment_bytes = 64k; batch_max = 50; }");
		node_append(&n, 300);
		for (int i = 0; i < read_steps; i++)
			node_step(&n);
		while (tally_oldest(n.tally, &oldest)) {
			reporter_drop(n.reporter, &oldest);
			tally_delete(n.tally, oldest.segment);
			dropped++;
			node_crash(&n);
			node_start(&n);
		}
		ck_assert_int_gt(dropped, 1);
		node_append(&n, 1);
		while (node_step(&n))
			;
		ck_assert_uint_gt(collector.lost, 0);
		ck_assert_uint_eq(collector.items + collector.lost, 301);
		ck_assert_uint_eq(n.reporter->cursor.lost, collector.lost);
		node_done(&n);
		folder_remove(dir);
	}
}
END_TEST

/* ---- whatever happens, in whatever order ---- */

static struct node one;
static uint64_t told_elsewhere; /* lost before there was a record */

static void
lose_one(void)
{
	struct spool *s = spool_open(one.dir, &one.conf->report);

	spool_lose(s);
	told_elsewhere++;
	spool_close(s);
}

static void
tear_a_line(void)
{
	char command[4400];

	snprintf(command, sizeof command,
	         "cd %s && set -- *.ndjson && shift $(($# - 1)) && "
	         "test -w $1 && echo '12345678 {\"v\"' >>$1",
	         one.dir);
	told_elsewhere += system(command) == 0;
	tally_update(one.tally);
}

static void
drop_oldest(void)
{
	struct extent oldest;

	if (tally_oldest(one.tally, &oldest) &&
	    reporter_drop(one.reporter, &oldest))
		tally_delete(one.tally, oldest.segment);
}

static void
crash(void)
{
	node_crash(&one);
	node_start(&one);
}

static void
drop_and_die_before_it_is_deleted(void)
{
	struct extent oldest;

	if (tally_oldest(one.tally, &oldest))
		reporter_drop(one.reporter, &oldest);
	crash();
}

/* No cursor can be saved meanwhile, as on a full disk. */
static void
without_room(void (*act)(void))
{
	char from[4200], to[4200];

	snprintf(from, sizeof from, "%s/cursors", one.dir);
	snprintf(to, sizeof to, "%s/gone", one.dir);
	ck_assert_int_eq(rename(from, to), 0);
	act();
	ck_assert_int_eq(rename(to, from), 0);
}

static void
step(void)
{
	node_step(&one);
}

static void
drop_without_room(void)
{
	without_room(drop_oldest);
}

static void
step_without_room(void)
{
	without_room(step);
}

static void
append_some(void)
{
	node_append(&one, 60);
}

static void
step_and_drop_meanwhile(void)
{
	while_sending = drop_oldest;
	step();
	while_sending = NULL;
}

static void
step_and_lose_the_answer(void)
{
	answer_gets_lost = true;
	step();
	answer_gets_lost = false;
}

static void
step_and_die_after_sending(void)
{
	step_and_lose_the_answer();
	crash();
}

static void
step_and_be_refused(void)
{
	next_answer = SENT_REFUSED;
	step();
	next_answer = SENT_DONE;
}

static void
step_and_be_put_off(void)
{
	next_answer = SENT_LATER;
	step_and_drop_meanwhile();
	next_answer = SENT_DONE;
}

static void
tell_losses(void)
{
	struct spool *s = spool_open(one.dir, &one.conf->report);

	spool_tell_losses(s);
	spool_close(s);
	tally_update(one.tally);
}

static void (*const acts[])(void) = {
	append_some,
	append_some,
	step,
	step,
	drop_oldest,
	crash,
	drop_and_die_before_it_is_deleted,
	drop_without_room,
	step_without_room,
	step_and_drop_meanwhile,
	step_and_lose_the_answer,
	step_and_die_after_sending,
	step_and_be_refused,
	step_and_be_put_off,
	lose_one,
	tear_a_line,
	tell_losses,
};

static uint32_t
draw(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static void
check_sum(const char *what, uint32_t seed)
{
	const struct cursor *c = &one.reporter->cursor;
	uint64_t all = one.appended + told_elsewhere;

	ck_assert_msg(collector.items + collector.lost == all,
	              "%s %u: %d items and %d lost of %d", what, seed,
	              (int)collector.items, (int)collector.lost, (int)all);
	ck_assert_msg(c->delivered == collector.items &&
	                  c->lost == collector.lost && c->untold == 0,
	              "%s %u: the node says %d and %d, the collector %d and %d",
	              what, seed, (int)c->delivered, (int)c->lost,
	              (int)collector.items, (int)collector.lost);
}

/* All that is left is delivered; one that was refused at the very end has no
 * place of its own left, and waits for a record. */
static void
finish_and_check(const char *what, uint32_t seed)
{
	tell_losses();
	while (node_step(&one))
		;
	if (one.reporter->cursor.untold)
		node_append(&one, 1);
	while (node_step(&one))
		;
	check_sum(what, seed);
}

START_TEST(no_order_of_mishaps_changes_the_sum)
{
	for (uint32_t seed = 1; seed <= 25; seed++) {
		char *dir = folder_new();
		uint32_t state = seed;

		told_elsewhere = 0;
		node_init(&one, dir,
		          "report { segment_bytes = 64k; batch_max = 50; }");
		for (int i = 0; i < 50; i++)
			acts[draw(&state) % (sizeof acts / sizeof *acts)]();
		finish_and_check("seed", seed);
		node_done(&one);
		folder_remove(dir);
	}
}
END_TEST

/* Each act of a part, then each other one, after some were sent and with a
 * package made that is not sent. */
static void
run_pairs(unsigned part, unsigned parts)
{
	enum { N = sizeof acts / sizeof *acts };

	for (uint32_t pair = part; pair < N * N; pair += parts) {
		char *dir = folder_new();

		told_elsewhere = 0;
		node_init(&one, dir,
		          "report { segment_bytes = 64k; batch_max = 50; }");
		node_append(&one, 170);
		for (int i = 0; i < 3; i++)
			step();
		acts[pair / N]();
		acts[pair % N]();
		finish_and_check("pair", pair);
		node_done(&one);
		folder_remove(dir);
	}
}

START_TEST(no_two_mishaps_after_each_other_change_the_sum)
{
	run_pairs(0, 3);
}
END_TEST

START_TEST(nor_do_others)
{
	run_pairs(1, 3);
}
END_TEST

START_TEST(nor_do_the_rest)
{
	run_pairs(2, 3);
}
END_TEST

START_TEST(a_loss_is_told_when_no_record_comes_any_more)
{
	char *dir = folder_new();

	node_init(&one, dir, "report { http_interval = 1h; }");
	node_append(&one, 10);
	step();
	step_and_be_refused();
	ck_assert_uint_eq(work_lost_pending(one.reporter), 10);
	one.reporter->flush = false;
	ck_assert(!node_wait(&one)); /* not before the interval is over */
	ck_assert_int_gt(one.reporter->due_ms, work_now_ms() + 3500000);
	one.reporter->package_ms -= 3600000;
	ck_assert(node_wait(&one));
	ck_assert_uint_eq(work_lost_pending(one.reporter), 10);
	ck_assert(node_wait(&one));
	ck_assert_uint_eq(collector.lost, 10);
	ck_assert_uint_eq(work_lost_pending(one.reporter), 0);
	/* and a package that only tells is not told of for ever */
	node_append(&one, 10);
	step();
	step_and_be_refused();
	step();
	step_and_be_refused();
	ck_assert(!node_step(&one));
	ck_assert_uint_eq(one.reporter->cursor.untold, 10);
	node_append(&one, 1);
	while (node_step(&one))
		;
	ck_assert_uint_eq(collector.items, 1);
	ck_assert_uint_eq(collector.lost, 20);
	node_done(&one);
	folder_remove(dir);
}
END_TEST

static void
append_gap_record(unsigned generation, unsigned records)
{
	struct spool *s = spool_open(one.dir, &one.conf->report);
	char text[300];

	snprintf(text, sizeof text,
	         "{\"v\":\"1\",\"kind\":\"gap\",\"id\":"
	         "\"01a20684-58b6-7000-8000-000000000001\",\"time\":"
	         "\"2026-11-23T03:04:00.000Z\",\"end\":"
	         "\"2026-11-23T03:05:00.000Z\",\"records\":%u,"
	         "\"generation\":%u}",
	         records, generation);
	ck_assert_int_eq(spool_append(s, sv_str(text)), 0);
	spool_close(s);
	tally_update(one.tally);
}

START_TEST(a_gap_that_is_written_twice_counts_once)
{
	char *dir = folder_new();

	node_init(&one, dir, "report { batch_max = 1; }");
	append_gap_record(7, 20);
	append_gap_record(7, 20); /* its writer died before it could say so */
	append_gap_record(7, 23); /* and another lost three more */
	append_gap_record(8, 2);
	append_gap_record(6, 9); /* of a time before */
	while (node_step(&one))
		crash();
	ck_assert_uint_eq(collector.lost, 25);
	node_done(&one);
	folder_remove(dir);
}
END_TEST

/* Writers lost 210, said so in a record, and the segment with that is dropped
 * before it was read: the loss of a loss. */
START_TEST(a_gap_that_is_dropped_is_told_all_the_same)
{
	for (int sent = 0; sent < 4; sent++) {
		char *dir = folder_new();

		node_init(&one, dir,
		          "report { segment_bytes = 64k; batch_max = 50; }");
		node_append(&one, 60);
		append_gap_record(7, 200);
		append_gap_record(7, 210);
		node_append(&one, 100);
		for (int i = 0; i < sent; i++)
			step();
		drop_oldest();
		crash();
		while (node_step(&one))
			;
		ck_assert_uint_eq(collector.items + collector.lost, 160 + 210);
		ck_assert_uint_ge(collector.lost, 210);
		node_done(&one);
		folder_remove(dir);
	}
}
END_TEST

START_TEST(a_record_that_is_no_verdict_record_is_told_as_lost)
{
	char *dir = folder_new();
	struct spool *s;
	struct node n;

	node_init(&n, dir, "");
	node_append(&n, 3);
	s = spool_open(n.dir, &n.conf->report);
	ck_assert_int_eq(spool_append(s, SV("{\"id\":5}")), 0);
	ck_assert_int_eq(spool_append(s, SV("no JSON at all")), 0);
	spool_close(s);
	node_append(&n, 3);
	while (node_step(&n))
		;
	ck_assert_uint_eq(collector.items, 6);
	ck_assert_uint_eq(collector.lost, 2);
	ck_assert_uint_eq(n.reporter->cursor.lost, 2);
	ck_assert_uint_eq(n.reporter->cursor.delivered, 6);
	node_done(&n);
	folder_remove(dir);
}
END_TEST

START_TEST(a_package_is_made_when_it_is_full_or_the_interval_is_over)
{
	char *dir = folder_new();
	struct node n;

	node_init(&n, dir, "report { batch_max = 50; http_interval = 1h; }");
	node_append(&n, 49);
	ck_assert(!node_wait(&n));
	ck_assert_int_gt(n.reporter->due_ms, work_now_ms() + 3500000);
	node_append(&n, 1);
	ck_assert(node_wait(&n));
	ck_assert_uint_eq(n.reporter->cursor.package.records, 50);
	ck_assert(node_wait(&n));
	node_append(&n, 1);
	ck_assert(!node_wait(&n));
	n.reporter->package_ms -= 3600000;
	ck_assert(node_wait(&n));
	ck_assert_uint_eq(n.reporter->cursor.package.records, 1);
	node_done(&n);
	folder_remove(dir);
}
END_TEST

START_TEST(packing_the_same_range_gives_the_same_bytes)
{
	char *dir = folder_new();
	struct place at = { 0 };
	const struct conf_reporter *own;
	struct cursor a, b;
	struct range r;
	struct node n;

	node_init(&n, dir, "");
	node_append(&n, 200);
	range_init(&r);
	cursor_init(&a);
	cursor_init(&b);
	ck_assert_int_eq(range_read(n.tally, &at, 150, &r), 0);
	a.untold = b.untold = 7;
	own = sample_own(n.conf, REPORTER_HTTP);
	ck_assert_int_eq(pack_range(n.conf, own, &a, &r), 0);
	ck_assert_int_eq(range_read(n.tally, &at, 150, &r), 0);
	ck_assert_int_eq(pack_range(n.conf, own, &b, &r), 0);
	ck_assert_str_eq(a.package.id, b.package.id);
	ck_assert(sv_eq(buf_sv(&a.package.body), buf_sv(&b.package.body)));
	ck_assert_uint_eq(a.package.records, 150);
	ck_assert_uint_eq(a.package.lost, 7);
	cursor_done(&a);
	cursor_done(&b);
	range_done(&r);
	node_done(&n);
	folder_remove(dir);
}
END_TEST

static json_t *
first_batch(void)
{
	struct sv id;
	void *body;
	size_t pos = 0;

	ck_assert(map_next(collector.bodies, &pos, &id, &body));
	return json_loads(body, 0, NULL);
}

static void
check_secrets(void)
{
	static const char *const secrets[] = { "alice", "bob", "192.0.2.1",
		                               "hello", "example.net" };
	struct sv id;
	void *body;

	for (size_t pos = 0; map_next(collector.bodies, &pos, &id, &body);)
		for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
			ck_assert_ptr_null(strstr(body, secrets[i]));
}

START_TEST(a_package_carries_no_personal_datum)
{
	char *dir = folder_new();
	struct node n;

	node_init(&n, dir, "");
	node_append(&n, 20);
	while (node_step(&n))
		;
	check_secrets();
	node_done(&n);
	folder_remove(dir);
}
END_TEST

START_TEST(pseudonyms_are_keyed_digests_and_nothing_else)
{
	char *dir = folder_new(), clients[2][60];

	for (int i = 0; i < 2; i++) { /* two nodes with a key each */
		json_t *root, *event;
		char sub[100];
		struct node n;

		snprintf(sub, sizeof sub, "%s/%d", dir, i);
		node_init(&n, sub, "report { profile = pseudonymous; }");
		node_append(&n, 20);
		while (node_step(&n))
			;
		ck_assert_uint_eq(collector.items, 20);
		check_secrets();
		root = first_batch();
		event = json_array_get(json_object_get(root, "events"), 0);
		snprintf(clients[i], sizeof clients[i], "%s",
		         json_string_value(json_object_get(event, "client")));
		ck_assert_uint_eq(strlen(clients[i]), 44);
		json_decref(root);
		node_done(&n);
	}
	ck_assert_str_ne(clients[0], clients[1]);
	folder_remove(dir);
}
END_TEST

/* What waits to be sent says more than may leave from now on. */
START_TEST(a_package_of_a_wider_profile_is_not_sent)
{
	char *dir = folder_new();
	struct node n;

	node_init(&n, dir, "report { profile = pseudonymous; }");
	node_append(&n, 10);
	next_answer = SENT_LATER;
	while (node_step(&n))
		;
	next_answer = SENT_DONE;
	node_crash(&n);
	conf_unref(n.conf);
	n.conf = sample_conf(dir, "");
	node_start(&n);
	node_append(&n, 5);
	while (node_step(&n))
		;
	ck_assert_uint_eq(collector.items, 5);
	ck_assert_uint_eq(collector.lost, 10);
	node_done(&n);
	folder_remove(dir);
}
END_TEST

START_TEST(without_its_key_nothing_is_packed)
{
	char *dir = folder_new(), command[200];
	struct node n;

	node_init(&n, dir, "report { profile = pseudonymous; }");
	snprintf(command, sizeof command, "echo short > %s/pseudonym.key", dir);
	ck_assert_int_eq(system(command), 0);
	node_append(&n, 5);
	ck_assert(!node_step(&n));
	ck_assert_ptr_nonnull(strstr(n.reporter->why, "pseudonym.key"));
	snprintf(command, sizeof command, "rm %s/pseudonym.key", dir);
	ck_assert_int_eq(system(command), 0);
	while (node_step(&n))
		;
	ck_assert_uint_eq(collector.items, 5);
	node_done(&n);
	folder_remove(dir);
}
END_TEST

UNIT_MAIN("work", no_crash_at_any_step_changes_the_sum,
          a_package_stays_the_same_when_the_configuration_changes,
          a_refused_package_is_set_aside_and_told_as_lost,
          a_failure_waits_and_is_repeated, what_is_dropped_is_told_as_lost,
          no_order_of_mishaps_changes_the_sum,
          no_two_mishaps_after_each_other_change_the_sum, nor_do_others,
          nor_do_the_rest, a_loss_is_told_when_no_record_comes_any_more,
          a_gap_that_is_written_twice_counts_once,
          a_gap_that_is_dropped_is_told_all_the_same,
          a_record_that_is_no_verdict_record_is_told_as_lost,
          a_package_is_made_when_it_is_full_or_the_interval_is_over,
          packing_the_same_range_gives_the_same_bytes,
          a_package_carries_no_personal_datum,
          pseudonyms_are_keyed_digests_and_nothing_else,
          without_its_key_nothing_is_packed,
          a_package_of_a_wider_profile_is_not_sent)
