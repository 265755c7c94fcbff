/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/e4.h"
#include "eval/tag.h"
#include "scan/template_hits.h"
#include "scan/text_shape.h"

enum {
	TEXT_BYTES_MAX = 1 << 20,
	STARS_MAX = 50,
	PREVIEW_BYTES = 200, /* of the text, about */
	PREVIEW_PARAGRAPHS = 3,
	HEADER_WIDTH = 79,
	PREVIEW_WIDTH = 75,
	RULE_OFF = 10, /* so many "-" in a row are a line, not text */
};

/* The language of templates and rules is that of this version. */
#define LANGUAGE_VERSION "4.0.1-" PACKAGE_NAME

void
template_begin(struct template_job *ret, const struct scan *s)
{
	struct message_envelope *envelope =
	    ARENA_NEW(s->arena, struct message_envelope);
	const struct rule_settings *settings = scan_settings(s);

	scan_rule_envelope(s, envelope);
	*ret = (struct template_job){
		.arena = s->arena,
		.settings = settings,
		.message = s->message,
		.rest = sv_from(s->raw, s->message->raw.n),
		.envelope = envelope,
		.rules = s->rules,
		.score_e4 = s->score_e4,
		.required_e4 = settings->required_e4,
		.is_spam = s->score_e4 >= settings->required_e4,
		.unix_ms = s->unix_ms,
		.hostname = s->snapshot->conf->node.name,
		.version = LANGUAGE_VERSION,
		.subversion = PACKAGE_VERSION,
	};
}

/* ---- the tags ---- */

struct call {
	const struct template_job *job;
	struct sv argument; /* without parentheses; .p is NULL: there is none */
	struct buf *out;
};

/* What SpamAssassin takes for no argument at all. */
static struct sv
argument_or(const struct call *c, const char *otherwise)
{
	return c->argument.n == 0 || sv_eq_str(c->argument, "0")
	           ? sv_str(otherwise)
	           : c->argument;
}

static struct sv
yes_or_no(const struct call *c)
{
	struct sv rest = c->argument, spam = SV("Yes"), ham = SV("No");

	sv_split(&rest, ',', &spam);
	if (rest.p)
		ham = rest;
	return c->job->is_spam ? spam : ham;
}

static void
tag_yesno(const struct call *c)
{
	buf_add(c->out, yes_or_no(c));
}

static void
tag_yesnocaps(const struct call *c)
{
	struct sv text = yes_or_no(c);

	for (size_t i = 0; i < text.n; i++)
		buf_add_char(c->out, text.p[i] >= 'a' && text.p[i] <= 'z'
		                         ? (char)(text.p[i] - 32)
		                         : text.p[i]);
}

/* To one decimal, as printf rounds. */
static void
one_decimal(int64_t score_e4, char text[E4_TEXT])
{
	snprintf(text, E4_TEXT, "%2.1f", (double)score_e4 / E4_ONE);
}

/* A score that is too low by less than the rounding must not look like one
 * that is high enough. */
static void
score_text(const struct template_job *job, char text[E4_TEXT])
{
	char required[E4_TEXT];
	int64_t score_e4 = 0, required_e4 = 0;

	one_decimal(job->score_e4, text);
	one_decimal(job->required_e4, required);
	if (job->is_spam || e4_parse(sv_str(text), &score_e4) ||
	    e4_parse(sv_str(required), &required_e4) || score_e4 < required_e4)
		return;
	e4_text(required_e4 - E4_ONE / 10, text);
}

static bool
is_padding(struct sv pad)
{
	for (size_t i = 0; i < pad.n; i++)
		if (pad.p[i] != pad.p[0])
			return false;
	return pad.n > 0 && (pad.p[0] == '0' || pad.p[0] == ' ');
}

static void
tag_score(const struct call *c)
{
	char text[E4_TEXT];
	size_t n;

	score_text(c->job, text);
	n = strlen(text);
	if (is_padding(c->argument) && c->argument.n + 3 > n)
		buf_add(c->out, sv_sub(c->argument, 0, c->argument.n + 3 - n));
	buf_add_str(c->out, text);
}

static void
tag_reqd(const struct call *c)
{
	char text[E4_TEXT];

	one_decimal(c->job->required_e4, text);
	buf_add_str(c->out, text);
}

static void
tag_version(const struct call *c)
{
	const char *tag = c->job->settings->version_tag;

	buf_addf(c->out, "%s%s%s", c->job->version, *tag ? "-" : "", tag);
}

static void
tag_subversion(const struct call *c)
{
	buf_add_str(c->out, c->job->subversion);
}

static void
tag_rulesversion(const struct call *c)
{
	buf_add_str(c->out, c->job->settings->rules_version);
}

static void
tag_hostname(const struct call *c)
{
	const char *name = c->job->settings->report_hostname;

	buf_add_str(c->out, *name ? name : c->job->hostname);
}

static void
tag_remotehostname(const struct call *c)
{
	buf_add_str(c->out, "localhost");
}

static void
tag_remotehostaddr(const struct call *c)
{
	buf_add_str(c->out, "127.0.0.1");
}

static void
tag_contactaddress(const struct call *c)
{
	buf_add_str(c->out, c->job->settings->report_contact);
}

static void
tag_bayes(const struct call *c)
{
	const struct message_envelope *e = c->job->envelope;

	if (e && e->is_classified)
		buf_addf(c->out, "%.4f", (double)e->spam_probability);
	else
		buf_add_str(c->out, "0.5");
}

/* Nothing here learns from what it judges. */
static void
tag_autolearn(const struct call *c)
{
	buf_add_str(c->out, "disabled");
}

static void
tag_autolearnscore(const struct call *c)
{
	char text[E4_TEXT];

	buf_add_str(c->out, e4_text(hits_learn_score_e4(c->job), text));
}

static void
tag_date(const struct call *c)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed",
		                            "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		                              "May", "Jun", "Jul", "Aug",
		                              "Sep", "Oct", "Nov", "Dec" };
	time_t at = (time_t)(c->job->unix_ms / 1000);
	struct tm tm = { 0 };
	long zone_min;

	localtime_r(&at, &tm);
	zone_min = tm.tm_gmtoff / 60;
	buf_addf(c->out, "%s, %02d %s %4d %02d:%02d:%02d %c%02ld%02ld",
	         days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
	         tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec,
	         zone_min < 0 ? '-' : '+', labs(zone_min) / 60,
	         labs(zone_min) % 60);
}

static void
tag_stars(const struct call *c)
{
	int64_t n = c->job->score_e4 / E4_ONE;

	for (int64_t i = 0; i < n && i < STARS_MAX; i++)
		buf_add(c->out, argument_or(c, "*"));
}

static void
tag_tests(const struct call *c)
{
	hits_list(c->job, HITS_NAMES, argument_or(c, ","), c->out);
}

static void
tag_testsscores(const struct call *c)
{
	hits_list(c->job, HITS_SCORES, argument_or(c, ","), c->out);
}

static void
tag_subtests(const struct call *c)
{
	hits_list(c->job, HITS_SUBS, argument_or(c, ","), c->out);
}

static void
tag_subtestscollapsed(const struct call *c)
{
	hits_list(c->job, HITS_SUBS_ONCE, SV(","), c->out);
}

static void
tag_summary(const struct call *c)
{
	hits_describe(c->job, false, c->out);
}

static void
tag_report(const struct call *c)
{
	buf_add_char(c->out, '\n');
	hits_describe(c->job, true, c->out);
}

static void
tag_subjprefix(const struct call *c)
{
	buf_add(c->out, hits_subject_prefix(c->job));
}

/* ---- the preview ---- */

/* Not in the middle of a character. */
static struct sv
cut_text(struct sv s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && (s.p[max] & 0xc0) == 0x80)
		max--;
	return sv_sub(s, 0, max);
}

static void
add_preview_line(struct sv line, struct buf *out)
{
	size_t quote = sv_find(line, SV("-----Original Message-----"));
	struct sv cut = cut_text(line, PREVIEW_BYTES);

	if (quote < cut.n)
		cut = sv_sub(cut, 0, quote);
	buf_add(out, cut);
	if (cut.n < line.n && quote >= PREVIEW_BYTES)
		buf_add_str(out, " [...]");
	buf_add_char(out, '\n');
}

static bool
is_ruler(char c)
{
	return c == '-' || c == '_' || c == '*' || c == '.';
}

/* Blanks as one, lines of dashes left out. */
static void
tidy(struct sv text, struct buf *out)
{
	static const struct sv boilerplate = {
		"This is a multi-part message in MIME format.", 44
	};
	size_t i = 0, n;

	while (i < text.n) {
		struct sv rest = sv_from(text, i);

		for (n = 0; n < rest.n && is_ruler(rest.p[n]);)
			n++;
		if (sv_starts(rest, boilerplate)) {
			i += boilerplate.n;
		} else if (n >= RULE_OFF) {
			i += n;
		} else if (sv_is_space(text.p[i])) {
			if (!out->n || out->p[out->n - 1] != ' ')
				buf_add_char(out, ' ');
			i++;
		} else {
			buf_add(out, sv_sub(rest, 0, n ? n : 1));
			i += n ? n : 1;
		}
	}
}

/* The first words of the text, to stand behind "Content preview:  ". */
static void
tag_preview(const struct call *c)
{
	const struct view *v = &c->job->message->views[VIEW_BODY];
	const struct sv title = SV("Content preview:  ");
	const struct wrapping w = { title, SV("  "), PREVIEW_WIDTH, true,
		                    false };
	struct buf text = BUF_INIT(TEXT_BYTES_MAX);
	struct buf lines = BUF_INIT(TEXT_BYTES_MAX);
	struct buf tidied = BUF_INIT(TEXT_BYTES_MAX);
	struct sv rest, line;

	for (size_t i = 1;
	     i < v->n && i <= PREVIEW_PARAGRAPHS && text.n < PREVIEW_BYTES; i++)
		buf_add(&text, v->elements[i]);
	rest = buf_sv(&text);
	while (sv_line(&rest, &line))
		add_preview_line(line, &lines);
	tidy(buf_sv(&lines), &tidied);
	buf_reset(&text);
	wrap_text(buf_sv(&tidied), &w, &text);
	rest = sv_from(buf_sv(&text), title.n);
	while (rest.n && sv_is_space(rest.p[0]))
		rest = sv_from(rest, 1);
	buf_add(c->out, rest);
	buf_done(&text);
	buf_done(&lines);
	buf_done(&tidied);
}

static const char *
shortcircuit_type(const struct rule_result *r)
{
	return r->shortcircuit_is_ham ? "ham" : "spam";
}

static void
tag_sc(const struct call *c)
{
	const struct rule_result *r = c->job->rules;

	if (r->shortcircuit)
		buf_addf(c->out, "%s (%s)", r->shortcircuit->name,
		         shortcircuit_type(r));
	else
		buf_add_str(c->out, "no");
}

static void
tag_scrule(const struct call *c)
{
	const struct rule *rule = c->job->rules->shortcircuit;

	buf_add_str(c->out, rule ? rule->name : "none");
}

static void
tag_sctype(const struct call *c)
{
	const struct rule_result *r = c->job->rules;

	buf_add_str(c->out, r->shortcircuit ? shortcircuit_type(r) : "no");
}

/* ---- finding them ---- */

static const struct {
	const char *name;
	void (*add)(const struct call *c);
} tags[] = {
	{ "YESNO", tag_yesno },
	{ "YESNOCAPS", tag_yesnocaps },
	{ "SCORE", tag_score },
	{ "HITS", tag_score },
	{ "REQD", tag_reqd },
	{ "VERSION", tag_version },
	{ "SUBVERSION", tag_subversion },
	{ "RULESVERSION", tag_rulesversion },
	{ "HOSTNAME", tag_hostname },
	{ "REMOTEHOSTNAME", tag_remotehostname },
	{ "REMOTEHOSTADDR", tag_remotehostaddr },
	{ "CONTACTADDRESS", tag_contactaddress },
	{ "BAYES", tag_bayes },
	{ "AUTOLEARN", tag_autolearn },
	{ "AUTOLEARNSCORE", tag_autolearnscore },
	{ "DATE", tag_date },
	{ "STARS", tag_stars },
	{ "TESTS", tag_tests },
	{ "TESTSSCORES", tag_testsscores },
	{ "SUBTESTS", tag_subtests },
	{ "SUBTESTSCOLLAPSED", tag_subtestscollapsed },
	{ "SUBJPREFIX", tag_subjprefix },
	{ "SUMMARY", tag_summary },
	{ "REPORT", tag_report },
	{ "PREVIEW", tag_preview },
	{ "SC", tag_sc },
	{ "SCRULE", tag_scrule },
	{ "SCTYPE", tag_sctype },
};

/* Tags of parts of SpamAssassin that tamis has not: known, and empty. */
static const char *const empty_tags[] = {
	"ASN",
	"ASNCIDR",
	"AWL",
	"AWLCOUNT",
	"AWLMEAN",
	"AWLPRESCORE",
	"BAYESTC",
	"BAYESTCHAMMY",
	"BAYESTCLEARNED",
	"BAYESTCSPAMMY",
	"DCCB",
	"DCCR",
	"DCCREP",
	"DKIMDOMAIN",
	"DKIMIDENTITY",
	"DKIMSELECTOR",
	"EXTRACTTEXTCHARS",
	"EXTRACTTEXTEXTENSIONS",
	"EXTRACTTEXTFLAGS",
	"EXTRACTTEXTTOOLS",
	"EXTRACTTEXTTYPES",
	"EXTRACTTEXTURIS",
	"EXTRACTTEXTWORDS",
	"HAMMYTOKENS",
	"PYZOR",
	"RBL",
	"SPAMMYTOKENS",
	"TIMING",
	"TOKENSUMMARY",
};

static bool
is_empty_tag(struct sv name)
{
	for (size_t i = 0; i < sizeof empty_tags / sizeof *empty_tags; i++)
		if (sv_eq_str(name, empty_tags[i]))
			return true;
	return false;
}

static bool
add_tag(const struct template_job *job, struct sv name, struct sv argument,
        struct buf *out)
{
	const struct call call = { job, argument, out };
	const struct tag_source source = { job->arena, job->message,
		                           job->envelope };
	struct sv value;

	for (size_t i = 0; i < job->n_tags; i++)
		if (sv_eq_str(name, job->tags[i].name)) {
			buf_add(out, job->tags[i].text);
			return true;
		}
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (sv_eq_str(name, tags[i].name)) {
			tags[i].add(&call);
			return true;
		}
	for (size_t i = 0; i < job->rules->n_captures; i++)
		if (sv_eq(name, job->rules->captures[i].name)) {
			buf_add(out, job->rules->captures[i].value);
			return true;
		}
	if (!tag_of_message(&source, name, argument, &value))
		return is_empty_tag(name);
	buf_add(out, value);
	return true;
}

/* ---- templates ---- */

struct reader {
	struct sv text;
	size_t no_close; /* no ")_" in text[.., no_close) */
};

static bool
is_tag_char(char c)
{
	return (c >= 'A' && c <= 'Z') || sv_is_digit(c);
}

/* Where the ")_" stands that ends an argument, in the same line. */
static size_t
find_close(struct reader *r, size_t from)
{
	size_t i = from;

	if (from < r->no_close)
		return SV_NOT_FOUND;
	for (; i + 1 < r->text.n && r->text.p[i] != '\n'; i++)
		if (r->text.p[i] == ')' && r->text.p[i + 1] == '_')
			return i;
	r->no_close = i;
	return SV_NOT_FOUND;
}

struct found { /* "_NAME(ARGUMENT)_" */
	struct sv name, argument;
	size_t end; /* behind it */
};

/* Reads the tag whose name begins at `at`. A "_" in it may also be its end. */
static bool
read_tag(struct reader *r, size_t at, struct found *ret)
{
	const struct sv s = r->text;
	size_t end = at, last = 0, close;

	if (at >= s.n || s.p[at] < 'A' || s.p[at] > 'Z')
		return false;
	for (;;) {
		while (end < s.n && is_tag_char(s.p[end]))
			end++;
		if (end + 1 >= s.n || s.p[end] != '_' ||
		    !is_tag_char(s.p[end + 1]))
			break;
		last = end++;
	}
	ret->argument = SV_NONE;
	if (end < s.n && s.p[end] == '(') {
		close = find_close(r, end + 1);
		if (close != SV_NOT_FOUND) {
			ret->name = sv_sub(s, at, end);
			ret->argument = sv_sub(s, end + 1, close);
			ret->end = close + 2;
			return true;
		}
		end = s.n;
	}
	if (end >= s.n || s.p[end] != '_')
		end = last;
	if (end == 0)
		return false;
	ret->name = sv_sub(s, at, end);
	ret->end = end + 1;
	return true;
}

static void
expand(const struct template_job *job, struct sv text, struct buf *out)
{
	struct reader r = { text, 0 };
	struct found tag;
	size_t i = 0;

	while (i < text.n) {
		if (text.p[i] != '_' || !read_tag(&r, i + 1, &tag)) {
			buf_add_char(out, text.p[i++]);
			continue;
		}
		if (!add_tag(job, tag.name, tag.argument, out))
			buf_add(out, sv_sub(text, i, tag.end));
		i = tag.end;
	}
}

struct sv
template_text(const struct template_job *job, struct sv text)
{
	struct buf out = BUF_INIT(TEXT_BYTES_MAX);
	struct sv result;

	expand(job, text, &out);
	result = arena_dup(job->arena, buf_sv(&out));
	buf_done(&out);
	return result;
}

static struct sv
trim_lines(struct sv text)
{
	while (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	return text;
}

struct sv
template_report(const struct template_job *job)
{
	const char *report = job->settings->report;
	struct sv text = template_text(
	    job, *report ? sv_str(report) : SV("(no report template found)"));

	text = trim_lines(text);
	return arena_printf(job->arena, SV_FMT "\n\n", SV_ARG(text));
}

/* ---- headers ---- */

/* A template with line ends of its own: each becomes a fold. */
static void
fold_lines(struct sv text, struct buf *out)
{
	struct sv line;

	for (bool first = true; sv_split(&text, '\n', &line); first = false) {
		while (!first && line.n && sv_is_space(line.p[0]))
			line = sv_from(line, 1);
		while (text.p && line.n && sv_is_space(line.p[line.n - 1]))
			line.n--;
		if (!first && line.n == 0)
			continue;
		if (!first)
			buf_add_str(out, "\n\t");
		buf_add(out, line);
	}
}

static void
fold_words(struct sv name, struct sv text, struct buf *out)
{
	struct wrapping w = { SV_NONE, SV("\t"), HEADER_WIDTH, false, true };
	struct buf whole = BUF_INIT(TEXT_BYTES_MAX);
	struct buf lines = BUF_INIT(TEXT_BYTES_MAX);
	size_t title;

	/* Two bytes that are no blank stand for ": ". */
	buf_addf(&whole, "X-Spam-" SV_FMT "::", SV_ARG(name));
	title = whole.n;
	buf_add(&whole, text);
	wrap_text(buf_sv(&whole), &w, &lines);
	buf_add(out, sv_from(buf_sv(&lines), title));
	buf_done(&whole);
	buf_done(&lines);
}

static struct sv
header_value(const struct template_job *job, const struct settings_header *h)
{
	struct sv text = template_text(job, sv_str(h->text));
	struct buf folded = BUF_INIT(TEXT_BYTES_MAX);
	struct buf encoded = BUF_INIT(TEXT_BYTES_MAX);

	while (text.n &&
	       (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
		text.n--;
	if (!job->settings->fold_headers) {
		buf_add(&folded, text);
		for (size_t i = 0; i < folded.n; i++)
			if (folded.p[i] == '\n')
				folded.p[i] = ' ';
	} else if (sv_find_char(text, '\n') != SV_NOT_FOUND) {
		fold_lines(text, &folded);
	} else {
		fold_words(sv_str(h->name), text, &folded);
	}
	encode_header(buf_sv(&folded), &encoded);
	text = arena_dup(job->arena, buf_sv(&encoded));
	buf_done(&folded);
	buf_done(&encoded);
	return text;
}

struct template_headers
template_headers(const struct template_job *job)
{
	const struct settings_headers *from = job->is_spam
	                                          ? &job->settings->headers_spam
	                                          : &job->settings->headers_ham;
	struct template_headers ret = {
		ARENA_ARRAY(job->arena, struct template_header, from->n + 1), 0
	};

	for (size_t i = 0; i < from->n; i++)
		ret.list[ret.n++] = (struct template_header){
			arena_printf(job->arena, "X-Spam-%s",
			             from->list[i].name),
			header_value(job, &from->list[i]),
		};
	return ret;
}
