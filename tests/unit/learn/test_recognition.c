/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which variants of a campaign are recognised may not hang on the secret of
 * the store, which decides which of their words are keys. The same campaigns
 * are followed with many secrets: some messages come, three are reported, and
 * of the others it is counted what becomes of them.
 *
 * RECOGNITION_SECRETS in the environment: with so many, and the distribution is
 * printed.
 */
#include "signals.h"

#include <stdio.h>

#include "learn/ledger.h"
#include "learn/shingle.h"

enum {
	SECRETS = 60,
	VARIANTS = 50,
	SEEN = 12,  /* before the first report */
	FIRST = 20, /* of those that are counted */
};

static const char *const texts[] = {
	"%s %s, our workshop in %s makes %s watches by hand and sends them to "
	"every country within %d days. Each of them has a sapphire glass, a "
	"steel case and a leather strap that you choose yourself. Order before "
	"%s and the second one costs %d euros less than the first. Write to "
	"our desk with the code %s and ask for the catalogue of this season, "
	"which has %d pages.",
	"%s %s, the choir of %s sings again with %s songs from four centuries "
	"and %d singers and a small orchestra. The concert is on %s, tickets "
	"cost %d euros at the door, children pay nothing. The programme is on "
	"the board in the library under %s, and whoever would like to sing "
	"along is welcome at the rehearsal in the parish hall at %d.",
	"An offer\n%s %s, the lamps that our company in %s builds save half "
	"of what %s lamps use. A set of %d is cheap until %s and comes to your "
	"door within %d days without any cost for the parcel. Give the word %s "
	"when you order, so that we know who has sent you, and tell your %d "
	"neighbours about us before the stock is sold.",
};
enum { TEXTS = sizeof texts / sizeof *texts };

struct trial {
	struct signals s;
	struct conf *conf;
	struct campaign_secret *secret;
	struct ledger *ledger;
	uint64_t random;
};

static unsigned
draw(struct trial *t, unsigned n)
{
	return (unsigned)(shingle_mix(t->random++) % n);
}

#define ONE_OF(t, ...)                                                         \
	((const char *const[]){ __VA_ARGS__ })[draw(                           \
	    t, sizeof((const char *const[]){ __VA_ARGS__ }) /                  \
		   sizeof(const char *))]

static struct sv
make_variant(struct trial *t, const char *text)
{
	static const char letters[] = "ABCDEFGHKLMNPQRSTUVWXYZ23456789";
	char code[9] = "";
	const char *hello = ONE_OF(t, "Dear", "Hello", "Hi", "Good day"),
		   *name = ONE_OF(t, "Ann", "Bob", "Eva", "Tom", "friend",
	                          "reader"),
		   *town = ONE_OF(t, "Ulm", "Bern", "Graz", "Lyon", "Turin"),
		   *what = ONE_OF(t, "fine", "modern", "classic", "rare"),
		   *day = ONE_OF(t, "Monday", "Friday", "Sunday", "Easter",
	                         "July");
	int days = 2 + (int)draw(t, 29), price = 5 + (int)draw(t, 86),
	    n = 11 + (int)draw(t, 89);

	for (int i = 0; i < 8; i++)
		code[i] = letters[draw(t, sizeof letters - 1)];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return arena_printf(t->s.arena, text, hello, name, town, what, days,
	                    day, price, code, n);
#pragma GCC diagnostic pop
}

/* ---- a store of that secret ---- */

static void
start(struct trial *t, uint64_t number)
{
	struct diags diags = DIAGS_INIT;
	uint64_t bytes[CAMPAIGN_SECRET_BYTES / sizeof(uint64_t)];
	struct store_op *op;

	*t = (struct trial){ .random = 0x5eed };
	signals_start(&t->s);
	t->conf = conf_load(NULL, &diags);
	for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
		bytes[i] = shingle_mix(number * 64 + i + 1);
	op = exchange_tell(&t->s.x, STORE_SET_NEW, SV("campaign-secret"));
	op->value = sv_make((const char *)bytes, sizeof bytes);
	signals_tell(&t->s);
	t->secret = campaign_secret_new();
	ck_assert(campaign_secret_load(t->secret, t->s.store, t->s.now_ms));
	t->ledger = ledger_new(
	    &(struct ledger_options){ .store = t->s.store, .conf = t->conf });
}

static void
end(struct trial *t)
{
	ledger_free(t->ledger);
	campaign_secret_free(t->secret);
	conf_unref(t->conf);
	signals_end(&t->s);
}

/* ---- messages and reports ---- */

static struct sv
verdict_id(struct trial *t, unsigned message)
{
	return arena_printf(t->s.arena, "0190f2a0-0000-7000-8000-%012x",
	                    message);
}

static void
write_trace(struct trial *t, const struct campaign *c, unsigned message)
{
	const struct trace trace = { .unix_ms = t->s.now_ms, .keys = c->keys };
	struct buf value = BUF_INIT(STORE_VALUE_MAX);
	char *name = arena_alloc(t->s.arena, TRACE_NAME);
	struct store_op *op;

	trace_write(&trace, &value);
	op = exchange_tell(&t->s.x, STORE_SET,
	                   trace_name(verdict_id(t, message), name));
	op->value = arena_dup(t->s.arena, buf_sv(&value));
	op->expires_ms = t->s.now_ms + 14 * DAY_MS;
	buf_done(&value);
}

/* What a message is judged as, which then counts as one more. */
static enum recognition_state
take(struct trial *t, struct sv text, unsigned message)
{
	const struct message_post post = { .text = text };
	const struct origin nobody = { 0 };
	const struct campaign_scene scene = { .origin = &nobody };
	struct recognition r;
	struct campaign c;

	signals_next(&t->s, 1000);
	campaign_sign(&c, t->secret,
	              message_from_post(t->s.arena, &post, &t->conf->message),
	              t->s.arena);
	campaign_gather(&c, t->secret, &scene, &t->s.x);
	recognition_gather(&r, &c.keys, t->conf->feedback.half_life_ms,
	                   &t->s.x);
	signals_ask(&t->s);
	campaign_judge(&c, t->secret, &t->s.x);
	recognition_judge(&r, &t->conf->recognition, &t->s.x,
	                  c.volume >= (double)t->conf->recognition.spread);
	campaign_learn(&c, t->secret, verdict_id(t, message), &t->s.x);
	write_trace(t, &c, message);
	signals_tell(&t->s);
	return r.state;
}

static void
report(struct trial *t, unsigned message, unsigned who)
{
	struct feedback f = {
		.verdict_id = verdict_id(t, message),
		.kind = FEEDBACK_SPAM,
		.by = arena_printf(t->s.arena, "reporter %u", who),
		.network = arena_printf(t->s.arena, "10.0.%u.1", who),
		.is_person = true,
		.node = "a",
		.unix_ms = t->s.now_ms,
	};
	struct feedback_answer answer;
	struct ledger_step step;

	snprintf(f.id, sizeof f.id, "0190f2a0-0000-7000-a000-%012x", who);
	ck_assert_int_eq(
	    feedback_submit(t->s.store, &t->conf->feedback, &f, &answer), 0);
	do
		ck_assert_int_eq(ledger_step(t->ledger, t->s.now_ms, &step), 0);
	while (step.is_more);
}

/* Of all variants behind FIRST, how many are of each state. */
static void
follow(uint64_t secret, const char *text, unsigned ret[RECOGNITION_STATES])
{
	struct trial t;

	start(&t, secret);
	memset(ret, 0, RECOGNITION_STATES * sizeof *ret);
	for (unsigned i = 0; i < VARIANTS; i++) {
		enum recognition_state state =
		    take(&t, make_variant(&t, text), i);

		if (i < SEEN)
			ck_assert_int_eq(state, RECOGNITION_NONE);
		else if (i >= FIRST)
			ret[state]++;
		if (i != SEEN - 1)
			continue;
		report(&t, 1, 1);
		report(&t, 4, 2);
		report(&t, 9, 3);
	}
	end(&t);
}

/* ---- tests ---- */

enum { COUNTED = VARIANTS - FIRST };

static void
print(unsigned text, const char *what, const unsigned histogram[COUNTED + 1])
{
	printf("# text %u, variants of %d that are %s:", text, COUNTED, what);
	for (int i = 0; i <= COUNTED; i++)
		if (histogram[i])
			printf(" %d: %u", i, histogram[i]);
	printf("\n");
}

START_TEST(no_secret_lets_a_campaign_through)
{
	const char *more = getenv("RECOGNITION_SECRETS");
	unsigned n = more ? (unsigned)strtoul(more, NULL, 10) : SECRETS;

	for (unsigned x = 0; x < TEXTS; x++) {
		unsigned spam[COUNTED + 1] = { 0 }, caught[COUNTED + 1] = { 0 };

		for (unsigned i = 0; i < n; i++) {
			unsigned states[RECOGNITION_STATES];

			follow(i, texts[x], states);
			spam[states[RECOGNITION_SPAM]]++;
			caught[COUNTED - states[RECOGNITION_NONE]]++;
			if (more)
				continue;
			ck_assert_uint_ge(states[RECOGNITION_SPAM], 20);
			ck_assert_uint_le(states[RECOGNITION_NONE], 2);
		}
		if (more) {
			print(x, "spam", spam);
			print(x, "spam or suspected", caught);
		}
	}
}
END_TEST

/* Reports on one campaign, with each secret, and a message of another. */
START_TEST(what_has_few_words_in_common_is_not_of_it)
{
	static const char letter[] =
	    "Hello Maria, my brother makes watches by hand and sends them to "
	    "every country, you know him. I will bring the seeds for the "
	    "garden on Saturday, and he can help with the fence if it does "
	    "not rain. Tell me when the children are back from the lake, then "
	    "we can have dinner together and look at the pictures.";

	for (unsigned i = 0; i < SECRETS; i++) {
		struct trial t;

		start(&t, i);
		for (unsigned m = 0; m < SEEN; m++)
			take(&t, make_variant(&t, texts[0]), m);
		for (unsigned who = 0; who < 10; who++)
			report(&t, who, who);
		ck_assert_int_eq(take(&t, SV(letter), VARIANTS),
		                 RECOGNITION_NONE);
		end(&t);
	}
}
END_TEST

UNIT_MAIN("recognition", no_secret_lets_a_campaign_through,
          what_has_few_words_in_common_is_not_of_it)
