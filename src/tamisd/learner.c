/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/learner.h"

#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/e4.h"
#include "base/log.h"
#include "learn/ledger.h"
#include "learn/log_trim.h"
#include "tamisd/lessons.h"
#include "tamisd/report_record.h"

enum { LOOK_MS = 250, TRIM_EVERY_MS = 3600000 };

struct learner_process {
	const struct conf *conf;
	struct store *store;
	struct counters *counters;
	struct ledger *ledger;
	struct lessons *lessons;
	struct report_recorder *recorder;
	bool is_standby, is_failing; /* said so already */
	int64_t trim_ms;             /* when logs are trimmed again */
};

/* The line of the log about a report. */
static void
tell(void *ctx, const struct receipt *r, const struct trace *t)
{
	struct learner_process *p = ctx;
	bool counts = r->state != RECEIPT_IGNORED;
	char amount[E4_TEXT];

	(void)t;
	counter_add(
	    p->counters,
	    counts ? COUNTER_feedback_applied : COUNTER_feedback_ignored, 1);
	log_info(
	    "report=" SV_FMT " id=" SV_FMT " type=%s source=%s "
	    "state=%s%s%s campaign=%s evidence=%s",
	    SV_ARG(r->entry.id), SV_ARG(r->entry.verdict_id),
	    feedback_kind_word(r->entry.kind),
	    feedback_source_word(r->entry.source), receipt_state_word(r->state),
	    r->why ? " why=" : "", r->why ? receipt_why_word(r->why) : "",
	    *r->campaign ? r->campaign : "-", e4_text_1(r->amount_e4, amount));
}

static void
tell_campaign(void *ctx, const struct receipt *r, enum recognition_state to,
              int64_t age_ms)
{
	struct learner_process *p = ctx;

	report_record_campaign(p->recorder, r, to, age_ms);
}

/* What goes on is said when it begins and when it ends. */
static void
note(struct learner_process *p, int result, const struct ledger_step *step)
{
	bool failing = result || step->is_failing;

	if (failing != p->is_failing)
		log_warning(failing ? "the store does not take what reports "
		                      "lead to; they wait"
		                    : "reports are applied again");
	p->is_failing = failing;
	if (!failing && step->is_standby != p->is_standby) {
		log_info(step->is_standby
		             ? "another machine applies the reports"
		             : "this machine applies the reports");
		p->is_standby = step->is_standby;
	}
}

/* By one machine, once all that has come has been applied. */
static void
trim_logs(struct learner_process *p, int64_t now_ms)
{
	size_t n = 0;

	if (now_ms < p->trim_ms)
		return;
	if (!log_trim(p->store, p->conf, lessons_read_ms(p->lessons), now_ms,
	              &n))
		p->trim_ms = now_ms + TRIM_EVERY_MS;
	counter_add(p->counters, COUNTER_log_entries_trimmed, n);
}

/* False: there is nothing to do at once. */
static bool
work(struct learner_process *p)
{
	int64_t now_ms = clock_unix_ms();
	struct ledger_step step;
	int result = ledger_step(p->ledger, now_ms, &step);
	bool more = lessons_step(p->lessons, now_ms);

	note(p, result, &step);
	more |= result == 0 && step.is_more;
	if (!more && result == 0 && !step.is_failing && !step.is_standby)
		trim_logs(p, now_ms);
	return more;
}

static bool
must_stop(int stop_fd, int wait_ms)
{
	struct pollfd fd = { .fd = stop_fd, .events = POLLIN };

	return poll(&fd, 1, wait_ms) > 0;
}

static bool
open_all(struct learner_process *p)
{
	char why[STORE_WHY];

	if (store_open(&p->conf->store, &p->store, why)) {
		log_error("cannot open the store: %s; reports wait", why);
		return false;
	}
	p->recorder = report_recorder_new(p->conf);
	p->ledger = ledger_new(&(struct ledger_options){
	    .store = p->store,
	    .conf = p->conf,
	    .tell = tell,
	    .tell_campaign = tell_campaign,
	    .ctx = p,
	});
	p->lessons = lessons_new(p->conf, p->store, p->counters);
	return true;
}

int
learner_run(const struct conf *conf, struct counters *counters, int stop_fd)
{
	struct learner_process p = { .conf = conf, .counters = counters };

	if (conf->store.backend == STORE_BACKEND_MEMORY) {
		log_info("store.backend is memory: there are no reports");
		must_stop(stop_fd, -1);
		return EXIT_SUCCESS;
	}
	if (!open_all(&p))
		return EXIT_FAILURE;
	while (!must_stop(stop_fd, work(&p) ? 0 : LOOK_MS))
		;
	lessons_free(p.lessons);
	ledger_free(p.ledger);
	report_recorder_free(p.recorder);
	store_close(p.store);
	return EXIT_SUCCESS;
}
