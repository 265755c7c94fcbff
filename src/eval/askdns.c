/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plugin AskDNS: questions with tags in their names.
 *
 *     askdns NAME _DKIMDOMAIN_.list.example TXT /^spam/
 *
 * A tag with several values makes as many questions; a tag without makes none.
 * A question of several types is asked for each of them.
 */
#include "eval/ask.h"
#include "eval/tag_values.h"
#include "message/url.h"

enum { TAGS_MAX = 8, QUERIES_MAX = 50, TYPES_MAX = 8 };

struct template_tag {
	struct sv text; /* "_HEADER(To:addr)_" */
	struct sv name, argument;
};

struct askdns_call {
	struct sv template;
	struct template_tag tags[TAGS_MAX]; /* each once */
	size_t n_tags;
	enum dns_type types[TYPES_MAX];
	size_t n_types;
	struct sv zone; /* what stands behind the last tag; or "" */
	struct subtest test;
};

/* ---- templates ---- */

static bool
is_tag_char(char c)
{
	return (c >= 'A' && c <= 'Z') || sv_is_digit(c);
}

/* The length of "_NAME_" or "_NAME(ARGUMENT)_" at a place, or 0. */
static size_t
read_tag(struct sv s, size_t at, struct template_tag *ret)
{
	size_t i = at + 1, close;

	if (s.p[at] != '_' || i >= s.n || s.p[i] < 'A' || s.p[i] > 'Z')
		return 0;
	while (i < s.n &&
	       (is_tag_char(s.p[i]) ||
	        (s.p[i] == '_' && i + 1 < s.n && is_tag_char(s.p[i + 1]))))
		i++;
	ret->name = sv_sub(s, at + 1, i);
	ret->argument = SV("");
	if (i < s.n && s.p[i] == '(') {
		close = sv_find(sv_from(s, i), SV(")_"));
		if (close == SV_NOT_FOUND)
			return 0;
		ret->argument = sv_sub(s, i + 1, i + close);
		i += close + 1;
	}
	if (i >= s.n || s.p[i] != '_')
		return 0;
	ret->text = sv_sub(s, at, i + 1);
	return ret->text.n;
}

static const char *
read_template(struct eval_settings *s, struct askdns_call *own)
{
	struct template_tag tag = { .text = SV("") };
	size_t end = 0, known;

	for (size_t at = 0; at < own->template.n;) {
		size_t n = read_tag(own->template, at, &tag);

		at += n ? n : 1;
		if (!n)
			continue;
		end = at;
		for (known = 0; known < own->n_tags; known++)
			if (sv_eq(own->tags[known].text, tag.text))
				break;
		if (known < own->n_tags)
			continue;
		if (own->n_tags == TAGS_MAX)
			return "too many tags";
		own->tags[own->n_tags++] = tag;
	}
	if (own->n_tags && sv_starts(sv_from(own->template, end), SV(".")))
		dns_name(s->arena, sv_from(own->template, end + 1), &own->zone);
	return NULL;
}

/* "A", "A,TXT", "ANY": questions for any type are not answered any more (RFC
 * 8482), so that each of those that rules can be about is asked for. */
static const char *
read_types(struct askdns_call *own, struct sv words)
{
	static const enum dns_type any[] = { DNS_A, DNS_AAAA, DNS_MX, DNS_NS,
		                             DNS_TXT };
	struct sv word;

	while (sv_split(&words, ',', &word)) {
		if (sv_ieq_str(word, "ANY")) {
			memcpy(own->types, any, sizeof any);
			own->n_types = sizeof any / sizeof *any;
			return NULL;
		}
		if (own->n_types == TYPES_MAX)
			return "too many types";
		if (!dns_type_find(word, &own->types[own->n_types++]))
			return "records of that type are not asked for: A, "
			       "AAAA, CNAME, MX, NS, PTR, SOA, TXT or ANY";
	}
	return NULL;
}

const char *
eval_bind_askdns(struct eval_settings *s, struct sv text,
                 const struct eval_call **ret)
{
	struct askdns_call *own = ARENA_NEW(s->arena, struct askdns_call);
	struct eval_call *call = ARENA_NEW(s->arena, struct eval_call);
	struct sv template, types = SV("A");
	const char *wrong;

	if (!sv_word(&text, &template))
		return "expected a name to ask for";
	sv_word(&text, &types);
	own->template = arena_dup(s->arena, template);
	own->zone = SV("");
	wrong = read_template(s, own);
	if (!wrong)
		wrong = read_types(own, types);
	if (!wrong)
		wrong = subtest_read_askdns(s, sv_trim(text), &own->test);
	own->test.outside = true;
	call->function =
	    eval_function_find(SV(EVAL_ASKDNS_FUNCTION), &call->plugin);
	call->view = VIEW_HEADER;
	call->own = own;
	*ret = call;
	return wrong;
}

/* ---- questions ---- */

struct queries {
	struct sv list[QUERIES_MAX];
	size_t n;
};

static struct sv
replace(struct arena *a, struct sv text, struct sv what, struct sv by)
{
	struct buf out = BUF_INIT(4096);
	struct sv ret;
	size_t at;

	while ((at = sv_find(text, what)) != SV_NOT_FOUND) {
		buf_add(&out, sv_sub(text, 0, at));
		buf_add(&out, by);
		text = sv_from(text, at + what.n);
	}
	buf_add(&out, text);
	ret = arena_dup(a, buf_sv(&out));
	buf_done(&out);
	return ret;
}

/* Each query with each value of the tag. */
static void
put_in(struct arena *a, struct queries *queries, struct sv tag,
       const struct tag_values *values)
{
	const struct queries before = *queries;

	queries->n = 0;
	for (size_t i = 0; i < before.n; i++)
		for (size_t k = 0; k < values->n && queries->n < QUERIES_MAX;
		     k++)
			queries->list[queries->n++] =
			    replace(a, before.list[i], tag, values->list[k]);
}

static bool
ask(struct eval_job *job, const struct askdns_call *own, struct sv name)
{
	bool hit = false;

	name = url_host_to_ascii(job->arena, name);
	if (!url_host_is_fqdn(job->arena, name))
		return false;
	for (size_t i = 0; i < own->n_types; i++) {
		struct asked q = { own->types[i], name, own->zone, name };

		hit = eval_asks(job, &q, &own->test) || hit;
	}
	return hit;
}

static bool
run(struct eval_job *job, const struct eval_call *call)
{
	const struct askdns_call *own = call->own;
	struct queries queries = { .list = { own->template }, .n = 1 };
	bool hit = false;

	if (!eval_asks_lists(job))
		return false;
	for (size_t i = 0; i < own->n_tags; i++) {
		const struct template_tag *tag = &own->tags[i];
		const struct tag_values *values =
		    tag_values(job, tag->name, tag->argument);

		if (!values)
			return false;
		put_in(job->arena, &queries, tag->text, values);
	}
	for (size_t i = 0; i < queries.n; i++)
		hit = ask(job, own, queries.list[i]) || hit;
	return hit;
}

/* It is for `askdns` rules alone. */
static const char *
refuse(struct eval_settings *s, struct eval_call *call)
{
	(void)s;
	(void)call;
	return "askdns is a rule of its own, and no function";
}

static const struct eval_function functions[] = {
	{ EVAL_ASKDNS_FUNCTION, "", run, NULL },
	{ NULL, NULL, NULL, NULL },
};
static const char *const features[] = { "has_tag_header", NULL };

const struct eval_plugin eval_plugin_askdns = {
	.name = "AskDNS",
	.is_default = true,
	.source = EVAL_NETWORK,
	.functions = functions,
	.features = features,
	.bind = refuse,
};
