/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"
#include "scan/unmark.h"

static void
gives(const char *mail, const char *tag, const char *want)
{
	struct arena *a = arena_new();
	struct buf out = BUF_INIT(64 * 1024);

	unmark_mail(a, sv_str(mail), sv_str(tag), &out);
	ck_sv_eq(buf_sv(&out), want);
	buf_done(&out);
	arena_free(a);
}

START_TEST(a_mail_without_marks_stays_as_it_is)
{
	gives("", "", "");
	gives("Subject: x\r\nTo: a\r\n\r\nbody\r\n", "*",
	      "Subject: x\r\nTo: a\r\n\r\nbody\r\n");
	gives("Subject: x", "", "Subject: x");
	gives("\nbody", "", "\nbody");
	gives("From a@example.org Mon Apr  6\nTo: b\n\nFrom c\n", "",
	      "From a@example.org Mon Apr  6\nTo: b\n\nFrom c\n");
}
END_TEST

START_TEST(added_fields_are_removed_with_all_their_lines)
{
	gives("To: a\nX-Spam-Status: Yes, score=7\n\ttests=A,\n\tB\n"
	      "x-spam-flag: YES\nSubject: x\n\nX-Spam-Flag: body\n",
	      "", "To: a\nSubject: x\n\nX-Spam-Flag: body\n");
}
END_TEST

START_TEST(changed_fields_are_put_back)
{
	gives("Subject: [SPAM] x\nTo: a\nX-Spam-Prev-Subject: x\n y\n\nb\n",
	      "[SPAM]", "Subject: x\n y\nTo: a\n\nb\n");
	gives("X-Spam-Prev-From: a@example.org\nTo: b\n\n", "",
	      "To: b\nFrom: a@example.org\n\n");
	gives("Subject: [SPAM] x\n\n", "[SPAM]", "Subject: x\n\n");
	gives("Subject: [SPAM] [SPAM] x\n\n", "[SPAM]", "Subject: x\n\n");
	gives("Subject: [SPAM]x\n\n", "[SPAM]", "Subject: [SPAM]x\n\n");
}
END_TEST

START_TEST(an_invented_subject_goes_away)
{
	gives("To: a\nSubject: [SPAM]\nX-Spam-Prev-Subject: (nonexistent)\n\n",
	      "", "To: a\n\n");
	gives("Subject: [SPAM] (nonexistent)\n"
	      "X-Spam-Prev-Subject: (nonexistent)\n\n",
	      "", "Subject: (nonexistent)\n\n");
}
END_TEST

#define REPORT_HEAD                                                            \
	"Subject: [SPAM] x\nX-Spam-Flag: YES\n"                                \
	"Content-Type: multipart/mixed; boundary=\"----=_4D\"\n\n"             \
	"This is a multi-part message in MIME format.\n\n"                     \
	"------=_4D\nContent-Type: text/plain\n\nreport\n\n"                   \
	"------=_4D\nContent-Type: message/rfc822; x-spam-type=original\n"     \
	"Content-Description: original message\n\n"

START_TEST(an_old_report_above_the_text_goes_away)
{
	gives("To: a\n\nSPAM: ---- Start\nSPAM: x\nSPAM: ---- End\n\nb\n", "",
	      "To: a\n\nb\n");
	gives("To: a\n\nSPAM: ---- Start\nx\nSPAM: ---- End\n\nb\n", "",
	      "To: a\n\nSPAM: ---- Start\nx\nSPAM: ---- End\n\nb\n");
	gives("To: a\n\nSPAM: ---- Start\n", "", "To: a\n\nSPAM: ---- Start\n");
}
END_TEST

START_TEST(a_mail_is_taken_out_of_its_report)
{
	gives(REPORT_HEAD "Subject: x\n\nbody\n\n------=_4D--\n\n", "",
	      "Subject: x\n\nbody\n");
	gives(REPORT_HEAD "Subject: x\n\nbody\n------=_4D--\n\n", "",
	      "Subject: x\n\nbody\n");
	gives(REPORT_HEAD "Subject: x\n\nbody", "", "Subject: x\n\nbody");
	gives(REPORT_HEAD, "", "");
	gives("Content-Type: multipart/mixed; boundary=b\nX-Spam-A: b\n\n"
	      "--b\nContent-Type: message/rfc822\n\nx\n--b--\n",
	      "",
	      "Content-Type: multipart/mixed; boundary=b\n\n"
	      "--b\nContent-Type: message/rfc822\n\nx\n--b--\n");
}
END_TEST

UNIT_MAIN("unmark", a_mail_without_marks_stays_as_it_is,
          added_fields_are_removed_with_all_their_lines,
          changed_fields_are_put_back, an_invented_subject_goes_away,
          an_old_report_above_the_text_goes_away,
          a_mail_is_taken_out_of_its_report)
