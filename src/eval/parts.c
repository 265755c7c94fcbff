/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/parts.h"

enum { CHARSET_BYTES_MAX = 40 };

struct sv
eval_part_header(const struct message_part *part, const char *name)
{
	struct sv wanted = sv_str(name);

	for (size_t i = part->n_headers; i-- > 0;)
		if (sv_ieq(part->headers[i].name, wanted))
			return part->headers[i].value;
	return SV("");
}

static bool
is_special(char c)
{
	return (unsigned char)c <= ' ' || (unsigned char)c > '~' ||
	       strchr("\"(),:;<=>?@[\\]", c) != NULL;
}

/* Util::parse_content_type: up to the ";" and the first blank, and most text
 * types are "text/plain". */
static struct sv
media_type(struct eval_job *job, struct sv value)
{
	size_t end = sv_find_char(value, ';'), slash, n = 0;
	struct sv type = sv_trim(sv_sub(value, 0, end));
	char *p;

	slash = sv_find_char(type, '/');
	if (slash != SV_NOT_FOUND) {
		end = slash;
		while (end < type.n && !sv_is_space(type.p[end]))
			end++;
		type.n = end;
	}
	type = eval_lower(job, type);
	if (type.n == 0 ||
	    (sv_starts(type, SV("text")) &&
	     (type.n == 4 || !(sv_is_alnum(type.p[4]) || type.p[4] == '_')) &&
	     !sv_eq_str(type, "text/x-vcard") &&
	     !sv_eq_str(type, "text/calendar") &&
	     !sv_eq_str(type, "text/html")))
		return SV("text/plain");
	p = (char *)(uintptr_t)type.p;
	for (size_t i = 0; i < type.n; i++)
		if (!is_special(p[i]))
			p[n++] = p[i];
	return sv_make(p, n);
}

static struct sv
node_type(const struct message_part *part, struct sv type)
{
	if (sv_starts(type, SV("multipart/")) && part->is_leaf)
		return SV("text/plain");
	if (sv_starts(part->type, SV("message/")))
		return part->type;
	return type;
}

const struct eval_part *
eval_parts(struct eval_job *job)
{
	const struct message *m = job->message;
	struct eval_part *list = job->facts[FACTS_PARTS];

	if (list)
		return list;
	list = ARENA_ARRAY(job->arena, struct eval_part, m->n_parts + 1);
	job->facts[FACTS_PARTS] = list;
	for (size_t i = 0; i < m->n_parts; i++) {
		const struct message_part *part = &m->parts[i];
		struct sv value = eval_part_header(part, "Content-Type");

		list[i].type = media_type(job, value);
		list[i].node_type = node_type(part, list[i].type);
		list[i].charset = value.n ? part->charset : SV("us-ascii");
		list[i].has_charset = list[i].charset.n > 0;
		list[i].encoding = eval_lower(
		    job, eval_part_header(part, "Content-Transfer-Encoding"));
		list[i].disposition = eval_lower(
		    job, eval_part_header(part, "Content-Disposition"));
	}
	return list;
}

bool
eval_has_crlf(const struct message *m)
{
	size_t end = sv_find_char(m->mail, '\n');

	/* the first line or the last one tell, as for SpamAssassin */
	return end != SV_NOT_FOUND &&
	       ((end > 0 && m->mail.p[end - 1] == '\r') ||
	        sv_iends(m->mail, SV("\r\n")));
}

bool
eval_raw_line(struct sv *rest, bool has_crlf, struct sv *ret_line,
              size_t *ret_bytes)
{
	size_t end;

	if (rest->n == 0)
		return false;
	end = sv_find_char(*rest, '\n');
	end = end == SV_NOT_FOUND ? rest->n : end + 1;
	*ret_line = sv_sub(*rest, 0, end);
	*rest = sv_from(*rest, end);
	*ret_bytes =
	    end - (has_crlf && end > 1 && ret_line->p[end - 1] == '\n' &&
	           ret_line->p[end - 2] == '\r');
	return true;
}

/* ---- charsets ---- */

/* Locales: which charsets people of a language write in, besides those that
 * everybody may use; letters and digits only. */
static const struct {
	const char *locales, *charsets;
} by_locale[] = {
	{ " ja ",
	  " EUCJP JISX020119760 JISX020819830 JISX020819900 JISX020819970"
	  " JISX021219900 JISX021320001 JISX021320002 SHIFT_JIS SHIFTJIS"
	  " ISO2022JP SJIS JIS7 JISX0201 JISX0208 JISX0212 " },
	{ " ko ", " EUCKR KSC56011987 " },
	{ " ru ka tg be uk bg ",
	  " KOI8R KOI8U KOI8T ISOIR111 CP1251 GEORGIANPS PT154 CP866 " },
	{ " th ", " TIS620 " },
	{ " zh ", " GB1988 GB2312 GB231219800 GB18030 GBK BIG5HKSCS BIG5"
	          " EUCTW ISO2022CN " },
};

/* Whether a list of words has the word, with blanks on both sides. */
static bool
has_word(const char *words, struct sv word)
{
	struct sv list = sv_str(words);

	for (size_t at = 0; at + word.n + 1 < list.n; at++)
		if (list.p[at] == ' ' && list.p[at + 1 + word.n] == ' ' &&
		    memcmp(list.p + at + 1, word.p, word.n) == 0)
			return true;
	return false;
}

/* Capital letters and digits alone. */
static struct sv
plain_charset(struct sv charset, char text[CHARSET_BYTES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < charset.n && n < CHARSET_BYTES_MAX; i++)
		if (sv_is_alnum(charset.p[i])) {
			char c = charset.p[i];

			text[n++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
		}
	if (n > 2 && text[0] == '3' && text[1] == 'D') /* "=3D" */
		return sv_make(text + 2, n - 2);
	return sv_make(text, n);
}

static bool
is_common(struct sv c)
{
	static const char *const words[] = { "USASCII", "ASCII", "IBM852",
		                             "XUNKNOWN", "ISO" };
	static const char *const begins[] = { "ISO8859",     "ISO10646",
		                              "UTF",         "UCS",
		                              "CP125",       "WINDOWS",
		                              "UNICODE11UTF" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sv_eq_str(c, words[i]))
			return true;
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (sv_starts(c, sv_str(begins[i])))
			return true;
	return false;
}

bool
eval_any_charset(const struct eval_settings *s)
{
	return has_word(s->ok_locales, SV("all"));
}

bool
eval_charset_is_ok(const struct eval_settings *s, struct sv charset)
{
	char text[CHARSET_BYTES_MAX];
	struct sv c = plain_charset(charset, text);
	struct sv rest = sv_str(s->ok_locales), locale;

	if (is_common(c))
		return true;
	while (sv_word(&rest, &locale))
		for (size_t i = 0; i < sizeof by_locale / sizeof *by_locale;
		     i++)
			if (has_word(by_locale[i].locales,
			             sv_sub(locale, 0, 2)) &&
			    has_word(by_locale[i].charsets, c))
				return true;
	return false;
}

bool
eval_charset_is_capital(struct sv charset)
{
	static const char *const words[] = {
		"koi",   "jp",     "jis",   "euc", "gb",           "big5",
		"isoir", "cp1251", "pt154", "tis", "windows-1251", "georgianps",
	};

	for (size_t i = 0; i < charset.n; i++)
		if (!sv_is_alnum(charset.p[i]) && charset.p[i] != '-' &&
		    charset.p[i] != '_')
			return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sv_ifind(charset, sv_str(words[i])) != SV_NOT_FOUND)
			return true;
	return false;
}
