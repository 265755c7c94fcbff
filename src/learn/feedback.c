/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/feedback.h"

#include <time.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "learn/origin.h"
#include "learn/receipt.h"

enum { KEY_TRIES = 50, KEY_PAUSE_MS = 100 };

/* ---- words ---- */

static const char *const kind_words[FEEDBACK_KINDS] = { "spam", "ham", "appeal",
	                                                "withdrawn" };

const char *
feedback_kind_word(enum feedback_kind k)
{
	return kind_words[k];
}

static int
find_word(const char *const *words, int n, struct sv word)
{
	int i = 0;

	while (i < n && !sv_eq_str(word, words[i]))
		i++;
	return i;
}

enum feedback_kind
feedback_kind_find(struct sv word)
{
	if (sv_eq(word, SV("not_spam")) || sv_eq(word, SV("not-spam")))
		return FEEDBACK_HAM;
	return (enum feedback_kind)find_word(kind_words, FEEDBACK_KINDS, word);
}

static const char *const source_words[FEEDBACK_SOURCES] = {
	"http", "arf", "mail", "imap", "cli", "spamd", "akismet", "review",
};

const char *
feedback_source_word(enum feedback_source s)
{
	return source_words[s];
}

enum feedback_source
feedback_source_find(struct sv word)
{
	return (enum feedback_source)find_word(source_words, FEEDBACK_SOURCES,
	                                       word);
}

const char *
feedback_reason(struct sv word)
{
	static const struct {
		const char *said, *means;
	} words[] = {
		{ "no_consent", NULL },
		{ "sender_identification", NULL },
		{ "deceptive_marketing", NULL },
		{ "malware", NULL },
		{ "fraud", NULL },
		{ "unsubscribe_ignored", NULL },
		{ "off_topic_ad", NULL },
		/* RFC 5965 section 7.3 */
		{ "virus", "malware" },
		{ "opt-out", "unsubscribe_ignored" },
		{ "abuse", "no_consent" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sv_ieq_str(word, words[i].said))
			return words[i].means ? words[i].means : words[i].said;
	return "none";
}

/* ---- the key ---- */

static void
new_key(char key[FEEDBACK_KEY + 1])
{
	char random[2 * UUID_TEXT], digest[DIGEST_TEXT];
	int64_t now_ms = clock_unix_ms();

	/* Two of them have 148 random bits. */
	uuid_new(now_ms, random);
	random[UUID_TEXT - 1] = '|';
	uuid_new(now_ms, random + UUID_TEXT);
	digest_sha256(sv_make(random, sizeof random - 1), digest);
	memcpy(key, digest, FEEDBACK_KEY + 1);
}

static bool
read_key(struct store *s, char ret[FEEDBACK_KEY + 1])
{
	struct store_read r = { .name = SV("key:feedback"), .is_value = true };
	struct arena *a = arena_new();
	bool ok;

	store_get(s, a, clock_unix_ms(), &r, 1);
	ok = r.found && r.value.n == FEEDBACK_KEY;
	if (ok) {
		memcpy(ret, r.value.p, FEEDBACK_KEY);
		ret[FEEDBACK_KEY] = '\0';
	}
	arena_free(a);
	return ok;
}

/* Of several that make one at the same time, the store keeps the first: what
 * is read back counts. Until it has reached the other machines, that takes a
 * moment. */
int
feedback_key(struct store *s, char ret[FEEDBACK_KEY + 1])
{
	struct store_op op = { .kind = STORE_SET_NEW,
		               .name = SV("key:feedback") };
	const struct store_batch b = { .ops = &op,
		                       .n = 1,
		                       .unix_ms = clock_unix_ms() };
	const struct timespec pause = { .tv_nsec = KEY_PAUSE_MS * 1000000 };
	char key[FEEDBACK_KEY + 1];
	int result;

	if (read_key(s, ret))
		return 0;
	new_key(key);
	op.value = sv_make(key, FEEDBACK_KEY);
	result = store_commit(s, &b);
	for (int i = 0; i < KEY_TRIES && result == 0; i++) {
		if (read_key(s, ret))
			return 0;
		nanosleep(&pause, NULL);
	}
	return result ? result : E_IO;
}

/* ---- submitting ---- */

static const char *const no_such =
    "no such verdict, or it is too old to be reported";

/* What is known under the id of the verdict, and under that of the report. */
/* False: Redis is away, and others may know more. */
static bool
look_up(struct store *s, struct arena *a, const struct feedback *f,
        const char *id, struct store_read reads[2])
{
	reads[0] = (struct store_read){
		.name = ARENA_JOIN(a, SV("trace:"), f->verdict_id),
		.is_value = true,
	};
	reads[1] = (struct store_read){
		.name = receipt_name(a, sv_str(id)),
		.is_value = true,
	};
	return store_get(s, a, f->unix_ms, reads, 2);
}

/* Whoever gives no name is known by where they come from. */
static struct sv
name_of(struct arena *a, const struct feedback *f, struct sv network)
{
	return f->by.n ? f->by : ARENA_JOIN(a, SV("nobody@"), network);
}

static struct sv
network_of(struct arena *a, struct sv where)
{
	struct sv network = origin_network(a, where);

	return network.n ? network : where;
}

static int
make_entry(struct store *s, struct arena *a, const struct feedback *f,
           const char *id, struct feedback_entry *ret)
{
	struct sv network = network_of(a, f->network);
	char *who = arena_alloc(a, TRUST_WHO_TEXT);
	char *net = arena_alloc(a, TRUST_WHO_TEXT);
	char key[FEEDBACK_KEY + 1];
	int result = feedback_key(s, key);

	if (result)
		return result;
	reporter_digest(sv_str(key), name_of(a, f, network), who);
	reporter_digest(sv_str(key), network, net);
	*ret = (struct feedback_entry){
		.id = sv_str(id),
		.verdict_id = f->verdict_id,
		.kind = f->kind,
		.source = f->source,
		.who = sv_str(who),
		.network = sv_str(net),
		.reason = sv_str(feedback_reason(f->reason)),
		.node = sv_sub(sv_str(f->node), 0, FEEDBACK_TEXT_MAX),
		.is_person = f->is_person,
		.is_correction = f->is_correction,
		.report_origin = f->report_origin,
		.third_party = f->third_party,
		.unix_ms = f->unix_ms,
	};
	return 0;
}

static bool
is_same(const struct feedback_entry *a, const struct feedback_entry *b)
{
	return sv_eq(a->verdict_id, b->verdict_id) && a->kind == b->kind &&
	       sv_eq(a->who, b->who);
}

/* The log for those who work in its order, the value for those who ask. */
static int
record(struct store *s, struct arena *a, const struct conf_feedback *conf,
       const struct feedback_entry *e)
{
	struct receipt r = { .entry = *e, .state = RECEIPT_ACCEPTED };
	struct buf entry = BUF_INIT(FEEDBACK_BYTES_MAX);
	struct buf report = BUF_INIT(STORE_VALUE_MAX);
	int64_t expires_ms = e->unix_ms + conf->keep_ms;
	struct store_op ops[] = {
		{ .kind = STORE_APPEND, .name = SV("feedback"), .id = e->id },
		{ .kind = STORE_SET_NEW,
		  .name = receipt_name(a, e->id),
		  .expires_ms = expires_ms },
	};
	const struct store_batch b = {
		.ops = ops,
		.n = 2,
		.unix_ms = e->unix_ms,
		.once = ARENA_JOIN(a, SV("report:"), e->id),
		.once_expires_ms = expires_ms,
	};
	int result;

	feedback_write(e, &entry);
	receipt_write(&r, &report);
	ops[0].value = buf_sv(&entry);
	ops[1].value = buf_sv(&report);
	result = entry.full || report.full ? E_LIMIT : store_commit(s, &b);
	buf_done(&entry);
	buf_done(&report);
	return result;
}

static int
submit(struct store *s, struct arena *a, const struct conf_feedback *conf,
       const struct feedback *f, struct feedback_answer *ret)
{
	struct feedback_entry entry;
	struct store_read reads[2];
	struct receipt known;
	int result = make_entry(s, a, f, ret->id, &entry);
	bool is_shared = look_up(s, a, f, ret->id, reads);

	if (result)
		return result;
	if (reads[1].found && receipt_read(reads[1].value, a, &known) == 0) {
		ret->is_repeated = true;
		if (is_same(&known.entry, &entry))
			return 0;
		ret->why = "another report has that id";
		return E_EXISTS;
	}
	if (!reads[0].found && !is_shared)
		return E_IO;
	if (!reads[0].found) {
		ret->why = no_such;
		return E_UNKNOWN;
	}
	return record(s, a, conf, &entry);
}

int
feedback_submit(struct store *s, const struct conf_feedback *conf,
                const struct feedback *f, struct feedback_answer *ret)
{
	char verdict_id[UUID_TEXT];
	struct feedback timed = *f;
	struct arena *a;
	int result;

	*ret = (struct feedback_answer){ 0 };
	if (!uuid_valid(f->verdict_id) ||
	    (*f->id && !uuid_valid(sv_str(f->id)))) {
		ret->why = "an id is a UUID";
		return E_SYNTAX;
	}
	for (int i = 0; i < UUID_TEXT - 1; i++)
		verdict_id[i] = sv_lower_char(f->verdict_id.p[i]);
	timed.verdict_id = sv_make(verdict_id, UUID_TEXT - 1);
	if (!timed.unix_ms)
		timed.unix_ms = clock_unix_ms();
	if (*f->id)
		memcpy(ret->id, f->id, UUID_TEXT);
	else
		uuid_new(timed.unix_ms, ret->id);
	a = arena_new();
	result = submit(s, a, conf, &timed, ret);
	arena_free(a);
	if (result == E_IO || result == E_LIMIT)
		ret->why = "it cannot be recorded now: try again";
	return result;
}
