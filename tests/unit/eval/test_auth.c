/* SPDX-License-Identifier: Apache-2.0 */
/* The plugins SPF, DKIM and DMARC: what rules make of facts. */
#include "sample.h"

#include "fact/arc.h"
#include "fact/dmarc.h"
#include "fact/fact.h"
#include "fact/spf.h"

#define MAIL                                                                   \
	"Return-Path: <user@bounce.author.com>\n"                              \
	"From: A <a@author.com>\nSubject: x\n\nText\n"

static struct facts facts;
static struct spf_outcome spf, spf_helo;
static struct dkim dkim;
static struct dkim_signature signatures[2];
static struct arc arc;
static struct dmarc dmarc;

/* A sender whose SPF passes, two signatures of which the first is valid. */
static void
begin(void)
{
	spf = (struct spf_outcome){ .result = SPF_PASS };
	spf_helo = (struct spf_outcome){ .result = SPF_NONE, .is_helo = true };
	signatures[0] = (struct dkim_signature){ .status = DKIM_PASS,
		                                 .domain = SV("author.com"),
		                                 .selector = SV("s1"),
		                                 .identity = SV("@author.com"),
		                                 .key_bits = 2048 };
	signatures[1] = (struct dkim_signature){ .status = DKIM_FAIL,
		                                 .domain = SV("list.net"),
		                                 .selector = SV("s2"),
		                                 .identity = SV("@list.net") };
	dkim = (struct dkim){ .signatures = signatures, .n = 2 };
	arc = (struct arc){ .status = ARC_PASS };
	dmarc = (struct dmarc){ .status = DMARC_PASS };
	facts = (struct facts){
		.has_sender = true,
		.sender = SV("user@bounce.author.com"),
		.is_complete = true,
		.spf = &spf,
		.spf_helo = &spf_helo,
		.dkim = &dkim,
		.arc = &arc,
		.dmarc = &dmarc,
	};
	for (int i = 0; i < FACT_COUNT; i++)
		facts.is_known[i] = true;
	sample_facts = &facts;
}

static bool
is_true_with(const char *call, const char *settings, const char *zone)
{
	const struct asked_case c = { call, MAIL, true, settings,
		                      0,    zone, NULL, 0 };

	return sample_ask_with(&c);
}

static bool
is_true(const char *call)
{
	return is_true_with(call, NULL, "");
}

START_TEST(spf_says_one_thing_of_each_identity)
{
	begin();
	ck_assert(is_true("check_for_spf_pass()"));
	ck_assert(!is_true("check_for_spf_fail()"));
	ck_assert(is_true("check_for_spf_helo_none()"));
	ck_assert(!is_true("check_for_spf_helo_pass()"));
	spf.result = SPF_SOFTFAIL;
	ck_assert(!is_true("check_for_spf_pass()"));
	ck_assert(is_true("check_for_spf_softfail()"));
	spf_helo.result = SPF_PERMERROR;
	ck_assert(is_true("check_for_spf_helo_permerror()"));
	facts.spf = NULL;
	ck_assert(!is_true("check_for_spf_softfail()"));
	sample_facts = NULL;
	ck_assert(!is_true("check_for_spf_none()"));
}
END_TEST

START_TEST(the_null_sender_is_not_judged_by_its_helo_name)
{
	begin();
	spf.is_helo = true;
	ck_assert(!is_true("check_for_spf_pass()"));
	ck_assert(!is_true("check_spf_skipped_noenvfrom()"));
	facts.has_sender = false;
	ck_assert(is_true("check_spf_skipped_noenvfrom()"));
}
END_TEST

START_TEST(senders_are_welcome_when_spf_passes)
{
	static const char call[] = "check_for_spf_welcomelist_from()";
	static const char def[] = "check_for_def_spf_welcomelist_from()";

	begin();
	ck_assert(!is_true(call));
	ck_assert(
	    is_true_with(call, "welcomelist_from_spf *@*.author.com", ""));
	ck_assert(
	    is_true_with(call, "welcomelist_auth *@bounce.author.com", ""));
	ck_assert(!is_true_with(call, "def_welcomelist_from_spf *@*", ""));
	ck_assert(is_true_with(def, "def_welcomelist_from_spf *@*", ""));
	ck_assert(!is_true_with(call,
	                        "welcomelist_from_spf *@*.author.com\n"
	                        "unwelcomelist_from_spf *@*.author.com",
	                        ""));
	spf.result = SPF_NEUTRAL;
	ck_assert(
	    !is_true_with(call, "welcomelist_from_spf *@*.author.com", ""));
}
END_TEST

START_TEST(signatures_are_counted_by_what_they_prove)
{
	begin();
	ck_assert(is_true("check_dkim_signed()"));
	ck_assert(is_true("check_dkim_signed('list.net')"));
	ck_assert(is_true("check_dkim_valid()"));
	ck_assert(is_true("check_dkim_valid('author.com')"));
	ck_assert(!is_true("check_dkim_valid('list.net', 'other.org')"));
	ck_assert(is_true("check_dkim_valid_author_sig()"));
	ck_assert(!is_true("check_dkim_valid_envelopefrom()"));
	ck_assert(is_true("check_dkim_dependable()"));
	ck_assert(!is_true("check_dkim_testing()"));
	signatures[0].is_testing = true;
	ck_assert(is_true("check_dkim_testing()"));
	signatures[0].identity = SV("x@bounce.author.com");
	ck_assert(is_true("check_dkim_valid_envelopefrom()"));
	ck_assert(is_true("check_dkim_valid('*.author.com')"));
	ck_assert(!is_true("check_dkim_valid_author_sig()"));
	signatures[0].key_bits = 512;
	ck_assert(!is_true("check_dkim_valid()"));
	ck_assert(is_true_with("check_dkim_valid()",
	                       "dkim_minimum_key_bits 512", ""));
	dkim.n = 0;
	ck_assert(!is_true("check_dkim_signed()"));
}
END_TEST

START_TEST(authors_are_welcome_by_signatures)
{
	static const char call[] = "check_for_dkim_welcomelist_from()";
	static const char def[] = "check_for_def_dkim_welcomelist_from()";
	static const struct {
		const char *settings;
		bool want;
	} cases[] = {
		{ NULL, false },
		{ "welcomelist_from_dkim *@author.com", true },
		{ "welcomelist_from_dkim *@author.com author.com", true },
		{ "welcomelist_from_dkim *@author.com other.org", false },
		{ "welcomelist_from_dkim *@author.com list.net", false },
		{ "welcomelist_from_dkim *@author.com *.com", true },
		{ "welcomelist_from_dkim *@author.com *.author.com", false },
		{ "welcomelist_from_dkim b@author.com", false },
		{ "welcomelist_auth *@author.com", true },
		{ "def_welcomelist_from_dkim *@author.com", false },
		{ "welcomelist_from_dkim *@author.com\n"
		  "unwelcomelist_from_dkim *@author.com",
		  false },
	};

	begin();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(is_true_with(call, cases[i].settings, "") ==
		                  cases[i].want,
		              "%s", cases[i].settings);
	ck_assert(
	    is_true_with(def, "def_welcomelist_from_dkim *@author.com", ""));
	signatures[0].status = DKIM_FAIL;
	ck_assert(
	    !is_true_with(call, "welcomelist_from_dkim *@author.com", ""));
}
END_TEST

START_TEST(practices_count_without_a_valid_signature)
{
	static const char all[] =
	    "_adsp._domainkey.author.com TXT found 60 \"dkim=all\"\n";
	static const char discardable[] = "_adsp._domainkey.author.com TXT "
	                                  "found 60 \"dkim = discardable;\"\n";
	static const char there[] = "author.com MX found 60 10 mx.author.com\n";

	begin();
	ck_assert(!is_true_with("check_dkim_adsp('A')", NULL, all));
	signatures[0].status = DKIM_FAIL;
	ck_assert(is_true_with("check_dkim_adsp('A')", NULL, all));
	ck_assert(is_true_with("check_dkim_signall()", NULL, all));
	ck_assert(is_true_with("check_dkim_adsp('D')", NULL, discardable));
	ck_assert(is_true_with("check_dkim_adsp('*')", NULL, discardable));
	ck_assert(is_true_with("check_dkim_adsp('N')", NULL, ""));
	ck_assert(!is_true_with("check_dkim_adsp('N')", NULL, there));
	ck_assert(is_true_with("check_dkim_adsp('U')", NULL, there));
	ck_assert(is_true_with("check_dkim_adsp('D', 'author.com')", NULL,
	                       discardable));
	ck_assert(!is_true_with("check_dkim_adsp('D', 'other.com')", NULL,
	                        discardable));
	ck_assert(is_true_with("check_dkim_adsp('1')",
	                       "adsp_override author.com custom_low", there));
	ck_assert(
	    is_true_with("check_dkim_adsp('D')", "adsp_override *.com", there));
	ck_assert(!is_true_with("check_dkim_adsp('NAD123')", NULL,
	                        "author.com MX failed 60\n"));
	signatures[0].status = DKIM_TEMPERROR;
	ck_assert(!is_true_with("check_dkim_adsp('A')", NULL, all));
}
END_TEST

START_TEST(arc_and_dmarc_say_what_they_found)
{
	begin();
	ck_assert(is_true("check_arc_signed()"));
	ck_assert(is_true("check_arc_valid()"));
	arc.status = ARC_FAIL;
	ck_assert(is_true("check_arc_signed()"));
	ck_assert(!is_true("check_arc_valid()"));
	arc.status = ARC_NONE;
	ck_assert(!is_true("check_arc_signed()"));
	ck_assert(is_true("check_dmarc_pass()"));
	dmarc.status = DMARC_FAIL;
	dmarc.disposition = DMARC_POLICY_REJECT;
	ck_assert(!is_true("check_dmarc_pass()"));
	ck_assert(is_true("check_dmarc_reject()"));
	ck_assert(!is_true("check_dmarc_none()"));
	dmarc.disposition = DMARC_POLICY_NONE;
	ck_assert(is_true("check_dmarc_none()"));
	dmarc.disposition = DMARC_POLICY_QUARANTINE;
	ck_assert(is_true("check_dmarc_quarantine()"));
	dmarc.status = DMARC_NONE;
	ck_assert(is_true("check_dmarc_missing()"));
	dmarc.status = DMARC_TEMPERROR;
	ck_assert(!is_true("check_dmarc_missing()"));
}
END_TEST

START_TEST(signers_are_values_of_tags)
{
	begin();
	ck_assert(is_true_with("askdns _DKIMDOMAIN_.l.example A", NULL,
	                       "author.com.l.example A found 1 127.0.0.2\n"));
	ck_assert(is_true_with("askdns _DKIMSELECTOR_.l.example A", NULL,
	                       "s1.l.example A found 1 127.0.0.2\n"));
	ck_assert(!is_true_with("askdns _DKIMDOMAIN_.l.example A", NULL,
	                        "list.net.l.example A found 1 127.0.0.2\n"));
}
END_TEST

UNIT_MAIN("auth", spf_says_one_thing_of_each_identity,
          the_null_sender_is_not_judged_by_its_helo_name,
          senders_are_welcome_when_spf_passes,
          signatures_are_counted_by_what_they_prove,
          authors_are_welcome_by_signatures,
          practices_count_without_a_valid_signature,
          arc_and_dmarc_say_what_they_found, signers_are_values_of_tags)
