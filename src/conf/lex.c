/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/lex.h"

#include "base/utf8.h"

static bool
is_mark(char c)
{
	return c == '{' || c == '}' || c == '=' || c == ';' || c == ',';
}

static bool
ends_word(char c)
{
	return sv_is_space(c) || is_mark(c) || c == '"' || c == '#';
}

static void
skip_space(struct lexer *l)
{
	bool comment = false;

	while (l->rest.n) {
		char c = l->rest.p[0];

		if (c == '#')
			comment = true;
		if (c == '\n') {
			comment = false;
			l->line++;
		}
		if (!comment && !sv_is_space(c))
			return;
		l->rest = sv_from(l->rest, 1);
	}
}

static void
complain(struct lexer *l, struct token *t, const char *text)
{
	if (!t->bad)
		diags_add(l->diags, SEVERITY_ERROR, l->file, t->line, "%s",
		          text);
	t->bad = true;
}

/* Control bytes would end up in log lines and mail headers. */
static void
check_bytes(struct lexer *l, struct token *t)
{
	for (size_t i = 0; i < t->text.n; i++)
		if ((unsigned char)t->text.p[i] < ' ' || t->text.p[i] == 0x7f)
			complain(l, t, "control character in a value");
	if (!utf8_valid(t->text))
		complain(l, t, "a value is not valid UTF-8");
}

/* The content of the quotes, `raw`, with \" and \\ resolved. */
static struct sv
unescape(struct lexer *l, struct token *t, struct sv raw)
{
	char *out = arena_str(l->arena, raw);
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		if (raw.p[i] == '\\' && ++i < raw.n && raw.p[i] != '"' &&
		    raw.p[i] != '\\')
			complain(l, t,
			         "only \\\" and \\\\ are escapes in a string");
		if (i < raw.n)
			out[n++] = raw.p[i];
	}
	out[n] = '\0';
	return sv_make(out, n);
}

/* From the opening quote to the closing one, or to the end of the line. */
static void
read_string(struct lexer *l, struct token *t)
{
	struct sv s = sv_from(l->rest, 1);
	size_t end = 0;

	while (end < s.n && s.p[end] != '"' && s.p[end] != '\n')
		end += s.p[end] == '\\' && end + 1 < s.n && s.p[end + 1] != '\n'
		           ? 2
		           : 1;
	t->kind = TOKEN_STRING;
	if (end >= s.n || s.p[end] != '"')
		complain(l, t, "a string has no closing quote on its line");
	t->text = unescape(l, t, sv_sub(s, 0, end));
	l->rest = sv_from(s, end < s.n && s.p[end] == '"' ? end + 1 : end);
	check_bytes(l, t);
}

struct token
lex_next(struct lexer *l)
{
	struct token t = { .kind = TOKEN_END };
	size_t end = 0;

	skip_space(l);
	t.line = l->line;
	if (l->rest.n == 0) {
		t.text = SV("the end of the file");
		return t;
	}
	if (l->rest.p[0] == '"') {
		read_string(l, &t);
		return t;
	}
	t.kind = is_mark(l->rest.p[0]) ? TOKEN_MARK : TOKEN_WORD;
	if (t.kind == TOKEN_MARK)
		end = 1;
	while (t.kind == TOKEN_WORD && end < l->rest.n &&
	       !ends_word(l->rest.p[end]))
		end++;
	t.text = sv_sub(l->rest, 0, end);
	l->rest = sv_from(l->rest, end);
	check_bytes(l, &t);
	return t;
}
