/* SPDX-License-Identifier: Apache-2.0 */
/* From whom and to whom a mail is, by all that its headers say. */
#include "eval/addresses.h"

#include "message/url.h"

static bool
has_address(const struct addresses *list, struct sv address)
{
	for (size_t i = 0; i < list->n; i++)
		if (sv_eq(list->list[i], address))
			return true;
	return false;
}

static void
add_address(struct addresses *list, struct sv address)
{
	if (address.n && list->n < ADDRESSES_MAX && !has_address(list, address))
		list->list[list->n++] = address;
}

/* "a@b...c" as "a@b.c" */
static struct sv
without_double_dots(struct arena *a, struct sv s)
{
	struct sv copy;
	char *p;
	size_t n = 0;

	if (sv_find(s, SV("..")) == SV_NOT_FOUND)
		return s;
	copy = arena_dup(a, s);
	p = (char *)(uintptr_t)copy.p;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '.' || n == 0 || p[n - 1] != '.')
			p[n++] = s.p[i];
	return sv_make(p, n);
}

static void
add_header(struct eval_job *job, const char *name, struct addresses *list)
{
	struct sv rest = eval_header(job, name), line;

	while (sv_split(&rest, '\n', &line))
		add_address(list, eval_lower(job, line));
}

/* PerMsgStatus::all_from_addrs */
const struct addresses *
addresses_from(struct eval_job *job)
{
	static const char *const names[] = {
		"From:addr",          "Envelope-Sender:addr",
		"Resent-Sender:addr", "X-Envelope-From:addr",
		"EnvelopeFrom:addr",
	};
	struct addresses *list = job->facts[FACTS_FROM];

	if (list)
		return list;
	list = job->facts[FACTS_FROM] = ARENA_NEW(job->arena, struct addresses);
	add_header(job, "Resent-From:first:addr", list);
	if (list->n)
		return list;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		add_header(job, names[i], list);
	for (size_t i = 0; i < list->n; i++)
		list->list[i] = without_double_dots(job->arena, list->list[i]);
	return list;
}

/* " for <user@example.org>;" of a Received field */
static struct sv
received_for(struct sv line)
{
	size_t at = sv_find(line, SV(" for ")), end;
	struct sv address;

	if (at == SV_NOT_FOUND)
		return SV("");
	address = sv_from(line, at + 5);
	if (sv_starts(address, SV("<")))
		address = sv_from(address, 1);
	end = sv_find_char(address, ';');
	if (end == SV_NOT_FOUND)
		return SV("");
	address = sv_sub(address, 0, end);
	if (address.n && address.p[address.n - 1] == '>')
		address.n--;
	for (size_t i = 0; i < address.n; i++)
		if (sv_is_space(address.p[i]))
			return SV("");
	at = sv_find_char(address, '@');
	return at != SV_NOT_FOUND && at > 0 &&
	               url_host_is_known(sv_from(address, at + 1))
	           ? address
	           : SV("");
}

/* PerMsgStatus::all_to_addrs: the three newest servers may know better. */
const struct addresses *
addresses_to(struct eval_job *job)
{
	static const char *const names[] = {
		"To:addr",
		"Apparently-To:addr",
		"Delivered-To:addr",
		"Envelope-Recipients:addr",
		"Apparently-Resent-To:addr",
		"X-Envelope-To:addr",
		"Envelope-To:addr",
		"X-Delivered-To:addr",
		"X-Original-To:addr",
		"X-Rcpt-To:addr",
		"X-Real-To:addr",
		"Cc:addr",
	};
	struct addresses *list = job->facts[FACTS_TO];
	struct sv rest, line;

	if (list)
		return list;
	list = job->facts[FACTS_TO] = ARENA_NEW(job->arena, struct addresses);
	add_header(job, "Resent-To:first:addr", list);
	add_header(job, "Resent-Cc:first:addr", list);
	if (list->n)
		return list;
	rest = eval_header(job, "Received");
	for (int i = 0; i < 3 && sv_split(&rest, '\n', &line); i++)
		add_address(list, eval_lower(job, received_for(line)));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		add_header(job, names[i], list);
	return list;
}
