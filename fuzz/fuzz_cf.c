/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule language: any text is read, compiled, tested and evaluated on a
 * small message. What compiles must also survive packing, and a second
 * evaluation must give the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "message/message.h"
#include "rule/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SOURCE_BYTES_MAX = 16 * 1024 };

static const struct conf conf = {
	.message = {
		.bytes_max = 1 << 16,
		.headers_max = 20,
		.header_bytes_max = 1 << 12,
		.parts_max = 4,
		.depth_max = 4,
		.decoded_bytes_max = 1 << 16,
		.urls_max = 20,
	},
	.match = {
		.steps_max = 1000,
		.depth_max = 100,
		.stack_bytes_max = 1 << 15,
		.element_bytes_max = 256,
		.view_bytes_max = 4096,
	},
	.rule.match_text_max = 50,
};

static const char mail[] =
    "Received: from a.example.org (HELO b) by c.example.net; x\r\n"
    "From: \"Doe, Jane\" <jane@example.org>\r\n"
    "To: Group: joe@example.com (Joe), <ann@example.com>;\r\n"
    "Subject: buy =?utf-8?q?caf=C3=A9?= now\r\n"
    "Message-Id: <1@example.org>\r\n"
    "\r\n"
    "cheap pills at http://www.example.com/x?a=1\r\n";

static void
must(bool condition)
{
	if (!condition)
		abort();
}

static void
evaluate(const struct rule_set *rs, struct arena *a)
{
	const struct message_envelope envelope = { .from =
		                                       SV("a@example.org") };
	const struct message *m =
	    message_parse(a, sv_make(mail, sizeof mail - 1), &conf.message);
	struct rule_worker *w = rule_worker_new();
	struct rule_job job = { m, &envelope, .all_hits = true };
	struct rule_result *first = rule_eval(rs, w, a, &job);
	struct rule_result *second = rule_eval(rs, w, a, &job);

	must(first->n_hits == second->n_hits);
	must(first->score_e4 == second->score_e4);
	for (size_t i = 0; i < first->n_hits; i++) {
		must(first->hits[i].count > 0);
		must(first->hits[i].count == second->hits[i].count);
	}
	rule_worker_free(w);
}

static void
pack_and_unpack(const struct rule_sources *sources)
{
	struct rule_sources back = { NULL, 0, 0 };
	struct buf packed = BUF_INIT(1 << 20);

	rule_sources_pack(sources, &packed);
	must(rule_sources_unpack(buf_sv(&packed), &back) == 0);
	must(back.n == sources->n);
	rule_sources_done(&back);
	buf_done(&packed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_make((const char *)data, size);
	struct rule_sources sources = { NULL, 0, 0 };
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs;

	if (size > SOURCE_BYTES_MAX)
		return 0;
	if (rule_sources_unpack(text, &sources) == 0)
		rule_sources_done(&sources);
	rule_sources_add(&sources, "fuzz.cf", text);
	pack_and_unpack(&sources);
	rs = rule_set_compile(&sources, &conf, &diags);
	must((rs == NULL) == (diags.errors > 0));
	if (rs) {
		struct arena *a = arena_new();

		rule_set_run_tests(rs, &diags);
		evaluate(rs, a);
		arena_free(a);
	}
	rule_set_unref(rs);
	rule_sources_done(&sources);
	diags_done(&diags);
	return 0;
}
