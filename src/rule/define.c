/* SPDX-License-Identifier: Apache-2.0 */
/* The directives that define a rule. */
#include "match/match.h"
#include "message/fold.h"
#include "rule/lex.h"
#include "rule/parse.h"

enum {
	MODIFIERS_MAX = 2
}; /* of a header; more are no rule for
      SpamAssassin */

/* Starts a definition: what an earlier one said is forgotten, what was set
 * beside it (score, describe, flags) stays. */
static struct draft *
begin(struct parser *p, struct sv *value, enum rule_type type)
{
	struct draft *d = parse_name(p, value);

	if (!d)
		return NULL;
	if (value->n == 0) {
		parse_error(p, "rule %s has no definition", d->rule.name);
		if (d->state == DRAFT_MENTIONED)
			d->state = DRAFT_SKIPPED;
		return NULL;
	}
	if (d->state == DRAFT_DEFINED || d->state == DRAFT_UNSUPPORTED)
		parse_warning(p,
		              "rule %s is defined again; the definition in "
		              "%s:%d is dropped",
		              d->rule.name, d->rule.file, d->rule.line);
	if (d->state != DRAFT_DEFINED && d->state != DRAFT_UNSUPPORTED)
		*VEC_ADD(&p->drafts->list) = d;
	d->state = DRAFT_DEFINED;
	d->test = (struct rule_test){ .flags = 0 };
	d->rule.needs = "";
	d->rule.type = type;
	d->rule.file = p->file;
	d->rule.line = p->line;
	d->rule.definition = arena_str(p->drafts->arena, *value);
	*value = sv_str(d->rule.definition);
	return d;
}

static void
unsupported(struct parser *p, struct draft *d, const char *what)
{
	d->state = DRAFT_UNSUPPORTED;
	parse_warning(p, "not supported: rule %s skipped: %s", d->rule.name,
	              what);
}

static void
wrong(struct parser *p, struct draft *d, const char *what)
{
	d->state = DRAFT_UNSUPPORTED;
	parse_error(p, "rule %s: %s", d->rule.name, what);
}

static bool
is_eval(struct sv value)
{
	return sv_starts(value, SV("eval:")) ||
	       sv_starts(value, SV("rbleval:"));
}

/* Said once a file: rules that ask others come by the dozen. */
static void
note_needs(struct parser *p, struct draft *d)
{
	static const char *const texts[] = {
		[EVAL_WEB] = "asks web servers",
		[EVAL_LEARNED] = "asks what was learned",
		[EVAL_PROGRAM] = "asks another program",
	};
	static const char *const words[] = {
		[EVAL_MESSAGE] = "",        [EVAL_NETWORK] = "network",
		[EVAL_WEB] = "web",         [EVAL_LEARNED] = "learned",
		[EVAL_PROGRAM] = "program", [EVAL_CLASSIFIER] = "classifier",
		[EVAL_SIGNALS] = "signals",
	};
	enum eval_source source = eval_source(d->test.call);

	d->rule.needs = words[source];
	if (texts[source] && !map_set(p->said_once, sv_str(texts[source]), p))
		diags_add(p->diags, SEVERITY_NOTE, p->file, p->line,
		          "rule %s %s, which tamis does not yet: such rules "
		          "are not true (said once for each file)",
		          d->rule.name, texts[source]);
}

static void
read_eval(struct parser *p, struct draft *d, struct sv value)
{
	const char *why;

	sv_split(&value, ':', &(struct sv){ NULL, 0 });
	switch (eval_bind(p->drafts->evals, value, rule_view(d->rule.type),
	                  &d->test.call, &why)) {
	case EVAL_BOUND:
		note_needs(p, d);
		break;
	case EVAL_UNKNOWN:
		unsupported(p, d, d->rule.definition);
		break;
	case EVAL_NOT_LOADED:
		d->state = DRAFT_UNSUPPORTED;
		parse_warning(p,
		              "rule %s skipped: its function is of the plugin "
		              "%s, which no loadplugin line names",
		              d->rule.name, why);
		break;
	case EVAL_WRONG:
		wrong(p, d, why);
		break;
	}
}

static void
read_regex(struct parser *p, struct draft *d, struct sv text)
{
	const char *error = lex_regex(text, &d->test.regex, &d->test.flags);

	if (error)
		wrong(p, d, error);
	else if (sv_find(d->test.regex, SV("(?{")) != SV_NOT_FOUND ||
	         sv_find(d->test.regex, SV("(??{")) != SV_NOT_FOUND)
		wrong(p, d, "code in a regular expression");
}

static struct draft *
define_text_rule(struct parser *p, struct sv value, enum rule_type type)
{
	struct draft *d = begin(p, &value, type);

	if (!d)
		return NULL;
	if (is_eval(value) && type <= RULE_FULL)
		read_eval(p, d, value);
	else
		read_regex(p, d, value);
	return d;
}

void
define_body(struct parser *p, struct sv value)
{
	define_text_rule(p, value, RULE_BODY);
}

void
define_rawbody(struct parser *p, struct sv value)
{
	define_text_rule(p, value, RULE_RAWBODY);
}

void
define_uri(struct parser *p, struct sv value)
{
	define_text_rule(p, value, RULE_URI);
}

void
define_full(struct parser *p, struct sv value)
{
	define_text_rule(p, value, RULE_FULL);
}

/* Warns of what a skeleton never has: then the rule can hardly be meant. */
static void
check_folded(struct parser *p, const struct draft *d)
{
	bool is_caseless = d->test.flags & MATCH_CASELESS ||
	                   sv_starts(d->test.regex, SV("(?i"));
	struct sv never = fold_never(d->test.regex, is_caseless);

	if (d->state == DRAFT_DEFINED && never.n)
		parse_warning(p,
		              "rule %s: '" SV_FMT "' never occurs in a "
		              "skeleton: write it folded, as tamis-rules(5) "
		              "has it",
		              d->rule.name, SV_ARG(never));
}

static void
define_folded_rule(struct parser *p, struct sv value, enum rule_type type)
{
	const struct draft *d = define_text_rule(p, value, type);

	if (d)
		check_folded(p, d);
}

void
define_skeleton(struct parser *p, struct sv value)
{
	define_folded_rule(p, value, RULE_SKELETON);
}

void
define_uri_skeleton(struct parser *p, struct sv value)
{
	define_folded_rule(p, value, RULE_URI_SKELETON);
}

static bool
read_selector(struct parser *p, struct draft *d, struct sv text)
{
	const char *error =
	    selector_parse(text, p->drafts->arena, &d->test.selector);

	if (!error && d->test.selector.modifiers > MODIFIERS_MAX)
		error = "a header has two modifiers at most";
	if (error)
		wrong(p, d, error);
	else if (!selector_is_known(&d->test.selector))
		unsupported(p, d, d->test.selector.name);
	return d->state == DRAFT_DEFINED;
}

/* Cuts a "[if-unset: TEXT]" off the end. */
static void
cut_if_unset(struct parser *p, struct draft *d, struct sv *value)
{
	const struct sv mark = SV("[if-unset:");
	struct sv inner;
	size_t at = SV_NOT_FOUND, next;

	if (value->n == 0 || value->p[value->n - 1] != ']')
		return;
	for (next = 0; next != SV_NOT_FOUND;) {
		next = sv_find(sv_from(*value, at + 1), mark);
		if (next != SV_NOT_FOUND)
			at = at + 1 + next;
	}
	if (at == SV_NOT_FOUND || at == 0 || !sv_is_space(value->p[at - 1]))
		return;
	inner = sv_trim(sv_sub(*value, at + mark.n, value->n - 1));
	d->test.if_unset = arena_str(p->drafts->arena, inner);
	*value = sv_trim(sv_sub(*value, 0, at));
}

/* The operator, the text behind it, and what stands for no header. */
static bool
read_operator(struct parser *p, struct draft *d, struct sv *value)
{
	*value = sv_trim(*value);
	d->test.negate = sv_starts(*value, SV("!~"));
	if (!d->test.negate && !sv_starts(*value, SV("=~"))) {
		wrong(p, d, "expected =~ or !~ behind the header");
		return false;
	}
	*value = sv_trim(sv_from(*value, 2));
	cut_if_unset(p, d, value);
	return true;
}

static size_t
header_bytes(struct sv value)
{
	size_t n = 0;

	while (n < value.n && !sv_is_space(value.p[n]) && value.p[n] != '=' &&
	       value.p[n] != '!')
		n++;
	return n;
}

/* "Subject =~ /.../", "From:addr !~ /.../": the selector ends at a blank or at
 * the operator. */
static void
read_header_match(struct parser *p, struct draft *d, struct sv value)
{
	size_t n = header_bytes(value);

	if (!read_selector(p, d, sv_sub(value, 0, n)))
		return;
	value = sv_from(value, n);
	if (read_operator(p, d, &value))
		read_regex(p, d, value);
}

void
define_header(struct parser *p, struct sv value)
{
	const struct sv exists = SV("exists:");
	struct draft *d = begin(p, &value, RULE_HEADER);

	if (!d)
		return;
	if (is_eval(value)) {
		read_eval(p, d, value);
	} else if (sv_starts(value, exists)) {
		d->test.exists = true;
		read_selector(p, d, sv_from(value, exists.n));
	} else {
		read_header_match(p, d, value);
	}
}

void
define_list(struct parser *p, struct sv value)
{
	struct draft *d = begin(p, &value, RULE_LIST);
	const char *error;
	struct sv name;

	if (!d)
		return;
	error = list_parse(value, &d->test.list_kind, &name);
	if (error)
		wrong(p, d, error);
	else
		d->test.list_file =
		    list_path(p->drafts->arena, p->file, name).p;
}

void
define_meta(struct parser *p, struct sv value)
{
	begin(p, &value, RULE_META); /* compiled when all names are known */
}

void
define_mimeheader(struct parser *p, struct sv value)
{
	struct draft *d = begin(p, &value, RULE_MIMEHEADER);
	size_t n;

	if (!d)
		return;
	n = header_bytes(value);
	if (!part_header_parse(
		sv_str(arena_str(p->drafts->arena, sv_sub(value, 0, n))),
		&d->test.part)) {
		wrong(p, d, "expected the name of a header, or NAME:raw");
		return;
	}
	value = sv_from(value, n);
	if (!read_operator(p, d, &value))
		return;
	read_regex(p, d, value);
	if (d->state == DRAFT_DEFINED && d->test.negate)
		parse_warning(p,
		              "rule %s is always true, as in SpamAssassin: it "
		              "does not look at what a mimeheader rule with "
		              "!~ matches",
		              d->rule.name);
}

void
define_uri_detail(struct parser *p, struct sv value)
{
	struct draft *d = begin(p, &value, RULE_URI_DETAIL);
	const char *error;

	if (!d)
		return;
	d->test.detail = ARENA_NEW(p->drafts->arena, struct uri_detail);
	error = uri_detail_parse(value, d->test.detail);
	if (error)
		wrong(p, d, error);
}

/* What it cannot do leaves the rule out: others may be able to. */
void
define_askdns(struct parser *p, struct sv value)
{
	struct draft *d = begin(p, &value, RULE_ASKDNS);
	const char *wrong;

	if (!d)
		return;
	wrong = eval_bind_askdns(p->drafts->evals, value, &d->test.call);
	if (wrong)
		unsupported(p, d, wrong);
	else
		d->rule.needs = "network";
}
