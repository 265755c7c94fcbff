/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/arf.h"

#include "base/error.h"
#include "message/header.h"
#include "message/transfer.h"

/* Fields of the second part, RFC 5965 section 3. */
enum { FIELDS_MAX = 100, FIELD_BYTES_MAX = 1000 };

struct fields {
	struct sv type, agent, version;
	unsigned types, agents, versions; /* how often */
};

static int
fail(struct arf *ret, const char *why)
{
	ret->why = why;
	return E_SYNTAX;
}

/* ---- parts ---- */

static const struct message_part *
find_part(const struct message *m, struct sv type)
{
	for (size_t i = 0; i < m->n_parts; i++)
		if (sv_eq(m->parts[i].type, type))
			return &m->parts[i];
	return NULL;
}

/* The first mail in it, or the header of one. */
static const struct message_part *
find_original(const struct message *m)
{
	const struct message_part *p = find_part(m, SV("message/rfc822"));

	if (!p)
		p = find_part(m, SV("message/global"));
	return p ? p : find_part(m, SV("text/rfc822-headers"));
}

/* A mail in a mail must not be encoded (RFC 2046 section 5.2.1), so it is not
 * decoded when mails are read; some loops do it all the same. */
static struct sv
text_of(struct arena *a, const struct message_part *p)
{
	return p->data.n ? p->data : transfer_decode(a, p->raw, p->encoding);
}

/* ---- fields ---- */

static void
take_field(struct sv name, struct sv value, struct fields *f)
{
	if (sv_ieq(name, SV("Feedback-Type"))) {
		f->type = value;
		f->types++;
	} else if (sv_ieq(name, SV("User-Agent"))) {
		f->agent = value;
		f->agents++;
	} else if (sv_ieq(name, SV("Version"))) {
		f->version = value;
		f->versions++;
	}
}

/* The next field, with the lines it goes on over (RFC 5322 section 2.2.3). */
static bool
next_field(struct sv *text, struct sv *ret)
{
	struct sv line;

	if (!sv_line(text, ret))
		return false;
	while (text->n && sv_is_blank(*text->p) && sv_line(text, &line))
		ret->n = (size_t)(line.p + line.n - ret->p);
	return true;
}

/* Values may begin on the line after the name; words are not folded. */
static void
read_fields(struct sv text, struct fields *ret)
{
	struct sv field;

	*ret = (struct fields){ 0 };
	for (int n = 0; n < FIELDS_MAX && next_field(&text, &field); n++) {
		size_t name = header_name_bytes(field);
		struct sv value;

		if (name == 0 || field.n > FIELD_BYTES_MAX)
			continue;
		value = sv_from(field, name);
		value = sv_from(value, sv_find_char(value, ':') + 1);
		take_field(sv_sub(field, 0, name), sv_trim(value), ret);
	}
}

/* RFC 5965 section 7.3, and what others have registered since. */
static int
take_type(struct arena *a, struct sv word, struct arf *ret)
{
	static const char *const complaints[] = { "abuse", "fraud", "virus",
		                                  "opt-out", "other" };
	char *lower = arena_str(a, word);

	for (char *c = lower; *c; c++)
		*c = sv_lower_char(*c);
	ret->reason = sv_str(lower);
	ret->kind = FEEDBACK_SPAM;
	if (sv_eq(ret->reason, SV("not-spam"))) {
		ret->kind = FEEDBACK_HAM;
		return 0;
	}
	for (size_t i = 0; i < sizeof complaints / sizeof *complaints; i++)
		if (sv_eq_str(ret->reason, complaints[i]))
			return 0;
	return fail(ret, "its Feedback-Type is none that says whether the "
	                 "mail is spam");
}

/* 0.1 is that of the drafts; 1.0 is what some make of 1. */
static bool
is_known_version(struct sv version)
{
	return sv_eq(version, SV("1")) || sv_eq(version, SV("1.0")) ||
	       sv_eq(version, SV("0.1"));
}

static int
read_report(struct arena *a, const struct message_part *part, struct arf *ret)
{
	struct fields f;

	read_fields(text_of(a, part), &f);
	if (f.types != 1 || f.agents != 1 || f.versions != 1 || f.agent.n == 0)
		return fail(ret, "a report has Feedback-Type, User-Agent and "
		                 "Version, each once");
	if (!is_known_version(f.version))
		return fail(ret, "it is of a version that is not known");
	ret->is_report = true;
	return take_type(a, f.type, ret);
}

int
arf_read(struct arena *a, struct sv mail, const struct conf_message *limits,
         struct arf *ret)
{
	struct message *m = message_parse(a, mail, limits);
	const struct message_part *report, *original;

	*ret = (struct arf){ .kind = FEEDBACK_SPAM, .original = mail };
	report = find_part(m, SV("message/feedback-report"));
	original = find_original(m);
	if (report && read_report(a, report, ret))
		return E_SYNTAX;
	if (report && !original)
		return fail(ret, "it does not have the mail it is about");
	if (original)
		ret->original = text_of(a, original);
	return 0;
}
