/* SPDX-License-Identifier: Apache-2.0 */
/* One result of `tamis check`, for people and for programs. */
#include "base/e4.h"
#include "base/json.h"
#include "tamis/check.h"
#include "tamis/look.h"

enum { NAME_MAX_BYTES = 8192 };

static void
write_first(struct buf *out, const struct term *term, const char *word,
            enum tone tone)
{
	buf_addf(out, "%s%-7s%s", term_tone(term, tone), word,
	         term_plain(term));
}

static void
write_name(struct buf *out, struct arena *a, const struct judge_input *input)
{
	struct buf name = BUF_INIT(NAME_MAX_BYTES);

	input_name(input, &name);
	buf_add(out, term_text(a, buf_sv(&name), 0));
	buf_done(&name);
}

/* Sub-rules are for those who asked for all. */
static bool
is_shown(const struct scan *scan, const struct rule_hit *hit)
{
	return scan->all_hits || !hit->rule->is_sub;
}

static void
write_rules(struct buf *out, const struct scan *scan)
{
	const char *separator = "  ";

	for (size_t i = 0; i < scan->rules->n_hits; i++) {
		const struct rule_hit *hit = &scan->rules->hits[i];

		if (!is_shown(scan, hit))
			continue;
		buf_addf(out, "%s%s", separator, hit->rule->name);
		separator = ",";
	}
}

static void
write_missing(struct buf *out, const struct scan *scan)
{
	for (size_t i = 0; i < scan->n_missing; i++)
		buf_addf(out, "%s%s",
		         i ? "," : "  incomplete:", scan->missing[i]);
}

void
check_write_line(struct buf *out, const struct term *term,
                 const struct judge_input *input, const struct scan *scan,
                 const char *why)
{
	struct arena *a = scan ? scan->arena : arena_new();
	char score[E4_TEXT], threshold[E4_TEXT];

	if (scan) {
		write_first(out, term, look_word(scan->verdict),
		            look_tone(scan->verdict));
		buf_addf(out, " %6s/%-4s  %-16s  %-12s  ",
		         e4_text_1(scan->score_e4, score),
		         e4_text_1(scan->threshold_e4, threshold),
		         verdict_word(scan->verdict), scan->category);
		write_name(out, a, input);
		write_rules(out, scan);
		write_missing(out, scan);
	} else {
		write_first(out, term, "error", TONE_BAD);
		buf_add_str(out, "  ");
		write_name(out, a, input);
		buf_addf(out, ": %s", why);
		arena_free(a);
	}
	buf_add_char(out, '\n');
}

static void
write_hit(struct json *j, const struct rule_hit *hit)
{
	json_begin_object(j, NULL);
	json_text(j, "name", hit->rule->name);
	json_e4(j, "score", hit->rule->score_e4);
	if (hit->rule->type == RULE_META) {
		json_text(j, "view", "meta");
		json_text(j, "match", "");
	} else {
		json_text(j, "view", view_word(hit->view));
		json_str(j, "match", hit->text);
	}
	json_end(j);
}

static void
write_hits(struct json *j, const struct scan *scan)
{
	const struct rule_result *r = scan->rules;

	json_begin_array(j, "rules");
	for (size_t i = 0; i < r->n_hits; i++)
		if (is_shown(scan, &r->hits[i]))
			write_hit(j, &r->hits[i]);
	json_end(j);
	json_begin_array(j, "shadow_rules");
	for (size_t i = 0; i < r->n_shadow_hits; i++)
		write_hit(j, &r->shadow_hits[i]);
	json_end(j);
}

static void
write_times(struct json *j, const struct scan *scan)
{
	json_begin_object(j, "times_us");
	for (int i = 0; i < STAGE_COUNT; i++)
		json_int(j, stage_words[i], scan->times_us[i]);
	json_int(j, "total", scan->total_us);
	json_int(j, "cpu", scan->cpu_us);
	json_end(j);
}

/* What QR codes say, and in which part they are. */
static void
write_codes(struct json *j, const struct message *m)
{
	json_begin_array(j, "codes");
	for (size_t i = 0; i < m->n_codes; i++) {
		json_begin_object(j, NULL);
		json_int(j, "part", m->codes[i].part);
		json_str(j, "type", m->parts[m->codes[i].part].type);
		json_str(j, "text", m->codes[i].text);
		json_end(j);
	}
	json_end(j);
}

static void
write_members(struct json *j, const struct scan *scan)
{
	json_text(j, "channel", channel_word(scan->channel));
	json_text(j, "surface", scan->surface);
	json_text(j, "verdict", verdict_word(scan->verdict));
	json_e4(j, "score", scan->score_e4);
	json_e4(j, "threshold", scan->threshold_e4);
	json_text(j, "ad_type", scan->ad_type);
	json_text(j, "category", scan->category);
	json_bool(j, "complete", scan->n_missing == 0);
	json_begin_array(j, "missing");
	for (size_t i = 0; i < scan->n_missing; i++)
		json_text(j, NULL, scan->missing[i]);
	json_end(j);
	json_text(j, "action", plan_action_word(scan->plan.action));
	write_hits(j, scan);
	scan_record_facts(j, scan);
	scan_record_signals(j, scan);
	json_begin_array(j, "urls");
	for (size_t i = 0; i < scan->message->n_urls; i++)
		json_str(j, NULL, scan->message->urls[i].url);
	json_end(j);
	scan_record_hidden(j, scan->message);
	write_codes(j, scan->message);
	write_times(j, scan);
}

void
check_write_json(struct buf *out, const struct judge_input *input,
                 const struct scan *scan, const char *why)
{
	struct json j = json_start(out);

	json_begin_object(&j, NULL);
	json_text(&j, "file", input->path);
	if (input->line)
		json_int(&j, "line", (int64_t)input->line);
	if (scan)
		write_members(&j, scan);
	else
		json_text(&j, "error", why);
	json_end(&j);
	buf_add_char(out, '\n');
}
