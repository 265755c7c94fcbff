/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/tokens.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "feedd/signature.h"

enum { FILE_MAX = 16 << 20, DAY_MS = 86400000 };

static const char regulator[] = "regulator/";

struct token {
	char *name; /* of the node or the regulator */
	enum role role;
	bool is_revoked;
	int64_t until_ms; /* 0: for ever */
};

struct node_key {
	char *node;
	unsigned char point[SIGNATURE_POINT];
	bool is_revoked;
	int64_t until_ms;
};

struct tokens {
	VEC(struct token *) list;
	struct map *by_digest; /* SHA-256 in hexadecimal: struct token */
	VEC(struct node_key) keys;
	VEC(const char *) nodes;
};

/* ---- reading ---- */

struct parsing {
	struct tokens *tokens;
	struct map *seen; /* names of nodes that have a token */
	const char *file;
	int number;
	struct diags *diags;
};

__attribute__((format(printf, 2, 3))) static bool
fail(struct parsing *p, const char *format, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	diags_add(p->diags, SEVERITY_ERROR, p->file, p->number, "%s", text);
	return false;
}

/* What may follow a token. */
static bool
parse_end(struct parsing *p, struct sv line, bool *ret_is_revoked,
          int64_t *ret_until_ms)
{
	struct sv word;

	*ret_is_revoked = false;
	*ret_until_ms = 0;
	while (sv_word(&line, &word) && word.p[0] != '#') {
		char day[CLOCK_TEXT];

		snprintf(day, sizeof day, SV_FMT "T00:00:00Z",
		         SV_ARG(sv_sub(word, 6, 16)));
		if (sv_eq(word, SV("revoked")))
			*ret_is_revoked = true;
		else if (!sv_starts(word, SV("until=")) || word.n != 16 ||
		         clock_parse(sv_str(day), ret_until_ms))
			return fail(p,
			            "after the token only revoked and "
			            "until=YYYY-MM-DD are known, not " SV_FMT,
			            SV_ARG(word));
		else
			*ret_until_ms += DAY_MS;
	}
	return true;
}

static void
add_token(struct parsing *p, struct sv name, const char *digest,
          bool is_revoked, int64_t until_ms)
{
	struct token *t = mem_calloc(1, sizeof *t);
	bool is_regulator = sv_starts(name, SV(regulator));

	if (is_regulator)
		name = sv_from(name, sizeof regulator - 1);
	*t = (struct token){
		.name = mem_dup(name.p, name.n),
		.role = is_regulator ? ROLE_REGULATOR : ROLE_REPORTER,
		.is_revoked = is_revoked,
		.until_ms = until_ms,
	};
	*VEC_ADD(&p->tokens->list) = t;
	map_set(p->tokens->by_digest, sv_str(digest), t);
	if (!is_regulator && !is_revoked && !map_set(p->seen, name, t))
		*VEC_ADD(&p->tokens->nodes) = t->name;
}

static bool
is_digest(struct sv text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!strchr("0123456789abcdef", text.p[i]))
			return false;
	return text.n == DIGEST_TEXT - 1;
}

static void
parse_token(struct parsing *p, struct sv name, struct sv token, struct sv end)
{
	char digest[DIGEST_TEXT];
	bool is_revoked;
	int64_t until_ms;

	if (sv_starts(token, SV("sha256:"))) {
		token = sv_from(token, 7);
		if (!is_digest(token)) {
			fail(p, "sha256: must have 64 digits of 0-9, a-f");
			return;
		}
		snprintf(digest, sizeof digest, SV_FMT, SV_ARG(token));
	} else if (token.n < TOKEN_MIN) {
		fail(p, "the token of " SV_FMT " has fewer than %d characters",
		     SV_ARG(name), TOKEN_MIN);
		return;
	} else {
		digest_sha256(token, digest);
	}
	if (map_get(p->tokens->by_digest, sv_str(digest)))
		fail(p, "the token of " SV_FMT " is there already",
		     SV_ARG(name));
	else if (parse_end(p, end, &is_revoked, &until_ms))
		add_token(p, name, digest, is_revoked, until_ms);
}

static void
parse_key(struct parsing *p, struct sv name, struct sv key, struct sv end)
{
	struct node_key k;

	if (signature_key_parse(sv_from(key, 8), k.point)) {
		fail(p, "ed25519: must have the base64 of 32 bytes");
	} else if (parse_end(p, end, &k.is_revoked, &k.until_ms)) {
		k.node = mem_dup(name.p, name.n);
		*VEC_ADD(&p->tokens->keys) = k;
	}
}

static void
parse_line(struct parsing *p, struct sv line)
{
	struct sv name, what;

	if (!sv_word(&line, &name) || name.p[0] == '#')
		return;
	if (!sv_word(&line, &what) || what.p[0] == '#')
		fail(p, "not a line of the form: NODE TOKEN");
	else if (sv_starts(what, SV("ed25519:")))
		parse_key(p, name, what, line);
	else
		parse_token(p, name, what, line);
}

struct tokens *
tokens_parse(struct sv text, const char *file, struct diags *diags)
{
	struct tokens *t = mem_calloc(1, sizeof *t);
	struct parsing p = {
		.tokens = t, .seen = map_new(), .file = file, .diags = diags
	};
	size_t errors = diags->errors;
	struct sv line;

	t->by_digest = map_new();
	while (sv_line(&text, &line)) {
		p.number++;
		parse_line(&p, line);
	}
	*VEC_ADD(&t->nodes) = NULL;
	map_free(p.seen);
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
		free(t->list.list[i]->name);
		free(t->list.list[i]);
	}
	for (size_t i = 0; i < t->keys.n; i++)
		free(t->keys.list[i].node);
	VEC_DONE(&t->list);
	VEC_DONE(&t->keys);
	VEC_DONE(&t->nodes);
	map_free(t->by_digest);
	free(t);
}

/* ---- asking ---- */

size_t
tokens_count(const struct tokens *t)
{
	return t->list.n + t->keys.n;
}

const char *const *
tokens_nodes(const struct tokens *t)
{
	return t->nodes.list;
}

enum token_state
tokens_find(const struct tokens *t, struct sv token, int64_t now_ms,
            enum role *ret_role, const char **ret_name)
{
	char digest[DIGEST_TEXT];
	const struct token *found =
	    map_get(t->by_digest, sv_str(digest_sha256(token, digest)));

	if (!found)
		return TOKEN_UNKNOWN;
	*ret_role = found->role;
	*ret_name = found->name;
	if (found->is_revoked)
		return TOKEN_REVOKED;
	return found->until_ms && now_ms >= found->until_ms ? TOKEN_EXPIRED
	                                                    : TOKEN_GOOD;
}

/* Several keys of a node may be good; the header names the one. */
enum signature_state
tokens_check(const struct tokens *t, const char *node, const char *header,
             struct sv body, int64_t now_ms)
{
	unsigned char signature[SIGNATURE_BYTES];
	char wanted[SIGNATURE_KEY_ID], id[SIGNATURE_KEY_ID];
	bool has_keys = false, is_read;

	is_read = header && !signature_parse(sv_str(header), wanted, signature);
	for (size_t i = 0; i < t->keys.n; i++) {
		const struct node_key *k = &t->keys.list[i];

		if (strcmp(k->node, node) != 0)
			continue;
		has_keys = true;
		if (!is_read ||
		    strcmp(signature_key_id(k->point, id), wanted) != 0 ||
		    !signature_is_good(k->point, signature, body))
			continue;
		return k->is_revoked || (k->until_ms && now_ms >= k->until_ms)
		           ? SIGNATURE_REVOKED
		           : SIGNATURE_GOOD;
	}
	if (!has_keys)
		return SIGNATURE_NOT_NEEDED;
	return header ? SIGNATURE_BAD : SIGNATURE_MISSING;
}
