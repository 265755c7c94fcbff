/* SPDX-License-Identifier: Apache-2.0 */
/* Rule sources: reading files and folders, and one byte string for all. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/vec.h"
#include "eval/eval.h"
#include "rule/lex.h"
#include "rule/list.h"
#include "rule/rule.h"

enum {
	FILE_BYTES_MAX = 32 << 20,
	TOTAL_BYTES_MAX = 128 << 20,
	FILES_MAX = 10000,
	INCLUDE_DEPTH_MAX = 10,
	CHANNEL_LINES = 10, /* where its comments may be */
};

struct reader {
	struct rule_sources *sources;
	struct diags *diags;
	const struct rule_stand_in *stand_in; /* or NULL */
	size_t total;
	unsigned depth; /* of files that include each other */
};

void
rule_sources_add(struct rule_sources *s, const char *file, struct sv text)
{
	struct rule_source *source = VEC_ADD(s);

	source->file = mem_strdup(file);
	source->text = mem_dup(text.p ? text.p : "", text.n);
	source->bytes = text.n;
}

void
rule_sources_add_list(struct rule_sources *s, const char *file, struct sv text)
{
	rule_sources_add(s, file, text);
	s->list[s->n - 1].is_list = true;
}

void
rule_sources_take(struct rule_sources *s, struct rule_sources *other)
{
	for (size_t i = 0; i < other->n; i++)
		*VEC_ADD(s) = other->list[i];
	VEC_DONE(other);
}

void
rule_sources_done(struct rule_sources *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->list[i].file);
		free(s->list[i].text);
	}
	VEC_DONE(s);
}

/* What went wrong with reading is said of the place that names the file. */
static int
read_file(struct reader *r, const char *path, const char *named_in, int line,
          struct buf *text)
{
	int result = file_read(path, text);

	if (result == E_IO)
		diags_add(r->diags, SEVERITY_ERROR, named_in, line,
		          "cannot read%s%s: %s", line ? " " : "",
		          line ? path : "", strerror(errno));
	r->total += text->n;
	if (result == 0 &&
	    (r->total > TOTAL_BYTES_MAX || r->sources->n >= FILES_MAX))
		result = E_LIMIT;
	if (result == E_LIMIT)
		diags_add(r->diags, SEVERITY_ERROR, path, 0,
		          "too much: rules may have %d MiB a file, %d MiB and "
		          "%d files in all",
		          FILE_BYTES_MAX >> 20, TOTAL_BYTES_MAX >> 20,
		          FILES_MAX);
	return result;
}

static struct rule_source *
find_source(const struct rule_sources *s, struct sv path, bool is_list)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].is_list == is_list &&
		    sv_eq_str(path, s->list[i].file))
			return &s->list[i];
	return NULL;
}

/* As it stands; "" when it is not there, which the parser says. */
static struct sv
feed_path(struct arena *a, struct sv name)
{
	char *path = arena_str(a, name);

	return access(path, R_OK) == 0 ? sv_str(path) : SV("");
}

struct sv
rule_line_file(struct arena *a, const char *path, struct sv line,
               bool *ret_is_list)
{
	struct buf out = BUF_INIT(LEX_LINE_BYTES_MAX);
	struct sv rest = line, word, name, found = SV("");
	enum list_kind kind;
	char key[LEX_KEY];
	bool is_feed;

	if (!sv_word(&rest, &word))
		return found;
	word = lex_key(word, key);
	is_feed = eval_setting_takes_file(word);
	*ret_is_list = is_feed || sv_eq_str(word, "list");
	if (!*ret_is_list && !sv_eq_str(word, "include"))
		return found;
	if (lex_line(rest, &out)) {
		rest = name = sv_trim(buf_sv(&out));
		if (is_feed) {
			found = feed_path(a, name);
			name = SV_NONE;
		} else if (*ret_is_list && (!sv_word(&rest, &name) ||
		                            list_parse(rest, &kind, &name)))
			name = SV_NONE;
		if (name.n)
			found = list_path(a, path, name);
	}
	buf_done(&out);
	return found;
}

/* Whether `path` is in a folder below that of `above`. */
static bool
is_below(const char *above, const char *path)
{
	const char *slash = strrchr(above, '/');
	size_t n = slash ? (size_t)(slash - above) + 1 : 0;

	return strncmp(above, path, n) == 0 && strchr(path + n, '/');
}

static int read_named(struct reader *r, const char *path, struct sv rules);

static int
add_named(struct reader *r, const char *path, bool is_list, struct sv text)
{
	int result = 0;

	rule_sources_add(r->sources, path, text);
	r->sources->list[r->sources->n - 1].is_list = is_list;
	r->sources->list[r->sources->n - 1].is_included = !is_list;
	if (!is_list) {
		r->depth++;
		result = read_named(r, path, text);
		r->depth--;
	}
	return result;
}

static int
read_named_line(struct reader *r, struct arena *a, const char *path, int line,
                struct sv rules)
{
	struct buf text = BUF_INIT(FILE_BYTES_MAX);
	bool is_list;
	struct sv named = rule_line_file(a, path, rules, &is_list);
	struct rule_source *known;
	int result = 0;

	if (!named.n || r->depth >= INCLUDE_DEPTH_MAX)
		return 0;
	known = find_source(r->sources, named, is_list);
	if (known) {
		known->is_included |= !is_list && is_below(path, named.p);
		return 0;
	}
	result = read_file(r, named.p, path, line, &text);
	if (result == 0)
		result = add_named(r, named.p, is_list, buf_sv(&text));
	buf_done(&text);
	return result;
}

/* Those behind a false condition are read too: which are false is not known
 * before all is parsed. Calls itself for rules that include others. */
static int
read_named(struct reader *r, const char *path, struct sv rules)
{
	struct arena *a = arena_new();
	int result = 0;
	struct sv line;

	for (int n = 1; result == 0 && sv_line(&rules, &line); n++)
		result = read_named_line(r, a, path, n, line);
	arena_free(a);
	return result;
}

static int
read_one(void *ctx, const char *path)
{
	struct reader *r = ctx;
	struct buf text = BUF_INIT(FILE_BYTES_MAX);
	int result = 0;

	if (r->stand_in && strcmp(path, r->stand_in->path) == 0)
		buf_add(&text, r->stand_in->text);
	else
		result = read_file(r, path, path, 0, &text);
	if (result == 0) {
		rule_sources_add(r->sources, path, buf_sv(&text));
		result = read_named(r, path, buf_sv(&text));
	}
	buf_done(&text);
	return result;
}

int
rule_sources_read(const struct conf_list *paths, struct rule_sources *ret,
                  struct diags *diags)
{
	return rule_sources_read_as(paths, NULL, ret, diags);
}

int
rule_sources_read_as(const struct conf_list *paths,
                     const struct rule_stand_in *stand_in,
                     struct rule_sources *ret, struct diags *diags)
{
	struct reader r = { ret, diags, stand_in, 0, 0 };
	size_t errors = diags->errors;
	int result;

	for (size_t i = 0; i < paths->n; i++) {
		result = file_walk(paths->list[i], ".cf", read_one, &r);
		if (result && diags->errors == errors)
			diags_add(diags, SEVERITY_ERROR, paths->list[i], 0,
			          "cannot read: %s", strerror(errno));
		if (result)
			return result;
	}
	return 0;
}

/* ---- channels ---- */

static struct sv
file_stem(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct sv name = sv_str(slash ? slash + 1 : path);

	if (sv_iends(name, SV(".cf")))
		name.n -= 3;
	return name;
}

bool
rule_source_channel(const struct rule_source *s, struct rule_channel *ret)
{
	struct sv rest = sv_make(s->text, s->bytes), line;
	struct sv name = file_stem(s->file);
	bool found = false;

	*ret = (struct rule_channel){ .name = "" };
	if (s->is_list || s->is_included)
		return false;
	for (int n = 0; n < CHANNEL_LINES && sv_line(&rest, &line); n++) {
		if (sv_istarts(line, SV("# UPDATE version ")))
			found =
			    sv_u64(sv_trim(sv_from(line, 17)), &ret->version);
		else if (sv_starts(line, SV("# created ")))
			clock_parse(sv_trim(sv_from(line, 10)),
			            &ret->created_ms);
	}
	if (ret->created_ms < 0)
		ret->created_ms = 0;
	for (size_t i = 0; i < name.n && i + 1 < sizeof ret->name; i++)
		ret->name[i] =
		    sv_is_alnum(name.p[i]) ||
			    sv_find_char(SV("._-"), name.p[i]) != SV_NOT_FOUND
			? name.p[i]
			: '_';
	return found;
}

/* ---- one byte string ---- */

/* Each source: "list", "rules" or "included", the name, the text; each as its
 * length in 8 bytes, lowest first, and then itself. */
static void
add_string(struct buf *out, struct sv s)
{
	for (unsigned i = 0; i < 8; i++)
		buf_add_char(out, (char)((uint64_t)s.n >> (8 * i) & 0xff));
	buf_add(out, s);
}

void
rule_sources_pack(const struct rule_sources *s, struct buf *out)
{
	for (size_t i = 0; i < s->n; i++) {
		add_string(out, s->list[i].is_list       ? SV("list")
		                : s->list[i].is_included ? SV("included")
		                                         : SV("rules"));
		add_string(out, sv_str(s->list[i].file));
		add_string(out, sv_make(s->list[i].text, s->list[i].bytes));
	}
}

static bool
cut_string(struct sv *rest, struct sv *ret)
{
	uint64_t n = 0;

	if (rest->n < 8)
		return false;
	for (unsigned i = 0; i < 8; i++)
		n |= (uint64_t)(unsigned char)rest->p[i] << (8 * i);
	*rest = sv_from(*rest, 8);
	if (n > rest->n)
		return false;
	*ret = sv_sub(*rest, 0, n);
	*rest = sv_from(*rest, n);
	return true;
}

int
rule_sources_unpack(struct sv packed, struct rule_sources *ret)
{
	struct rule_sources s = { NULL, 0, 0 };
	struct sv kind, name, text;

	while (packed.n) {
		char *file;

		if (!cut_string(&packed, &kind) ||
		    !cut_string(&packed, &name) ||
		    !cut_string(&packed, &text)) {
			rule_sources_done(&s);
			return E_SYNTAX;
		}
		file = mem_dup(name.p, name.n);
		rule_sources_add(&s, file, text);
		s.list[s.n - 1].is_list = sv_eq_str(kind, "list");
		s.list[s.n - 1].is_included = sv_eq_str(kind, "included");
		free(file);
	}
	*ret = s;
	return 0;
}
