/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict record as JSON: docs/verdict-record.md has its members. */
#include "base/clock.h"
#include "scan/record.h"

enum {
	RECORD_URLS_MAX = 16,
	RECORD_RELAYS_MAX = 16,
	RECORD_CODES_MAX = 16,
	RECORD_HITS_MAX = 200,
	RECORD_RECIPIENTS_MAX = 50,
};

static void
write_envelope(struct json *j, const struct envelope *e)
{
	json_begin_object(j, "envelope");
	record_known(j, "client_ip", e->client_ip);
	record_known(j, "client_name", e->client_name);
	record_known(j, "helo", e->helo);
	record_known(j, "server", e->server);
	record_known(j, "from", e->from);
	json_begin_array(j, "recipients");
	for (size_t i = 0; i < e->n_recipients && i < RECORD_RECIPIENTS_MAX;
	     i++)
		json_str(j, NULL, sv_sub(e->recipients[i], 0, RECORD_TEXT_MAX));
	json_end(j);
	json_int(j, "recipient_count", (int64_t)e->n_recipients);
	record_known(j, "queue_id", e->queue_id);
	record_known(j, "auth_user", e->auth_user);
	json_bool(j, "tls", e->tls);
	json_bool(j, "is_local", e->is_local);
	json_end(j);
}

static void
write_header_value(struct json *j, const struct message *m, const char *name,
                   const char *header)
{
	const struct message_header *h = message_header(m, header);

	if (h)
		record_known(j, name, h->value);
}

void
scan_record_hidden(struct json *j, const struct message *m)
{
	struct message_hidden_sum sum;

	message_hidden_sum(m, &sum);
	json_begin_object(j, "hidden_text");
	json_int(j, "bytes", (int64_t)sum.bytes);
	json_int(j, "of", (int64_t)sum.of);
	json_begin_object(j, "reasons");
	for (enum message_hidden_reason r = 0; r < HIDDEN_COUNT; r++)
		if (sum.by_reason[r])
			json_int(j, message_hidden_word(r),
			         (int64_t)sum.by_reason[r]);
	json_end(j);
	json_end(j);
}

static void
write_message(struct json *j, const struct scan *s)
{
	const struct message *m = s->message;

	json_begin_object(j, "message");
	json_int(j, "bytes", (int64_t)m->raw.n);
	write_header_value(j, m, "message_id", "Message-ID");
	write_header_value(j, m, "subject", "Subject");
	write_header_value(j, m, "from", "From");
	json_int(j, "parts", (int64_t)m->n_parts);
	json_begin_array(j, "urls");
	for (size_t i = 0; i < m->n_urls && i < RECORD_URLS_MAX; i++)
		json_str(j, NULL, sv_sub(m->urls[i].url, 0, RECORD_TEXT_MAX));
	json_end(j);
	scan_record_hidden(j, m);
	json_begin_array(j, "codes");
	for (size_t i = 0; i < m->n_codes && i < RECORD_CODES_MAX; i++) {
		const struct message_code *code = &m->codes[i];

		json_begin_object(j, NULL);
		json_int(j, "part", code->part);
		json_str(j, "type", m->parts[code->part].type);
		json_str(j, "text", sv_sub(code->text, 0, RECORD_TEXT_MAX));
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
write_relay(struct json *j, const struct relay *r)
{
	json_begin_object(j, NULL);
	json_text(j, "kind", relay_kind_word(r->kind));
	json_text(j, "trust",
	          r->internal  ? "internal"
	          : r->trusted ? "trusted"
	                       : "untrusted");
	record_known(j, "ip", r->address);
	record_known(j, "rdns", r->rdns);
	record_known(j, "helo", r->helo);
	record_known(j, "by", r->by);
	record_known(j, "with", r->protocol);
	record_known(j, "auth", r->auth);
	json_bool(j, "tls", r->tls);
	json_end(j);
}

static void
write_relays(struct json *j, const struct relays *relays)
{
	json_begin_array(j, "relays");
	for (size_t i = 0; relays && i < relays->n && i < RECORD_RELAYS_MAX;
	     i++)
		write_relay(j, &relays->list[i]);
	json_end(j);
}

/* "check_rbl" of "eval:check_rbl('x', 'example.org.')"; or "". */
static struct sv
function_of(const struct rule *rule)
{
	struct sv rest = sv_str(rule->definition), name = SV("");

	if (rule->type == RULE_ASKDNS)
		return SV("askdns");
	if (sv_starts(rest, SV("rbleval:")))
		rest = sv_from(rest, sizeof "rbleval:" - 1);
	else if (sv_starts(rest, SV("eval:")))
		rest = sv_from(rest, sizeof "eval:" - 1);
	else
		return name;
	sv_split(&rest, '(', &name);
	return sv_trim(name);
}

static void
write_hit(struct json *j, const struct rule_hit *hit)
{
	json_begin_object(j, NULL);
	json_text(j, "rule", hit->rule->name);
	json_text(j, "file", hit->rule->file);
	json_int(j, "line", hit->rule->line);
	json_e4(j, "score", hit->score_e4);
	if (hit->rule->type == RULE_META) {
		json_text(j, "view", "meta");
	} else {
		json_text(j, "view", view_word(hit->view));
		record_known(j, "function", function_of(hit->rule));
		if (hit->selector)
			json_text(j, "selector", hit->selector);
		json_int(j, "element", (int64_t)hit->element);
		json_int(j, "offset", (int64_t)hit->offset);
		json_str(j, "match", hit->text);
	}
	json_int(j, "count", hit->count);
	json_end(j);
}

static void
write_hits(struct json *j, const struct scan *s)
{
	size_t shown = 0;

	json_begin_array(j, "hits");
	for (size_t i = 0; i < s->rules->n_hits && shown < RECORD_HITS_MAX;
	     i++) {
		if (s->rules->hits[i].rule->is_sub)
			continue;
		write_hit(j, &s->rules->hits[i]);
		shown++;
	}
	json_end(j);
}

static void
write_shadow_hits(struct json *j, const struct scan *s)
{
	size_t n = s->rules->n_shadow_hits;

	json_begin_array(j, "shadow_hits");
	for (size_t i = 0; i < n && i < RECORD_HITS_MAX; i++)
		write_hit(j, &s->rules->shadow_hits[i]);
	json_end(j);
}

static void
write_outcome(struct json *j, const struct scan *s)
{
	json_text(j, "ruleset", rule_set_hash(s->snapshot->rules));
	json_e4(j, "score", s->score_e4);
	json_e4(j, "threshold", s->threshold_e4);
	json_text(j, "verdict", verdict_word(s->verdict));
	json_text(j, "ad_type", s->ad_type);
	json_text(j, "category", s->category);
	json_bool(j, "complete", s->n_missing == 0);
	json_begin_array(j, "missing");
	for (size_t i = 0; i < s->n_missing; i++)
		json_text(j, NULL, s->missing[i]);
	json_end(j);
	write_hits(j, s);
	write_shadow_hits(j, s);
}

/* Left out where nobody can have preferences. */
static void
write_prefs(struct json *j, const struct scan *s)
{
	const struct scan_prefs *p = &s->prefs;

	if (!prefs_store_is_used(s->snapshot->prefs))
		return;
	json_begin_object(j, "preferences");
	json_text(j, "state", scan_prefs_word(p->state));
	record_known(j, "of", p->name);
	if (p->prefs)
		json_text(j, "level", prefs_level_word(p->prefs->level));
	if (p->is_shared)
		json_bool(j, "recipients_differ", true);
	if (p->failed)
		json_text(j, "failed", p->failed);
	json_end(j);
}

static void
write_plan(struct json *j, const struct scan *s)
{
	json_begin_object(j, "plan");
	json_text(j, "action", plan_action_word(s->plan.action));
	record_known(j, "code", s->plan.smtp_code);
	record_known(j, "text", s->plan.smtp_text);
	json_text(j, "reason", s->plan.reason);
	json_end(j);
}

static void
write_times(struct json *j, const struct scan *s)
{
	json_begin_object(j, "times_us");
	for (int i = 0; i < STAGE_COUNT; i++)
		json_int(j, stage_words[i], s->times_us[i]);
	json_int(j, "waited", s->waited_us);
	json_int(j, "total", s->total_us);
	json_int(j, "cpu", s->cpu_us);
	json_end(j);
}

void
scan_record(const struct scan *s, struct buf *out)
{
	struct json j = json_start(out);
	char time[CLOCK_TEXT];

	json_begin_object(&j, NULL);
	json_text(&j, "v", "1");
	json_text(&j, "id", s->id);
	json_text(&j, "time", clock_text(s->unix_ms, time));
	json_text(&j, "node", s->snapshot->conf->node.name);
	json_text(&j, "channel", channel_word(s->channel));
	json_text(&j, "surface", s->surface);
	record_known(&j, "site", s->site);
	write_envelope(&j, &s->envelope);
	write_message(&j, s);
	write_relays(&j, s->relays);
	write_outcome(&j, s);
	scan_record_facts(&j, s);
	scan_record_signals(&j, s);
	write_prefs(&j, s);
	write_plan(&j, s);
	write_times(&j, s);
	record_answers(&j, s->facts);
	json_end(&j);
}
