/* SPDX-License-Identifier: Apache-2.0 */
/* From a verdict to what is done about it. Pure: the ingress carries it out. */
#include "base/e4.h"
#include "scan/learned.h"
#include "scan/stage.h"

enum { REPLY_TEXT_MAX = 400 }; /* RFC 5321 4.5.3.1.5: a reply line of 512 */

/* Fills in %i (id), %s (score), %v (verdict) and %% of a reply text. */
static struct sv
expand(const struct scan *s, const char *format)
{
	struct buf text = BUF_INIT(REPLY_TEXT_MAX);
	char score[E4_TEXT];
	struct sv result;

	for (const char *c = format; *c; c++) {
		if (*c != '%' || !c[1]) {
			buf_add_char(&text, *c);
			continue;
		}
		switch (*++c) {
		case 'i':
			buf_add_str(&text, s->id);
			break;
		case 's':
			buf_add_str(&text, e4_text_1(s->score_e4, score));
			break;
		case 'v':
			buf_add_str(&text, verdict_word(s->verdict));
			break;
		case '%':
			buf_add_char(&text, '%');
			break;
		default: /* no escape of ours: as it stands */
			buf_add_char(&text, '%');
			buf_add_char(&text, *c);
		}
	}
	result = arena_dup(s->arena, buf_sv(&text));
	buf_done(&text);
	return result;
}

static void
choose_action(struct scan *s, const struct conf_plan *conf)
{
	struct plan *p = &s->plan;

	switch (s->verdict) {
	case VERDICT_ADVERTISING_SPAM:
		p->action = conf->advertising_spam;
		p->reason = "plan.advertising_spam";
		break;
	case VERDICT_OTHER_ABUSE:
		p->action = conf->other_abuse;
		p->reason = "plan.other_abuse";
		break;
	case VERDICT_SUSPECTED:
		p->action = conf->suspected;
		p->reason = "plan.suspected";
		break;
	case VERDICT_UNKNOWN:
		p->action = conf->unknown;
		p->reason = "plan.unknown";
		break;
	case VERDICT_LEGITIMATE:
	case VERDICT_COUNT:
		p->action = conf->legitimate;
		p->reason = "plan.legitimate";
		break;
	}
	if (s->learned && s->learned->is_recognized)
		p->reason = s->verdict == VERDICT_SUSPECTED
		                ? "recognition.suspected_evidence"
		                : "recognition.spam_evidence";
	if (conf->reject_e4 > 0 && s->score_e4 >= conf->reject_e4 &&
	    verdict_is_spam(s->verdict)) {
		p->action = PLAN_REJECT;
		p->reason = "plan.reject_score";
	}
}

void
scan_stage_plan(struct scan *s)
{
	const struct conf_plan *conf = &s->snapshot->conf->plan;
	struct plan *p = &s->plan;

	choose_action(s, conf);
	p->headers = conf->headers;
	if (p->action == PLAN_REJECT) {
		p->smtp_code = sv_str(conf->reject_code);
		p->smtp_text = expand(s, conf->reject_text);
	} else if (p->action == PLAN_TEMPFAIL) {
		p->smtp_code = sv_str(conf->tempfail_code);
		p->smtp_text = expand(s, conf->tempfail_text);
	} else if (p->action == PLAN_TAG) {
		p->subject_tag = sv_str(conf->subject_tag);
	}
	learned_plan(s);
}
