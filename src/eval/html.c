/* SPDX-License-Identifier: Apache-2.0 */
/* The plugins HTMLEval, HTTPSMismatch and URIEval: questions about HTML and
 * its links. */
#include <math.h>

#include "eval/html_facts.h"
#include "eval/parts.h"
#include "message/url.h"

/* ---- numbers and flags by name ---- */

static double
ratio(size_t part, size_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

/* NAN when it is not known. */
static double
number(const struct html_facts *f, struct sv name)
{
	const struct {
		const char *name;
		double value;
	} numbers[] = {
		{ "length", (double)f->length },
		{ "max_size", f->max_size },
		{ "min_size", f->min_size },
		{ "image_area", f->image_area },
		{ "non_space_len", (double)f->non_space },
		{ "closed_extra_ratio", ratio(f->closed_extra, f->tags) },
		{ "bad_tag_ratio",
		  f->elements ? ratio(f->tags - f->elements, f->tags) : NAN },
		{ "non_element_ratio",
		  f->elements_seen
		      ? ratio(f->tags_seen - f->elements_seen, f->tags_seen)
		      : NAN },
		{ "obfuscation_ratio",
		  f->obfuscation ? ratio(f->obfuscation, f->tags) : NAN },
	};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (sv_eq_str(name, numbers[i].name))
			return numbers[i].value;
	return NAN;
}

static bool
is_true(const struct html_facts *f, struct sv name)
{
	const struct {
		const char *name;
		bool value;
	} flags[] = {
		{ "html", true },
		{ "embeds", f->embeds },
		{ "font_face_bad", f->font_face_bad },
		{ "font_invalid_color", f->font_invalid_color },
		{ "font_low_contrast", f->font_low_contrast },
		{ "form_action_mailto", f->form_action_mailto },
		{ "uri_truncated", f->uri_truncated },
	};
	double value = number(f, name);

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (sv_eq_str(name, flags[i].name))
			return flags[i].value;
	return !isnan(value) && value != 0;
}

/* "< 384", "!= 0", "== +1": one comparison with a number */
static bool
compare(double value, struct sv expression)
{
	static const char *const operators[] = { "<=", ">=", "==",
		                                 "!=", "<",  ">" };
	size_t i = 0, n = sizeof operators / sizeof *operators;
	double to = 0, sign = 1;

	expression = sv_trim(expression);
	while (i < n && !sv_starts(expression, sv_str(operators[i])))
		i++;
	if (i == n)
		return false;
	expression = sv_trim(sv_from(expression, strlen(operators[i])));
	if (expression.n && strchr("+-", expression.p[0])) {
		sign = expression.p[0] == '-' ? -1 : 1;
		expression = sv_trim(sv_from(expression, 1));
	}
	for (size_t k = 0; k < expression.n; k++)
		if (sv_is_digit(expression.p[k]))
			to = to * 10 + (expression.p[k] - '0');
	to *= sign;
	switch (i) {
	case 0:
		return value <= to;
	case 1:
		return value >= to;
	case 2:
		return value == to;
	case 3:
		return value != to;
	case 4:
		return value < to;
	default:
		return value > to;
	}
}

/* html_test */
static bool
test(struct eval_job *job, const struct eval_call *call)
{
	for (const struct html_facts *f = html_facts(job); f; f = f->next)
		if (is_true(f, call->args[0].text))
			return true;
	return false;
}

/* html_range */
static bool
range(struct eval_job *job, const struct eval_call *call)
{
	for (const struct html_facts *f = html_facts(job); f; f = f->next) {
		double value = number(f, call->args[0].text);

		if (value > call->args[1].number &&
		    (!eval_has_arg(call, 2) || value <= call->args[2].number))
			return true;
	}
	return false;
}

/* html_eval */
static bool
compared(struct eval_job *job, const struct eval_call *call)
{
	for (const struct html_facts *f = html_facts(job); f; f = f->next) {
		double value = number(f, call->args[0].text);

		if (!isnan(value) && compare(value, call->args[1].text))
			return true;
	}
	return false;
}

/* ---- tags ---- */

/* html_tag_exists */
static bool
tag_exists(struct eval_job *job, const struct eval_call *call)
{
	for (const struct html_facts *f = html_facts(job); f; f = f->next)
		if (html_open_tags(f, call->args[0].text) >= 0)
			return true;
	return false;
}

/* html_tag_balance */
static bool
tag_balance(struct eval_job *job, const struct eval_call *call)
{
	for (const struct html_facts *f = html_facts(job); f; f = f->next) {
		int open = html_open_tags(f, call->args[0].text);

		if (open >= 0 && compare(open, call->args[1].text))
			return true;
	}
	return false;
}

static bool
has_image(const struct html_facts *f)
{
	return f->known[EL_IMG].flags != 0;
}

/* html_image_only */
static bool
image_only(struct eval_job *job, const struct eval_call *call)
{
	for (const struct html_facts *f = html_facts(job); f; f = f->next)
		if (has_image(f) && (double)f->length > call->args[0].number &&
		    (double)f->length <= call->args[1].number)
			return true;
	return false;
}

/* html_image_ratio: characters of text for each pixel */
static bool
image_ratio(struct eval_job *job, const struct eval_call *call)
{
	for (const struct html_facts *f = html_facts(job); f; f = f->next) {
		double value = (double)f->non_space / f->image_area;

		if (f->image_area > 0 && value > call->args[0].number &&
		    value <= call->args[1].number)
			return true;
	}
	return false;
}

/* html_charset_faraway: of the charsets that <meta> names */
static bool
charset_faraway(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	for (const struct html_facts *f = html_facts(job);
	     f && !eval_any_charset(job->settings); f = f->next) {
		size_t bad = 0;

		for (size_t i = 0; i < f->charsets.n; i++)
			bad += !eval_charset_is_ok(job->settings,
			                           f->charsets.list[i]);
		if (bad && 2 * bad >= f->charsets.n)
			return true;
	}
	return false;
}

/* check_iframe_src */
static bool
iframe_src(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	for (const struct html_facts *f = html_facts(job); f; f = f->next)
		if (f->has_iframe)
			return true;
	return false;
}

/* ---- texts ---- */

/* Expressions see characters: one beyond Latin-1 as one byte. */
static struct sv
one_byte_each(struct eval_job *job, struct sv s)
{
	char *out;
	size_t n = 0, i = 0;

	while (i < s.n && (unsigned char)s.p[i] < 0x80)
		i++;
	if (i == s.n)
		return s;
	out = arena_alloc(job->arena, s.n);
	for (i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x80)
			out[n++] = (char)c;
		else if ((c == 0xc2 || c == 0xc3) && i + 1 < s.n)
			out[n++] = (char)((c & 3) << 6 |
			                  ((unsigned char)s.p[i + 1] & 0x3f));
		else if ((c & 0xc0) != 0x80)
			out[n++] = (char)0xff;
		if (c == 0xc2 || c == 0xc3)
			i++;
	}
	return sv_make(out, n);
}

static bool
text_is(struct eval_job *job, const struct eval_call *call, struct sv text,
        bool wanted)
{
	if (eval_matches(job, call->regex, one_byte_each(job, text)) != wanted)
		return false;
	job->note = text;
	return true;
}

/* Whether one of the texts of that kind matches, or does not. */
static bool
any_text(struct eval_job *job, const struct eval_call *call,
         const struct html_facts *f, bool wanted)
{
	struct sv kind = call->args[0].text;
	const struct html_strings *s = sv_eq_str(kind, "title") ? &f->titles
	                               : sv_eq_str(kind, "comment")
	                                   ? &f->comments
	                               : sv_eq_str(kind, "script") ? &f->scripts
	                                                           : NULL;

	for (size_t i = 0; s && i < s->n; i++)
		if (text_is(job, call, s->list[i], wanted))
			return true;
	if (sv_eq_str(kind, "anchor"))
		for (size_t i = 0; i < f->n_anchors; i++)
			if (text_is(job, call, f->anchors[i].text, wanted))
				return true;
	return false;
}

/* html_text_match */
static bool
text_match(struct eval_job *job, const struct eval_call *call)
{
	for (const struct html_facts *f = html_facts(job); f; f = f->next)
		if (any_text(job, call, f, true))
			return true;
	return false;
}

/* html_text_not_match */
static bool
text_not_match(struct eval_job *job, const struct eval_call *call)
{
	for (const struct html_facts *f = html_facts(job); f; f = f->next)
		if (any_text(job, call, f, false))
			return true;
	return false;
}

/* html_title_subject_ratio: the title is so many times as long */
static bool
title_ratio(struct eval_job *job, const struct eval_call *call)
{
	struct sv subject = eval_header(job, "Subject");

	for (const struct html_facts *f = html_facts(job); f && subject.n;
	     f = f->next)
		for (size_t i = 0; i < f->titles.n; i++)
			if ((double)one_byte_each(job, f->titles.list[i]).n /
			        (double)subject.n >
			    call->args[0].number)
				return true;
	return false;
}

static const struct eval_function html_functions[] = {
	{ "html_tag_balance", "tt", tag_balance, NULL },
	{ "html_image_only", "nn", image_only, NULL },
	{ "html_image_ratio", "nn", image_ratio, NULL },
	{ "html_charset_faraway", "", charset_faraway, NULL },
	{ "html_tag_exists", "t", tag_exists, NULL },
	{ "html_test", "t", test, NULL },
	{ "html_eval", "tt", compared, NULL },
	{ "html_text_match", "tr", text_match, NULL },
	{ "html_text_not_match", "tr", text_not_match, NULL },
	{ "html_title_subject_ratio", "n", title_ratio, NULL },
	{ "html_range", "tn?n", range, NULL },
	{ "check_iframe_src", "", iframe_src, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_html = {
	.name = "HTMLEval",
	.is_default = true,
	.functions = html_functions,
};

/* ---- links that say one thing and lead to another ---- */

/* The host in "https://host/..." of a text, from a place on; "" at the end. */
static struct sv
next_https(struct sv text, size_t *at)
{
	size_t found = sv_ifind(sv_from(text, *at), SV("https://")), n = 0;
	struct sv host;

	if (found == SV_NOT_FOUND)
		return SV("");
	host = sv_from(text, *at + found + 8);
	while (n < host.n && !sv_is_space(host.p[n]) &&
	       !strchr("/:?#", host.p[n]))
		n++;
	*at += found + 8;
	return sv_sub(host, 0, n);
}

static bool
is_address(struct sv host)
{
	struct ip ip;

	return host.n && ip_parse(host, &ip) == 0;
}

/* The registered domain of a host; "" when nobody could have it. */
static struct sv
valid_domain(struct eval_job *job, struct sv host)
{
	struct sv domain = url_domain(eval_lower(job, host));

	return url_host_is_known(domain) ? domain : SV("");
}

/* Where a link leads to; "" when it is no matter. */
static struct sv
link_domain(struct eval_job *job, struct sv href)
{
	size_t n = 0;

	if (sv_istarts(href, SV("http://")))
		href = sv_from(href, 7);
	else if (sv_istarts(href, SV("https://")))
		href = sv_from(href, 8);
	else
		return SV("");
	while (n < href.n && !strchr("/:?#", href.p[n]))
		n++;
	href = sv_sub(href, 0, n);
	return is_address(href) ? SV("") : valid_domain(job, href);
}

static bool
says_other(struct eval_job *job, struct sv text, struct sv domain)
{
	size_t at = 0;
	struct sv host = next_https(text, &at);

	if (host.n && !is_address(host))
		host = valid_domain(job, host);
	return host.n && !sv_eq(host, domain);
}

/* Whether the text of any link has an "https:" address. Most mails have none,
 * and need no look at where their links lead to. */
static bool
any_https(const struct html_facts *f)
{
	for (size_t i = 0; i < f->n_anchors; i++)
		if (sv_ifind(f->anchors[i].text, SV("https://")) !=
		    SV_NOT_FOUND)
			return true;
	return false;
}

/* check_https_http_mismatch: the text of a link is an "https:" address of
 * another domain, among so many links. */
static bool
https_http_mismatch(struct eval_job *job, const struct eval_call *call)
{
	double min = eval_has_arg(call, 0) ? call->args[0].number : 1;

	for (const struct html_facts *f = html_facts(job); f; f = f->next) {
		struct census links = census_make(job->arena);
		bool hit = false;

		if (!any_https(f))
			continue;
		for (size_t i = 0; i < f->n_anchors; i++) {
			const struct html_anchor *a = &f->anchors[i];
			struct sv domain = link_domain(job, a->href);

			if (domain.n == 0)
				continue;
			census_at(&links, a->href);
			if (!hit && says_other(job, a->text, domain)) {
				hit = true;
				job->note = a->text;
			}
		}
		if (hit && (double)links.n >= (min ? min : 1) &&
		    (!eval_has_arg(call, 1) ||
		     (double)links.n < call->args[1].number))
			return true;
	}
	return false;
}

static const struct eval_function https_functions[] = {
	{ "check_https_http_mismatch", "?nn", https_http_mismatch, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_https = {
	.name = "HTTPSMismatch",
	.is_default = true,
	.functions = https_functions,
};

static const char *const ip_regexes[] = {
	"(?i)^https?:/*(?:[^@/]+@)?[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+",
	"(?i)^https:/*(?:[^@/]+@)?[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+",
	NULL,
};

/* check_https_ip_mismatch: a link to an address whose text says "https:" and
 * no address */
static bool
https_ip_mismatch(struct eval_job *job, const struct eval_call *call)
{
	for (const struct html_facts *f = html_facts(job); f; f = f->next)
		for (size_t i = 0; i < f->n_anchors; i++) {
			const struct html_anchor *a = &f->anchors[i];

			if (sv_ifind(a->text, SV("https:")) == SV_NOT_FOUND ||
			    !eval_matches(job, call->regexes[0], a->href) ||
			    eval_matches(job, call->regexes[1], a->text))
				continue;
			job->note = a->href;
			return true;
		}
	return false;
}

/* check_uri_truncated */
static bool
uri_truncated(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	for (const struct html_facts *f = html_facts(job); f; f = f->next)
		if (f->uri_truncated)
			return true;
	return false;
}

/* check_for_http_redirector: an address in an address of another domain */
static bool
http_redirector(struct eval_job *job, const struct eval_call *call)
{
	const struct message *m = job->message;

	(void)call;
	for (size_t i = 0; i < m->n_urls; i++) {
		const struct message_url *u = &m->urls[i];

		if (!u->is_redirect_target)
			continue;
		for (size_t k = 0; k < i; k++)
			if (sv_find(m->urls[k].url, u->host) != SV_NOT_FOUND &&
			    !sv_eq(m->urls[k].domain, u->domain)) {
				job->note = u->host;
				return true;
			}
	}
	return false;
}

static const struct eval_function uri_functions[] = {
	{ "check_for_http_redirector", "", http_redirector, NULL },
	{ "check_https_ip_mismatch", "", https_ip_mismatch, ip_regexes },
	{ "check_uri_truncated", "", uri_truncated, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_uri = {
	.name = "URIEval",
	.is_default = true,
	.functions = uri_functions,
};
