/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of a configuration file. What is wrong with a token is reported
 * here; the token is then marked bad, so that nobody complains about it
 * again.
 */
#ifndef CONF_LEX_H
#define CONF_LEX_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/sv.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_STRING, /* in quotes; `text` is what they mean */
	TOKEN_MARK,   /* one of { } = ; , */
};

struct token {
	enum token_kind kind;
	struct sv text;
	int line; /* from 1 */
	bool bad; /* reported already */
};

struct lexer {
	struct sv rest;
	int line;
	const char *file;
	struct diags *diags;
	struct arena *arena; /* strings with escapes live here */
};

/* The next token; TOKEN_END again and again at the end. The text of a word
 * points into the file. */
struct token lex_next(struct lexer *l);

#endif
