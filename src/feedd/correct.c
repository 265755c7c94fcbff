/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/correct.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "feedd/accept.h"

enum { CORRECTION_MAX = 64 << 20, READ_MS = 60000 };

static int
fail(const char *what, const char *why)
{
	fprintf(stderr, "tamis-feedd: %s: %s\n", what, why);
	return 1;
}

static void
print_known(void *ctx, const struct database_known *b)
{
	char begin[PERIOD_TEXT], end[PERIOD_TEXT];

	(void)ctx;
	printf("%s/%s " SV_FMT " items=%" PRIu64 " %s%s\n",
	       period_text(b->period.begin_min, begin),
	       period_text(b->period.end_min, end), SV_ARG(b->id), b->items,
	       b->state, b->has_content ? "" : " not-kept");
}

int
correct_list(struct database *s, const char *text)
{
	struct sv whole = sv_str(text);
	size_t slash = sv_find_char(whole, '/');
	struct sv first =
	    slash == SV_NOT_FOUND ? whole : sv_sub(whole, 0, slash);
	struct sv last =
	    slash == SV_NOT_FOUND ? whole : sv_from(whole, slash + 1);
	struct database_reader *r;
	char why[DATABASE_TEXT] = "";
	struct period p;
	int code = 0;

	if (period_parse_begin(first, &p.begin_min) ||
	    period_parse_end(last, &p.end_min) || p.begin_min >= p.end_min)
		return fail(text,
		            "not a period: 2026-11-22, or two of these "
		            "or of 2026-11-22T03:04:00Z with a / between");
	if (database_read_begin(s, READ_MS, &r, why))
		return fail("database", why);
	if (database_read_batches(r, p, print_known, NULL))
		code = fail("database", database_read_error(r));
	database_read_end(r);
	return code;
}

/* In a segment that no spool has: the time, where nodes count. */
static void
set_id(json_t *root, struct sv node, const char *id)
{
	char made[DATABASE_TEXT];

	snprintf(made, sizeof made, SV_FMT "/%" PRIx64 "/0-1", SV_ARG(node),
	         (uint64_t)clock_unix_ms());
	json_object_set_new(root, "v", json_string("2"));
	json_object_set_new(root, "batch", json_string(made));
	json_object_set_new(root, "supersedes", json_string(id));
}

int
correct_show(struct database *s, const char *id)
{
	size_t slash = sv_find_char(sv_str(id), '/');
	struct sv node = sv_sub(sv_str(id), 0, slash);
	char why[DATABASE_TEXT] = "";
	json_t *root;

	if (slash == SV_NOT_FOUND)
		return fail(id, "not the name of a batch");
	switch (accept_content(s, node, sv_str(id), &root, why)) {
	case 0:
		break;
	case E_UNKNOWN:
		return fail(id, "no such batch is counted, or its content is "
		                "not kept any more (feedd.correction_days)");
	default:
		return fail("database", why);
	}
	set_id(root, node, id);
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
	return 0;
}

int
correct_take(struct database *s, const char *path)
{
	const struct accept a = { .bytes_max = CORRECTION_MAX,
		                  .now_unix_ms = clock_unix_ms() };
	struct buf text = BUF_INIT(CORRECTION_MAX), out = BUF_INIT(4096);
	char why[DATABASE_TEXT] = "";
	struct refusal r = { 0 };
	struct posting p = { NULL };
	int status, code = 0;

	if (file_read(path, &text))
		code = fail(path, "cannot be read");
	else if (!posting_read(&a, buf_sv(&text), &p, &r))
		code = fail(*r.pointer ? r.pointer : path, r.reason);
	if (code == 0 && p.batch.supersedes.n == 0)
		code = fail(path, "has no member supersedes");
	else if (code == 0) {
		status = posting_store(s, &a, &p, &out, &r, why);
		if (status >= 400)
			code = fail(*r.pointer ? r.pointer : path, r.reason);
		else
			printf("%s\n", buf_str(&out));
	}
	if (p.root)
		posting_done(&p);
	buf_done(&text);
	buf_done(&out);
	return code;
}
