/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reporter `arf`: abuse reports by mail. `to` gets one about each complaint of
 * a person and about each wanted verdict. With `cfbl`, the sender of a mail
 * that a person complained about gets one as well, where he asked for it;
 * never because of a verdict of ours (RFC 9477 section 3.2).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/uuid.h"
#include "report/arf_mail.h"
#include "report/keep.h"
#include "report/report.h"
#include "report/reporter.h"
#include "report/segment.h"
#include "web/web.h"

enum {
	ORIGINAL_BYTES_MAX = 8 << 20,
	MAIL_BYTES_MAX = 2 * ORIGINAL_BYTES_MAX,
	LOGIN_BYTES_MAX = 1000,
};

struct arf_reporter {
	struct reporter_setup setup;
	struct web *web;
	const char *from;
	struct buf original, mail, verdict;
};

static void
arf_close(void *state)
{
	struct arf_reporter *r = state;

	web_free(r->web);
	buf_done(&r->original);
	buf_done(&r->mail);
	buf_done(&r->verdict);
	free(r);
}

static const char *
what_is_missing(const struct arf_reporter *r)
{
	const struct conf_reporter *own = r->setup.own;
	struct sv url = sv_str(own->url);

	if (!sv_istarts(url, SV("smtp://")) && !sv_istarts(url, SV("smtps://")))
		return "url must be smtp:// or smtps://";
	if (!*r->from)
		return "neither from nor node.contact is set";
	if (!*own->to && !own->cfbl)
		return "neither to nor cfbl is set";
	return r->web ? NULL : "no curl handle";
}

static void *
arf_open(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	struct arf_reporter *r = mem_calloc(1, sizeof *r);
	const char *missing;

	r->setup = *setup;
	r->web = web_new();
	r->from =
	    *setup->own->from ? setup->own->from : setup->conf->node.contact;
	buf_init(&r->original, ORIGINAL_BYTES_MAX);
	buf_init(&r->mail, MAIL_BYTES_MAX);
	buf_init(&r->verdict, SEGMENT_RECORD_MAX);
	missing = what_is_missing(r);
	if (!missing)
		return r;
	snprintf(why, REPORTER_WHY, "%s", missing);
	arf_close(r);
	return NULL;
}

/* ---- one mail ---- */

/* "USER:PASSWORD", which is read each time; both are "" without a file. */
static bool
read_login(const struct conf_reporter *own, struct buf *text, const char **user,
           const char **password)
{
	char *colon, *end;

	*user = *password = "";
	if (!*own->token_file)
		return true;
	if (file_read(own->token_file, text) || !text->n)
		return false;
	end = text->p + strcspn(text->p, "\r\n");
	*end = '\0';
	colon = strchr(text->p, ':');
	if (!colon)
		return false;
	*colon = '\0';
	*user = text->p;
	*password = colon + 1;
	return true;
}

/* 0, E_IO: later; E_REMOTE: never. */
static int
send_mail(struct arf_reporter *r, const char *to, char why[REPORTER_WHY])
{
	const struct conf_reporter *own = r->setup.own;
	struct buf login = BUF_INIT(LOGIN_BYTES_MAX);
	struct web_mail mail = {
		.url = own->url,
		.from = r->from,
		.to = to,
		.text = buf_sv(&r->mail),
		.ca_file = own->ca_file,
		.timeout_ms = own->timeout_ms,
		.stop_ms = r->setup.stop_ms,
	};
	char reason[WEB_WHY] = "no login in token_file";
	int result = E_IO;

	if (r->mail.full) {
		snprintf(reason, sizeof reason, "the message is too large");
		result = E_REMOTE;
	} else if (read_login(own, &login, &mail.user, &mail.password)) {
		result = web_send_mail(r->web, &mail, reason);
	}
	if (result)
		snprintf(why, REPORTER_WHY, "%.250s", reason);
	if (login.p)
		explicit_bzero(login.p, login.size);
	buf_done(&login);
	return result;
}

/* What the server will never take is said, and left. */
static int
report(struct arf_reporter *r, const struct arf *a, char why[REPORTER_WHY])
{
	int result;

	buf_reset(&r->mail);
	r->mail.full = false;
	arf_write(a, &r->mail);
	result = send_mail(r, a->to, why);
	if (result != E_REMOTE)
		return result;
	log_warning("%s: report about " SV_FMT " not sent: %s",
	            r->setup.own->name, SV_ARG(a->id), why);
	return 0;
}

/* ---- what it is about ---- */

static int
keep_verdict(void *ctx, struct sv record)
{
	buf_add(ctx, record);
	return 1;
}

/* The verdict that a complaint refers to; false: it is not known any more. */
static bool
find_verdict(struct arf_reporter *r, struct sv ref, struct item *ret)
{
	struct diags diags = DIAGS_INIT;
	char id[UUID_TEXT];

	buf_reset(&r->verdict);
	if (!uuid_valid(ref))
		return false;
	snprintf(id, sizeof id, SV_FMT, SV_ARG(ref));
	history_each(r->setup.conf, id, NULL, 1, keep_verdict, &r->verdict,
	             &diags);
	diags_done(&diags);
	return r->verdict.n && item_read(buf_sv(&r->verdict), ret);
}

static struct sv
find_original(struct arf_reporter *r, struct sv ref)
{
	char id[UUID_TEXT];

	buf_reset(&r->original);
	snprintf(id, sizeof id, SV_FMT, SV_ARG(ref));
	if (!uuid_valid(ref) ||
	    keep_get(r->setup.conf, KEPT_MESSAGES, id, &r->original))
		buf_reset(&r->original);
	return buf_sv(&r->original);
}

/* To the sender, if all of RFC 9477 holds. */
static int
tell_sender(struct arf_reporter *r, struct arf a, char why[REPORTER_WHY])
{
	struct arena *arena = arena_new();
	json_t *facts = json_object_get(a.item->root, "facts");
	struct cfbl cfbl;
	int result = 0;

	if (a.original.n && cfbl_find(arena, a.original,
	                              &r->setup.conf->message, facts, &cfbl)) {
		a.to = arena_str(arena, cfbl.address);
		a.feedback_id = cfbl.feedback_id;
		result = report(r, &a, why);
	}
	arena_free(arena);
	return result;
}

static int
tell_complaint(struct arf_reporter *r, const struct item *complaint,
               char why[REPORTER_WHY])
{
	const struct conf_reporter *own = r->setup.own;
	struct item verdict;
	bool known = find_verdict(r, complaint->ref, &verdict);
	struct arf a = {
		.node = &r->setup.conf->node,
		.from = r->from,
		.to = own->to,
		.id = complaint->id,
		.is_complaint = true,
		.unix_ms = complaint->unix_ms,
		.item = known ? &verdict : NULL,
		.original = find_original(r, complaint->ref),
	};
	int result = *own->to ? report(r, &a, why) : 0;

	if (result == 0 && own->cfbl && known)
		result = tell_sender(r, a, why);
	if (known)
		item_done(&verdict);
	return result;
}

static bool
is_wanted(const struct conf_list *verdicts, const struct item *i)
{
	for (size_t v = 0; v < verdicts->n; v++)
		if (sv_eq_str(i->counted.verdict, verdicts->list[v]))
			return true;
	return false;
}

static int
tell(struct arf_reporter *r, const struct item *i, char why[REPORTER_WHY])
{
	const struct conf_reporter *own = r->setup.own;
	struct arf a = {
		.node = &r->setup.conf->node,
		.from = r->from,
		.to = own->to,
		.id = i->id,
		.unix_ms = i->unix_ms,
		.item = i,
	};

	if (i->kind == ITEM_FEEDBACK && sv_eq(i->feedback.type, SV("spam")) &&
	    json_is_true(json_object_get(i->root, "is_person")))
		return tell_complaint(r, i, why);
	if (i->kind != ITEM_VERDICT || !*own->to ||
	    !is_wanted(&own->verdicts, i))
		return 0;
	a.original = find_original(r, i->id);
	return report(r, &a, why);
}

static int
arf_deliver(void *state, const struct range *range, struct delivery *ret,
            char why[REPORTER_WHY])
{
	for (size_t n = 0; n < range->n; n++) {
		struct item item;
		int result;

		if (!item_read(range->records[n], &item)) {
			ret->bad++;
			continue;
		}
		result = tell(state, &item, why);
		item_done(&item);
		if (result) {
			ret->done = n;
			return E_IO;
		}
	}
	return 0;
}

const struct reporter_kind arf_kind = {
	.open = arf_open,
	.close = arf_close,
	.deliver = arf_deliver,
};
