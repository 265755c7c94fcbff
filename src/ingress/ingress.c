/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/ingress.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/e4.h"
#include "base/log.h"
#include "base/mem.h"
#include "eval/eval.h"
#include "fact/dns.h"
#include "ingress/rejudge.h"
#include "ingress/review.h"
#include "report/keep.h"
#include "scan/learned.h"
#include "store/store.h"

enum {
	RECORD_BYTES_MAX = 256 * 1024,
	LOGGED_BYTES_MAX = 400, /* of rule names, and of what is missing */
	THREADS_MAX = 8,
	THREADS_THAT_WAIT = 32,
};

/* What a thread keeps between messages; freed when it ends. */
struct local {
	struct rule_worker *worker;
	struct buf record;
};

static pthread_key_t local_key;
static pthread_once_t local_once = PTHREAD_ONCE_INIT;

static void
local_free(void *p)
{
	struct local *l = p;

	rule_worker_free(l->worker);
	buf_done(&l->record);
	free(l);
}

static void
local_make_key(void)
{
	if (pthread_key_create(&local_key, local_free))
		mem_die("no thread-specific data");
}

static struct local *
local_get(void)
{
	struct local *l;

	pthread_once(&local_once, local_make_key);
	l = pthread_getspecific(local_key);
	if (!l) {
		l = mem_calloc(1, sizeof *l);
		l->worker = rule_worker_new();
		buf_init(&l->record, RECORD_BYTES_MAX);
		pthread_setspecific(local_key, l);
	}
	return l;
}

struct rule_worker *
ingress_worker(void)
{
	return local_get()->worker;
}

unsigned
ingress_threads(struct ingress *in)
{
	struct snapshot *s = ingress_snapshot(in);
	bool waits = s->conf->dns.enabled;
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	snapshot_unref(s);
	if (waits)
		return THREADS_THAT_WAIT;
	/* The pool of libmicrohttpd begins at two. */
	return n < 2 ? 2 : n > THREADS_MAX ? THREADS_MAX : (unsigned)n;
}

void
ingress_init(struct ingress *in, struct snapshot *snapshot,
             struct counters *counters, struct spool *spool,
             _Atomic unsigned *in_flight)
{
	*in = (struct ingress){
		.counters = counters,
		.spool = spool,
		.in_flight = in_flight,
		.snapshot = snapshot,
	};
	pthread_mutex_init(&in->lock, NULL);
}

void
ingress_recheck(struct ingress *in)
{
	in->recheck = recheck_new(in->counters);
}

void
ingress_rejudge(struct ingress *in)
{
	in->rejudge = rejudge_new(in);
	rejudge_wake(in->rejudge);
}

struct snapshot *
ingress_snapshot(struct ingress *in)
{
	struct snapshot *s;

	pthread_mutex_lock(&in->lock);
	s = snapshot_ref(in->snapshot);
	pthread_mutex_unlock(&in->lock);
	return s;
}

void
ingress_swap(struct ingress *in, struct snapshot *next)
{
	struct snapshot *old;

	pthread_mutex_lock(&in->lock);
	old = in->snapshot;
	in->snapshot = next;
	pthread_mutex_unlock(&in->lock);
	snapshot_unref(old);
	rejudge_wake(in->rejudge);
}

static const enum counter verdict_counter[VERDICT_COUNT] = {
	[VERDICT_LEGITIMATE] = COUNTER_legitimate,
	[VERDICT_ADVERTISING_SPAM] = COUNTER_advertising_spam,
	[VERDICT_OTHER_ABUSE] = COUNTER_other_abuse,
	[VERDICT_SUSPECTED] = COUNTER_suspected,
	[VERDICT_UNKNOWN] = COUNTER_unknown,
};

static const enum counter action_counter[] = {
	[PLAN_ACCEPT] = COUNTER_accept,
	[PLAN_TAG] = COUNTER_tag,
	[PLAN_REJECT] = COUNTER_reject,
	[PLAN_TEMPFAIL] = COUNTER_tempfail,
	[PLAN_DISCARD] = COUNTER_discard,
	[PLAN_QUARANTINE] = COUNTER_quarantine,
	[PLAN_HOLD_FOR_REVIEW] = COUNTER_hold_for_review,
};

static const enum counter channel_counter[] = {
	[CHANNEL_SMTP] = COUNTER_smtp,
	[CHANNEL_HTTP] = COUNTER_http,
	[CHANNEL_FILE] = COUNTER_smtp,
	[CHANNEL_SPAMD] = COUNTER_spamd,
};

struct counting {
	struct counters *counters;
	const struct scan *scan;
};

static void
count(void *ctx)
{
	const struct counting *counting = ctx;
	struct counters *c = counting->counters;
	const struct scan *s = counting->scan;

	counter_add(c, COUNTER_messages, 1);
	counter_add(c, verdict_counter[s->verdict], 1);
	counter_add(c, action_counter[s->plan.action], 1);
	counter_add(c, channel_counter[s->channel], 1);
	counter_add(c, COUNTER_incomplete, s->n_missing > 0);
	counter_add(c, COUNTER_recipients, s->envelope.n_recipients);
	counter_add(c, COUNTER_bytes, s->message->raw.n);
	counter_add(c, COUNTER_cpu_us, (uint64_t)s->cpu_us);
	counter_add(c, COUNTER_parse_us, (uint64_t)s->times_us[STAGE_PARSE]);
	counter_add(c, COUNTER_rules_us, (uint64_t)s->times_us[STAGE_RULES]);
	counter_add(c, COUNTER_images, s->images_read);
	counter_add(c, COUNTER_image_codes, s->message->n_codes);
	counter_add(c, COUNTER_image_failures, s->images_failed);
	counter_add(c, COUNTER_prefs_applied, s->prefs.prefs != NULL);
	counter_add(c, COUNTER_recognized,
	            s->learned && s->learned->is_recognized);
	counter_add(c, COUNTER_prefs_unavailable, s->prefs.failed != NULL);
}

/* A full disk must not stop mail: filtering goes on, the loss is counted and
 * said once, and once more when the spool works again. */
static void
append_record(struct ingress *in, const struct scan *s,
              const struct buf *record)
{
	struct counting counting = { in->counters, s };
	bool failed;

	if (record->full) {
		count(&counting);
		spool_lose(in->spool);
		failed = true;
	} else {
		failed = spool_append_in_turn(in->spool, buf_sv(record), count,
		                              &counting) != 0;
	}
	if (failed) {
		counter_add(in->counters, COUNTER_spool_lost, 1);
		if (!atomic_exchange(&in->spool_failed, true))
			log_error("cannot write to the spool: %s; messages are "
			          "judged, their records are lost",
			          record->full ? "record too large"
			                       : strerror(errno));
	} else if (atomic_load(&in->spool_failed) &&
	           atomic_exchange(&in->spool_failed, false)) {
		log_info("the spool can be written again");
	}
}

/* Of a post, what was written: its text, or its HTML. */
static struct sv
content_of(const struct scan *s)
{
	if (!s->post)
		return s->raw;
	return s->post->text.n ? s->post->text : s->post->html;
}

/* So that it can be judged again: a service, not a promise. */
static void
keep(struct ingress *in, const struct scan *s)
{
	const struct conf *conf = s->snapshot->conf;

	if (conf->keep.messages == KEEP_NONE ||
	    (conf->keep.messages == KEEP_SUSPICIOUS &&
	     s->verdict == VERDICT_LEGITIMATE))
		return;
	if (keep_put(conf, KEPT_MESSAGES, s->id, content_of(s)) == 0)
		counter_add(in->counters, COUNTER_kept, 1);
	else
		counter_add(in->counters, COUNTER_keep_failed, 1);
}

/* What people are to decide on. If there is no room in the queue the message
 * is held all the same, where its plan says. */
static void
hold(struct ingress *in, const struct scan *s)
{
	int result;

	if (s->plan.action != PLAN_HOLD_FOR_REVIEW)
		return;
	result = review_hold(in, s);
	counter_add(in->counters,
	            result ? COUNTER_review_lost : COUNTER_review_held, 1);
	if (result == 0)
		atomic_store(&in->review_failed, false);
	else if (!atomic_exchange(&in->review_failed, true))
		log_error("id=%s and others are held, but are not in the "
		          "review queue: %s",
		          s->id,
		          result == E_LIMIT   ? "review.items_max wait there"
		          : result == E_STATE ? "there is no store"
		                              : "the store cannot be written");
}

static void
add_name(struct buf *list, const char *name)
{
	buf_addf(list, "%s%s", list->n ? "," : "", name);
}

/* What others wrote, as one word: whatever could be taken for more is "?". */
static void
add_word(struct buf *out, const char *key, struct sv text)
{
	buf_addf(out, " %s=", key);
	for (size_t i = 0; i < text.n; i++)
		buf_add_char(
		    out, text.p[i] > ' ' && text.p[i] < 0x7f ? text.p[i] : '?');
}

/* What others wrote, for the log: "?" for what is not printable. */
static const char *
printable(struct arena *a, struct sv text)
{
	char *p = arena_str(a, sv_sub(text, 0, LOGGED_BYTES_MAX));

	for (char *c = p; c < p + text.n && c < p + LOGGED_BYTES_MAX; c++)
		if (*c <= ' ' || *c >= 0x7f)
			*c = '?';
	return p;
}

/* A mail of spamc has no id of a queue: its own one, and its user. */
static void
add_spamd(struct buf *out, const struct scan *s)
{
	const struct message_header *id =
	    message_header(s->message, "Message-ID");

	add_word(out, "via", SV("spamd"));
	add_word(out, "user", s->user);
	add_word(out, "message_id", id ? sv_trim(id->raw) : SV(""));
}

/* "user", "domain" or "global": whose preferences; or what became of them. */
static void
add_prefs(struct buf *out, const struct scan *s)
{
	const struct scan_prefs *p = &s->prefs;

	if (p->prefs)
		buf_addf(out, " prefs=%s%s", prefs_level_word(p->prefs->level),
		         p->failed ? ",stale" : "");
	else if (p->failed)
		buf_add_str(out, " prefs=unavailable");
}

/* Its campaign, if that has come a few times, and what people have reported on
 * that, if they have. */
static void
add_campaign(struct buf *out, const struct scan *s)
{
	const struct learned *l = s->learned;
	const struct campaign *c = l ? &l->campaign : NULL;
	bool is_reported;

	if (!l)
		return;
	is_reported = l->recognition.state != RECOGNITION_NONE;
	if (is_reported || c->volume >= CAMPAIGN_LISTED - 1)
		buf_addf(out, " campaign=%s volume=%.0f", *c->id ? c->id : "-",
		         c->volume);
	if (is_reported)
		buf_addf(out, " recognition=%s%s",
		         recognition_word(l->recognition.state),
		         l->is_recognized ? "" : ",agrees");
}

/* The one line of the log about a message, whatever way it came. */
static void
log_verdict(const struct scan *s)
{
	struct buf rules = BUF_INIT(LOGGED_BYTES_MAX);
	struct buf shadows = BUF_INIT(LOGGED_BYTES_MAX);
	struct buf missing = BUF_INIT(LOGGED_BYTES_MAX);
	struct buf codes = BUF_INIT(200);
	struct buf client = BUF_INIT(LOGGED_BYTES_MAX);
	char score[E4_TEXT];

	for (size_t i = 0; i < s->rules->n_hits; i++)
		if (!s->rules->hits[i].rule->is_sub)
			add_name(&rules, s->rules->hits[i].rule->name);
	for (size_t i = 0; i < s->rules->n_shadow_hits; i++)
		add_name(&shadows, s->rules->shadow_hits[i].rule->name);
	for (size_t i = 0; i < s->n_missing; i++)
		add_name(&missing, s->missing[i]);
	if (s->message->n_codes)
		buf_addf(&codes, " qr_codes=%zu", s->message->n_codes);
	if (s->channel == CHANNEL_SPAMD)
		add_spamd(&client, s);
	add_prefs(&codes, s);
	add_campaign(&codes, s);
	log_info("id=%s channel=%s%s queue_id=" SV_FMT " client=" SV_FMT
	         " verdict=%s score=%s action=%s rules=%s%s%s%s%s%s%s us=%lld",
	         s->id, channel_word(s->channel), buf_str(&client),
	         SV_ARG(s->envelope.queue_id), SV_ARG(s->envelope.client_ip),
	         verdict_word(s->verdict), e4_text_1(s->score_e4, score),
	         plan_action_word(s->plan.action), buf_str(&rules),
	         rules.full ? "..." : "", shadows.n ? " shadow=" : "",
	         buf_str(&shadows), missing.n ? " missing=" : "",
	         buf_str(&missing), buf_str(&codes), (long long)s->total_us);
	buf_done(&client);
	buf_done(&codes);
	buf_done(&rules);
	buf_done(&shadows);
	buf_done(&missing);
}

/* The log gets the first time, the second, the fourth, ... */
static void
note_over_limit(struct counters *c, const struct rule *rule)
{
	uint64_t n = counter_add_over_limit(c, rule->name);

	if ((n & (n - 1)) == 0)
		log_warning("rule %s (%s:%d) met a match limit and counted as "
		            "not matched, %llu times so far",
		            rule->name, rule->file, rule->line,
		            (unsigned long long)n);
}

/* Lists that said that they do not answer us, which goes on for a while. */
static void
suspend_lists(const struct scan *s)
{
	for (size_t i = 0; i < s->rules->n_refusals; i++) {
		const struct eval_refusal *r = &s->rules->refusals[i];

		if (list_refusal_is_lasting(r->why) && s->snapshot->sources.dns)
			dns_zone_suspend(s->snapshot->sources.dns, r->zone,
			                 list_refusal_word(r->why),
			                 s->snapshot->conf->dns.refusal_ms /
			                     1000);
	}
}

static void
note_rate(struct ingress *in, const struct scan *s, const struct rate *r)
{
	counter_add(in->counters, COUNTER_rate_exceeded, r->is_exceeded);
	counter_add(in->counters, COUNTER_rate_alerts, r->is_news);
	if (r->is_news)
		log_warning("rate exceeded: %s has %.0f of %.0f in %lld s "
		            "(id=%s)",
		            printable(s->arena, r->name), r->used,
		            r->limit->limit,
		            (long long)(r->limit->window_ms / 1000), s->id);
}

/* That Redis is away is said once, and once more when it is back. */
static void
note_learned(struct ingress *in, struct scan *s)
{
	const struct learned *l = s->learned;

	if (!learned_tell(s))
		counter_add(in->counters, COUNTER_learned_lost, 1);
	counter_add(in->counters, COUNTER_learned_partial, l->is_partial);
	counter_add(in->counters, COUNTER_greylisted, l->is_greylisted);
	counter_add(in->counters, COUNTER_campaign,
	            l->campaign.volume >= CAMPAIGN_LISTED - 1);
	for (size_t i = 0; i < l->n_rates; i++)
		note_rate(in, s, &l->rates[i]);
	if (l->is_partial != atomic_load(&in->store_is_away) &&
	    l->is_partial != atomic_exchange(&in->store_is_away, l->is_partial))
		log_warning(l->is_partial
		                ? "Redis does not answer: messages are judged "
		                  "by what this machine has learned"
		                : "Redis answers again");
}

void
ingress_judge(struct ingress *in, struct scan *s)
{
	struct local *l = local_get();

	s->worker = l->worker;
	s->images = in->images;
	s->store = in->store;
	s->secret = in->secret;
	scan_run(s);
	suspend_lists(s);
	if (s->test)
		return;
	keep(in, s);
	if (s->learned)
		note_learned(in, s);
	hold(in, s);
	rejudge_keep(in, s);
	if (in->spool) {
		buf_reset(&l->record);
		scan_record(s, &l->record);
	}
	/* Counted when its record's turn has come: a scanner that is killed
	 * while many wait for theirs has neither counted nor recorded them. And
	 * before it is written: that wakes the reporter, which may have our
	 * processor for a while. */
	if (in->spool)
		append_record(in, s, &l->record);
	else
		count(&(struct counting){ in->counters, s });
	if (in->hits)
		hit_table_count(in->hits, s);
	log_verdict(s);
	if (*s->prefs.why)
		log_warning("preferences cannot be read from %s: %s; those "
		            "that are remembered count, else the site's own",
		            s->prefs.failed, s->prefs.why);
	for (size_t i = 0; i < s->rules->n_over_limit; i++)
		note_over_limit(in->counters, s->rules->over_limit[i]);
	if (in->recheck)
		recheck_offer(in->recheck, s);
}
