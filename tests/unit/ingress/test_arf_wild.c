/* SPDX-License-Identifier: Apache-2.0 */
/* Reports in the shapes that providers send: our own words, their habits. */
#include "../unit.h"

#include "ingress/arf.h"

#define HEAD                                                                   \
	"From: <fbl@example.net>\nMIME-Version: 1.0\n"                         \
	"Content-Type: multipart/report; boundary=\"b\";\n"                    \
	"\treport-type=feedback-report\n\n"
#define NOTE     "--b\nContent-Type: text/plain\n\nA user complains.\n\n"
#define REPORT   "--b\nContent-Type: message/feedback-report\n\n"
#define FIELDS   "Feedback-Type: abuse\nUser-Agent: Loop/1.0\nVersion: 1\n"
#define ORIGINAL "--b\nContent-Type: message/rfc822\n\n" MAIL "--b--\n"
#define MAIL     "From: <shop@example.com>\nSubject: Buy\n\nBuy it.\n"

static const struct {
	const char *habit, *text;
	const char *reason; /* NULL: it is refused */
	bool is_report;
} cases[] = {
	{ "all there is",
	  HEAD NOTE REPORT FIELDS
	  "Original-Mail-From: <shop@example.com>\n"
	  "Original-Rcpt-To: <redacted@example.net>\n"
	  "Arrival-Date: Mon, 23 Nov 2026 12:00:00 +0000\n"
	  "Reporting-MTA: dns; mx.example.net\nSource-IP: 192.0.2.1\n"
	  "Authentication-Results: mx.example.net;\n"
	  "    dkim=pass header.d=example.com\n"
	  "Reported-Domain: example.com\nIncidents: 1\n\n" ORIGINAL,
	  "abuse", true },
	{ "no note for people", HEAD REPORT FIELDS "\n" ORIGINAL, "abuse",
	  true },
	{ "names in any case",
	  HEAD NOTE REPORT "FEEDBACK-TYPE: Abuse\nuser-agent: L\n"
	                   "version: 1\n\n" ORIGINAL,
	  "abuse", true },
	{ "types in any case",
	  HEAD NOTE "--b\ncontent-type: MESSAGE/Feedback-Report\n\n" FIELDS
	            "\n" ORIGINAL,
	  "abuse", true },
	{ "fields that begin on the next line",
	  HEAD NOTE REPORT "Feedback-Type:\n abuse\nUser-Agent:\n\tLoop/1.0\n"
	                   "Version:\n 1\n\n" ORIGINAL,
	  "abuse", true },
	{ "a name that goes on",
	  HEAD NOTE REPORT "Feedback-Type: abuse\nUser-Agent: Loop/1.0\n"
	                   "  (a loop for users)\nVersion: 1\n\n" ORIGINAL,
	  "abuse", true },
	{ "a blank line first", HEAD NOTE REPORT "\n" FIELDS "\n" ORIGINAL,
	  "abuse", true },
	{ "an early version",
	  HEAD NOTE REPORT "Feedback-Type: abuse\nUser-Agent: L\n"
	                   "Version: 0.1\n\n" ORIGINAL,
	  "abuse", true },
	{ "a version with a point",
	  HEAD NOTE REPORT "Feedback-Type: abuse\nUser-Agent: L\n"
	                   "Version: 1.0\n\n" ORIGINAL,
	  "abuse", true },
	{ "the header alone",
	  HEAD NOTE REPORT FIELDS
	  "\n--b\nContent-Type: text/rfc822-headers\n\n"
	  "From: <shop@example.com>\nTo: <redacted>\n--b--\n",
	  "abuse", true },
	{ "the header alone, in base64",
	  HEAD NOTE REPORT FIELDS
	  "\n--b\nContent-Type: text/rfc822-headers\n"
	  "Content-Transfer-Encoding: base64\n\n"
	  "RnJvbTogPHNob3BAZXhhbXBsZS5jb20+ClRvOiA8eEBleGFtcGxlLm5ldD4K\n"
	  "--b--\n",
	  "abuse", true },
	{ "the mail in base64",
	  HEAD NOTE REPORT FIELDS
	  "\n--b\nContent-Type: message/rfc822\n"
	  "Content-Transfer-Encoding: base64\n\n"
	  "RnJvbTogPHNob3BAZXhhbXBsZS5jb20+ClN1YmplY3Q6IEJ1eQoKQnV5IGl0Lgo=\n"
	  "--b--\n",
	  "abuse", true },
	{ "the report in base64",
	  HEAD NOTE "--b\nContent-Type: message/feedback-report\n"
	            "Content-Transfer-Encoding: base64\n\n"
	            "RmVlZGJhY2stVHlwZTogYWJ1c2UKVXNlci1BZ2VudDogTG9vcC8xLjAK"
	            "VmVyc2lvbjogMQo=\n" ORIGINAL,
	  "abuse", true },
	{ "the mail inlined with a name",
	  HEAD NOTE REPORT FIELDS
	  "\n--b\nContent-Disposition: inline; filename=\"a.eml\"\n"
	  "Content-Type: message/rfc822; name=\"a.eml\"\n\n" MAIL "--b--\n",
	  "abuse", true },
	{ "a type with a comment of its own",
	  "MIME-Version: 1.0 (a loop)\nContent-Type: multipart/mixed;"
	  " boundary=b\n\n" NOTE REPORT FIELDS "\n" ORIGINAL,
	  "abuse", true },
	{ "no end",
	  HEAD NOTE REPORT FIELDS
	  "\n--b\nContent-Type: message/rfc822\n\n" MAIL,
	  "abuse", true },
	{ "the mail as it was, forwarded as the only part",
	  "From: <staff@example.net>\nSubject: complaint about 192.0.2.1\n"
	  "MIME-Version: 1.0\nContent-Type: message/rfc822\n\n" MAIL,
	  "", false },
	{ "the mail attached, and nothing that says so",
	  "From: <staff@example.net>\nX-HmXmrOriginalRecipient: <x@example.net>"
	  "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
	  "--b\nContent-Type: message/rfc822\n"
	  "Content-Disposition: attachment\n\n" MAIL "--b--\n",
	  "", false },
	{ "with the identifier that CFBL asked for",
	  HEAD NOTE REPORT FIELDS "Source-IP: 2001:db8::1\n\n"
	                          "--b\nContent-Type: text/rfc822-headers\n\n"
	                          "From: <shop@example.com>\n"
	                          "CFBL-Address: fbl@example.com; report=arf\n"
	                          "CFBL-Feedback-ID: 111:222\n--b--\n",
	  "abuse", true },
	{ "somebody unsubscribes",
	  HEAD NOTE REPORT
	  "Feedback-Type: opt-out\nUser-Agent: L\n"
	  "Version: 1\nRemoval-Recipient: <x@example.net>\n\n" ORIGINAL,
	  "opt-out", true },
	{ "a report of authentication",
	  HEAD NOTE REPORT "Feedback-Type: auth-failure\nUser-Agent: L\n"
	                   "Version: 1\nAuth-Failure: dmarc\n\n" ORIGINAL,
	  NULL, false },
	{ "no mail", HEAD NOTE REPORT FIELDS "\n--b--\n", NULL, false },
	{ "two minds",
	  HEAD NOTE REPORT FIELDS "feedback-type:\n not-spam\n\n" ORIGINAL,
	  NULL, false },
	{ "a word that is folded in the middle",
	  HEAD NOTE REPORT "Feedback-Type: not\n -spam\nUser-Agent: L\n"
	                   "Version: 1\n\n" ORIGINAL,
	  NULL, false },
};

static struct sv
with_crlf(struct arena *a, const char *text)
{
	char *copy = arena_alloc(a, 2 * strlen(text) + 1);
	size_t n = 0;

	for (; *text; text++) {
		if (*text == '\n')
			copy[n++] = '\r';
		copy[n++] = *text;
	}
	return sv_make(copy, n);
}

static void
try(size_t i, struct arena *a, struct sv text, const struct conf *conf)
{
	struct arf arf;
	int code = arf_read(a, text, &conf->message, &arf);

	ck_assert_msg((code == 0) == (cases[i].reason != NULL), "%s: %s",
	              cases[i].habit, arf.why ? arf.why : "read");
	if (code)
		return;
	ck_assert_msg(arf.is_report == cases[i].is_report &&
	                  sv_eq_str(arf.reason, cases[i].reason),
	              "%s: " SV_FMT, cases[i].habit, SV_ARG(arf.reason));
	ck_assert_msg(sv_starts(arf.original, SV("From: <shop@example.com>")),
	              "%s: " SV_FMT, cases[i].habit, SV_ARG(arf.original));
}

START_TEST(reports_of_providers_are_read)
{
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_parse(SV(""), "test", &diags);
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		try(i, a, sv_str(cases[i].text), conf);
		try(i, a, with_crlf(a, cases[i].text), conf);
	}
	arena_free(a);
	conf_unref(conf);
}
END_TEST

UNIT_MAIN("arf_wild", reports_of_providers_are_read)
