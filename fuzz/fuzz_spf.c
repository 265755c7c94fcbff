/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPF. The first three lines are the address of the client, the sender and
 * HELO; each other is a TXT record, of any bytes. A world is made up around
 * them, in which every name has one of the records, and addresses and mail
 * servers that hang on its spelling. The outcome must be the same whether
 * answers are there at once or come later.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/vec.h"
#include "fact/spf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXTS_MAX = 12, RECORDS_MAX = 12 };

struct world {
	struct ip client;
	struct sv texts[TEXTS_MAX];
	size_t n_texts;
	VEC(struct dns_question) asked; /* and not answered yet: from here */
	VEC(size_t) tickets;
	size_t n_answered;
};

static void
must(bool what)
{
	if (!what)
		abort();
}

/* ---- the world ---- */

static size_t
hash_of(struct sv name)
{
	size_t hash = 5381;

	for (size_t i = 0; i < name.n; i++)
		hash = hash * 33 ^ (unsigned char)name.p[i];
	return hash;
}

static struct dns_record
record_of(const struct world *w, enum dns_type type, size_t hash, size_t i)
{
	static const char *const names[] = { "a.example.org", "b.example.org",
		                             "d0.example.org", "x.test" };
	struct dns_record r = { .preference = (unsigned)i };

	r.ip = w->client;
	if ((hash + i) % 3)
		r.ip.bytes[15] ^= (unsigned char)(1 << (hash + i) % 8);
	r.text = type == DNS_TXT
	             ? w->texts[w->n_texts ? (hash + i) % w->n_texts : 0]
	             : sv_str(names[(hash + i) % 4]);
	return r;
}

static const struct dns_answer *
answer_of(const struct world *w, struct arena *a, const struct dns_question *q)
{
	struct dns_answer *answer = arena_alloc(a, sizeof *answer);
	struct dns_record *records =
	    ARENA_ARRAY(a, struct dns_record, RECORDS_MAX);
	size_t hash = hash_of(q->name) + (size_t)q->type;

	if (hash % 7 == 0)
		return dns_answer_bare(DNS_NO_NAME);
	if (hash % 41 == 0)
		return dns_answer_bare(DNS_TIMED_OUT);
	answer->status = DNS_FOUND;
	answer->n_records =
	    q->type == DNS_TXT ? 1 + (hash % 13 == 0) : 1 + hash % RECORDS_MAX;
	answer->records = records;
	for (size_t i = 0; i < answer->n_records; i++)
		records[i] = record_of(w, q->type, hash, i);
	return answer;
}

static const struct dns_answer *
now_ask(void *ctx, struct arena *a, const struct dns_question *q, size_t ticket)
{
	(void)ticket;
	return answer_of(ctx, a, q);
}

static const struct dns_answer *
late_ask(void *ctx, struct arena *a, const struct dns_question *q,
         size_t ticket)
{
	struct world *w = ctx;

	(void)a;
	*VEC_ADD(&w->asked) = *q;
	*VEC_ADD(&w->tickets) = ticket;
	return NULL;
}

static bool
late_next(void *ctx, struct arena *a, int64_t deadline_mono_us,
          size_t *ret_ticket, const struct dns_answer **ret)
{
	struct world *w = ctx;

	(void)deadline_mono_us;
	if (w->n_answered == w->asked.n)
		return false;
	*ret_ticket = w->tickets.list[w->n_answered];
	*ret = answer_of(w, a, &w->asked.list[w->n_answered++]);
	return true;
}

static const struct lookup_source now_source = { now_ask, NULL };
static const struct lookup_source late_source = { late_ask, late_next };

/* ---- the check ---- */

static struct spf_outcome
check(struct arena *a, const struct lookup_source *source, struct world *w,
      const struct spf_query *q)
{
	struct lookup *l = lookup_new(a, source, w, 1000);
	struct spf_outcome ret;
	const struct dns_question *question;
	const struct dns_answer *answer;
	size_t pos = 0, n = 0;

	while (!spf_check(a, l, q, &ret))
		must(lookup_wait(l, 1));
	while (lookup_next(l, &pos, &question, &answer))
		n++;
	must(n <= SPF_QUESTIONS_MAX);
	return ret;
}

static bool
is_printable(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

static void
check_both(struct world *w, const struct spf_query *q)
{
	struct arena *a = arena_new();
	struct spf_outcome now = check(a, &now_source, w, q);
	struct spf_outcome late = check(a, &late_source, w, q);

	must(now.result == late.result && now.lookups == late.lookups &&
	     now.void_lookups == late.void_lookups);
	must(sv_eq(now.term, late.term) && sv_eq(now.reason, late.reason) &&
	     sv_eq(now.explanation, late.explanation));
	must(now.n_steps == late.n_steps);
	must(now.result < SPF_RESULTS && now.reason.n > 0);
	must(is_printable(now.reason) && is_printable(now.explanation));
	must(now.lookups <= SPF_LOOKUPS_MAX + 1);
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv rest = sv_make((const char *)data, size), line;
	struct spf_query q = { .receiver = SV("mail.example.net"),
		               .unix_s = 1700000000,
		               .is_explained = true,
		               .is_traced = true };
	struct world w = { .n_texts = 0 };

	if (!sv_line(&rest, &line) || ip_parse(line, &q.ip) != 0 ||
	    !sv_line(&rest, &q.sender) || !sv_line(&rest, &q.helo))
		return 0;
	while (w.n_texts < TEXTS_MAX && sv_line(&rest, &line))
		w.texts[w.n_texts++] = line;
	w.client = q.ip;
	check_both(&w, &q);
	VEC_DONE(&w.asked);
	VEC_DONE(&w.tickets);
	return 0;
}
