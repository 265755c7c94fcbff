/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/tokens.h"

#include <errno.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"

enum { FILE_MAX = 16 << 20 };

struct token {
	char *node, *token;
};

struct tokens {
	VEC(struct token) list;
	VEC(const char *) nodes;
};

static void
add_token(struct tokens *t, struct map *seen, struct sv node, struct sv token)
{
	struct token *new = VEC_ADD(&t->list);

	new->node = mem_dup(node.p, node.n);
	new->token = mem_dup(token.p, token.n);
	if (!map_set(seen, node, new->node))
		*VEC_ADD(&t->nodes) = new->node;
}

static void
parse_line(struct tokens *t, struct map *seen, struct sv line, const char *file,
           int number, struct diags *diags)
{
	struct sv node, token, more;

	if (!sv_word(&line, &node) || node.p[0] == '#')
		return;
	if (!sv_word(&line, &token) || sv_word(&line, &more))
		diags_add(diags, SEVERITY_ERROR, file, number,
		          "not a line of the form: NODE TOKEN");
	else if (token.n < TOKEN_MIN)
		diags_add(diags, SEVERITY_ERROR, file, number,
		          "the token of " SV_FMT
		          " has fewer than %d characters",
		          SV_ARG(node), TOKEN_MIN);
	else if (tokens_find(t, token))
		diags_add(diags, SEVERITY_ERROR, file, number,
		          "the token of " SV_FMT " is there already",
		          SV_ARG(node));
	else
		add_token(t, seen, node, token);
}

struct tokens *
tokens_parse(struct sv text, const char *file, struct diags *diags)
{
	struct tokens *t = mem_calloc(1, sizeof *t);
	struct map *seen = map_new();
	size_t errors = diags->errors;
	struct sv line;
	int number = 0;

	while (sv_line(&text, &line))
		parse_line(t, seen, line, file, ++number, diags);
	*VEC_ADD(&t->nodes) = NULL;
	map_free(seen);
	if (diags->errors == errors)
		return t;
	tokens_free(t);
	return NULL;
}

struct tokens *
tokens_read(const char *path, struct diags *diags)
{
	struct buf text = BUF_INIT(FILE_MAX);
	struct tokens *t = NULL;

	if (file_read(path, &text))
		diags_add(diags, SEVERITY_ERROR, path, 0, "cannot be read: %s",
		          text.full ? "too large" : strerror(errno));
	else
		t = tokens_parse(buf_sv(&text), path, diags);
	buf_done(&text);
	return t;
}

void
tokens_free(struct tokens *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->list.n; i++) {
		free(t->list.list[i].node);
		free(t->list.list[i].token);
	}
	VEC_DONE(&t->list);
	VEC_DONE(&t->nodes);
	free(t);
}

size_t
tokens_count(const struct tokens *t)
{
	return t->list.n;
}

const char *const *
tokens_nodes(const struct tokens *t)
{
	return t->nodes.list;
}

const char *
tokens_find(const struct tokens *t, struct sv token)
{
	const char *found = NULL;

	for (size_t i = 0; i < t->list.n; i++)
		if (digest_equal_secret(sv_str(t->list.list[i].token), token))
			found = t->list.list[i].node;
	return found;
}
