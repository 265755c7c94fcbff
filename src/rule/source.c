/* SPDX-License-Identifier: Apache-2.0 */
/* Rule sources: reading files and folders, and one byte string for all. */
#include <errno.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/vec.h"
#include "rule/rule.h"

enum {
	FILE_BYTES_MAX = 32 << 20,
	TOTAL_BYTES_MAX = 128 << 20,
	FILES_MAX = 10000,
};

struct reader {
	struct rule_sources *sources;
	struct diags *diags;
	size_t total;
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
rule_sources_done(struct rule_sources *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->list[i].file);
		free(s->list[i].text);
	}
	VEC_DONE(s);
}

static int
read_one(void *ctx, const char *path)
{
	struct reader *r = ctx;
	struct buf text = BUF_INIT(FILE_BYTES_MAX);
	int result = file_read(path, &text);

	if (result == E_IO)
		diags_add(r->diags, SEVERITY_ERROR, path, 0, "cannot read: %s",
		          strerror(errno));
	r->total += text.n;
	if (result == 0 &&
	    (r->total > TOTAL_BYTES_MAX || r->sources->n >= FILES_MAX))
		result = E_LIMIT;
	if (result == E_LIMIT)
		diags_add(r->diags, SEVERITY_ERROR, path, 0,
		          "too much: rules may have %d MiB a file, %d MiB and "
		          "%d files in all",
		          FILE_BYTES_MAX >> 20, TOTAL_BYTES_MAX >> 20,
		          FILES_MAX);
	if (result == 0)
		rule_sources_add(r->sources, path, buf_sv(&text));
	buf_done(&text);
	return result;
}

int
rule_sources_read(const struct conf_list *paths, struct rule_sources *ret,
                  struct diags *diags)
{
	struct reader r = { ret, diags, 0 };
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

/* Each source: length of the name, the name, length of the text, the text;
 * lengths as 8 bytes, lowest first. */
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
	struct sv name, text;

	while (packed.n) {
		char *file;

		if (!cut_string(&packed, &name) ||
		    !cut_string(&packed, &text)) {
			rule_sources_done(&s);
			return E_SYNTAX;
		}
		file = mem_dup(name.p, name.n);
		rule_sources_add(&s, file, text);
		free(file);
	}
	*ret = s;
	return 0;
}
