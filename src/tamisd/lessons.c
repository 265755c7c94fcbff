/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/lessons.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/e4.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "learn/feature_pack.h"
#include "learn/learner.h"

enum {
	NOTES_MAX = 500, /* of a step */
	CURSOR_BYTES_MAX = 200,
	MODEL_WAIT_MS = 2000, /* for tamis learn to be done */
	RETRY_MS = 30 * 1000, /* when the model cannot be had */
	PATH_BYTES = 4100,
	/* Notes may come late, from other processes and other machines. */
	SETTLE_MS = 1500,
	SETTLE_REDIS_MS = 5000,
};

struct lessons {
	const struct conf *conf;
	struct store *store;
	struct counters *counters;
	char path[PATH_BYTES]; /* of the cursor */
	int64_t at_ms;         /* the last note that was learned */
	char at_id[STORE_ID_MAX + 1];
	int64_t retry_ms;
	bool has_failed; /* said so already */
};

/* ---- the cursor ---- */

static void
read_cursor(struct lessons *l)
{
	struct buf text = BUF_INIT(CURSOR_BYTES_MAX);
	struct sv rest, time, id;
	uint64_t ms;

	if (file_read(l->path, &text) == 0) {
		rest = buf_sv(&text);
		if (sv_word(&rest, &time) && sv_u64(time, &ms) &&
		    sv_word(&rest, &id) && id.n <= STORE_ID_MAX) {
			l->at_ms = (int64_t)ms;
			snprintf(l->at_id, sizeof l->at_id, SV_FMT, SV_ARG(id));
		}
	}
	buf_done(&text);
}

static void
write_cursor(struct lessons *l)
{
	char text[CURSOR_BYTES_MAX];

	snprintf(text, sizeof text, "%" PRId64 " %s\n", l->at_ms, l->at_id);
	if (file_replace(l->path, sv_str(text), 0640))
		log_warning("cannot write %s: %s", l->path, strerror(errno));
}

struct lessons *
lessons_new(const struct conf *conf, struct store *store,
            struct counters *counters)
{
	struct lessons *l = mem_calloc(1, sizeof *l);

	l->conf = conf;
	l->store = store;
	l->counters = counters;
	snprintf(l->path, sizeof l->path, "%s/learner.cursor",
	         conf->tamisd.state_dir);
	read_cursor(l);
	return l;
}

void
lessons_free(struct lessons *l)
{
	free(l);
}

/* ---- notes ---- */

struct notes {
	struct arena *arena;
	VEC(struct change_note) list;
	int64_t last_ms;
	char last_id[STORE_ID_MAX + 1];
	size_t seen;
	int64_t until_ms; /* later ones wait */
};

static int
take_note(void *ctx, const struct store_entry *e)
{
	struct notes *n = ctx;
	struct change_note note;

	if (e->unix_ms > n->until_ms)
		return 1;
	n->seen++;
	n->last_ms = e->unix_ms;
	snprintf(n->last_id, sizeof n->last_id, SV_FMT, SV_ARG(e->id));
	if (change_note_read(e->value, n->arena, &note) == 0)
		*VEC_ADD(&n->list) = note;
	return 0;
}

static void
tell_campaign(struct lessons *l, const struct change_note *n)
{
	if (sv_eq_str(n->to, recognition_word(RECOGNITION_SPAM)))
		counter_add(l->counters, COUNTER_campaigns_spam, 1);
	else if (sv_eq_str(n->to, recognition_word(RECOGNITION_SUSPECTED)))
		counter_add(l->counters, COUNTER_campaigns_suspected, 1);
	log_info("campaign=" SV_FMT " from=" SV_FMT " to=" SV_FMT
	         " report=" SV_FMT,
	         SV_ARG(n->campaign), SV_ARG(n->from), SV_ARG(n->to),
	         SV_ARG(n->cause));
}

/* ---- the model ---- */

/* A lesson: a message, and what is to be believed of it. */
static void
give_lesson(struct learner *model, const struct receipt *r,
            const struct features *f)
{
	double weight = (double)r->amount_e4 / E4_ONE;
	bool spam = r->entry.kind == FEEDBACK_SPAM;

	if (weight <= 0)
		return;
	if (weight > 1)
		weight = 1;
	if (r->state == RECEIPT_APPLIED || r->state == RECEIPT_CONFIRMED)
		learner_learn(model, f, spam ? MODEL_SPAM : MODEL_HAM,
		              (float)weight);
	else
		learner_forget(model, f, (float)weight);
}

/* What is kept about the report and its message, as of now. */
static void
learn_report(struct lessons *l, struct learner *model, struct arena *a,
             const struct change_note *n, int64_t now_ms)
{
	char name[TRACE_NAME];
	struct store_read reads[] = {
		{ .name = receipt_name(a, n->report), .is_value = true },
		{ .name = trace_name(n->ref, name), .is_value = true },
	};
	struct features features;
	struct receipt receipt;
	struct trace trace;

	store_get(l->store, a, now_ms, reads, 2);
	if (reads[0].found && reads[1].found &&
	    receipt_read(reads[0].value, a, &receipt) == 0 &&
	    (receipt.entry.kind == FEEDBACK_SPAM ||
	     receipt.entry.kind == FEEDBACK_HAM) &&
	    trace_read(reads[1].value, &trace) == 0 && trace.features.n &&
	    features_unpack(trace.features, a, &features) == 0)
		give_lesson(model, &receipt, &features);
}

static struct learner *
open_model(struct lessons *l, char why[LEARNER_WHY])
{
	const struct conf_classifier *conf = &l->conf->classifier;
	const struct learner_options options = {
		.path = conf->model,
		.bits = model_bits_for(conf->size_bytes),
		.ledger_max = (size_t)conf->remembered_max,
		.wait_ms = MODEL_WAIT_MS,
	};

	return learner_open(&options, why);
}

/* False: the model cannot be had; the notes stay. */
static bool
learn(struct lessons *l, struct notes *n, int64_t now_ms)
{
	char why[LEARNER_WHY] = "";
	struct learner *model = open_model(l, why);
	bool ok = model != NULL;

	for (size_t i = 0; i < n->list.n && ok; i++)
		if (n->list.list[i].kind == CHANGE_REPORT)
			learn_report(l, model, n->arena, &n->list.list[i],
			             now_ms);
	if (ok && learner_publish(model, 0644)) {
		snprintf(why, sizeof why, "%s", strerror(errno));
		ok = false;
	}
	learner_close(model);
	if (!ok && !l->has_failed)
		log_warning("the classifier does not learn from reports: %s",
		            why);
	l->has_failed = !ok;
	return ok;
}

static bool
has_lesson(const struct lessons *l, const struct notes *n)
{
	if (!l->conf->feedback.teach || !l->conf->classifier.enabled)
		return false;
	for (size_t i = 0; i < n->list.n; i++)
		if (n->list.list[i].kind == CHANGE_REPORT)
			return true;
	return false;
}

static bool
step(struct lessons *l, struct notes *n, int64_t now_ms)
{
	const struct store_entry behind = { .unix_ms = l->at_ms,
		                            .id = sv_str(l->at_id) };

	if (store_read_log(l->store, SV("change"), &behind, NOTES_MAX,
	                   take_note, n) < 0 ||
	    n->seen == 0)
		return false;
	if (has_lesson(l, n) && !learn(l, n, now_ms)) {
		l->retry_ms = now_ms + RETRY_MS;
		return false;
	}
	for (size_t i = 0; i < n->list.n; i++)
		if (n->list.list[i].kind == CHANGE_CAMPAIGN)
			tell_campaign(l, &n->list.list[i]);
	l->at_ms = n->last_ms;
	memcpy(l->at_id, n->last_id, sizeof l->at_id);
	write_cursor(l);
	return n->seen == NOTES_MAX;
}

int64_t
lessons_read_ms(const struct lessons *l)
{
	return l->at_ms;
}

bool
lessons_step(struct lessons *l, int64_t now_ms)
{
	struct notes notes = { .arena = NULL };
	bool more;

	if (now_ms < l->retry_ms)
		return false;
	notes.arena = arena_new();
	notes.until_ms = now_ms - (l->conf->store.backend == STORE_BACKEND_REDIS
	                               ? SETTLE_REDIS_MS
	                               : SETTLE_MS);
	more = step(l, &notes, now_ms);
	VEC_DONE(&notes.list);
	arena_free(notes.arena);
	return more;
}
