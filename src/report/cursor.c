/* SPDX-License-Identifier: Apache-2.0 */
#include "report/cursor.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"

enum { HEAD_MAX = 16000 };

void
cursor_init(struct cursor *c)
{
	*c = (struct cursor){ .package.body = BUF_INIT(PACKAGE_BYTES_MAX) };
}

void
cursor_done(struct cursor *c)
{
	buf_done(&c->package.body);
}

static bool
read_count(json_t *head, const char *name, uint64_t *ret)
{
	json_t *value = json_object_get(head, name);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*ret = (uint64_t)json_integer_value(value);
	return true;
}

static void
read_text(json_t *head, const char *name, char *to, size_t size)
{
	const char *s = json_string_value(json_object_get(head, name));

	if (s)
		snprintf(to, size, "%s", s);
}

/* Members that came later; a cursor without them is as good. */
static void
read_later(json_t *head, struct cursor *c)
{
	const struct {
		const char *name;
		uint64_t *value;
	} members[] = {
		{ "torn", &c->at.torn },
		{ "gap_records", &c->gap.records },
		{ "told_segment", &c->told_at.segment },
		{ "told_offset", &c->told_at.offset },
	};

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (!read_count(head, members[i].name, members[i].value))
			*members[i].value = 0;
}

/* What cursors of the first version do not have. */
static bool
read_more(json_t *head, struct cursor *c)
{
	struct method *m = &c->method;
	json_t *gaps = json_object_get(head, "gaps");
	uint64_t begin, end;

	if (!gaps)
		return true;
	read_text(head, "ruleset", m->ruleset, sizeof m->ruleset);
	read_text(head, "generator", m->generator, sizeof m->generator);
	read_text(head, "profile", m->profile, sizeof m->profile);
	if (!gaps_read(gaps, &c->gaps) ||
	    !gaps_read(json_object_get(head, "package_gaps"),
	               &c->package.gaps) ||
	    !read_count(head, "k_min", &m->k_min) ||
	    !read_count(head, "gap_generation", &c->gap.generation) ||
	    !read_count(head, "package_begin", &begin) ||
	    !read_count(head, "package_end", &end))
		return false;
	c->package.begin_ms = (int64_t)begin;
	c->package.end_ms = (int64_t)end;
	return true;
}

static bool
read_head(json_t *head, struct cursor *c)
{
	const char *id = json_string_value(json_object_get(head, "package"));

	/* what is set aside is named by what follows the node */
	if (!id || strlen(id) >= sizeof c->package.id ||
	    (*id && !strchr(id, '/')))
		return false;
	strcpy(c->package.id, id);
	read_later(head, c);
	return read_count(head, "segment", &c->at.segment) &&
	       read_count(head, "offset", &c->at.offset) &&
	       read_count(head, "records", &c->at.records) &&
	       read_count(head, "delivered", &c->delivered) &&
	       read_count(head, "lost", &c->lost) &&
	       read_count(head, "untold", &c->untold) &&
	       read_count(head, "package_records", &c->package.records) &&
	       read_count(head, "package_lost", &c->package.lost) &&
	       read_more(head, c);
}

int
cursor_read(struct sv text, struct cursor *c)
{
	struct sv line;
	json_t *head;
	bool ok;

	if (!sv_split(&text, '\n', &line))
		return E_SYNTAX;
	head = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
	ok = head && read_head(head, c) &&
	     (text.n > 0) == (c->package.id[0] != '\0') &&
	     buf_add(&c->package.body, text);
	json_decref(head);
	return ok ? 0 : E_SYNTAX;
}

int
cursor_load(const char *dir, const char *name, struct cursor *c)
{
	struct buf path = BUF_INIT(4096);
	struct buf text = BUF_INIT(PACKAGE_BYTES_MAX + HEAD_MAX);
	int result;

	buf_addf(&path, "%s/%s", dir, name);
	cursor_init(c);
	result = file_read(buf_str(&path), &text);
	if (result == E_IO && errno == ENOENT)
		result = 0;
	else if (result == 0)
		result = cursor_read(buf_sv(&text), c);
	if (result) {
		cursor_done(c);
		cursor_init(c);
	}
	buf_done(&path);
	buf_done(&text);
	return result;
}

void
cursor_write(const struct cursor *c, struct buf *out)
{
	struct json j = json_start(out);

	json_begin_object(&j, NULL);
	json_int(&j, "segment", (int64_t)c->at.segment);
	json_int(&j, "offset", (int64_t)c->at.offset);
	json_int(&j, "records", (int64_t)c->at.records);
	json_int(&j, "torn", (int64_t)c->at.torn);
	json_int(&j, "delivered", (int64_t)c->delivered);
	json_int(&j, "lost", (int64_t)c->lost);
	json_int(&j, "untold", (int64_t)c->untold);
	json_text(&j, "package", c->package.id);
	json_int(&j, "package_records", (int64_t)c->package.records);
	json_int(&j, "package_lost", (int64_t)c->package.lost);
	json_int(&j, "package_begin", c->package.begin_ms);
	json_int(&j, "package_end", c->package.end_ms);
	gaps_write(&c->package.gaps, &j, "package_gaps");
	gaps_write(&c->gaps, &j, "gaps");
	json_text(&j, "ruleset", c->method.ruleset);
	json_text(&j, "generator", c->method.generator);
	json_text(&j, "profile", c->method.profile);
	json_int(&j, "k_min", (int64_t)c->method.k_min);
	json_int(&j, "gap_generation", (int64_t)c->gap.generation);
	json_int(&j, "gap_records", (int64_t)c->gap.records);
	json_int(&j, "told_segment", (int64_t)c->told_at.segment);
	json_int(&j, "told_offset", (int64_t)c->told_at.offset);
	json_end(&j);
	buf_add_char(out, '\n');
	if (c->package.id[0])
		buf_add(out, buf_sv(&c->package.body));
}

int
cursor_save(const char *dir, const char *name, const struct cursor *c)
{
	struct buf path = BUF_INIT(4096);
	struct buf text = BUF_INIT(PACKAGE_BYTES_MAX + HEAD_MAX);
	int result;

	buf_addf(&path, "%s/%s", dir, name);
	cursor_write(c, &text);
	result = file_replace(buf_str(&path), buf_sv(&text), 0600);
	buf_done(&path);
	buf_done(&text);
	return result;
}
