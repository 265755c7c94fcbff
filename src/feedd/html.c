/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/html.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

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

void
html_word(struct buf *out, struct sv word)
{
	for (size_t i = 0; i < word.n; i++)
		html_text(out,
		          word.p[i] == '_' ? SV(" ") : sv_sub(word, i, i + 1));
}

void
html_count(struct buf *out, uint64_t n)
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, n);

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			buf_add_char(out, ',');
		buf_add_char(out, digits[i]);
	}
}

void
html_figure(struct buf *out, const struct figure *f)
{
	if (f->is_withheld) {
		buf_add_str(out, "<span class=\"withheld\">withheld</span>");
		return;
	}
	buf_addf(out, "<data value=\"%" PRIu64 "\">", f->count);
	html_count(out, f->count);
	buf_add_str(out, "</data>");
}

void
html_percent(struct buf *out, const struct figure *part,
             const struct figure *whole)
{
	uint64_t e1 = (figures_percent_e2(part->count, whole->count) + 5) / 10;

	if (part->is_withheld || whole->is_withheld || whole->count == 0)
		buf_add_str(out, "\xe2\x80\x93");
	else
		buf_addf(out, "%" PRIu64 ".%" PRIu64 "\xc2\xa0%%", e1 / 10,
		         e1 % 10);
}

void
html_time(struct buf *out, int64_t minute)
{
	time_t s = (time_t)minute * 60;
	char machine[PERIOD_TEXT], text[64];
	struct tm tm = { 0 };

	gmtime_r(&s, &tm);
	strftime(text, sizeof text, "%d %b %Y, %H:%M", &tm);
	buf_addf(out, "<time datetime=\"%s\">%s</time>",
	         period_text(minute, machine), text + (text[0] == '0'));
}
