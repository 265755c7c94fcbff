/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin BodyEval: lengths, lines and words of texts. */
#include "base/utf8.h"
#include "eval/census.h"
#include "eval/parts.h"

/* ---- the two sides of multipart/alternative ---- */

enum { WORDS_BYTES_MAX = 512 * 1024 }; /* that are looked at of a message */

struct difference {
	size_t html, text; /* different words of the last alternative */
	double percent;    /* of the words of HTML, that the text lacks */
};

/* Bytes of the white space that s begins with, Unicode's too; or 0. */
static size_t
space_bytes(struct sv s)
{
	uint32_t code;
	size_t width;

	if (sv_is_space(s.p[0]))
		return 1;
	if ((unsigned char)s.p[0] < 0xc2)
		return 0;
	width = utf8_width(s);
	code = width ? utf8_code(s, width) : 0;
	return code == 0x85 || code == 0xa0 || code == 0x1680 ||
	               (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
	               code == 0x2029 || code == 0x202f || code == 0x205f ||
	               code == 0x3000
	           ? width
	           : 0;
}

/* Signs beyond ASCII that no word is made of: punctuation, arrows, pictures.
 */
static bool
is_sign(uint32_t code)
{
	return code < 0xaa || (code > 0xaa && code < 0xb2) || code == 0xb4 ||
	       (code > 0xb5 && code < 0xb9) || code == 0xbb || code == 0xbf ||
	       code == 0xd7 || code == 0xf7 ||
	       (code >= 0x2000 && code < 0x203f) ||
	       (code > 0x2040 && code < 0x2070) ||
	       (code >= 0x20a0 && code < 0x20d0) ||
	       (code >= 0x2190 && code < 0x2460) ||
	       (code >= 0x2500 && code < 0x2c00) ||
	       (code >= 0x3000 && code < 0x3005) ||
	       (code >= 0x3008 && code < 0x3021) || code == 0xfeff ||
	       (code >= 0x1f000 && code < 0x1f130) ||
	       (code >= 0x1f190 && code < 0x20000);
}

static bool
has_word_char(struct sv s)
{
	while (s.n) {
		size_t width = utf8_width(s);

		if (sv_is_alnum(s.p[0]) || s.p[0] == '_' ||
		    (width > 1 && !is_sign(utf8_code(s, width))))
			return true;
		s = sv_from(s, width ? width : 1);
	}
	return false;
}

/* Cuts the next word off. */
static bool
next_word(struct sv *rest, struct sv *ret)
{
	/* Bytes that no white space begins with. */
	static const bool is_inner[256] = {
		[0x21 ... 0xc1] = true,
		[0xc3 ... 0xe0] = true,
		[0xe4 ... 0xff] = true,
	};
	size_t n = 0, space;

	while (rest->n && (space = space_bytes(*rest)))
		*rest = sv_from(*rest, space);
	while (n < rest->n && (is_inner[(unsigned char)rest->p[n]] ||
	                       !space_bytes(sv_from(*rest, n))))
		n++;
	*ret = sv_sub(*rest, 0, n);
	*rest = sv_from(*rest, n);
	return n > 0;
}

/* Counts words as item->a (HTML) or item->b. */
static void
count_words(struct census *words, struct sv text, bool is_html, size_t *budget)
{
	struct sv rest = sv_sub(text, 0, *budget), word;

	*budget -= rest.n;
	while (next_word(&rest, &word)) {
		struct census_item *item;

		if (!has_word_char(word))
			continue;
		item = census_at(words, word);
		item->a += is_html;
		item->b += !is_html;
	}
}

static bool
is_inside(const struct message *m, size_t part, size_t ancestor)
{
	int i = m->parts[part].parent;

	while (i > (int)ancestor)
		i = m->parts[i].parent;
	return i == (int)ancestor;
}

/* One alternative's words against the other's. */
static void
compare_words(const struct census *words, bool has_image, struct difference *d)
{
	size_t html = 0, text = 0, left = 0;

	for (size_t i = 0; i < words->size; i++) {
		const struct census_item *item = &words->list[i];

		html += item->a > 0;
		text += item->b > 0;
		left += item->a > 0 && (item->b == 0 || item->a > item->b);
	}
	if (html == 0 && has_image)
		html = left = 1; /* the image stands for a word */
	if (html == 0)
		return;
	d->html = html;
	d->text = text;
	if (100.0 * (double)left / (double)html > d->percent)
		d->percent = 100.0 * (double)left / (double)html;
}

/* An invitation: HTML beside a calendar entry. */
static bool
is_invitation(const struct message *m, const struct eval_part *parts)
{
	return m->n_parts == 3 &&
	       sv_eq_str(parts[0].node_type, "multipart/alternative") &&
	       sv_eq_str(parts[1].node_type, "text/html") &&
	       sv_eq_str(parts[2].node_type, "text/calendar");
}

static void
read_alternative(struct eval_job *job, size_t index, size_t *budget,
                 struct difference *d)
{
	const struct message *m = job->message;
	struct census words = census_make(job->arena);
	bool has_image = false;

	for (size_t i = index + 1; i < m->n_parts; i++) {
		const struct message_part *part = &m->parts[i];

		if (!part->rendered.p || part->is_inline ||
		    !is_inside(m, i, index))
			continue;
		has_image |= part->html && part->html->n_images > 0;
		count_words(&words, part->rendered, part->html != NULL, budget);
	}
	compare_words(&words, has_image, d);
}

/* BodyEval::_multipart_alternative_difference */
static const struct difference *
difference(struct eval_job *job)
{
	struct difference *d = job->facts[FACTS_DIFFERENCE];
	size_t budget = WORDS_BYTES_MAX;
	const struct eval_part *parts;

	if (d)
		return d;
	parts = eval_parts(job);
	d = job->facts[FACTS_DIFFERENCE] =
	    ARENA_NEW(job->arena, struct difference);
	for (size_t i = 0; i < job->message->n_parts; i++)
		if (sv_eq_str(parts[i].node_type, "multipart/alternative") &&
		    !is_invitation(job->message, parts))
			read_alternative(job, i, &budget, d);
	return d;
}

/* multipart_alternative_difference */
static bool
alternative_difference(struct eval_job *job, const struct eval_call *call)
{
	double percent = difference(job)->percent;

	return (call->args[0].number == 0 || percent > call->args[0].number) &&
	       eval_at_most(call, 1, percent);
}

/* multipart_alternative_difference_count */
static bool
alternative_count(struct eval_job *job, const struct eval_call *call)
{
	const struct difference *d = difference(job);

	return (double)d->html > call->args[1].number &&
	       (double)d->text / (double)d->html > call->args[0].number;
}

/* ---- lines ---- */

struct lines {
	size_t all, blank;
};

static void
count_lines(struct sv text, struct lines *lines)
{
	struct sv line;

	while (sv_line(&text, &line)) {
		lines->all++;
		lines->blank += sv_trim(line).n == 0;
	}
}

/* check_blank_line_ratio: percent, of a minimum of lines */
static bool
blank_ratio(struct eval_job *job, const struct eval_call *call)
{
	const struct view *v = &job->message->views[VIEW_RAWBODY];
	struct lines *lines = job->facts[FACTS_LINES];
	double min_lines = eval_has_arg(call, 2) ? call->args[2].number : 1;
	double min = call->args[0].number, ratio = -1;

	if (!lines) {
		lines = job->facts[FACTS_LINES] =
		    ARENA_NEW(job->arena, struct lines);
		for (size_t i = 0; i < v->n; i++)
			count_lines(v->elements[i], lines);
	}
	if (lines->all && (double)lines->all >= min_lines)
		ratio = 100.0 * (double)lines->blank / (double)lines->all;
	return (min == 0 || ratio > min) && ratio <= call->args[1].number;
}

enum { SPACED_BYTES_MIN = 6 };

/* Blanks for each hundred other characters of a paragraph. */
static int
space_percent(struct sv s)
{
	size_t spaces = sv_count(s, ' ');

	return spaces > s.n - spaces || spaces == s.n
	           ? 100
	           : (int)(100 * spaces / (s.n - spaces));
}

/* tvd_vertical_words: of the paragraph that has most blanks */
static bool
vertical_words(struct eval_job *job, const struct eval_call *call)
{
	const struct view *v = &job->message->views[VIEW_BODY];
	double max = call->args[1].number;
	int most = -1;

	for (size_t i = 0; i < v->n; i++)
		if (v->elements[i].n >= SPACED_BYTES_MIN) {
			int percent = space_percent(v->elements[i]);

			most = percent > most ? percent : most;
		}
	return most >= call->args[0].number && (max >= 100 || most < max);
}

/* ---- shares ---- */

static const char *const stock_regexes[] = {
	/* the name of a field: "Target price: 5" */
	"(?m)^\\s*\\K[^:\\s][^:\\n]{2,29}(?=\\s*:\\s*\\S)",
	/* those that letters about shares have, at the end of a name */
	"(?:^trad(?:e|ing)date|company(?:name)?"
	"|s\\w?(?:t\\w?o\\w?c\\w?k|y\\w?m(?:\\w?b\\w?o\\w?l)?)"
	"|target|ticker|(?:opening|current)p(?:rice)?|projected|position"
	"|expectations|weeks?high|marketperformance"
	"|(?:year|week|month|day|price)(?:target|estimates?)|sector"
	"|recommendation|rating)$",
	NULL,
};

enum { STOCK_FIELDS_MAX = 32 };

/* The letters of a text, small. */
static struct sv
letters_of(struct eval_job *job, struct sv s)
{
	struct sv copy = eval_lower(job, s);
	char *p = (char *)(uintptr_t)copy.p;
	size_t n = 0;

	for (size_t i = 0; i < copy.n; i++)
		if (p[i] >= 'a' && p[i] <= 'z')
			p[n++] = p[i];
	return sv_make(p, n);
}

static size_t
count_stock_fields(struct eval_job *job, const struct eval_call *call,
                   struct sv text)
{
	struct census seen = census_make(job->arena);
	size_t at = 0, span[2], field[2];

	while (seen.n < STOCK_FIELDS_MAX &&
	       eval_find(job, call->regexes[0], text, at, span)) {
		struct sv name =
		    letters_of(job, sv_sub(text, span[0], span[1]));

		at = span[1];
		if (eval_find(job, call->regexes[1], name, 0, field))
			census_at(&seen, sv_sub(name, field[0], field[1]));
	}
	return seen.n;
}

/* check_stock_info: different names of fields in the first plain text */
static bool
stock_info(struct eval_job *job, const struct eval_call *call)
{
	const struct message *m = job->message;
	const struct eval_part *parts = eval_parts(job);
	size_t *fields = job->facts[FACTS_STOCK];

	if (!fields) {
		fields = job->facts[FACTS_STOCK] =
		    ARENA_NEW(job->arena, size_t);
		for (size_t i = 0; i < m->n_parts; i++)
			if (sv_eq_str(parts[i].node_type, "text/plain")) {
				*fields = count_stock_fields(
				    job, call, m->parts[i].rendered);
				break;
			}
	}
	return (double)*fields >= call->args[0].number;
}

/* ---- lengths ---- */

/* check_body_length: all behind the header, as it stands */
static bool
body_length(struct eval_job *job, const struct eval_call *call)
{
	const struct message *m = job->message;
	const char *end = m->mail.p + m->mail.n;

	return m->parts[0].raw.p && m->mail.p &&
	       (double)(end - m->parts[0].raw.p) <= call->args[0].number;
}

struct signature {
	bool has_text;
	double body, sig, ratio;
};

enum { SIGNATURE_BYTES_MIN = 5, NO_SIGNATURE_RATIO = 1000000 };

/* "-- ", "--": what follows the last one is a signature. */
static bool
is_separator(struct sv line)
{
	return sv_eq_str(line, "--") || sv_eq_str(line, "-- ");
}

/* BodyEval::_plaintext_body_sig_ratio */
static struct signature
find_signature(const struct eval_job *job, const struct eval_part *parts)
{
	const struct message *m = job->message;
	struct signature s = { .ratio = NO_SIGNATURE_RATIO };
	struct sv text = SV(""), rest, line;

	for (size_t i = 0; i < m->n_parts && !s.has_text; i++)
		if (sv_starts(parts[i].node_type, SV("text/plain"))) {
			text = m->parts[i].data;
			s.has_text = true;
		}
	s.body = (double)text.n;
	for (rest = text; sv_line(&rest, &line);) {
		size_t end = (size_t)(line.p - text.p) + line.n;

		if (!is_separator(line) || text.n - end < SIGNATURE_BYTES_MIN)
			continue;
		s.body = (double)(line.p - text.p);
		s.sig = (double)(text.n - end);
		s.ratio = s.body / s.sig;
	}
	return s;
}

static bool
is_between(const struct eval_call *call, double value)
{
	return value >= call->args[0].number && eval_at_most(call, 1, value);
}

/* plaintext_body_length */
static bool
plaintext_body(struct eval_job *job, const struct eval_call *call)
{
	struct signature s = find_signature(job, eval_parts(job));

	return s.has_text && is_between(call, s.body);
}

/* plaintext_sig_length */
static bool
plaintext_sig(struct eval_job *job, const struct eval_call *call)
{
	struct signature s = find_signature(job, eval_parts(job));

	return s.has_text && is_between(call, s.sig);
}

/* plaintext_body_sig_ratio */
static bool
plaintext_ratio(struct eval_job *job, const struct eval_call *call)
{
	struct signature s = find_signature(job, eval_parts(job));

	return s.has_text && is_between(call, s.ratio);
}

static const struct eval_function functions[] = {
	{ "multipart_alternative_difference", "nn", alternative_difference,
	  NULL },
	{ "multipart_alternative_difference_count", "nn", alternative_count,
	  NULL },
	{ "check_blank_line_ratio", "nn?n", blank_ratio, NULL },
	{ "tvd_vertical_words", "nn", vertical_words, NULL },
	{ "check_stock_info", "n", stock_info, stock_regexes },
	{ "check_body_length", "n", body_length, NULL },
	{ "plaintext_body_length", "n?n", plaintext_body, NULL },
	{ "plaintext_sig_length", "n?n", plaintext_sig, NULL },
	{ "plaintext_body_sig_ratio", "n?n", plaintext_ratio, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const char *const features[] = { "has_check_body_length",
	                                "has_plaintext_body_sig_ratio", NULL };

const struct eval_plugin eval_plugin_body = {
	.name = "BodyEval",
	.is_default = true,
	.functions = functions,
	.features = features,
};
