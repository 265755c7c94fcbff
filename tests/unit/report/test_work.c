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
	snprintf(why, REPORTER_WHY, "as told");
	if (next_answer != SENT_DONE && !answer_gets_lost)
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
	struct place at = { 0, 0, 0 };
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
          a_record_that_is_no_verdict_record_is_told_as_lost,
          a_package_is_made_when_it_is_full_or_the_interval_is_over,
          packing_the_same_range_gives_the_same_bytes,
          a_package_carries_no_personal_datum,
          pseudonyms_are_keyed_digests_and_nothing_else,
          without_its_key_nothing_is_packed)
