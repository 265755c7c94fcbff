/* SPDX-License-Identifier: Apache-2.0 */
/* The reading end of batches: hostile input, checked to the last member.
 * Aggregates are read in parse_aggregate.c. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "record/event.h"
#include "record/private.h"
#include "record/reader.h"

enum { EVENTS_MAX = 100000 };

const char *const batch_marks[] = { "ruleset", "generator", "k_min", "profile",
	                            NULL };
const char *const batch_gaps[] = { "spool_full", "disk_full", "refused",
	                           "unreadable", NULL };

static const char *const profiles[] = { "statistical", "pseudonymous", NULL };
static const char *const sectors[] = { "isp",        "mobile",      "hosting",
	                               "enterprise", "public_body", "other",
	                               NULL };

/* ---- values of several places ---- */

bool
reader_minute(struct reader *r, json_t *object, const char *name, int64_t *ret)
{
	char canonical[CLOCK_TEXT];
	struct sv text;

	if (!reader_time(r, object, name, ret) ||
	    !reader_text(r, object, name, CLOCK_TEXT, &text))
		return false;
	return (*ret >= 0 && *ret % RECORD_MINUTE_MS == 0 &&
	        sv_eq_str(text, clock_text(*ret, canonical))) ||
	       reader_fail_at(r, name, E_RANGE,
	                      "must be a full minute, as "
	                      "2026-11-23T03:04:00.000Z");
}

bool
reader_shape(struct reader *r, json_t *object, const char *name,
             enum shape shape, struct sv *ret)
{
	return reader_text(r, object, name, SHAPE_BATCH_MAX, ret) &&
	       (shape_has(shape, *ret) ||
	        reader_fail_at(r, name, E_RANGE,
	                       "is not of the form it must have"));
}

bool
reader_word(struct reader *r, json_t *object, const char *name,
            const char *const *list, struct sv *ret)
{
	if (!reader_text(r, object, name, SHAPE_BATCH_MAX, ret))
		return false;
	for (; *list; list++)
		if (sv_eq_str(*ret, *list))
			return true;
	return reader_fail_at(r, name, E_RANGE, "unknown word");
}

/* ---- the head ---- */

static bool
is_of_node(struct sv id, struct sv node)
{
	return sv_starts(id, node) && id.n > node.n && id.p[node.n] == '/';
}

static bool
read_id(struct reader *r, json_t *root, const char *name, struct batch *b,
        struct sv *ret)
{
	return reader_shape(r, root, name, SHAPE_BATCH, ret) &&
	       (is_of_node(*ret, b->node) ||
	        reader_fail_at(r, name, E_STATE,
	                       "must begin with the node's name and '/'"));
}

static bool
read_supersedes(struct reader *r, json_t *root, struct batch *b)
{
	if (!json_object_get(root, "supersedes"))
		return true;
	return read_id(r, root, "supersedes", b, &b->supersedes) &&
	       (!sv_eq(b->supersedes, b->id) ||
	        reader_fail_at(r, "supersedes", E_STATE,
	                       "must be another batch"));
}

static bool
read_names(struct reader *r, json_t *root, struct batch *b)
{
	static const char *const versions[] = { "1", "2", NULL };
	struct sv version;

	return reader_word(r, root, "v", versions, &version) &&
	       reader_shape(r, root, "node", SHAPE_NODE, &b->node) &&
	       reader_shape(r, root, "generator", SHAPE_GENERATOR,
	                    &b->generator) &&
	       reader_shape(r, root, "ruleset", SHAPE_RULESET, &b->ruleset) &&
	       read_id(r, root, "batch", b, &b->id) &&
	       read_supersedes(r, root, b);
}

static bool
read_reporter(struct reader *r, json_t *root, struct batch *b)
{
	static const char *const names[] = { "org", "domain", "contact",
		                             "sector" };
	json_t *reporter = json_object_get(root, "reporter");
	size_t at = reader_enter(r, "reporter");

	return reader_members_some(r, reporter, names, 3, 4) &&
	       reader_shape(r, reporter, "org", SHAPE_ORG, &b->org) &&
	       reader_shape(r, reporter, "domain", SHAPE_DOMAIN, &b->domain) &&
	       reader_shape(r, reporter, "contact", SHAPE_CONTACT,
	                    &b->contact) &&
	       (!json_object_get(reporter, "sector") ||
	        reader_word(r, reporter, "sector", sectors, &b->sector)) &&
	       reader_leave(r, at);
}

static bool
read_privacy(struct reader *r, json_t *root, struct batch *b)
{
	json_t *privacy = json_object_get(root, "privacy");
	size_t at = reader_enter(r, "privacy");

	return READER_MEMBERS(r, privacy, "profile", "k_min", "suppressed_rows",
	                      "suppressed_items") &&
	       reader_word(r, privacy, "profile", profiles, &b->profile) &&
	       reader_count(r, privacy, "k_min", &b->k_min) &&
	       reader_count(r, privacy, "suppressed_rows",
	                    &b->suppressed_rows) &&
	       reader_count(r, privacy, "suppressed_items",
	                    &b->suppressed_items) &&
	       reader_leave(r, at);
}

/* ---- coverage ---- */

static bool
read_gap(struct reader *r, json_t *gap, struct batch *b)
{
	struct batch_gap *g = &b->gaps[b->n_gaps++];
	size_t at;

	if (!READER_MEMBERS(r, gap, "begin", "end", "records", "why") ||
	    !reader_minute(r, gap, "begin", &g->begin_unix_ms) ||
	    !reader_minute(r, gap, "end", &g->end_unix_ms) ||
	    !reader_word(r, gap, "why", batch_gaps, &g->why))
		return false;
	at = reader_enter(r, "records");
	if (!reader_count_of(r, json_object_get(gap, "records"), &g->records))
		return false;
	if (g->records == 0)
		return reader_fail(r, E_RANGE, "must not be 0");
	reader_leave(r, at);
	return g->end_unix_ms > g->begin_unix_ms ||
	       reader_fail_at(r, "end", E_STATE, "must be after begin");
}

static bool
read_gaps(struct reader *r, json_t *coverage, struct batch *b)
{
	json_t *gaps = json_object_get(coverage, "gaps"), *gap;
	size_t at = reader_enter(r, "gaps"), i;
	uint64_t records = 0;

	if (!gaps)
		return reader_leave(r, at);
	if (!json_is_array(gaps))
		return reader_fail(r, E_SYNTAX, "must be an array");
	if (json_array_size(gaps) > BATCH_GAPS_MAX)
		return reader_fail(r, E_LIMIT, "has more than %d",
		                   BATCH_GAPS_MAX);
	json_array_foreach (gaps, i, gap) {
		size_t in_one = reader_enter_index(r, i);

		if (!read_gap(r, gap, b) || !reader_leave(r, in_one))
			return false;
		records += b->gaps[i].records;
	}
	if (records != b->lost)
		return reader_fail(r, E_STATE, "does not add up to lost");
	return reader_leave(r, at);
}

static bool
read_coverage(struct reader *r, json_t *root, struct batch *b)
{
	static const char *const names[] = { "accounts", "lost",
		                             "accounts_filtered",
		                             "nodes_expected", "gaps" };
	json_t *coverage = json_object_get(root, "coverage");
	size_t at = reader_enter(r, "coverage");

	return reader_members_some(r, coverage, names, 2, 5) &&
	       reader_count(r, coverage, "accounts", &b->accounts) &&
	       reader_count(r, coverage, "lost", &b->lost) &&
	       reader_count_or_0(r, coverage, "accounts_filtered",
	                         &b->accounts_filtered) &&
	       reader_count_or_0(r, coverage, "nodes_expected",
	                         &b->nodes_expected) &&
	       read_gaps(r, coverage, b) && reader_leave(r, at);
}

/* ---- marks ---- */

/* A value that a mark may name: that of any kind will do. */
static bool
is_mark_value(struct sv s)
{
	uint64_t number;

	return shape_has(SHAPE_RULESET, s) || shape_has(SHAPE_GENERATOR, s) ||
	       (s.n <= 4 && sv_u64(s, &number)) ||
	       sv_eq(s, SV("statistical")) || sv_eq(s, SV("pseudonymous"));
}

static bool
read_mark_value(struct reader *r, json_t *mark, const char *name,
                struct sv *ret)
{
	return reader_text(r, mark, name, SHAPE_BATCH_MAX, ret) &&
	       (is_mark_value(*ret) ||
	        reader_fail_at(r, name, E_RANGE,
	                       "is not of the form it must have"));
}

static bool
read_mark(struct reader *r, json_t *mark, struct batch *b)
{
	struct batch_mark *m = &b->marks[b->n_marks++];

	return READER_MEMBERS(r, mark, "time", "what", "from", "to") &&
	       reader_minute(r, mark, "time", &m->minute_unix_ms) &&
	       reader_word(r, mark, "what", batch_marks, &m->what) &&
	       read_mark_value(r, mark, "from", &m->from) &&
	       read_mark_value(r, mark, "to", &m->to);
}

static bool
read_marks(struct reader *r, json_t *root, struct batch *b)
{
	json_t *marks = json_object_get(root, "marks"), *mark;
	size_t at = reader_enter(r, "marks"), i;

	if (!marks)
		return reader_leave(r, at);
	if (!json_is_array(marks))
		return reader_fail(r, E_SYNTAX, "must be an array");
	if (json_array_size(marks) > BATCH_MARKS_MAX)
		return reader_fail(r, E_LIMIT, "has more than %d",
		                   BATCH_MARKS_MAX);
	json_array_foreach (marks, i, mark) {
		size_t in_one = reader_enter_index(r, i);

		if (!read_mark(r, mark, b) || !reader_leave(r, in_one))
			return false;
	}
	return reader_leave(r, at);
}

/* ---- events, and all of it ---- */

static bool
read_events(struct reader *r, json_t *root, struct batch *b)
{
	size_t at = reader_enter(r, "events"), i;
	json_t *event;

	b->events = json_object_get(root, "events");
	if (!json_is_array(b->events))
		return reader_fail(r, E_SYNTAX, "must be an array");
	if (json_array_size(b->events) > EVENTS_MAX)
		return reader_fail(r, E_LIMIT, "has more than %d", EVENTS_MAX);
	if (json_array_size(b->events) && sv_eq_str(b->profile, "statistical"))
		return reader_fail(r, E_RANGE,
		                   "must be empty in the statistical profile");
	json_array_foreach (b->events, i, event) {
		size_t in_one = reader_enter_index(r, i);

		if (!event_check(r, event) || !reader_leave(r, in_one))
			return false;
	}
	return reader_leave(r, at);
}

static bool
read_batch(struct reader *r, json_t *root, struct batch *b)
{
	static const char *const names[] = {
		"v",          "batch",   "node",       "generator",
		"reporter",   "ruleset", "privacy",    "coverage",
		"aggregates", "events",  "supersedes", "marks"
	};
	enum { REQUIRED = 10, NAMES = sizeof names / sizeof *names };

	return reader_members_some(r, root, names, REQUIRED, NAMES) &&
	       read_names(r, root, b) && read_reporter(r, root, b) &&
	       read_privacy(r, root, b) && read_coverage(r, root, b) &&
	       read_marks(r, root, b) && read_events(r, root, b) &&
	       aggregates_read(r, root, b);
}

int
batch_parse(json_t *root, struct batch *ret, char pointer[128], char why[128])
{
	struct reader r = { .why = why };
	struct batch b = { 0 };

	if (read_batch(&r, root, &b)) {
		*ret = b;
		return 0;
	}
	batch_done(&b);
	memcpy(pointer, r.path, sizeof r.path);
	return r.error;
}

void
batch_done(struct batch *b)
{
	for (size_t i = 0; i < b->n_aggregates; i++)
		aggregate_free(b->aggregates[i]);
	free(b->aggregates);
	*b = (struct batch){ 0 };
}
