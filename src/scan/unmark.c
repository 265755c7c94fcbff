/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/unmark.h"

#include "base/vec.h"
#include "message/header.h"

enum { PREVIOUS_MAX = 16 }; /* fields that are put back */

/* One field, with all its lines and their ends. */
struct field {
	struct sv text;
	bool dropped;
};

struct head {
	VEC(struct field) fields;
	struct sv end; /* the empty line, or "" */
};

static bool
cut_line(struct sv *rest, struct sv *ret_line)
{
	size_t at = sv_find_char(*rest, '\n');

	if (rest->n == 0)
		return false;
	*ret_line = sv_sub(*rest, 0, at == SV_NOT_FOUND ? rest->n : at + 1);
	*rest = sv_from(*rest, ret_line->n);
	return true;
}

static bool
is_empty(struct sv line)
{
	return sv_trim(line).n == 0;
}

/* The fields up to the empty line, which is cut off with them. */
static void
cut_head(struct sv *rest, struct head *ret)
{
	struct sv line;

	*ret = (struct head){ .end = SV("") };
	while (cut_line(rest, &line)) {
		if (is_empty(line)) {
			ret->end = line;
			return;
		}
		if (sv_is_blank(*line.p) && ret->fields.n)
			ret->fields.list[ret->fields.n - 1].text.n += line.n;
		else
			VEC_ADD(&ret->fields)->text = line;
	}
}

static bool
is_named(struct sv field, struct sv name)
{
	return sv_istarts(field, name) && field.n > name.n &&
	       field.p[name.n] == ':';
}

static struct field *
find_field(const struct head *h, struct sv name)
{
	for (size_t i = 0; i < h->fields.n; i++)
		if (!h->fields.list[i].dropped &&
		    is_named(h->fields.list[i].text, name))
			return &h->fields.list[i];
	return NULL;
}

/* The value in one line; "" without the field. */
static struct sv
value_of(struct arena *a, const struct head *h, struct sv name)
{
	const struct field *f = find_field(h, name);
	char *p;

	if (!f)
		return SV("");
	p = arena_str(a, sv_trim(sv_from(f->text, name.n + 1)));
	for (char *c = p; *c; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	return sv_str(p);
}

/* ---- mails inside a report ---- */

static struct sv
param_of(struct sv value, const char *name)
{
	struct params params;

	params_split(value, &params);
	for (size_t i = 0; i < params.n; i++)
		if (sv_ieq_str(params.list[i].name, name))
			return params.list[i].value;
	return SV("");
}

static bool
is_boundary(struct sv line, struct sv boundary)
{
	return sv_starts(line, SV("--")) &&
	       sv_starts(sv_from(line, 2), boundary);
}

/* What stands before the next boundary, without the line end that belongs to
 * it. */
static struct sv
part_body(struct sv rest, struct sv boundary)
{
	const char *begin = rest.p;
	struct sv line, last = SV("");

	while (cut_line(&rest, &line)) {
		if (is_boundary(line, boundary)) {
			if (is_empty(last))
				line.p = last.n ? last.p : line.p;
			return sv_make(begin, (size_t)(line.p - begin));
		}
		last = line;
	}
	return sv_make(begin, (size_t)(rest.p + rest.n - begin));
}

/* The mail that a report holds; false: this is none, or holds none. */
static bool
find_original(struct arena *a, const struct head *h, struct sv body,
              struct sv *ret)
{
	struct sv type = value_of(a, h, SV("Content-Type"));
	struct sv boundary = param_of(type, "boundary"), line;

	if (!sv_istarts(type, SV("multipart/mixed")) || boundary.n == 0)
		return false;
	while (cut_line(&body, &line)) {
		struct head part;
		bool found;

		if (!is_boundary(line, boundary))
			continue;
		cut_head(&body, &part);
		found = sv_ieq(param_of(value_of(a, &part, SV("Content-Type")),
		                        "x-spam-type"),
		               SV("original"));
		VEC_DONE(&part.fields);
		if (found) {
			*ret = part_body(body, boundary);
			return true;
		}
	}
	return false;
}

/* ---- mails with marks in their header ---- */

#define PREVIOUS  "X-Spam-Prev-"
#define OLD_RULER "SPAM: ----"

/* Puts a field back in the place of the one that replaced it, or else behind
 * the others. */
static void
put_back(struct head *h, struct field *f)
{
	struct sv old = sv_from(f->text, strlen(PREVIOUS));
	size_t colon = sv_find_char(old, ':');
	struct field *now;

	f->dropped = true;
	if (colon == SV_NOT_FOUND)
		return;
	now = find_field(h, sv_sub(old, 0, colon));
	if (!now)
		now = VEC_ADD(&h->fields);
	now->text = old;
}

/* A mail that had no subject was given one. */
static bool
drop_invented_subject(struct arena *a, struct head *h)
{
	struct field *previous = find_field(h, SV(PREVIOUS "Subject"));
	struct field *subject = find_field(h, SV("Subject"));

	if (!previous ||
	    !sv_eq(value_of(a, h, SV(PREVIOUS "Subject")),
	           SV("(nonexistent)")) ||
	    sv_find(value_of(a, h, SV("Subject")), SV("(nonexistent)")) !=
	        SV_NOT_FOUND)
		return false;
	previous->dropped = true;
	if (subject)
		subject->dropped = true;
	return true;
}

static void
write_field(const struct field *f, struct sv subject_tag, struct buf *out)
{
	struct sv text = f->text, name = SV("Subject: ");

	if (!sv_starts(text, name) || subject_tag.n == 0) {
		buf_add(out, text);
		return;
	}
	text = sv_from(text, name.n);
	while (sv_starts(text, subject_tag) && text.n > subject_tag.n &&
	       text.p[subject_tag.n] == ' ')
		text = sv_from(text, subject_tag.n + 1);
	buf_add(out, name);
	buf_add(out, text);
}

static void
unmark_head(struct arena *a, struct head *h, struct sv subject_tag,
            struct buf *out)
{
	unsigned previous = 0;

	if (find_field(h, SV(PREVIOUS "Subject")))
		subject_tag = SV("");
	drop_invented_subject(a, h);
	for (size_t i = 0; i < h->fields.n; i++) {
		struct field *f = &h->fields.list[i];

		if (f->dropped || !sv_istarts(f->text, SV("X-Spam-")))
			continue;
		if (sv_istarts(f->text, SV(PREVIOUS)) &&
		    previous++ < PREVIOUS_MAX)
			put_back(h, f);
		else
			f->dropped = true;
	}
	for (size_t i = 0; i < h->fields.n; i++)
		if (!h->fields.list[i].dropped)
			write_field(&h->fields.list[i], subject_tag, out);
	buf_add(out, h->end);
}

/* SpamAssassin 2 wrote its report above the text: lines from "SPAM: ----" to
 * another such, and an empty one. */
static bool
cut_old_report(struct sv *body)
{
	struct sv rest = *body, line = SV("");
	bool ended = false;

	if (!cut_line(&rest, &line) ||
	    (is_empty(line) && !cut_line(&rest, &line)) ||
	    !sv_starts(line, SV(OLD_RULER)))
		return false;
	while (!ended && cut_line(&rest, &line) && sv_starts(line, SV("SPAM:")))
		ended = sv_starts(line, SV(OLD_RULER));
	if (!ended || !cut_line(&rest, &line) || !is_empty(line))
		return false;
	*body = rest;
	return true;
}

void
unmark_mail(struct arena *a, struct sv mail, struct sv subject_tag,
            struct buf *out)
{
	struct sv original, separator;
	struct head h;

	if (sv_starts(mail, SV("From ")) && cut_line(&mail, &separator))
		buf_add(out, separator);
	cut_head(&mail, &h);
	if (find_original(a, &h, mail, &original)) {
		buf_add(out, original);
	} else {
		unmark_head(a, &h, subject_tag, out);
		while (cut_old_report(&mail))
			;
		buf_add(out, mail);
	}
	VEC_DONE(&h.fields);
}
