/* SPDX-License-Identifier: Apache-2.0 */
/* What was asked of the outside about a message, and what came out. */
#include <stdio.h>

#include "tamis/explain.h"
#include "tamis/member.h"

/* "pass, example.org, (why)": the members that are there. */
static struct sv
outcome(const struct explanation *e, const json_t *fact,
        const char *const *members)
{
	struct buf text = BUF_INIT(2000);
	struct sv reason = member_text(fact, "reason"), result;

	buf_add(&text, member_text(fact, "result"));
	for (; *members; members++) {
		struct sv value = member_text(fact, *members);

		if (value.n)
			buf_addf(&text, ", %s " SV_FMT, *members,
			         SV_ARG(value));
	}
	if (reason.n)
		buf_addf(&text, " (" SV_FMT ")", SV_ARG(reason));
	result = arena_dup(e->arena, buf_sv(&text));
	buf_done(&text);
	return result;
}

/* "203.0.113.7 mail.example.org (iprev pass), DE, AS64500 Example" */
static void
print_client(const struct explanation *e, const json_t *facts)
{
	const json_t *client = json_object_get(facts, "client");
	const json_t *place = json_object_get(facts, "place");
	struct sv iprev = member_text(client, "iprev");
	struct buf text = BUF_INIT(2000);

	if (iprev.n)
		buf_addf(&text, SV_FMT " (iprev " SV_FMT ")",
		         SV_ARG(member_text(client, "name")), SV_ARG(iprev));
	if (place)
		buf_addf(&text, "%s" SV_FMT, text.n ? ", " : "",
		         SV_ARG(member_text(place, "country")));
	if (member_int(place, "asn"))
		buf_addf(&text, " AS%lld " SV_FMT,
		         (long long)member_int(place, "asn"),
		         SV_ARG(member_text(place, "organisation")));
	explain_field(e, "client", sv_trim(arena_dup(e->arena, buf_sv(&text))));
	buf_done(&text);
}

static void
print_fact(const struct explanation *e, const json_t *facts, const char *name,
           const char *label)
{
	static const char *const members[] = { "domain", "policy", "term",
		                               NULL };
	const json_t *fact = json_object_get(facts, name);

	if (fact)
		explain_field(e, label, outcome(e, fact, members));
}

static void
print_signatures(const struct explanation *e, const json_t *facts)
{
	static const char *const members[] = { "domain", "selector",
		                               "algorithm", NULL };
	json_t *list = json_object_get(facts, "dkim"), *signature;
	size_t i;

	json_array_foreach (list, i, signature)
		explain_field(e, "dkim", outcome(e, signature, members));
}

static void
print_answers(const struct explanation *e)
{
	const json_t *answers = json_object_get(e->record, "answers");
	const json_t *times = json_object_get(e->record, "times_us");

	if (!json_array_size(answers))
		return;
	explain_field(
	    e, "dns",
	    arena_printf(e->arena,
	                 "%zu questions, waited %lld \302\265s for answers",
	                 json_array_size(answers),
	                 (long long)member_int(times, "waited")));
}

void
explain_facts(const struct explanation *e)
{
	const json_t *facts = json_object_get(e->record, "facts");

	if (!json_object_size(facts) &&
	    !json_array_size(json_object_get(e->record, "answers")))
		return;
	explain_section(e, "facts");
	print_client(e, facts);
	print_fact(e, facts, "spf_helo", "spf of helo");
	print_fact(e, facts, "spf", "spf");
	print_signatures(e, facts);
	print_fact(e, facts, "arc", "arc");
	print_fact(e, facts, "dmarc", "dmarc");
	print_answers(e);
}
