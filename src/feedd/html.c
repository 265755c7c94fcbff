/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/html.h"

#include <inttypes.h>
#include <stdio.h>

void
html_text(struct buf *out, struct sv text)
{
	for (size_t i = 0; i < text.n; i++) {
		switch (text.p[i]) {
		case '&':
			buf_add_str(out, "&amp;");
			break;
		case '<':
			buf_add_str(out, "&lt;");
			break;
		case '>':
			buf_add_str(out, "&gt;");
			break;
		case '"':
			buf_add_str(out, "&quot;");
			break;
		case '\'':
			buf_add_str(out, "&#39;");
			break;
		default:
			buf_add_char(out, text.p[i]);
		}
	}
}

void
html_url(struct buf *out, struct sv text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~:";

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (memchr(plain, c, sizeof plain - 1))
			buf_add_char(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}

#define DASH "\xe2\x80\x93"

void
html_word(struct buf *out, enum lang lang, struct sv word)
{
	const char *name = lang_word(lang, word);

	if (*name) {
		buf_add_str(out, name);
		return;
	}
	for (size_t i = 0; i < word.n; i++)
		html_text(out,
		          word.p[i] == '_' ? SV(" ") : sv_sub(word, i, i + 1));
}

void
html_count(struct buf *out, enum lang lang, uint64_t n)
{
	buf_addf(out, "<data value=\"%" PRIu64 "\">", n);
	lang_count(out, lang, n);
	buf_add_str(out, "</data>");
}

void
html_figure(struct buf *out, enum lang lang, const struct figure *f)
{
	if (f->is_withheld)
		buf_addf(out, "<span class=\"withheld\">%s</span>",
		         lang_text(lang, TEXT_WITHHELD));
	else
		html_count(out, lang, f->count);
}

void
html_percent(struct buf *out, enum lang lang, const struct figure *part,
             const struct figure *whole)
{
	if (part->is_withheld || whole->is_withheld || whole->count == 0)
		buf_add_str(out, DASH);
	else
		lang_percent(out, lang,
		             figures_percent_e2(part->count, whole->count));
}

void
html_growth(struct buf *out, enum lang lang, const struct figure *from,
            const struct figure *to)
{
	bool less = to->count < from->count;

	if (from->is_withheld || to->is_withheld || from->count == 0) {
		buf_add_str(out, DASH);
		return;
	}
	buf_add_str(out, less ? "\xe2\x88\x92" : "+");
	lang_percent(out, lang,
	             figures_percent_e2(less ? from->count - to->count
	                                     : to->count - from->count,
	                                from->count));
}

void
html_time(struct buf *out, enum lang lang, int64_t minute)
{
	char machine[PERIOD_TEXT];

	buf_addf(out, "<time datetime=\"%s\">", period_text(minute, machine));
	lang_time(out, lang, minute);
	buf_add_str(out, "</time>");
}

void
html_date(struct buf *out, enum lang lang, int64_t minute)
{
	char machine[PERIOD_TEXT];

	buf_addf(out, "<time datetime=\"%.10s\">",
	         period_text(minute, machine));
	lang_date(out, lang, minute);
	buf_add_str(out, "</time>");
}
