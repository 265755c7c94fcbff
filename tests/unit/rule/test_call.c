/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that ask the network: what is asked, waited for, and missing. */
#include "sample.h"

#include "../late.h"
#include "eval/eval.h"
#include "message/network.h"

static const char mail_text[] =
    "Received: from mx.example.org (mx.example.org [192.0.2.9])\n"
    "\tby mail.example.com with ESMTP id 1; Mon, 1 Jan 2024 00:00:00 +0000\n"
    "Received: from pc.example.org (pc.example.org [198.51.100.7])\n"
    "\tby mx.example.org with ESMTP id 2; Mon, 1 Jan 2024 00:00:00 +0000\n"
    "From: a@example.org\nSubject: x\n\nText\n";

static const char rules[] =
    "header __ASK eval:check_rbl('zen', 'zen.example.')\n"
    "header LISTED eval:check_rbl_sub('zen', '127.0.0.2')\n"
    "header OTHER eval:check_rbl_sub('zen', '127.0.0.3')\n"
    "meta TWO LISTED && !OTHER\n"
    "header OFF eval:check_rbl('off', 'off.example.')\nscore OFF 0\n"
    "header __UNUSED eval:check_rbl('idle', 'idle.example.')\n"
    "header NEVER eval:check_rbl('n', 'never.example.')\n"
    "header NO_REPLY eval:check_rbl_sub('n', '127.0.0.4')\n"
    "header REFUSED eval:check_rbl('r', 'r.example.', "
    "'^127\\.255\\.255\\.254$')\n"
    "header IN_R eval:check_rbl_sub('r', '2')\n";

static const char zone_text[] =
    "9.2.0.192.zen.example A found 60 127.0.0.2\n"
    "7.100.51.198.zen.example A found 60 127.0.0.10\n"
    "9.2.0.192.r.example A found 60 127.255.255.254\n";

static struct arena *arena;
static struct late late;
static struct rule_set *rs;
static struct rule_worker *worker;
static struct rule_result *result;

static void
begin(void)
{
	struct diags diags = DIAGS_INIT;

	arena = arena_new();
	late = (struct late){ .zone = late_zone(zone_text) };
	rs = sample_compile(rules, &diags);
	ck_assert_msg(rs && diags.n == 0, "%s",
	              diags.n ? diags.list[0].text : "");
	diags_done(&diags);
	worker = rule_worker_new();
}

static void
end(void)
{
	rule_worker_free(worker);
	rule_set_unref(rs);
	zone_free(late.zone);
	arena_free(arena);
}

static void
judge(const struct lookup_source *source, void *ctx, int64_t deadline_mono_us)
{
	struct network *network = network_new(&sample_conf()->network);
	struct message *m =
	    message_parse(arena, SV(mail_text), &sample_conf()->message);
	struct message_envelope envelope = {
		.relays = relays_read(arena, m, NULL, network, 20),
	};
	struct rule_job job = {
		.message = m,
		.envelope = &envelope,
		.lookup = source ? lookup_new(arena, source, ctx, 100) : NULL,
		.lookup_deadline_mono_us = deadline_mono_us,
	};

	result = rule_eval(rs, worker, arena, &job);
	network_free(network);
}

/* "A B": the hits. */
static const char *
hits(void)
{
	struct buf out = BUF_INIT(1000);
	const char *text;

	for (size_t i = 0; i < result->n_hits; i++)
		buf_addf(&out, "%s%s", i ? " " : "",
		         result->hits[i].rule->name);
	text = arena_str(arena, buf_sv(&out));
	buf_done(&out);
	return text;
}

START_TEST(nothing_is_true_where_nobody_is_asked)
{
	begin();
	judge(NULL, NULL, 0);
	ck_assert_str_eq(hits(), "");
	ck_assert_uint_eq(result->n_unanswered, 0);
	end();
}
END_TEST

START_TEST(answers_at_once_and_late_ones_say_the_same)
{
	begin();
	judge(&zone_source, late.zone, 0);
	ck_assert_str_eq(hits(), "LISTED TWO REFUSED");
	ck_assert_uint_eq(result->n_unanswered, 0);
	judge(&late_source, &late, 1);
	ck_assert_str_eq(hits(), "LISTED TWO REFUSED");
	end();
}
END_TEST

START_TEST(what_is_not_answered_is_named_and_not_true)
{
	begin();
	judge(&late_source, &late, 1);
	ck_assert_uint_eq(result->n_unanswered, 1);
	ck_assert(sv_eq_str(result->unanswered[0], "never.example"));
	ck_assert_int_ge(result->waited_us, 0);
	end();
}
END_TEST

START_TEST(without_time_all_is_missing)
{
	begin();
	judge(&late_source, &late, 0);
	ck_assert_str_eq(hits(), "");
	ck_assert_uint_eq(result->n_unanswered, 3);
	end();
}
END_TEST

START_TEST(only_rules_that_matter_ask)
{
	begin();
	judge(&late_source, &late, 1);
	ck_assert_uint_eq(late.asked, 6); /* zen, never and r of two relays */
	end();
}
END_TEST

START_TEST(a_list_that_refuses_lists_nobody)
{
	begin();
	judge(&zone_source, late.zone, 0);
	ck_assert_uint_eq(result->n_refusals, 1);
	ck_assert(sv_eq_str(result->refusals[0].zone, "r.example"));
	ck_assert_int_eq(result->refusals[0].why, LIST_PUBLIC_RESOLVER);
	end();
}
END_TEST

START_TEST(a_hit_says_what_was_listed_where)
{
	begin();
	judge(&zone_source, late.zone, 0);
	ck_assert_msg(sv_eq_str(result->hits[0].text, "192.0.2.9 in zen.exa"),
	              SV_FMT, SV_ARG(result->hits[0].text));
	end();
}
END_TEST

UNIT_MAIN("call", nothing_is_true_where_nobody_is_asked,
          answers_at_once_and_late_ones_say_the_same,
          what_is_not_answered_is_named_and_not_true,
          without_time_all_is_missing, only_rules_that_matter_ask,
          a_list_that_refuses_lists_nobody, a_hit_says_what_was_listed_where)
