/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/rejudge.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "ingress/background.h"
#include "ingress/correction.h"
#include "ingress/post.h"
#include "learn/ledger.h"
#include "report/keep.h"

enum {
	STACK_BYTES = 8 * 1024 * 1024,
	PAUSE_US = 200, /* after each post */
	POST_BYTES_MAX = 64 * 1024 * 1024,
	NOTE_BYTES_MAX = 200,
	LOOK_S = 10,        /* between two looks at the log of changes */
	ENTRIES_MAX = 1000, /* of it, at once */
};

struct rejudge {
	struct ingress *ingress;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int64_t wanted_ms; /* guarded: a look that begins then or later */

	/* Of the thread alone: how far it has read the log "change". */
	int64_t behind_ms;
	char behind_id[STORE_ID_MAX + 1];
};

/* ---- as a post is kept ---- */

void
kept_post_write(const struct kept_post *p, struct buf *out)
{
	struct json j = json_start(out);

	json_begin_object(&j, NULL);
	json_str(&j, "site", p->site);
	json_str(&j, "verdict", p->verdict);
	json_int(&j, "changes", (int64_t)p->changes);
	json_raw(&j, "post", p->post);
	json_end(&j);
}

static int
read_kept(json_t *root, struct arena *a, struct kept_post *ret)
{
	const char *site = json_string_value(json_object_get(root, "site"));
	const char *verdict =
	    json_string_value(json_object_get(root, "verdict"));
	char *post = json_dumps(json_object_get(root, "post"), JSON_COMPACT);

	if (site && verdict && post)
		*ret = (struct kept_post){
			.site = arena_dup(a, sv_str(site)),
			.verdict = arena_dup(a, sv_str(verdict)),
			.changes = (uint64_t)json_integer_value(
			    json_object_get(root, "changes")),
			.post = arena_dup(a, sv_str(post)),
		};
	free(post);
	return site && verdict && post ? 0 : E_SYNTAX;
}

int
kept_post_read(struct sv json, struct arena *a, struct kept_post *ret)
{
	json_t *root = json_loadb(json.p, json.n, JSON_ALLOW_NUL, NULL);
	int result = root ? read_kept(root, a, ret) : E_SYNTAX;

	json_decref(root);
	return result;
}

void
rejudge_keep(struct ingress *in, const struct scan *s)
{
	const struct conf *conf = s->snapshot->conf;
	struct buf post = BUF_INIT(POST_BYTES_MAX);
	struct buf text = BUF_INIT(POST_BYTES_MAX);

	if (conf->http.rejudge_ms == 0 || !s->post || !in->store)
		return;
	post_write(s, &post);
	kept_post_write(
	    &(struct kept_post){ .site = s->site,
	                         .verdict = sv_str(verdict_word(s->verdict)),
	                         .post = buf_sv(&post) },
	    &text);
	if (text.full || keep_put(conf, KEPT_POSTS, s->id, buf_sv(&text)))
		counter_add(in->counters, COUNTER_rejudge_failed, 1);
	buf_done(&post);
	buf_done(&text);
}

/* ---- one post ---- */

struct pass {
	struct ingress *ingress;
	uint64_t judged, changed;
};

static void
tell_change(struct pass *p, const struct scan *s, const char *id,
            struct kept_post *kept)
{
	const struct conf *conf = s->snapshot->conf;
	struct buf text = BUF_INIT(POST_BYTES_MAX);
	struct correction c = {
		.ref = sv_str(id),
		.node = sv_str(conf->node.name),
		.channel = sv_str(channel_word(s->channel)),
		.surface = sv_str(s->surface),
		.site = kept->site,
		.item = s->envelope.queue_id,
		.from = kept->verdict,
		.to = sv_str(verdict_word(s->verdict)),
		.by = SV("rejudge"),
		.unix_ms = clock_unix_ms(),
	};

	correction_identify(
	    &c, arena_printf(s->arena, "rejudge:%" PRIu64, kept->changes));
	if (correction_tell(p->ingress->store, p->ingress->spool, &c, NULL,
	                    0)) {
		counter_add(p->ingress->counters, COUNTER_rejudge_failed, 1);
		return; /* the next look finds it again */
	}
	p->changed++;
	kept->verdict = c.to;
	kept->changes++;
	kept_post_write(kept, &text);
	if (keep_replace(conf, KEPT_POSTS, id, buf_sv(&text)))
		counter_add(p->ingress->counters, COUNTER_rejudge_failed, 1);
	buf_done(&text);
}

static void
judge(struct pass *p, struct scan *s, const char *id, struct kept_post *kept)
{
	char why[POST_WHY_MAX];

	if (post_read_noted(kept->post, s, why))
		return;
	s->site = kept->site;
	s->test = true;
	if (s->user.n)
		scan_find_prefs(s);
	ingress_judge(p->ingress, s);
	counter_add(p->ingress->counters, COUNTER_rejudged, 1);
	p->judged++;
	/* Not knowing is no news. */
	if (s->verdict != VERDICT_UNKNOWN &&
	    !sv_eq_str(kept->verdict, verdict_word(s->verdict)))
		tell_change(p, s, id, kept);
	scan_drop_prefs(s);
}

static int
take_post(void *ctx, const char *id)
{
	const struct timespec pause = { .tv_nsec = PAUSE_US * 1000 };
	struct buf text = BUF_INIT(POST_BYTES_MAX);
	struct pass *p = ctx;
	struct kept_post kept;
	struct scan s = {
		.channel = CHANNEL_HTTP,
		.arena = arena_new(),
		.snapshot = ingress_snapshot(p->ingress),
	};

	if (keep_get(s.snapshot->conf, KEPT_POSTS, id, &text) == 0 &&
	    kept_post_read(buf_sv(&text), s.arena, &kept) == 0)
		judge(p, &s, id, &kept);
	snapshot_unref(s.snapshot);
	arena_free(s.arena);
	buf_done(&text);
	nanosleep(&pause, NULL);
	return 0;
}

/* ---- all of them ---- */

/* "MILLISECONDS RULESET": when the last whole look began, and what by. */
static void
note_path(const struct conf *conf, char path[KEEP_PATH])
{
	snprintf(path, KEEP_PATH, "%s/posts/judged", conf->tamisd.state_dir);
}

static bool
is_done(const struct snapshot *s, int64_t wanted_ms)
{
	struct buf text = BUF_INIT(NOTE_BYTES_MAX);
	struct sv rest, began, ruleset;
	char path[KEEP_PATH];
	uint64_t began_ms;
	bool done;

	note_path(s->conf, path);
	done = file_read(path, &text) == 0;
	rest = buf_sv(&text);
	done = done && sv_word(&rest, &began) && sv_word(&rest, &ruleset) &&
	       sv_u64(began, &began_ms) && (int64_t)began_ms >= wanted_ms &&
	       sv_eq_str(ruleset, rule_set_hash(s->rules));
	buf_done(&text);
	return done;
}

static void
note_done(const struct snapshot *s, int64_t began_ms)
{
	struct buf text = BUF_INIT(NOTE_BYTES_MAX);
	char path[KEEP_PATH];

	note_path(s->conf, path);
	buf_addf(&text, "%" PRId64 " %s\n", began_ms, rule_set_hash(s->rules));
	if (file_replace(path, buf_sv(&text), 0600))
		log_warning("%s: %s", path, strerror(errno));
	buf_done(&text);
}

static void
look(struct rejudge *r, struct snapshot *s, int64_t wanted_ms)
{
	struct pass p = { .ingress = r->ingress };
	int64_t began_ms = clock_unix_ms();
	char path[KEEP_PATH];

	if (is_done(s, wanted_ms))
		return;
	/* Whoever is killed from here on leaves no note, and so all of it to
	 * whoever comes next. */
	note_path(s->conf, path);
	unlink(path);
	keep_each(s->conf, KEPT_POSTS, take_post, &p);
	note_done(s, began_ms);
	if (p.judged)
		log_info("judged %" PRIu64 " posts again; %" PRIu64
		         " verdicts have changed",
		         p.judged, p.changed);
}

/* One scanner at a time. */
static void
take_turn(struct rejudge *r, int64_t wanted_ms)
{
	struct snapshot *s = ingress_snapshot(r->ingress);
	char path[KEEP_PATH];
	int fd;

	if (s->conf->http.rejudge_ms && r->ingress->store) {
		snprintf(path, sizeof path, "%s/posts",
		         s->conf->tamisd.state_dir);
		if (file_mkdirs(path, 0700) == 0) {
			snprintf(path, sizeof path, "%s/posts/lock",
			         s->conf->tamisd.state_dir);
			fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
			if (fd >= 0 && flock(fd, LOCK_EX) == 0)
				look(r, s, wanted_ms);
			if (fd >= 0)
				close(fd);
		}
	}
	snapshot_unref(s);
}

struct news {
	struct rejudge *rejudge;
	struct arena *arena;
	bool is_campaign;
};

static int
take_entry(void *ctx, const struct store_entry *e)
{
	struct news *n = ctx;
	struct change_note note;

	n->rejudge->behind_ms = e->unix_ms;
	snprintf(n->rejudge->behind_id, sizeof n->rejudge->behind_id, SV_FMT,
	         SV_ARG(e->id));
	if (change_note_read(e->value, n->arena, &note) == 0)
		n->is_campaign |= note.kind == CHANGE_CAMPAIGN;
	return 0;
}

/* Whether reports have changed what is thought of a campaign. */
static bool
campaigns_have_changed(struct rejudge *r)
{
	struct news n = { .rejudge = r, .arena = arena_new() };
	const struct store_entry behind = {
		.unix_ms = r->behind_ms,
		.id = arena_dup(n.arena, sv_str(r->behind_id)),
	};

	if (r->ingress->store &&
	    store_read_log(r->ingress->store, SV("change"), &behind,
	                   ENTRIES_MAX, take_entry, &n))
		n.is_campaign = false; /* asked again soon */
	arena_free(n.arena);
	return n.is_campaign;
}

/* Waits for a reload, or some seconds. Returns since when a look is wanted. */
static int64_t
wait_for_wish(struct rejudge *r, int64_t done_ms)
{
	struct timespec until;
	int64_t wanted_ms;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += LOOK_S;
	pthread_mutex_lock(&r->lock);
	while (r->wanted_ms <= done_ms &&
	       pthread_cond_timedwait(&r->changed, &r->lock, &until) == 0)
		;
	wanted_ms = r->wanted_ms;
	pthread_mutex_unlock(&r->lock);
	return wanted_ms;
}

static void *
work(void *ctx)
{
	struct rejudge *r = ctx;
	int64_t done_ms = -1, wanted_ms;

	for (;;) {
		wanted_ms = wait_for_wish(r, done_ms);
		if (campaigns_have_changed(r))
			wanted_ms = clock_unix_ms();
		if (wanted_ms <= done_ms)
			continue;
		take_turn(r, wanted_ms);
		done_ms = wanted_ms;
	}
	return NULL;
}

struct rejudge *
rejudge_new(struct ingress *in)
{
	struct rejudge *r = mem_calloc(1, sizeof *r);

	r->ingress = in;
	r->behind_ms = clock_unix_ms();
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	background_start(&r->thread, "second judgements", STACK_BYTES, work, r);
	return r;
}

void
rejudge_wake(struct rejudge *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->wanted_ms = clock_unix_ms();
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}
