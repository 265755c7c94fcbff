/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/akismet.h"

#include <arpa/inet.h>

#include "base/digest.h"

/* Their words for what something is, and ours. */
static const struct {
	const char *type, *surface;
} surfaces[] = {
	{ "", "comment" },
	{ "comment", "comment" },
	{ "reply", "comment" },
	{ "trackback", "comment" },
	{ "pingback", "comment" },
	{ "forum-post", "post" },
	{ "blog-post", "post" },
	{ "post", "post" },
	{ "tweet", "post" },
	{ "review", "review" },
	{ "product-review", "review" },
	{ "signup", "profile" },
	{ "registration", "profile" },
	{ "profile", "profile" },
	{ "message", "private-message" },
	{ "contact-form", "private-message" },
};

struct sv
akismet_key(const struct form *f, struct sv host)
{
	struct sv key = form_value(f, "api_key");

	if (key.n == 0)
		key = form_value(f, "key");
	if (key.n == 0 && sv_find_char(host, '.') != SV_NOT_FOUND)
		sv_split(&host, '.', &key);
	return sv_trim(key);
}

/* Comments come with markup or without, and nothing says which. */
static bool
looks_like_html(struct sv text)
{
	static const char *const signs[] = { "</", "<br", "<a ", "<p>",
		                             "<img" };

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (sv_ifind(text, sv_str(signs[i])) != SV_NOT_FOUND)
			return true;
	return false;
}

static const char *
surface_of(struct sv type)
{
	for (size_t i = 0; i < sizeof surfaces / sizeof *surfaces; i++)
		if (sv_ieq_str(type, surfaces[i].type))
			return surface_word(sv_str(surfaces[i].surface));
	return surface_word(SV("other"));
}

/* A field that people do not see: what was filled in there, and by its name. */
static struct sv
honeypot_of(const struct form *f)
{
	struct sv name = form_value(f, "honeypot_field_name");

	for (size_t i = 0; name.n && i < f->n; i++)
		if (sv_eq(f->fields[i].name, name))
			return f->fields[i].value;
	return SV_NONE;
}

static struct sv
ip_of(const struct form *f, struct akismet *ret)
{
	struct sv ip = sv_trim(form_value(f, "user_ip"));
	char text[INET6_ADDRSTRLEN + 1];
	unsigned char address[16];

	if (ip.n == 0)
		return SV("");
	if (ip.n < sizeof text) {
		memcpy(text, ip.p, ip.n);
		text[ip.n] = '\0';
		if (inet_pton(AF_INET, text, address) == 1 ||
		    inet_pton(AF_INET6, text, address) == 1)
			return ip;
	}
	ret->help = "user_ip is no IP address, and was passed over";
	return SV("");
}

/* The same for a check and for what is submitted about it later: the client
 * repeats what it sent. */
static void
make_digest(const struct message_post *post, char text[AKISMET_DIGEST])
{
	const struct sv parts[] = { post->author, post->email, post->url,
		                    post->text, post->html };
	struct buf all = BUF_INIT(SIZE_MAX / 2);

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		buf_addf(&all, "%zu:", parts[i].n);
		buf_add(&all, parts[i]);
	}
	digest_sha256(buf_sv(&all), text);
	buf_done(&all);
}

static bool
is_true(struct sv value)
{
	return sv_eq_str(value, "1") || sv_ieq_str(value, "true");
}

/* The values that the protocol's documentation gives to people who test. */
static enum akismet_preset
preset_of(const struct form *f, const struct message_post *post, bool test)
{
	if (sv_eq_str(post->author, "viagra-test-123") ||
	    sv_eq_str(post->author, "akismet-guaranteed-spam") ||
	    sv_eq_str(post->email, "akismet-guaranteed-spam@example.com"))
		return AKISMET_ALWAYS_SPAM;
	if (test && sv_eq_str(form_value(f, "user_role"), "administrator"))
		return AKISMET_ALWAYS_HAM;
	return AKISMET_JUDGE;
}

static struct sv
first_of(const struct form *f, const char *const *names)
{
	struct sv value = SV_NONE;

	for (; *names && value.n == 0; names++)
		value = form_value(f, *names);
	return value;
}

int
akismet_read(const struct form *f, struct scan *s, struct akismet *ret)
{
	static const char *const guids[] = { "guid", "akismet_guid",
		                             "X-akismet-guid", NULL };
	static const char *const ids[] = { "comment_ID", "comment_id",
		                           "permalink", NULL };
	struct message_post *post = ARENA_NEW(s->arena, struct message_post);
	struct sv content = form_value(f, "comment_content");

	*ret = (struct akismet){ .guid = sv_trim(first_of(f, guids)),
		                 .reporter = form_value(f, "reporter") };
	*post = (struct message_post){
		.author = form_value(f, "comment_author"),
		.email = sv_trim(form_value(f, "comment_author_email")),
		.url = sv_trim(form_value(f, "comment_author_url")),
		.charset = form_value(f, "blog_charset"),
		.user_agent = form_value(f, "user_agent"),
		.referrer = form_value(f, "referrer"),
		.honeypot = honeypot_of(f),
	};
	if (looks_like_html(content))
		post->html = content;
	else
		post->text = content;
	s->post = post;
	s->surface = surface_of(sv_trim(form_value(f, "comment_type")));
	s->envelope.client_ip = ip_of(f, ret);
	s->envelope.queue_id = first_of(f, ids);
	s->test = is_true(form_value(f, "is_test"));
	ret->is_recheck = form_value(f, "recheck_reason").n > 0;
	ret->preset = preset_of(f, post, s->test);
	make_digest(post, ret->digest);
	if (content.n || post->author.n || post->email.n || post->url.n)
		return 0;
	ret->help = "there is nothing to judge: no comment_content, "
		    "comment_author, comment_author_email or "
		    "comment_author_url";
	return E_SYNTAX;
}

bool
akismet_is_spam(const struct scan *s)
{
	return verdict_is_spam(s->verdict) || s->plan.action == PLAN_REJECT ||
	       s->plan.action == PLAN_DISCARD ||
	       s->plan.action == PLAN_QUARANTINE ||
	       s->plan.action == PLAN_HOLD_FOR_REVIEW;
}
