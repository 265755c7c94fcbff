/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/replay.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/e4.h"
#include "base/map.h"
#include "base/mem.h"
#include "fact/zone.h"
#include "tamis/learned.h"
#include "tamis/member.h"

enum { ANSWERS_BYTES_MAX = 1 << 20 };

struct replay {
	const json_t *record;
	struct zone *zone;
	struct judge_past past;
	struct sv *recipients;
	struct arena *arena;
};

/* ---- reading the record ---- */

static bool
read_answers(struct replay *r, char *why)
{
	const json_t *answers = json_object_get(r->record, "answers"), *line;
	struct diags diags = DIAGS_INIT;
	struct buf text = BUF_INIT(ANSWERS_BYTES_MAX);
	size_t i;

	json_array_foreach (answers, i, line)
		buf_addf(&text, "%s\n", json_string_value(line));
	r->zone = zone_read("answers", buf_sv(&text), DNS_LATE, &diags);
	if (!r->zone)
		diags_first(&diags, why, JUDGE_WHY);
	diags_done(&diags);
	buf_done(&text);
	return r->zone;
}

/* "" is the null sender; records leave out what is empty. */
static struct sv
sender_of(const json_t *envelope, enum channel channel)
{
	struct sv from = member_text(envelope, "from");

	return from.n || channel == CHANNEL_SMTP ? from : SV_NONE;
}

static void
read_envelope(struct replay *r, const json_t *envelope)
{
	const json_t *recipients = json_object_get(envelope, "recipients");
	size_t n = json_array_size(recipients);
	struct envelope *e = &r->past.envelope;

	r->recipients = mem_calloc(n + 1, sizeof *r->recipients);
	for (size_t i = 0; i < n; i++)
		r->recipients[i] =
		    sv_str(json_string_value(json_array_get(recipients, i)));
	*e = (struct envelope){
		.client_ip = member_text(envelope, "client_ip"),
		.client_name = member_text(envelope, "client_name"),
		.helo = member_text(envelope, "helo"),
		.server = member_text(envelope, "server"),
		.from = sender_of(envelope, r->past.channel),
		.recipients = r->recipients,
		.n_recipients = n,
		.queue_id = member_text(envelope, "queue_id"),
		.auth_user = member_text(envelope, "auth_user"),
		.tls = json_is_true(json_object_get(envelope, "tls")),
		.is_local = json_is_true(json_object_get(envelope, "is_local")),
	};
}

struct replay *
replay_new(const json_t *record, struct snapshot *snapshot, char why[JUDGE_WHY])
{
	struct replay *r = mem_calloc(1, sizeof *r);
	struct sv channel = member_text(record, "channel");

	r->record = record;
	r->past.channel = sv_eq_str(channel, "smtp")   ? CHANNEL_SMTP
	                  : sv_eq_str(channel, "http") ? CHANNEL_HTTP
	                                               : CHANNEL_FILE;
	r->past.surface = surface_word(member_text(record, "surface"));
	read_envelope(r, json_object_get(record, "envelope"));
	r->arena = arena_new();
	r->past.learned = learned_recall(r->arena, record);
	if (clock_parse(member_text(record, "time"), &r->past.unix_ms) != 0) {
		snprintf(why, JUDGE_WHY, "the record has no time");
		replay_free(r);
		return NULL;
	}
	if (!read_answers(r, why)) {
		replay_free(r);
		return NULL;
	}
	snapshot->sources.dns = NULL;
	snapshot->sources.zone =
	    json_object_get(record, "answers") ? r->zone : NULL;
	return r;
}

void
replay_free(struct replay *r)
{
	if (!r)
		return;
	zone_free(r->zone);
	free(r->recipients);
	arena_free(r->arena);
	free(r);
}

const struct scan *
replay_run(struct replay *r, struct judge *judge, const char *path,
           char why[JUDGE_WHY])
{
	struct judge_input input = {
		.kind = sv_eq_str(sv_str(r->past.surface), "mail") ? INPUT_MAIL
		                                                   : INPUT_TEXT,
		.path = (char *)(uintptr_t)path,
		.surface = r->past.surface,
	};

	return judge_run_again(judge, &input, &r->past, why);
}

/* ---- what became different ---- */

static size_t
compare_word(const char *what, struct sv then, struct sv now)
{
	if (sv_eq(then, now))
		return 0;
	printf("  %s: " SV_FMT ", now " SV_FMT "\n", what, SV_ARG(then),
	       SV_ARG(now));
	return 1;
}

static int64_t
score_then_e4(const json_t *record)
{
	return llround(json_number_value(json_object_get(record, "score")) *
	               E4_ONE);
}

/* Hits of either side that the other has not. */
static size_t
compare_hits(const json_t *hits, const struct scan *scan)
{
	struct map *then = map_new(), *now = map_new();
	size_t i, pos = 0, n = 0;
	struct sv name;
	json_t *hit;
	void *unused;

	json_array_foreach (hits, i, hit)
		map_set(then, member_text(hit, "rule"), hit);
	for (i = 0; i < scan->rules->n_hits; i++)
		if (!scan->rules->hits[i].rule->is_sub)
			map_set(now, sv_str(scan->rules->hits[i].rule->name),
			        then);
	while (map_next(then, &pos, &name, &unused))
		if (!map_get(now, name) && ++n)
			printf("  no longer true: " SV_FMT "\n", SV_ARG(name));
	pos = 0;
	while (map_next(now, &pos, &name, &unused))
		if (!map_get(then, name) && ++n)
			printf("  true now: " SV_FMT "\n", SV_ARG(name));
	map_free(then);
	map_free(now);
	return n;
}

size_t
replay_compare(const struct replay *r, const struct scan *scan)
{
	int64_t then_e4 = score_then_e4(r->record);
	char then[E4_TEXT], now[E4_TEXT];
	size_t n;

	n = compare_word("verdict", member_text(r->record, "verdict"),
	                 sv_str(verdict_word(scan->verdict)));
	n += compare_word("score", sv_str(e4_text(then_e4, then)),
	                  sv_str(e4_text(scan->score_e4, now)));
	n += compare_hits(json_object_get(r->record, "hits"), scan);
	if (!sv_eq(member_text(r->record, "ruleset"),
	           sv_str(rule_set_hash(scan->snapshot->rules))))
		printf("  the rules have changed since\n");
	return n;
}
