/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/post.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <stdio.h>

#include "base/json.h"

enum { REASONS_MAX = 50 };

/* Where each text member goes. */
struct target {
	const char *name;
	struct sv *to;
};

/* "NAME" and what is wrong with it. */
static int
refuse(char why[POST_WHY_MAX], const char *name, const char *what)
{
	snprintf(why, POST_WHY_MAX, "\"%.40s\" %s", name, what);
	return E_SYNTAX;
}

static int
take_member(const char *name, const json_t *value, const struct target *targets,
            struct scan *s, bool notes, char why[POST_WHY_MAX])
{
	if (strcmp(name, "test") == 0) {
		s->test = json_is_true(value);
		return json_is_boolean(value)
		           ? 0
		           : refuse(why, name, "must be true or false");
	}
	for (const struct target *t = targets; t->name; t++) {
		if (strcmp(name, t->name) != 0)
			continue;
		if (!json_is_string(value))
			return refuse(why, name, "must be a string");
		*t->to =
		    arena_dup(s->arena, sv_make(json_string_value(value),
		                                json_string_length(value)));
		return 0;
	}
	return notes ? 0 : refuse(why, name, "is not a known member");
}

static int
check_ip(struct sv ip, char why[POST_WHY_MAX])
{
	unsigned char address[16];

	/* The arena's copies are NUL-terminated. */
	if (ip.n && inet_pton(AF_INET, ip.p, address) != 1 &&
	    inet_pton(AF_INET6, ip.p, address) != 1)
		return refuse(why, "ip", "must be an IP address");
	return 0;
}

static int
take_members(json_t *root, struct scan *s, bool notes, char why[POST_WHY_MAX])
{
	struct message_post *post = ARENA_NEW(s->arena, struct message_post);
	struct sv surface = SV_NONE;
	const struct target targets[] = {
		{ "text", &post->text },
		{ "html", &post->html },
		{ "title", &post->title },
		{ "author", &post->author },
		{ "email", &post->email },
		{ "url", &post->url },
		{ "user_agent", &post->user_agent },
		{ "referrer", &post->referrer },
		{ "honeypot", &post->honeypot },
		{ "ip", &s->envelope.client_ip },
		{ "id", &s->envelope.queue_id },
		{ "user", &s->user },
		{ "surface", &surface },
		{ NULL, NULL },
	};
	const char *name;
	json_t *value;
	int result;

	json_object_foreach (root, name, value) {
		result = take_member(name, value, targets, s, notes, why);
		if (result)
			return result;
	}
	if (post->text.n && post->html.n)
		return refuse(why, "html", "and \"text\" exclude each other");
	if (!json_object_get(root, "text") && !json_object_get(root, "html"))
		return refuse(why, "text", "or \"html\" is required");
	s->post = post;
	if (surface.p || !s->surface)
		s->surface = surface_word(surface);
	return check_ip(s->envelope.client_ip, why);
}

static int
read_object(struct sv json, struct scan *s, bool notes, char why[POST_WHY_MAX])
{
	json_error_t error;
	json_t *root = json_loadb(
	    json.p, json.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	int result;

	if (!root) {
		snprintf(why, POST_WHY_MAX, "line %d: %.100s", error.line,
		         error.text);
		return E_SYNTAX;
	}
	if (json_is_object(root))
		result = take_members(root, s, notes, why);
	else
		result = refuse(why, "{...}", "is expected: a JSON object");
	json_decref(root);
	return result;
}

int
post_read(struct sv json, struct scan *s, char why[POST_WHY_MAX])
{
	return read_object(json, s, false, why);
}

int
post_read_noted(struct sv json, struct scan *s, char why[POST_WHY_MAX])
{
	return read_object(json, s, true, why);
}

void
post_write(const struct scan *s, struct buf *out)
{
	const struct message_post *post = s->post;
	const struct {
		const char *name;
		struct sv value;
	} members[] = {
		{ "title", post->title },
		{ "author", post->author },
		{ "email", post->email },
		{ "url", post->url },
		{ "user_agent", post->user_agent },
		{ "referrer", post->referrer },
		{ "honeypot", post->honeypot },
		{ "ip", s->envelope.client_ip },
		{ "id", s->envelope.queue_id },
		{ "user", s->user },
	};
	struct json j = json_start(out);

	json_begin_object(&j, NULL);
	json_str(&j, post->html.n ? "html" : "text",
	         post->html.n ? post->html : post->text);
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (members[i].value.n)
			json_str(&j, members[i].name, members[i].value);
	json_text(&j, "surface", s->surface);
	json_end(&j);
}

static void
write_reasons(struct json *j, const struct scan *s)
{
	size_t shown = 0;

	json_begin_array(j, "reasons");
	for (size_t i = 0; i < s->rules->n_hits && shown < REASONS_MAX; i++) {
		const struct rule *rule = s->rules->hits[i].rule;

		if (rule->is_sub)
			continue;
		shown++;
		json_begin_object(j, NULL);
		json_text(j, "rule", rule->name);
		json_text(j, "describe", rule->describe);
		json_e4(j, "score", s->rules->hits[i].score_e4);
		json_end(j);
	}
	json_end(j);
}

void
post_answer(const struct scan *s, struct buf *out)
{
	struct json j = json_start(out);

	json_begin_object(&j, NULL);
	json_text(&j, "id", s->id);
	json_text(&j, "verdict", verdict_word(s->verdict));
	json_e4(&j, "score", s->score_e4);
	json_e4(&j, "threshold", s->threshold_e4);
	json_text(&j, "action", plan_action_word(s->plan.action));
	json_text(&j, "ad_type", s->ad_type);
	json_text(&j, "category", s->category);
	json_bool(&j, "complete", s->n_missing == 0);
	json_begin_array(&j, "missing");
	for (size_t i = 0; i < s->n_missing; i++)
		json_text(&j, NULL, s->missing[i]);
	json_end(&j);
	write_reasons(&j, s);
	json_end(&j);
	buf_add_char(out, '\n');
}
