/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preferences in Redis, or what speaks its protocol. A key for each level:
 * either a text as in a file, or a hash of which each field is a directive and
 * each line of its value one of that directive's.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "prefs/source.h"
#include "store/redis_link.h"

_Static_assert((int)PREFS_WHY >= (int)REDIS_WHY, "a reason has to fit");

enum { KEY_BYTES_MAX = PREFS_NAME_MAX + 300 };

struct redis_source {
	struct prefs_source source;
	const struct conf_prefs *conf;
	struct redis_server server;
};

/* Hashes have no order: what clears comes first. Pairs of texts. */
static int
compare_fields(const void *a, const void *b)
{
	const struct sv clear = SV("clear_");
	const struct sv *fa = a, *fb = b;
	int first = sv_starts(*fb, clear) - sv_starts(*fa, clear);

	return first ? first : sv_cmp(*fa, *fb);
}

static void
add_field(struct sv field, struct sv values, struct buf *lines)
{
	struct sv value;

	do {
		if (!sv_line(&values, &value))
			value = SV("");
		buf_add(lines, field);
		buf_add_char(lines, ' ');
		buf_add(lines, value);
		buf_add_char(lines, '\n');
	} while (values.n && !lines->full);
}

static void
add_hash(const struct redis_answer *hash, struct buf *lines)
{
	size_t n = hash->n / 2;

	if (n)
		qsort(hash->list, n, 2 * sizeof *hash->list, compare_fields);
	for (size_t i = 0; i < n && !lines->full; i++)
		add_field(hash->list[2 * i], hash->list[2 * i + 1], lines);
}

static int
take_answer(const struct redis_answer *answer, const char *server,
            struct buf *lines, char why[PREFS_WHY])
{
	struct buf text = BUF_INIT(PREFS_WHY - 1);

	if (answer->kind == REDIS_REFUSAL) {
		buf_addf(&text, "%.60s: " SV_FMT, server, SV_ARG(answer->text));
		memcpy(why, buf_str(&text), text.n + 1);
		buf_done(&text);
		return E_REMOTE;
	}
	if (answer->kind == REDIS_LIST)
		add_hash(answer, lines);
	else
		buf_add(lines, answer->text);
	return 0;
}

static int
ask(const struct redis_source *s, struct redis_link *link, struct sv key,
    struct buf *lines, char why[PREFS_WHY])
{
	struct redis_answer answer;

	REDIS_SEND(link, SV("HGETALL"), key);
	if (redis_link_receive(link, &answer, why))
		return E_REMOTE;
	if (answer.kind == REDIS_REFUSAL &&
	    sv_starts(answer.text, SV("WRONGTYPE"))) {
		REDIS_SEND(link, SV("GET"), key);
		if (redis_link_receive(link, &answer, why))
			return E_REMOTE;
	}
	return take_answer(&answer, s->server.name, lines, why);
}

static int
redis_read(struct prefs_source *source, const struct prefs_key *key,
           struct rule_sources *ret, char why[PREFS_WHY])
{
	const struct redis_source *s = (const struct redis_source *)source;
	struct buf lines = BUF_INIT((size_t)s->conf->bytes_max + 1);
	struct buf name = BUF_INIT(KEY_BYTES_MAX);
	struct redis_link *link;
	int result = E_REMOTE;

	buf_addf(&name, "redis:%s" SV_FMT, s->conf->redis_prefix,
	         SV_ARG(key->text.n ? key->text : SV("@GLOBAL")));
	link = redis_link_open(
	    &s->server, clock_mono_us() + s->conf->timeout_ms * 1000, why);
	if (link)
		result = ask(s, link, sv_from(buf_sv(&name), 6), &lines, why);
	redis_link_close(link);
	if (result == 0 && lines.n)
		rule_sources_add(ret, buf_str(&name), buf_sv(&lines));
	buf_done(&name);
	buf_done(&lines);
	return result;
}

static void
redis_free(struct prefs_source *source)
{
	free(source);
}

struct prefs_source *
prefs_redis_new(const struct conf_prefs *conf)
{
	struct redis_source *s;

	if (!*conf->redis)
		return NULL;
	s = mem_calloc(1, sizeof *s);
	s->source = (struct prefs_source){ "redis", redis_read, redis_free };
	s->conf = conf;
	redis_server_init(&s->server, conf->redis, conf->redis_password_file,
	                  conf->redis_database);
	return &s->source;
}
