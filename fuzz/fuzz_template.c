/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Templates and the settings around them: any text is read as the lines of a
 * rule file, and once more as a template, and a mail is marked by it. Marking
 * must give the same twice, and hold the mail's own body.
 */
#include <stdint.h>
#include <stdlib.h>

#include "scan/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES_MAX = 8 * 1024, MAIL_BYTES_MAX = 8 << 20 };

static const char rules_text[] = "body A /cheap/\ndescribe A Cheap things\n"
				 "body B /p/\ntflags B multiple\n"
				 "header __C Subject =~ /(?<WORD>\\w+)/\n"
				 "score A 9\n";

static const char mail[] =
    "Return-Path: <a@example.net>\r\n"
    "Received: from a.example.org (a.example.org [192.0.2.1])\r\n"
    "\tby c.example.net with ESMTP id ABC; x\r\n"
    "From: Jane <jane@example.org>\r\n"
    "Subject: buy =?utf-8?q?caf=C3=A9?= now\r\n"
    "\r\n"
    "cheap pills at http://www.example.com/x?a=1\r\n";

static void
must(bool condition)
{
	if (!condition)
		abort();
}

static void
mark(const struct template_job *job)
{
	struct buf first = BUF_INIT(MAIL_BYTES_MAX);
	struct buf second = BUF_INIT(MAIL_BYTES_MAX);

	template_mail(job, &first);
	template_mail(job, &second);
	must(sv_eq(buf_sv(&first), buf_sv(&second)));
	must(sv_find(buf_sv(&first), SV("cheap pills at http://")) !=
	     SV_NOT_FOUND);
	buf_done(&first);
	buf_done(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_make((const char *)data, size), rest = text, line;
	struct rule_sources sources = { NULL, 0, 0 };
	struct diags diags = DIAGS_INIT;
	struct arena *a = arena_new();
	struct rule_settings settings;
	struct template_job job;
	struct scan s = { .arena = a, .surface = "mail", .all_hits = true };
	struct conf *conf = conf_parse(SV(""), "fuzz.conf", &diags);

	if (size <= INPUT_BYTES_MAX) {
		rule_sources_add(&sources, "fuzz.cf", sv_str(rules_text));
		s.snapshot = snapshot_new(
		    conf, rule_set_compile(&sources, conf, &diags));
		s.worker = rule_worker_new();
		s.raw = sv_make(mail, sizeof mail - 1);
		scan_run(&s);
		template_begin(&job, &s);
		settings = *job.settings;
		job.settings = &settings;
		while (sv_line(&rest, &line)) {
			struct sv key = SV_NONE;

			if (sv_word(&line, &key))
				settings_read(&settings, a, key, line);
		}
		settings.report = template_text(&job, text).p;
		job.required_e4 = settings.required_e4;
		job.is_spam = s.score_e4 >= job.required_e4;
		mark(&job);
		rule_worker_free(s.worker);
		snapshot_unref(s.snapshot);
		rule_sources_done(&sources);
	} else {
		conf_unref(conf);
	}
	arena_free(a);
	diags_done(&diags);
	return 0;
}
