/* SPDX-License-Identifier: Apache-2.0 */
/* The reading end of batches: hostile input, checked to the last member. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "record/private.h"

enum {
	AGGREGATES_MAX = 10080, /* minutes of a week */
	EVENTS_MAX = 100000,
	POINTER_SIZE = 128,
	WHY_SIZE = 128,
};

/* Integers that every reader of JSON keeps exact (RFC 8259 section 6). */
#define COUNT_MAX ((json_int_t)1 << 53)

struct reader {
	char path[POINTER_SIZE]; /* JSON pointer to what is being read */
	char *why;
	int error; /* the first one; nothing is read after it */
};

static bool fail(struct reader *r, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool
fail(struct reader *r, int error, const char *format, ...)
{
	va_list ap;

	if (r->error)
		return false;
	r->error = error;
	va_start(ap, format);
	vsnprintf(r->why, WHY_SIZE, format, ap);
	va_end(ap);
	return false;
}

/* Goes down into a member; the result is for leave(). After an error the
 * path stays where that was. */
static size_t
enter(struct reader *r, const char *name)
{
	size_t at = strlen(r->path), n = at;

	if (r->error || n + 4 >= sizeof r->path)
		return at;
	r->path[n++] = '/';
	for (; *name && n + 3 < sizeof r->path; name++) {
		if (*name == '~' || *name == '/') { /* RFC 6901 section 3 */
			r->path[n++] = '~';
			r->path[n++] = *name == '~' ? '0' : '1';
		} else {
			r->path[n++] = *name;
		}
	}
	r->path[n] = '\0';
	return at;
}

static size_t
enter_index(struct reader *r, size_t index)
{
	char text[24];

	snprintf(text, sizeof text, "%zu", index);
	return enter(r, text);
}

static bool
leave(struct reader *r, size_t at)
{
	if (r->error)
		return false;
	r->path[at] = '\0';
	return true;
}

static bool
fail_at(struct reader *r, const char *name, int error, const char *why)
{
	enter(r, name);
	return fail(r, error, "%s", why);
}

/* An object with exactly these members, no other, none missing. */
static bool
check_members(struct reader *r, json_t *object, const char *const *names,
              size_t n)
{
	const char *key;
	json_t *value;

	if (r->error || !json_is_object(object))
		return fail(r, E_SYNTAX, "must be an object");
	json_object_foreach (object, key, value) {
		size_t i = 0;

		while (i < n && strcmp(names[i], key) != 0)
			i++;
		if (i == n)
			return fail_at(r, key, E_SYNTAX, "unknown member");
	}
	for (size_t i = 0; i < n; i++)
		if (!json_object_get(object, names[i]))
			return fail_at(r, names[i], E_SYNTAX, "is missing");
	return true;
}

#define CHECK_MEMBERS(r, object, ...)                                          \
	check_members((r), (object), (const char *[]){ __VA_ARGS__ },          \
	              sizeof(const char *[]){ __VA_ARGS__ } /                  \
	                  sizeof(const char *))

static struct sv
string_of(json_t *value)
{
	return sv_make(json_string_value(value), json_string_length(value));
}

/* One line of text without control characters. */
static bool
read_text(struct reader *r, json_t *object, const char *name, size_t max,
          struct sv *ret)
{
	json_t *value = json_object_get(object, name);

	if (!json_is_string(value))
		return fail_at(r, name, E_SYNTAX, "must be a string");
	*ret = string_of(value);
	if (ret->n > max)
		return fail_at(r, name, E_RANGE, "is too long");
	for (size_t i = 0; i < ret->n; i++)
		if ((unsigned char)ret->p[i] < ' ' || ret->p[i] == 0x7f)
			return fail_at(r, name, E_RANGE,
			               "has a control character");
	return true;
}

static bool
count_of(struct reader *r, json_t *value, uint64_t *ret)
{
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value))
		return fail(r, E_SYNTAX, "must be an integer");
	if (n < 0 || n > COUNT_MAX)
		return fail(r, E_RANGE, "must be between 0 and 2^53");
	*ret = (uint64_t)n;
	return true;
}

static bool
read_count(struct reader *r, json_t *object, const char *name, uint64_t *ret)
{
	size_t at = enter(r, name);

	return count_of(r, json_object_get(object, name), ret) && leave(r, at);
}

/* ---- aggregates ---- */

static bool
read_time(struct reader *r, json_t *object, const char *name, int64_t *ret)
{
	struct sv text;

	if (!read_text(r, object, name, CLOCK_TEXT, &text))
		return false;
	if (clock_parse(text, ret))
		return fail_at(r, name, E_SYNTAX,
		               "must be a time as 2026-11-23T03:04:00.000Z");
	return true;
}

static bool
read_period(struct reader *r, json_t *root, int64_t *ret_minute)
{
	json_t *period = json_object_get(root, "period");
	size_t at = enter(r, "period");
	int64_t end;

	if (!CHECK_MEMBERS(r, period, "begin", "end") ||
	    !read_time(r, period, "begin", ret_minute) ||
	    !read_time(r, period, "end", &end))
		return false;
	if (*ret_minute % RECORD_MINUTE_MS || *ret_minute < 0)
		return fail_at(r, "begin", E_RANGE, "must be a full minute");
	if (end != *ret_minute + RECORD_MINUTE_MS)
		return fail_at(r, "end", E_RANGE,
		               "must be one minute after begin");
	return leave(r, at);
}

static bool
read_totals(struct reader *r, json_t *root, struct aggregate *g)
{
	json_t *totals = json_object_get(root, "totals");
	size_t at = enter(r, "totals");
	uint64_t verdicts = 0;

	if (!check_members(r, totals, aggregate_totals, TOTAL_COUNT))
		return false;
	for (size_t i = 0; i < TOTAL_COUNT; i++) {
		uint64_t value;

		if (!read_count(r, totals, aggregate_totals[i], &value))
			return false;
		aggregate_set_total(g, i, value);
		if (i >= TOTAL_VERDICTS)
			verdicts += value;
	}
	if (verdicts != aggregate_total(g, TOTAL_ITEMS))
		return fail_at(r, "items", E_RANGE,
		               "is not the sum of the verdicts");
	if (aggregate_total(g, TOTAL_INCOMPLETE) > verdicts)
		return fail_at(r, "incomplete", E_RANGE,
		               "is more than there are items");
	return leave(r, at);
}

static bool
read_row(struct reader *r, json_t *row, struct aggregate *g, enum table t,
         uint64_t *sum)
{
	size_t n_dims = aggregate_tables[t].n_dims;
	struct sv cells[3] = { SV_NONE };
	uint64_t count;

	if (!json_is_array(row) || json_array_size(row) != n_dims + 1)
		return fail(r, E_SYNTAX, "must be %zu words and a count",
		            n_dims);
	for (size_t i = 0; i < n_dims; i++) {
		size_t at = enter_index(r, i);
		json_t *cell = json_array_get(row, i);

		if (!json_is_string(cell))
			return fail(r, E_SYNTAX, "must be a string");
		cells[i] = string_of(cell);
		if (!words_have(table_words[t][i], cells[i]))
			return fail(r, E_RANGE, "unknown %s",
			            aggregate_tables[t].dims[i]);
		leave(r, at);
	}
	if (aggregate_has_row(g, t, cells))
		return fail(r, E_RANGE, "repeats a row");
	size_t at = enter_index(r, n_dims);
	if (!count_of(r, json_array_get(row, n_dims), &count))
		return false;
	if (count == 0)
		return fail(r, E_RANGE, "must not be 0");
	aggregate_count_row(g, t, cells, count);
	*sum += count;
	return leave(r, at);
}

static bool
read_table(struct reader *r, json_t *tables, struct aggregate *g, enum table t)
{
	json_t *rows = json_object_get(tables, aggregate_tables[t].name), *row;
	size_t at = enter(r, aggregate_tables[t].name), i;
	uint64_t sum = 0;

	if (!json_is_array(rows))
		return fail(r, E_SYNTAX, "must be an array");
	if (json_array_size(rows) > TABLE_ROWS_MAX + 1)
		return fail(r, E_LIMIT, "has more than %d rows",
		            TABLE_ROWS_MAX + 1);
	json_array_foreach (rows, i, row) {
		size_t in_row = enter_index(r, i);

		if (!read_row(r, row, g, t, &sum) || !leave(r, in_row))
			return false;
	}
	if (t != TABLE_RULE && sum != aggregate_total(g, TOTAL_ITEMS))
		return fail(r, E_RANGE, "does not add up to the items");
	return leave(r, at);
}

static bool
read_tables(struct reader *r, json_t *root, struct aggregate *g)
{
	json_t *tables = json_object_get(root, "tables");
	const char *names[TABLE_COUNT];
	size_t at = enter(r, "tables");

	for (size_t t = 0; t < TABLE_COUNT; t++)
		names[t] = aggregate_tables[t].name;
	if (!check_members(r, tables, names, TABLE_COUNT))
		return false;
	for (size_t t = 0; t < TABLE_COUNT; t++)
		if (!read_table(r, tables, g, t))
			return false;
	return leave(r, at);
}

static bool
read_aggregate(struct reader *r, json_t *root, struct batch *b)
{
	struct aggregate *g;
	int64_t minute;

	if (!CHECK_MEMBERS(r, root, "period", "totals", "tables") ||
	    !read_period(r, root, &minute))
		return false;
	if (b->n_aggregates &&
	    minute <= aggregate_minute(b->aggregates[b->n_aggregates - 1]))
		return fail_at(r, "period", E_RANGE,
		               "must be later than the one before");
	g = b->aggregates[b->n_aggregates++] = aggregate_new(minute);
	return read_totals(r, root, g) && read_tables(r, root, g);
}

static bool
read_aggregates(struct reader *r, json_t *root, struct batch *b)
{
	json_t *list = json_object_get(root, "aggregates"), *one;
	size_t at = enter(r, "aggregates"), i;

	if (!json_is_array(list))
		return fail(r, E_SYNTAX, "must be an array");
	if (json_array_size(list) > AGGREGATES_MAX)
		return fail(r, E_LIMIT, "has more than %d", AGGREGATES_MAX);
	b->aggregates =
	    mem_calloc(json_array_size(list) + 1, sizeof *b->aggregates);
	json_array_foreach (list, i, one) {
		size_t in_one = enter_index(r, i);

		if (!read_aggregate(r, one, b) || !leave(r, in_one))
			return false;
	}
	return leave(r, at);
}

/* ---- the head ---- */

static bool
is_node_name(struct sv s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = sv_lower_char(s.p[i]);

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' &&
		    c != '-' && c != '_')
			return false;
	}
	return s.n > 0;
}

static bool
read_names(struct reader *r, json_t *root, struct batch *b)
{
	struct sv version;

	if (!read_text(r, root, "v", 8, &version) ||
	    !read_text(r, root, "batch", 320, &b->id) ||
	    !read_text(r, root, "node", 253, &b->node) ||
	    !read_text(r, root, "generator", 128, &b->generator) ||
	    !read_text(r, root, "ruleset", 80, &b->ruleset))
		return false;
	if (!sv_eq_str(version, "1"))
		return fail_at(r, "v", E_RANGE, "must be \"1\"");
	if (!is_node_name(b->node))
		return fail_at(r, "node", E_RANGE,
		               "must be letters, digits, '.', '-' and '_'");
	if (!sv_starts(b->id, b->node) || b->id.n < b->node.n + 2 ||
	    b->id.p[b->node.n] != '/')
		return fail_at(r, "batch", E_RANGE,
		               "must begin with the node's name and '/'");
	return true;
}

static bool
read_reporter(struct reader *r, json_t *root, struct batch *b)
{
	json_t *reporter = json_object_get(root, "reporter");
	size_t at = enter(r, "reporter");

	return CHECK_MEMBERS(r, reporter, "org", "domain", "contact") &&
	       read_text(r, reporter, "org", 200, &b->org) &&
	       read_text(r, reporter, "domain", 253, &b->domain) &&
	       read_text(r, reporter, "contact", 254, &b->contact) &&
	       leave(r, at);
}

static bool
read_privacy(struct reader *r, json_t *root, struct batch *b)
{
	json_t *privacy = json_object_get(root, "privacy");
	size_t at = enter(r, "privacy");

	if (!CHECK_MEMBERS(r, privacy, "profile", "k_min", "suppressed_rows",
	                   "suppressed_items") ||
	    !read_text(r, privacy, "profile", 32, &b->profile) ||
	    !read_count(r, privacy, "k_min", &b->k_min) ||
	    !read_count(r, privacy, "suppressed_rows", &b->suppressed_rows) ||
	    !read_count(r, privacy, "suppressed_items", &b->suppressed_items))
		return false;
	if (!sv_eq_str(b->profile, "statistical") &&
	    !sv_eq_str(b->profile, "pseudonymous"))
		return fail_at(r, "profile", E_RANGE, "unknown profile");
	return leave(r, at);
}

static bool
read_coverage(struct reader *r, json_t *root, struct batch *b)
{
	json_t *coverage = json_object_get(root, "coverage");
	size_t at = enter(r, "coverage");

	return CHECK_MEMBERS(r, coverage, "accounts", "lost") &&
	       read_count(r, coverage, "accounts", &b->accounts) &&
	       read_count(r, coverage, "lost", &b->lost) && leave(r, at);
}

static bool
read_events(struct reader *r, json_t *root, struct batch *b)
{
	size_t at = enter(r, "events");

	b->events = json_object_get(root, "events");
	if (!json_is_array(b->events))
		return fail(r, E_SYNTAX, "must be an array");
	if (json_array_size(b->events) > EVENTS_MAX)
		return fail(r, E_LIMIT, "has more than %d", EVENTS_MAX);
	if (json_array_size(b->events) && sv_eq_str(b->profile, "statistical"))
		return fail(r, E_RANGE,
		            "must be empty in the statistical profile");
	return leave(r, at);
}

static bool
read_batch(struct reader *r, json_t *root, struct batch *b)
{
	return CHECK_MEMBERS(r, root, "v", "batch", "node", "generator",
	                     "reporter", "ruleset", "privacy", "coverage",
	                     "aggregates", "events") &&
	       read_names(r, root, b) && read_reporter(r, root, b) &&
	       read_privacy(r, root, b) && read_coverage(r, root, b) &&
	       read_events(r, root, b) && read_aggregates(r, root, b);
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
