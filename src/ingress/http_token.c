/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/http_token.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/vec.h"

enum { TOKEN_FILE_BYTES_MAX = 64 * 1024 };

struct token {
	char *secret;
	struct http_client client;
};

struct http_tokens {
	VEC(struct token) list;
};

static const struct {
	const char *word;
	enum http_role role;
} roles[] = {
	{ "site", HTTP_ROLE_SITE },
	{ "reviewer", HTTP_ROLE_REVIEWER },
	{ "metrics", HTTP_ROLE_METRICS },
};

void
http_tokens_free(struct http_tokens *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->list.n; i++)
		free(t->list.list[i].secret);
	VEC_DONE(&t->list);
	free(t);
}

/* Letters, digits and ".-_", so that a name can stand in records and logs. */
static bool
take_site(struct sv name, struct http_client *c)
{
	if (name.n == 0 || name.n >= sizeof c->site)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!sv_is_alnum(name.p[i]) && !strchr(".-_", name.p[i]) &&
		    !sv_eq_str(name, "*"))
			return false;
	memcpy(c->site, name.p, name.n);
	c->site[name.n] = '\0';
	return true;
}

static bool
take_roles(struct sv words, struct http_client *c)
{
	struct sv word;

	c->roles = 0;
	while (sv_split(&words, ',', &word)) {
		unsigned role = 0;

		for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
			if (sv_eq_str(word, roles[i].word))
				role = roles[i].role;
		if (!role)
			return false;
		c->roles |= role;
	}
	return c->roles != 0;
}

/* One line that is neither empty nor a comment. */
static int
take_line(struct http_tokens *t, struct sv line, const char *path, int number,
          struct diags *diags)
{
	struct http_client client = {
		.site = "default",
		.roles = HTTP_ROLE_SITE | HTTP_ROLE_METRICS,
	};
	struct sv secret, word;
	struct token *token;
	bool good = true;

	sv_word(&line, &secret);
	while (good && sv_word(&line, &word)) {
		if (sv_starts(word, SV("name=")))
			good = take_site(sv_from(word, 5), &client);
		else if (sv_starts(word, SV("role=")))
			good = take_roles(sv_from(word, 5), &client);
		else
			good = false;
	}
	if (!good) {
		diags_add(diags, SEVERITY_ERROR, path, number,
		          "a line is TOKEN [name=SITE] [role=ROLE,...]; a site "
		          "is of letters, digits and .-_ or is *; roles are "
		          "site, reviewer and metrics");
		return E_SYNTAX;
	}
	token = VEC_ADD(&t->list);
	token->secret = mem_dup(secret.p, secret.n);
	token->client = client;
	return 0;
}

int
http_tokens_parse(struct sv text, const char *path, struct http_tokens **ret,
                  struct diags *diags)
{
	struct http_tokens *t = mem_calloc(1, sizeof *t);
	struct sv line;
	int result = 0, number = 1;

	*ret = NULL;
	for (; result == 0 && sv_line(&text, &line); number++) {
		line = sv_trim(line);
		if (line.n && line.p[0] != '#')
			result = take_line(t, line, path, number, diags);
	}
	if (result == 0 && t->list.n == 0) {
		diags_add(diags, SEVERITY_ERROR, path, 0,
		          "http.token_file has no token in it");
		result = E_SYNTAX;
	}
	if (result == 0)
		*ret = t;
	else
		http_tokens_free(t);
	return result;
}

int
http_tokens_read(const struct conf_http *conf, struct http_tokens **ret,
                 struct diags *diags)
{
	struct buf text = BUF_INIT(TOKEN_FILE_BYTES_MAX);
	int result;

	*ret = NULL;
	if (!*conf->token_file)
		return 0;
	result = file_read(conf->token_file, &text);
	if (result)
		diags_add(diags, SEVERITY_ERROR, conf->token_file, 0,
		          "http.token_file cannot be read: %s",
		          result == E_IO ? strerror(errno) : "too large");
	else
		result = http_tokens_parse(buf_sv(&text), conf->token_file, ret,
		                           diags);
	buf_done(&text);
	return result;
}

bool
http_tokens_find(const struct http_tokens *t, struct sv given,
                 struct http_client *ret)
{
	const struct token *found = NULL;

	for (size_t i = 0; t && i < t->list.n; i++)
		if (digest_equal_secret(given, sv_str(t->list.list[i].secret)))
			found = &t->list.list[i];
	if (found)
		*ret = found->client;
	return found != NULL;
}

bool
http_client_sees(const struct http_client *c, struct sv site)
{
	return strcmp(c->site, "*") == 0 || sv_eq_str(site, c->site);
}

struct sv
http_site(const struct http_client *c)
{
	return strcmp(c->site, "*") == 0 ? SV("default") : sv_str(c->site);
}
