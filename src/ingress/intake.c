/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/intake.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>

#include "base/json.h"
#include "base/log.h"
#include "ingress/arf.h"
#include "learn/mark.h"
#include "scan/learned.h"

/* ---- JSON ---- */

struct request {
	struct arena *arena;
	const struct intake_rights *rights;
	struct feedback *to;
	char *why;
};

static int
refuse(struct request *r, const char *name, const char *what)
{
	snprintf(r->why, INTAKE_WHY, "\"%.40s\" %s", name, what);
	return E_SYNTAX;
}

static int
take_text(struct request *r, const char *name, const json_t *value,
          struct sv *ret)
{
	struct sv text =
	    sv_make(json_string_value(value), json_string_length(value));

	if (!json_is_string(value))
		return refuse(r, name, "must be a string");
	if (text.n > FEEDBACK_TEXT_MAX)
		return refuse(r, name, "is too long");
	*ret = arena_dup(r->arena, text);
	return 0;
}

static int
take_flag(struct request *r, const char *name, const json_t *value, bool *ret)
{
	if (!json_is_boolean(value))
		return refuse(r, name, "must be true or false");
	*ret = json_is_true(value);
	return 0;
}

static int
take_report_id(struct request *r, const char *name, const json_t *value)
{
	struct sv id;

	if (take_text(r, name, value, &id))
		return E_SYNTAX;
	if (!uuid_valid(id))
		return refuse(r, name, "must be a UUID");
	for (size_t i = 0; i < id.n; i++)
		r->to->id[i] = sv_lower_char(id.p[i]);
	r->to->id[id.n] = '\0';
	return 0;
}

static int
take_kind(struct request *r, const char *name, const json_t *value)
{
	struct sv word;

	if (take_text(r, name, value, &word))
		return E_SYNTAX;
	r->to->kind = feedback_kind_find(word);
	return r->to->kind < FEEDBACK_KINDS
	           ? 0
	           : refuse(r, name, "must be spam, ham, appeal or withdrawn");
}

static int
take_source(struct request *r, const char *name, const json_t *value)
{
	struct sv word;

	if (take_text(r, name, value, &word))
		return E_SYNTAX;
	r->to->source = feedback_source_find(word);
	return r->to->source < FEEDBACK_SOURCES
	           ? 0
	           : refuse(r, name, "is no source that is known");
}

static int
take_member(struct request *r, const char *name, const json_t *value)
{
	struct feedback *f = r->to;

	if (strcmp(name, "id") == 0)
		return take_text(r, name, value, &f->verdict_id);
	if (strcmp(name, "type") == 0)
		return take_kind(r, name, value);
	if (strcmp(name, "report") == 0)
		return take_report_id(r, name, value);
	if (strcmp(name, "by") == 0)
		return take_text(r, name, value, &f->by);
	if (strcmp(name, "ip") == 0)
		return take_text(r, name, value, &f->network);
	if (strcmp(name, "reason") == 0)
		return take_text(r, name, value, &f->reason);
	if (strcmp(name, "is_person") == 0)
		return take_flag(r, name, value, &f->is_person);
	if (strcmp(name, "report_origin") == 0)
		return take_flag(r, name, value, &f->report_origin);
	if (strcmp(name, "third_party") == 0)
		return take_flag(r, name, value, &f->third_party);
	if (strcmp(name, "correction") == 0)
		return take_flag(r, name, value, &f->is_correction);
	if (strcmp(name, "source") == 0 && r->rights->may_name_source)
		return take_source(r, name, value);
	return refuse(r, name, "is not a known member");
}

static int
take_members(struct request *r, json_t *root)
{
	const char *name;
	json_t *value;

	r->to->kind = FEEDBACK_KINDS;
	json_object_foreach (root, name, value)
		if (take_member(r, name, value))
			return E_SYNTAX;
	if (r->to->kind == FEEDBACK_KINDS)
		return refuse(r, "type",
		              "is required: spam, ham, appeal or withdrawn");
	if (r->to->is_correction && !r->rights->may_correct) {
		snprintf(r->why, INTAKE_WHY, "\"correction\" is for reviewers");
		return E_AUTH;
	}
	return 0;
}

int
intake_read(struct sv json, struct arena *a, const struct intake_rights *rights,
            struct feedback *ret, char why[INTAKE_WHY])
{
	struct request r = { a, rights, ret, why };
	json_error_t error;
	json_t *root = json_loadb(json.p ? json.p : "", json.n,
	                          JSON_REJECT_DUPLICATES, &error);
	int result;

	ret->is_person = true;
	if (!root) {
		snprintf(why, INTAKE_WHY, "line %d: %.100s", error.line,
		         error.text);
		return E_SYNTAX;
	}
	if (json_is_object(root))
		result = take_members(&r, root);
	else
		result = refuse(&r, "{...}", "is expected: a JSON object");
	json_decref(root);
	return result;
}

/* ---- submitting ---- */

/* In the order of the sources. */
static_assert(COUNTER_feedback_by_review - COUNTER_feedback_by_http ==
                  FEEDBACK_BY_REVIEW - FEEDBACK_BY_HTTP,
              "counters of sources");

static void
count(struct ingress *in, int result, enum feedback_source source,
      const struct feedback_answer *answer)
{
	bool is_new = result == 0 && !answer->is_repeated;

	counter_add(in->counters,
	            result   ? COUNTER_feedback_refused
	            : is_new ? COUNTER_feedback_accepted
	                     : COUNTER_feedback_repeated,
	            1);
	counter_add(in->counters, COUNTER_feedback_by_http + source, is_new);
}

int
intake_submit(struct ingress *in, const struct feedback *f,
              struct feedback_answer *ret)
{
	struct snapshot *snapshot = ingress_snapshot(in);
	struct feedback named = *f;
	int result = E_STATE;

	*ret = (struct feedback_answer){ .why = "there is no store" };
	named.node = snapshot->conf->node.name;
	if (in->store)
		result = feedback_submit(in->store, &snapshot->conf->feedback,
		                         &named, ret);
	count(in, result, f->source, ret);
	if (result == 0)
		log_info("report=%s id=" SV_FMT " type=%s source=%s%s", ret->id,
		         SV_ARG(f->verdict_id), feedback_kind_word(f->kind),
		         feedback_source_word(f->source),
		         ret->is_repeated ? " repeated" : "");
	snapshot_unref(snapshot);
	return result;
}

/* The verdict on a message that has our mark. */
static bool
find_mark(struct ingress *in, struct scan *s, struct feedback *f)
{
	const struct message_header *h =
	    message_header(s->message, "X-Tamis-Id");
	char *id = arena_alloc(s->arena, UUID_TEXT);

	if (!h || !*in->mark_key ||
	    !mark_read(sv_str(in->mark_key), sv_trim(h->value), id))
		return false;
	f->verdict_id = sv_str(id);
	return true;
}

int
intake_scan(struct ingress *in, struct scan *s, struct feedback *f,
            struct feedback_answer *ret)
{
	const struct conf_message *limits = &s->snapshot->conf->message;

	if (!in->store)
		return intake_submit(in, f, ret);
	if (!s->post) {
		s->message = message_parse(s->arena, s->raw, limits);
		if (find_mark(in, s, f))
			return intake_submit(in, f, ret);
	}
	s->test = true;
	ingress_judge(in, s);
	if (learned_trace(s)) {
		*ret = (struct feedback_answer){
			.why = "it cannot be recorded now: try again",
		};
		count(in, E_IO, f->source, ret);
		return E_IO;
	}
	f->verdict_id = sv_str(s->id);
	return intake_submit(in, f, ret);
}

int
intake_message(struct ingress *in, struct sv mail, struct feedback *f,
               struct feedback_answer *ret)
{
	struct arena *a = arena_new();
	struct scan *s = ARENA_NEW(a, struct scan);
	int result;

	s->arena = a;
	s->snapshot = ingress_snapshot(in);
	s->channel = CHANNEL_FILE;
	s->surface = "mail";
	s->raw = mail;
	result = intake_scan(in, s, f, ret);
	snapshot_unref(s->snapshot);
	arena_free(a);
	return result;
}

int
intake_mail(struct ingress *in, struct sv mail, struct feedback *f,
            struct feedback_answer *ret)
{
	struct snapshot *snapshot = ingress_snapshot(in);
	struct arena *a = arena_new();
	struct arf arf;
	int result = arf_read(a, mail, &snapshot->conf->message, &arf);

	if (result) {
		*ret = (struct feedback_answer){ .why = arf.why };
		count(in, result, f->source, ret);
	} else {
		if (arf.is_report) {
			f->kind = arf.kind;
			f->reason = arf.reason;
		}
		result = intake_message(in, arf.original, f, ret);
	}
	snapshot_unref(snapshot);
	arena_free(a);
	return result;
}

/* ---- answers ---- */

void
intake_answer(int result, const struct feedback_answer *answer, struct buf *out)
{
	struct json j = json_start(out);

	json_begin_object(&j, NULL);
	if (result) {
		json_text(&j, "error",
		          answer->why ? answer->why : error_text(result));
	} else {
		json_text(&j, "report", answer->id);
		json_bool(&j, "repeated", answer->is_repeated);
	}
	json_end(&j);
	buf_add_char(out, '\n');
}

unsigned
intake_status(int result, const struct feedback_answer *answer)
{
	switch (result) {
	case 0:
		return answer->is_repeated ? 200 : 201;
	case E_SYNTAX:
		return 400;
	case E_AUTH:
		return 403;
	case E_UNKNOWN:
		return 404;
	case E_EXISTS:
		return 409;
	default:
		return 503;
	}
}
