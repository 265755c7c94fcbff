/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>

#include "../sample_conf.h"
#include "fact/dmarc.h"
#include "fact/zone.h"

/* Policies of all cases. A name without one is there if it has a line. */
static const char zone_text[] =
    "_dmarc.none.example TXT found 300 \"v=DMARC1; p=none\"\n"
    "_dmarc.reject.example TXT found 300 \"v=DMARC1; p=reject\"\n"
    "_dmarc.strict.example TXT found 300 "
    "\"v=DMARC1; p=reject; adkim=s; aspf=s\"\n"
    "_dmarc.sub.example TXT found 300 \"v=DMARC1; p=reject; sp=quarantine\"\n"
    "_dmarc.np.example TXT found 300 "
    "\"v=DMARC1; p=none; sp=quarantine; np=reject\"\n"
    "there.np.example A found 300 192.0.2.1\n"
    "_dmarc.pct.example TXT found 300 \"v=DMARC1; p=reject; pct=0\"\n"
    "_dmarc.all.example TXT found 300 \"v=DMARC1; p=reject; pct=100\"\n"
    "_dmarc.testing.example TXT found 300 \"v=DMARC1; p=reject; t=y\"\n"
    "_dmarc.two.example TXT found 300 \"v=DMARC1; p=reject\" "
    "\"v=DMARC1; p=none\"\n"
    "_dmarc.other.example TXT found 300 \"hello\" \"v=DMARC1; p=reject\"\n"
    "_dmarc.bad.example TXT found 300 \"v=DMARC1; p=whatever\"\n"
    "_dmarc.reports.example TXT found 300 "
    "\"v=DMARC1; rua=mailto:d@reports.example\"\n"
    "_dmarc.late.example TXT timed_out 0\n"
    "_dmarc.example TXT found 300 \"v=DMARC1; p=quarantine; psd=y\"\n"
    "_dmarc.branch.big.example TXT found 300 "
    "\"v=DMARC1; p=reject; psd=n\"\n"
    "_dmarc.big.example TXT found 300 \"v=DMARC1; p=none\"\n";

static const struct {
	const char *from; /* the field, or several with "\n" */
	const char *spf;  /* the domain that passes; "?": temperror */
	const char *dkim; /* the same */
	const char *want; /* status, policy, disposition */
	bool walk;        /* dmarc.tree_walk */
} cases[] = {
	/* alignment */
	{ "a@reject.example", "", "", "fail reject reject", false },
	{ "a@reject.example", "reject.example", "", "pass reject none", false },
	{ "a@reject.example", "", "reject.example", "pass reject none", false },
	{ "a@reject.example", "m.reject.example", "", "pass reject none",
	  false },
	{ "a@reject.example", "", "m.reject.example", "pass reject none",
	  false },
	{ "a@m.reject.example", "reject.example", "", "pass reject none",
	  false },
	{ "a@x.reject.example", "y.reject.example", "", "pass reject none",
	  false },
	{ "a@reject.example", "notreject.example", "", "fail reject reject",
	  false },
	{ "a@reject.example", "other.example", "other.example",
	  "fail reject reject", false },
	{ "a@strict.example", "m.strict.example", "m.strict.example",
	  "fail reject reject", false },
	{ "a@strict.example", "strict.example", "", "pass reject none", false },
	{ "a@REJECT.Example", "Reject.example", "", "pass reject none", false },
	/* whose policy */
	{ "a@none.example", "", "", "fail none none", false },
	{ "a@m.sub.example", "", "", "fail quarantine quarantine", false },
	{ "a@sub.example", "", "", "fail reject reject", false },
	{ "a@there.np.example", "", "", "fail quarantine quarantine", false },
	{ "a@nowhere.np.example", "", "", "fail reject reject", false },
	{ "a@absent.test", "", "", "none none none", false },
	{ "a@two.example", "", "", "permerror none none", false },
	{ "a@other.example", "", "", "fail reject reject", false },
	{ "a@bad.example", "", "", "permerror none none", false },
	{ "a@reports.example", "", "", "fail none none", false },
	/* what is not known */
	{ "a@late.example", "late.example", "", "temperror none none", false },
	{ "a@reject.example", "?", "", "temperror reject none", false },
	{ "a@reject.example", "?", "reject.example", "pass reject none",
	  false },
	{ "a@reject.example", "", "?", "temperror reject none", false },
	/* how much of it */
	{ "a@pct.example", "", "", "fail reject quarantine", false },
	{ "a@all.example", "", "", "fail reject reject", false },
	{ "a@testing.example", "", "", "fail reject reject", false },
	{ "a@testing.example", "", "", "fail reject quarantine", true },
	{ "a@pct.example", "", "", "fail reject reject", true },
	/* From */
	{ "", "", "", "permerror none none", false },
	{ "Anna", "", "", "permerror none none", false },
	{ "a@reject.example\nb@none.example", "", "", "permerror none none",
	  false },
	{ "a@none.example, b@reject.example", "", "", "fail reject reject",
	  false },
	{ "a@none.example, b@reject.example", "reject.example", "",
	  "fail none none", false },
	{ "a@reject.example, b@REJECT.example", "reject.example", "",
	  "pass reject none", false },
	{ "a@a.test, b@b.test, c@c.test, d@d.test, e@e.test, f@f.test", "", "",
	  "permerror none none", false },
	{ "\"x@none.example\" <a@reject.example>", "", "", "fail reject reject",
	  false },
	/* the walk up the tree */
	{ "a@reject.example", "", "", "fail reject reject", true },
	{ "a@m.reject.example", "x.reject.example", "", "pass reject none",
	  true },
	{ "a@x.unlisted.example", "y.unlisted.example", "",
	  "pass quarantine none", true },
	{ "a@x.unlisted.example", "y.listed.example", "",
	  "fail quarantine quarantine", true },
	{ "a@branch.big.example", "big.example", "", "fail reject reject",
	  true },
	{ "a@m.branch.big.example", "branch.big.example", "",
	  "pass reject none", true },
	{ "a@m.big.example", "branch.big.example", "", "fail none none", true },
	{ "a@1.2.3.4.5.6.7.8.9.10.reject.example", "reject.example", "",
	  "pass reject none", true },
	{ "a@m.reject.example", "", "", "fail reject reject", true },
	{ "a@late.example", "", "", "temperror none none", true },
};

static struct arena *arena;
static struct zone *zone;

static struct lookup *
begin(void)
{
	struct diags diags = DIAGS_INIT;

	arena = arena_new();
	zone = zone_read("zone", SV(zone_text), DNS_NO_NAME, &diags);
	ck_assert_ptr_nonnull(zone);
	diags_done(&diags);
	return lookup_new(arena, &zone_source, zone, 100);
}

static void
end(void)
{
	zone_free(zone);
	arena_free(arena);
}

static struct signed_mail *
mail_from(const char *from)
{
	struct buf raw = BUF_INIT(10000);
	struct sv rest = sv_str(from), one;
	struct signed_mail *m;

	while (*from && sv_split(&rest, '\n', &one))
		buf_addf(&raw, "From: " SV_FMT "\r\n", SV_ARG(one));
	buf_add_str(&raw, "Subject: x\r\n\r\ntext\r\n");
	m = signed_mail_read(arena, arena_dup(arena, buf_sv(&raw)),
	                     &sample_conf()->message);
	buf_done(&raw);
	return m;
}

/* "?" stands for the domain in From, for which there was no answer. */
static struct dmarc_evidence
evidence(const char *spf, const char *dkim, struct sv author)
{
	struct spf_outcome *s = ARENA_NEW(arena, struct spf_outcome);
	struct dkim *d = ARENA_NEW(arena, struct dkim);

	s->result = *spf == '?' ? SPF_TEMPERROR : *spf ? SPF_PASS : SPF_FAIL;
	s->domain =
	    *spf == '?' ? author : sv_str(*spf ? spf : "reject.example");
	d->signatures = ARENA_NEW(arena, struct dkim_signature);
	d->n = 1;
	d->signatures->status = *dkim == '?' ? DKIM_TEMPERROR
	                        : *dkim      ? DKIM_PASS
	                                     : DKIM_FAIL;
	d->signatures->domain =
	    *dkim == '?' ? author : sv_str(*dkim ? dkim : "reject.example");
	return (struct dmarc_evidence){ .spf = s, .dkim = d };
}

START_TEST(a_mail_is_what_its_evidence_makes_of_it)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct lookup *l = begin();
		struct conf_dmarc conf = { true, cases[i].walk };
		struct dmarc *d = dmarc_read(mail_from(cases[i].from), &conf);
		struct dmarc_evidence e =
		    evidence(cases[i].spf, cases[i].dkim, d->domain);
		char got[100];

		ck_assert(dmarc_check(d, &e, l));
		snprintf(got, sizeof got, "%s %s %s",
		         dmarc_status_word(d->status),
		         dmarc_policy_word(d->policy),
		         dmarc_policy_word(d->disposition));
		ck_assert_msg(strcmp(got, cases[i].want) == 0,
		              "%zu: %s, spf %s, dkim %s: %s, not %s (%s)", i,
		              cases[i].from, cases[i].spf, cases[i].dkim, got,
		              cases[i].want, d->reason);
		end();
	}
}
END_TEST

static const struct {
	const char *text, *want; /* p sp np adkim aspf pct t psd; "!": none */
} records[] = {
	{ "v=DMARC1; p=none", "none none none r r 100 n u" },
	{ "v=DMARC1;p=reject", "reject reject reject r r 100 n u" },
	{ " v = DMARC1 ; p = Reject ; ", "reject reject reject r r 100 n u" },
	{ "v=DMARC1; p=reject; sp=none; np=quarantine",
	  "reject none quarantine r r 100 n u" },
	{ "v=DMARC1; p=reject; adkim=s; aspf=S; pct=20; t=y; psd=n",
	  "reject reject reject s s 20 y n" },
	{ "v=DMARC1; p=none; pct=200; pct=x; psd=maybe; adkim=x",
	  "none none none r r 100 n u" },
	{ "v=DMARC1; what; =; ;; p=none; future=1",
	  "none none none r r 100 n u" },
	{ "v=DMARC1; sp=reject; rua=mailto:a@example.org",
	  "none none none r r 100 n u" },
	{ "v=DMARC1; p=maybe", "!" },
	{ "v=DMARC1", "!" },
	{ "v=dmarc1; p=none", "!" },
	{ "v=DMARC10; p=none", "!" },
	{ "p=none; v=DMARC1", "!" },
	{ "v=spf1 -all", "!" },
	{ "", "!" },
};

START_TEST(what_is_wrong_in_a_record_has_its_default)
{
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		struct dmarc_record r;
		char got[100] = "!";

		if (!dmarc_record_read(sv_str(records[i].text), &r))
			snprintf(got, sizeof got, "%s %s %s %c %c %u %c %c",
			         dmarc_policy_word(r.p),
			         dmarc_policy_word(r.sp),
			         dmarc_policy_word(r.np),
			         r.is_dkim_strict ? 's' : 'r',
			         r.is_spf_strict ? 's' : 'r', r.pct,
			         r.is_testing ? 'y' : 'n', r.psd);
		ck_assert_msg(strcmp(got, records[i].want) == 0,
		              "%s: %s, not %s", records[i].text, got,
		              records[i].want);
	}
}
END_TEST

START_TEST(the_same_mail_is_always_in_the_same_sample)
{
	static const char text[] = "_dmarc.half.example TXT found 300 "
				   "\"v=DMARC1; p=reject; pct=50\"\n";
	struct diags diags = DIAGS_INIT;
	struct zone *half = zone_read("zone", SV(text), DNS_NO_NAME, &diags);
	struct conf_dmarc conf = { true, false };
	size_t spared = 0;

	arena = arena_new();
	for (int i = 0; i < 200; i++) {
		struct lookup *l = lookup_new(arena, &zone_source, half, 100);
		struct sv from = arena_printf(arena, "a%d@half.example", i / 2);
		struct dmarc *d =
		    dmarc_read(mail_from(arena_str(arena, from)), &conf);
		struct dmarc_evidence e = evidence("", "", d->domain);
		static bool before;

		ck_assert(dmarc_check(d, &e, l));
		ck_assert(i % 2 == 0 || before == d->is_sampled_out);
		before = d->is_sampled_out;
		spared += d->is_sampled_out;
	}
	ck_assert_uint_gt(spared, 60);
	ck_assert_uint_lt(spared, 140);
	zone_free(half);
	arena_free(arena);
	diags_done(&diags);
}
END_TEST

UNIT_MAIN("dmarc", a_mail_is_what_its_evidence_makes_of_it,
          what_is_wrong_in_a_record_has_its_default,
          the_same_mail_is_always_in_the_same_sample)
