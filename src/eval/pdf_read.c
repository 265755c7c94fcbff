/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/pdf_read.h"

#include "base/buf.h"

enum {
	MAGIC_BYTES_MAX = 1024, /* in front of "%PDF-" */
	FUZZY_LINES_MAX = 69,
	NAMES_BYTES_MAX = 1 << 20,
	TEXT_BYTES_MAX = 4096, /* of a value as it stands */
	CM_NUMBERS = 6,
};

struct reading {
	struct arena *arena;
	struct pdf *pdf;
	struct buf fuzzy, names;
	unsigned lines;
	bool fuzzy_is_over, image_is_near;
	double height, width; /* of all pictures together */
};

/* ---- lines ---- */

static double
cut_number(struct sv *s)
{
	double value = 0;
	size_t n = 0;

	for (; n < s->n && sv_is_digit(s->p[n]); n++)
		value = 10 * value + (s->p[n] - '0');
	if (n == 0)
		return -1;
	*s = sv_from(*s, n);
	return value;
}

/* "640 0 0 480 0 0 cm": a place for a picture. */
static bool
read_matrix(struct sv line, double numbers[CM_NUMBERS])
{
	for (int i = 0; i < CM_NUMBERS; i++) {
		size_t blanks = 0;

		numbers[i] = cut_number(&line);
		while (blanks < line.n && sv_is_space(line.p[blanks]))
			blanks++;
		if (numbers[i] < 0 || blanks == 0)
			return false;
		line = sv_from(line, blanks);
	}
	return sv_eq_str(line, "cm");
}

/* "NAME 12", with any white space between. */
static bool
cut_sized(struct sv *s, struct sv name, double *ret)
{
	if (!sv_starts(*s, name) || s->n <= name.n ||
	    !sv_is_space(s->p[name.n]))
		return false;
	*s = sv_from(*s, name.n + 1);
	*ret = cut_number(s);
	return *ret >= 0;
}

/* "/Width 640/Height 480" anywhere but at the start. */
static bool
find_size(struct sv line, struct pdf_size *ret)
{
	const struct sv width = SV("/Width"), height = SV("/Height");
	struct sv start = line;
	size_t at;

	if (cut_sized(&start, width, &ret->width) ||
	    cut_sized(&start, height, &ret->height))
		return false;
	while ((at = sv_find(line, width)) != SV_NOT_FOUND) {
		struct sv s = sv_from(line, at);

		if (cut_sized(&s, width, &ret->width) &&
		    cut_sized(&s, height, &ret->height))
			return true;
		line = sv_from(line, at + width.n);
	}
	return false;
}

static void
add_size(struct pdf *pdf, double height, double width)
{
	if (pdf->n_sizes < PDF_SIZES_MAX)
		pdf->sizes[pdf->n_sizes++] = (struct pdf_size){ height, width };
}

static void
look_for_image(struct reading *r, struct sv line)
{
	struct pdf_size size = { 0, 0 };
	double matrix[CM_NUMBERS];

	if (!r->image_is_near)
		return;
	if (read_matrix(line, matrix))
		size = (struct pdf_size){ matrix[3], matrix[0] };
	else if (!find_size(line, &size))
		return;
	if (size.height <= 0 || size.width <= 0)
		return;
	r->fuzzy_is_over = true;
	r->image_is_near = false;
	r->height += size.height;
	r->width += size.width;
	r->pdf->area += size.height * size.width;
	r->pdf->n_images++;
	add_size(r->pdf, size.height, size.width);
}

/* Sizes and comments change between copies of one file; the rest up to the
 * first stream hardly does. */
static void
add_fuzzy(struct reading *r, struct sv line)
{
	static const struct sv varying[] = {
		{ "%", 1 },         { "/Height", 7 },  { "/Width", 6 },
		{ "/MediaBox", 9 }, { "/CropBox", 8 },
	};
	double matrix[CM_NUMBERS];

	if (r->fuzzy_is_over || ++r->lines > FUZZY_LINES_MAX)
		return;
	r->fuzzy_is_over = sv_find(line, SV("stream")) != SV_NOT_FOUND;
	for (size_t i = 0; i < sizeof varying / sizeof *varying; i++)
		if (sv_starts(line, varying[i]))
			return;
	if (read_matrix(line, matrix))
		return;
	while (line.n && sv_is_space(line.p[line.n - 1]))
		line.n--;
	buf_add(&r->fuzzy, line);
}

/* ---- values ---- */

static bool
is_octal(struct sv s)
{
	return s.n >= 3 && s.p[0] >= '0' && s.p[0] <= '3' && s.p[1] >= '0' &&
	       s.p[1] <= '7' && s.p[2] >= '0' && s.p[2] <= '7';
}

/* The text between parentheses: "\ddd", and a "\" before what it protects. */
static size_t
unescape(struct sv s, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && is_octal(sv_from(s, i + 1))) {
			out[n++] = (char)((s.p[i + 1] - '0') << 6 |
			                  (s.p[i + 2] - '0') << 3 |
			                  (s.p[i + 3] - '0'));
			i += 3;
		} else if (s.p[i] == '\\' && i + 1 < s.n &&
		           strchr("()\\", s.p[i + 1])) {
			out[n++] = s.p[++i];
		} else {
			out[n++] = s.p[i];
		}
	}
	return n;
}

/* Pairs of digits between angle brackets, whatever is between them. */
static size_t
from_hex(struct sv s, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < s.n; i++) {
		int hi = sv_hex_value(s.p[i]), lo = sv_hex_value(s.p[i + 1]);

		if (hi < 0 || lo < 0)
			continue;
		out[n++] = (char)(hi << 4 | lo);
		i++;
	}
	return n;
}

/* UTF-16 of letters that have one byte. */
static size_t
narrow(char *p, size_t n)
{
	size_t out = 0;

	if (n < 2 ||
	    (memcmp(p, "\xfe\xff", 2) != 0 && memcmp(p, "\xff\xfe", 2) != 0))
		return n;
	for (size_t i = 2; i < n; i++)
		if (p[i])
			p[out++] = p[i];
	return out;
}

static void
add_value(struct reading *r, enum pdf_detail detail, struct sv text,
          bool is_hex)
{
	struct pdf_values *v = &r->pdf->details[detail];
	char *p;
	size_t n;

	if (v->n == PDF_VALUES_MAX)
		return;
	text = sv_sub(text, 0, TEXT_BYTES_MAX);
	p = arena_alloc(r->arena, text.n + 1);
	n = is_hex ? from_hex(text, p) : unescape(text, p);
	v->list[v->n++] =
	    sv_sub(sv_make(p, narrow(p, n)), 0, PDF_VALUE_BYTES_MAX);
}

/* What a line does not hold behind one place it does not hold behind a later
 * one: each is looked for in vain only once. */
struct line {
	struct sv rest; /* behind the name */
	bool found[PDF_DETAILS];
	bool no_parenthesis, no_bracket;
};

/* The ")" that ends a text; no "\" stands before it. */
static size_t
find_parenthesis(struct sv s)
{
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] == ')' && s.p[i - 1] != '\\')
			return i;
	return SV_NOT_FOUND;
}

static void
read_text(struct reading *r, struct line *l, enum pdf_detail detail)
{
	bool is_hex = l->rest.n && l->rest.p[0] == '<';
	size_t end = SV_NOT_FOUND;

	if (is_hex && !l->no_bracket) {
		end = sv_find_char(l->rest, '>');
		l->no_bracket = end == SV_NOT_FOUND;
	} else if (sv_starts(l->rest, SV("(")) && !l->no_parenthesis) {
		end = find_parenthesis(l->rest);
		l->no_parenthesis = end == SV_NOT_FOUND;
	}
	if (end == SV_NOT_FOUND)
		return;
	add_value(r, detail, sv_sub(l->rest, 1, end), is_hex);
	l->found[detail] = true;
}

/* "(D:20250602...": the digits. */
static void
read_date(struct reading *r, struct line *l, enum pdf_detail detail)
{
	const struct sv mark = SV("(D:");
	struct sv digits = sv_from(l->rest, mark.n), rest = digits;

	if (!sv_starts(l->rest, mark) || cut_number(&rest) < 0)
		return;
	add_value(r, detail, sv_sub(digits, 0, digits.n - rest.n), false);
	l->found[detail] = true;
}

static void
read_names(struct reading *r, struct sv line)
{
	static const struct name {
		struct sv name;
		void (*read)(struct reading *r, struct line *l,
		             enum pdf_detail detail);
	} names[PDF_DETAILS] = {
		[PDF_AUTHOR] = { { "/Author", 7 }, read_text },
		[PDF_CREATOR] = { { "/Creator", 8 }, read_text },
		[PDF_CREATED] = { { "/CreationDate", 13 }, read_date },
		[PDF_MODIFIED] = { { "/ModDate", 8 }, read_date },
		[PDF_PRODUCER] = { { "/Producer", 9 }, read_text },
		[PDF_TITLE] = { { "/Title", 6 }, read_text },
	};
	struct line l = { .rest = SV_NONE };
	size_t at;

	while ((at = sv_find_char(line, '/')) != SV_NOT_FOUND) {
		line = sv_from(line, at);
		for (int i = 0; i < PDF_DETAILS; i++) {
			if (l.found[i] || !sv_starts(line, names[i].name))
				continue;
			l.rest = sv_from(line, names[i].name.n);
			for (int k = 0;
			     k < 2 && l.rest.n && sv_is_space(l.rest.p[0]); k++)
				l.rest = sv_from(l.rest, 1);
			names[i].read(r, &l, (enum pdf_detail)i);
		}
		line = sv_from(line, 1);
	}
}

static void
read_line(struct reading *r, struct sv line)
{
	size_t n = 1;

	add_fuzzy(r, line);
	r->image_is_near |= sv_find(line, SV("/Image")) != SV_NOT_FOUND;
	r->pdf->is_encrypted |= sv_starts(line, SV("/Encrypt"));
	look_for_image(r, line);
	if (sv_starts(line, SV("/"))) {
		while (n < line.n && sv_is_alnum(line.p[n]) &&
		       !sv_is_digit(line.p[n]))
			n++;
		buf_add(&r->names, sv_sub(line, 1, n));
	}
	read_names(r, line);
}

/* ---- files ---- */

static bool
has_magic(struct sv data)
{
	size_t at = sv_find(sv_sub(data, 0, MAGIC_BYTES_MAX + 8), SV("%PDF-"));

	data = sv_from(data, at == SV_NOT_FOUND ? data.n : at + 5);
	return data.n >= 3 && sv_is_digit(data.p[0]) && data.p[1] == '.' &&
	       sv_is_digit(data.p[2]);
}

static void
digest(struct sv data, char ret[DIGEST_MD5_TEXT])
{
	ret[0] = '\0';
	if (data.n)
		digest_md5(data, ret);
	for (char *p = ret; *p; p++)
		if (*p >= 'a')
			*p = (char)(*p - 'a' + 'A');
}

bool
pdf_read(struct arena *a, struct sv data, struct pdf *ret)
{
	struct reading r = {
		.arena = a,
		.pdf = ret,
		.fuzzy = BUF_INIT(SIZE_MAX),
		.names = BUF_INIT(NAMES_BYTES_MAX),
	};
	struct sv rest, line;

	*ret = (struct pdf){ .n_images = 0 };
	if (sv_starts(data, SV("\xef\xbb\xbf")))
		data = sv_from(data, 3);
	if (!has_magic(data))
		return false;
	rest = data;
	while (sv_split(&rest, '\n', &line))
		if (line.n)
			read_line(&r, line);
	if (r.height > 0 && r.width > 0)
		add_size(ret, r.height, r.width);
	digest(data, ret->md5);
	digest(buf_sv(&r.fuzzy), ret->fuzzy);
	digest(buf_sv(&r.names), ret->names);
	buf_done(&r.fuzzy);
	buf_done(&r.names);
	return true;
}
