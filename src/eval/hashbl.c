/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plugin HashBL: lists of addresses, URIs, pieces of text and files, most
 * of them by a digest. Of more than a call may ask for (max=), the first ones
 * are asked for, where SpamAssassin draws lots. What it asks for is in order of
 * where it stands in the mail.
 */
#include "eval/hashbl.h"

#include "base/digest.h"
#include "eval/tag_values.h"
#include "message/netpart.h"
#include "message/url.h"

enum { LABELS_BYTES_MAX = 200 };

void
hashbl_add(struct hashbl_values *values, struct sv value)
{
	for (size_t i = 0; i < values->n; i++)
		if (sv_eq(values->list[i], value))
			return;
	if (value.n && values->n < HASHBL_QUERIES_MAX)
		values->list[values->n++] = value;
}

struct sv
hashbl_case(struct eval_job *job, const struct hashbl_call *own, struct sv text)
{
	return hashbl_has(own, HASHBL_CASE) ? text : eval_lower(job, text);
}

/* ---- asking ---- */

static struct sv
hash(struct arena *a, const struct hashbl_call *own, struct sv value)
{
	char text[DIGEST_TEXT];

	if (hashbl_has(own, HASHBL_SHA256))
		return arena_dup(a, sv_str(digest_sha256_base32(value, text)));
	if (hashbl_has(own, HASHBL_SHA1))
		return arena_dup(a, sv_str(digest_sha1(value, text)));
	if (hashbl_has(own, HASHBL_MD5))
		return arena_dup(a, sv_str(digest_md5(value, text)));
	return value;
}

static bool
ask_hash(struct eval_job *job, const struct hashbl_call *own, struct sv hashed,
         struct sv shown)
{
	struct asked q = { .type = own->type, .zone = own->zone };

	if (ask_name_is(job->settings->ask.ignored, hashed) ||
	    hashed.n > LABELS_BYTES_MAX)
		return false;
	q.name = ARENA_JOIN(job->arena, hashed, SV("."), own->zone);
	q.shown = shown;
	return eval_asks(job, &q, &own->test);
}

static bool
ask_all(struct eval_job *job, const struct hashbl_call *own,
        const struct hashbl_values *values)
{
	bool hit = false;

	for (size_t i = 0; i < values->n && i < own->queries_max; i++) {
		struct sv value = values->list[i];

		if (!ask_name_is(job->settings->ask.ignored, value))
			hit = ask_hash(job, own, hash(job->arena, own, value),
			               value) ||
			      hit;
	}
	return hit;
}

/* ---- functions ---- */

/* check_hashbl_emails */
static bool
check_emails(struct eval_job *job, const struct eval_call *call)
{
	struct hashbl_values values = { .n = 0 };

	if (!eval_asks_lists(job))
		return false;
	hashbl_collect_emails(job, call, &values);
	return ask_all(job, call->own, &values);
}

static bool
has_skipped_host(const struct eval_job *job, const struct message_uri *uri)
{
	const struct map *skipped = job->settings->ask.skipped;

	for (size_t i = 0; i < uri->n_hosts; i++)
		if (ask_name_is(skipped, uri->hosts[i].host) ||
		    ask_name_is(skipped, uri->hosts[i].domain))
			return true;
	return false;
}

/* check_hashbl_uris */
static bool
check_uris(struct eval_job *job, const struct eval_call *call)
{
	const struct hashbl_call *own = call->own;
	const struct message *m = job->message;
	struct hashbl_values values = { .n = 0 };

	if (!eval_asks_lists(job))
		return false;
	for (size_t i = 0; i < m->n_uris; i++) {
		const struct message_uri *uri = &m->uris[i];

		if (sv_istarts(uri->uri, SV("mailto:")) || !uri->n_hosts ||
		    !(uri->types & (URI_A | URI_PARSED)) ||
		    has_skipped_host(job, uri))
			continue;
		for (size_t k = 0; k < uri->n_cleaned; k++)
			hashbl_add(&values,
			           hashbl_case(job, own, uri->cleaned[k]));
	}
	return ask_all(job, own, &values);
}

static struct sv
digits_of(struct arena *a, struct sv text)
{
	struct sv copy = arena_dup(a, text);
	char *p = (char *)(uintptr_t)copy.p;
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (sv_is_digit(text.p[i]))
			p[n++] = text.p[i];
	return sv_make(p, n);
}

static void
find_matches(struct eval_job *job, const struct hashbl_call *own,
             struct sv text, struct hashbl_values *values)
{
	size_t from = 0, span[2];
	struct sv found;

	while (values->n < HASHBL_QUERIES_MAX &&
	       eval_find_group(job, own->regex, text, from, SV(HASHBL_GROUP),
	                       span, &found)) {
		found = hashbl_case(job, own, found);
		if (hashbl_has(own, HASHBL_NUM))
			found = digits_of(job->arena, found);
		hashbl_add(values, found);
		from = span[1] > span[0] ? span[1] : span[1] + 1;
	}
}

/* check_hashbl_bodyre */
static bool
check_body(struct eval_job *job, const struct eval_call *call)
{
	const struct view *view = &job->message->views[call->view];
	struct hashbl_values values = { .n = 0 };

	if (!eval_asks_lists(job))
		return false;
	for (size_t i = 0; i < view->n; i++)
		find_matches(job, call->own, view->elements[i], &values);
	return ask_all(job, call->own, &values);
}

static struct sv
reversed(struct arena *a, const struct ip *ip)
{
	struct buf out = BUF_INIT(128);
	struct sv ret;

	netpart_reverse(ip, &out);
	ret = arena_dup(a, buf_sv(&out));
	buf_done(&out);
	return ret;
}

/* One value of a tag in the form that is asked for; "": not at all. */
static struct sv
form_of_ip(struct eval_job *job, const struct hashbl_call *own, struct sv value,
           const struct ip *ip)
{
	if ((hashbl_has(own, HASHBL_IPV4) && !ip_is_v4(ip)) ||
	    (hashbl_has(own, HASHBL_IPV6) && ip_is_v4(ip)))
		return SV("");
	return hashbl_has(own, HASHBL_REVIP) ? reversed(job->arena, ip) : value;
}

static struct sv
form_of_name(struct eval_job *job, const struct hashbl_call *own,
             struct sv value)
{
	const struct map *skipped = job->settings->ask.skipped;
	bool is_fqdn = url_host_is_fqdn(job->arena, value);
	struct sv domain = is_fqdn ? url_domain(value) : SV("");

	if (own->options & (HASHBL_IP | HASHBL_IPV4 | HASHBL_IPV6))
		return SV("");
	if (hashbl_has(own, HASHBL_FQDN) && !is_fqdn)
		return SV("");
	if (is_fqdn &&
	    (ask_name_is(skipped, value) || ask_name_is(skipped, domain)))
		return SV("");
	if (hashbl_has(own, HASHBL_TLD) && !url_host_has_tld(value))
		return SV("");
	return hashbl_has(own, HASHBL_TRIM) && domain.n ? domain : value;
}

/* check_hashbl_tag */
static bool
check_tag(struct eval_job *job, const struct eval_call *call)
{
	const struct hashbl_call *own = call->own;
	const struct tag_values *tag;
	struct hashbl_values values = { .n = 0 };
	struct ip ip;

	if (!eval_asks_lists(job))
		return false;
	tag = tag_values(job, own->tag, SV(""));
	for (size_t i = 0; tag && i < tag->n; i++) {
		struct sv value = hashbl_case(job, own, tag->list[i]);

		hashbl_add(&values, ip_parse(value, &ip) == 0
		                        ? form_of_ip(job, own, value, &ip)
		                        : form_of_name(job, own, value));
	}
	return ask_all(job, own, &values);
}

static bool
is_wanted(const struct eval_job *job, const struct hashbl_call *own,
          const struct message_part *part)
{
	const struct map *ignored = job->settings->ask.ignored;

	return part->data.n && part->data.n >= own->bytes_min &&
	       (!own->bytes_max || part->data.n <= own->bytes_max) &&
	       !ask_name_is(ignored, part->type) &&
	       !ask_name_is(ignored, part->filename);
}

/* check_hashbl_attachments */
static bool
check_attachments(struct eval_job *job, const struct eval_call *call)
{
	const struct hashbl_call *own = call->own;
	const struct message *m = job->message;
	struct hashbl_values values = { .n = 0 };
	bool hit = false;

	if (!eval_asks_lists(job))
		return false;
	for (size_t i = 0; i < m->n_parts; i++)
		if (!m->parts[i].is_inline && is_wanted(job, own, &m->parts[i]))
			hashbl_add(&values,
			           hash(job->arena, own, m->parts[i].data));
	for (size_t i = 0; i < values.n && i < own->queries_max; i++)
		hit = ask_hash(job, own, values.list[i], values.list[i]) || hit;
	return hit;
}

/* ---- binding ---- */

enum arg { ARG_LIST, ARG_OPTIONS, ARG_SUBJECT, ARG_SUBTEST, ARG_ACL };

static struct sv
arg_text(const struct eval_call *call, size_t i)
{
	return eval_is_undef(call, i) ? SV("") : call->args[i].text;
}

static const char *
read_headers(struct eval_settings *s, const struct eval_call *call,
             struct hashbl_call *own)
{
	struct sv rest, name;

	own->headers = arg_text(call, ARG_SUBJECT);
	if (!own->headers.n)
		own->headers = SV("ALLFROM/Reply-To/body");
	own->acl = arg_text(call, ARG_ACL);
	for (rest = own->headers; sv_split(&rest, '/', &name);)
		eval_selector_add(s, arena_dup(s->arena, sv_trim(name)));
	return NULL;
}

static const char *
read_tag(struct eval_settings *s, const struct eval_call *call,
         struct hashbl_call *own)
{
	struct sv tag = arg_text(call, ARG_SUBJECT);
	char *p;

	if (tag.n > 2 && tag.p[0] == '_' && tag.p[tag.n - 1] == '_')
		tag = sv_sub(tag, 1, tag.n - 1);
	p = arena_str(s->arena, tag);
	for (size_t i = 0; i < tag.n; i++)
		p[i] = sv_upper_char(p[i]);
	own->tag = sv_make(p, tag.n);
	return tag.n ? NULL : "expected the name of a tag";
}

static const char *
read_body(struct eval_settings *s, const struct eval_call *call,
          struct hashbl_call *own)
{
	own->regex = hashbl_read_regex(s, arg_text(call, ARG_SUBJECT));
	return own->regex ? NULL
	                  : "the third argument is no regular expression "
	                    "with a group";
}

/* What is particular to a function: the third argument, if it has one. */
static const struct {
	bool (*run)(struct eval_job *job, const struct eval_call *call);
	const char *options; /* by default */
	const char *(*read)(struct eval_settings *s,
	                    const struct eval_call *call,
	                    struct hashbl_call *own);
} kinds[] = {
	{ check_emails, "sha1/notag/noquote/max=10/shuffle", read_headers },
	{ check_uris, "sha1/max=10/shuffle", NULL },
	{ check_body, "sha1/max=10/shuffle", read_body },
	{ check_tag, "sha1/max=10/shuffle", read_tag },
	{ check_attachments, "sha1/max=10/shuffle", NULL },
};

static const char *
bind(struct eval_settings *s, struct eval_call *call)
{
	struct hashbl_call *own = ARENA_NEW(s->arena, struct hashbl_call);
	struct sv options = arg_text(call, ARG_OPTIONS);
	size_t kind = 0;
	const char *wrong;

	call->own = own;
	while (kinds[kind].run != call->function->run)
		kind++;
	wrong = hashbl_read_list(s, call->args[ARG_LIST].text, own);
	if (!wrong)
		wrong = hashbl_read_options(
		    options.n ? options : sv_str(kinds[kind].options), own);
	if (!wrong && kinds[kind].read)
		wrong = kinds[kind].read(s, call, own);
	if (!wrong)
		wrong = subtest_read_regex(
		    s,
		    arg_text(call,
		             kinds[kind].read ? ARG_SUBTEST : ARG_SUBTEST - 1),
		    own->type == DNS_A ? "^127\\." : "", &own->test);
	if (!wrong && hashbl_has(own, HASHBL_RAW) && !kinds[kind].read)
		wrong = "raw is no option here";
	own->test.outside = true;
	return wrong;
}

static const struct eval_function functions[] = {
	{ "check_hashbl_emails", "t?tttt", check_emails, hashbl_email_regexes },
	{ "check_hashbl_uris", "t?tt", check_uris, NULL },
	{ "check_hashbl_bodyre", "ttt?t", check_body, NULL },
	{ "check_hashbl_tag", "ttt?t", check_tag, NULL },
	{ "check_hashbl_attachments", "t?tt", check_attachments, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const char *const features[] = {
	"has_hashbl_bodyre",
	"has_hashbl_bodyre_num",
	"has_hashbl_emails",
	"has_hashbl_uris",
	"has_hashbl_ignore",
	"has_hashbl_email_regex",
	"has_hashbl_email_welcomelist",
	"has_hashbl_email_whitelist",
	"has_hashbl_tag",
	"has_hashbl_sha256",
	"has_hashbl_attachments",
	"has_hashbl_email_domain",
	"has_hashbl_email_domain_alias",
	NULL,
};

const struct eval_plugin eval_plugin_hashbl = {
	.name = "HashBL",
	.is_default = true,
	.source = EVAL_NETWORK,
	.functions = functions,
	.directives = hashbl_directives,
	.features = features,
	.bind = bind,
};
