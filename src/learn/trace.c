/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/trace.h"

#include "base/error.h"

enum {
	TRACE_VERSION = 1,
	NUMBER_BYTES_MAX = 10, /* 64 bits, seven a byte */
	KEY_BYTES = 8,
};

struct sv
trace_name(struct sv verdict_id, char name[TRACE_NAME])
{
	static const char prefix[] = "trace:";
	size_t n = verdict_id.n < UUID_TEXT ? verdict_id.n : UUID_TEXT - 1;

	memcpy(name, prefix, sizeof prefix - 1);
	if (n)
		memcpy(name + sizeof prefix - 1, verdict_id.p, n);
	name[sizeof prefix - 1 + n] = '\0';
	return sv_make(name, sizeof prefix - 1 + n);
}

/* ---- writing ---- */

static void
put_number(struct buf *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		buf_add_char(out, (char)(value | 0x80));
	buf_add_char(out, (char)value);
}

/* The sign is the lowest bit, so that small numbers stay short. */
static void
put_signed(struct buf *out, int64_t value)
{
	uint64_t bits = (uint64_t)value;

	put_number(out, value < 0 ? ~(bits << 1) : bits << 1);
}

static void
put_text(struct buf *out, struct sv text)
{
	if (text.n > TRACE_TEXT_MAX)
		text = SV("");
	put_number(out, text.n);
	buf_add(out, text);
}

static void
put_keys(struct buf *out, const struct campaign_keys *k)
{
	put_number(out, k->n);
	put_number(out, k->n_text);
	put_number(out, k->quorum);
	for (unsigned i = 0; i < k->n; i++)
		for (unsigned byte = 0; byte < KEY_BYTES; byte++)
			buf_add_char(out, (char)(k->list[i] >> (8 * byte)));
}

/* All but the features, with at most so many subjects. */
static void
put_trace(struct buf *out, const struct trace *t, size_t n_subjects)
{
	put_number(out, TRACE_VERSION);
	put_signed(out, t->unix_ms);
	put_number(out, t->verdict);
	put_number(out, t->channel);
	put_signed(out, t->score_e4);
	put_signed(out, t->own_score_e4);
	put_text(out, t->surface);
	put_text(out, t->domain);
	put_text(out, t->node);
	put_keys(out, &t->keys);
	put_signed(out, t->learned_e4);
	put_number(out, n_subjects);
	for (size_t i = 0; i < n_subjects; i++) {
		put_number(out, t->subjects[i].is_learned);
		put_text(out, t->subjects[i].name);
	}
}

/* The same, with as many subjects as there is room for. */
static void
put_bounded(struct buf *out, const struct trace *t)
{
	size_t begin = out->n, n = t->n_subjects + 1;

	do {
		out->n = begin;
		put_trace(out, t, --n);
	} while (n && out->n - begin + 1 > STORE_VALUE_MAX);
}

size_t
trace_room(const struct trace *t)
{
	struct buf head = BUF_INIT(1 << 20);
	size_t used;

	put_bounded(&head, t);
	used = head.n + NUMBER_BYTES_MAX;
	buf_done(&head);
	return used < STORE_VALUE_MAX ? STORE_VALUE_MAX - used : 0;
}

void
trace_write(const struct trace *t, struct buf *out)
{
	size_t begin = out->n;
	struct sv features = t->features;

	put_bounded(out, t);
	if (out->n - begin + NUMBER_BYTES_MAX + features.n > STORE_VALUE_MAX)
		features = SV("");
	put_number(out, features.n);
	buf_add(out, features);
}

/* ---- reading ---- */

struct reader {
	struct sv rest;
	bool failed;
};

static uint64_t
get_number(struct reader *r)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint64_t byte;

		if (r->rest.n == 0)
			break;
		byte = (unsigned char)r->rest.p[0];
		r->rest = sv_from(r->rest, 1);
		value |= (byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	r->failed = true;
	return 0;
}

static uint64_t
get_bounded(struct reader *r, uint64_t max)
{
	uint64_t value = get_number(r);

	if (value > max)
		r->failed = true;
	return r->failed ? 0 : value;
}

static int64_t
get_signed(struct reader *r)
{
	uint64_t bits = get_number(r);

	return (int64_t)(bits & 1 ? ~(bits >> 1) : bits >> 1);
}

static struct sv
get_bytes(struct reader *r, size_t max)
{
	size_t n = get_bounded(r, max);
	struct sv bytes = sv_sub(r->rest, 0, n);

	if (bytes.n < n)
		r->failed = true;
	r->rest = sv_from(r->rest, n);
	return bytes;
}

static void
get_keys(struct reader *r, struct campaign_keys *k)
{
	k->n = (unsigned)get_bounded(r, CAMPAIGN_KEYS);
	k->n_text = (unsigned)get_bounded(r, k->n);
	k->quorum = (unsigned)get_bounded(r, CAMPAIGN_KEYS);
	if (r->rest.n < (size_t)k->n * KEY_BYTES) {
		r->failed = true;
		return;
	}
	for (unsigned i = 0; i < k->n; i++)
		for (unsigned byte = 0; byte < KEY_BYTES; byte++)
			k->list[i] |= (uint64_t)(unsigned char)
			                  r->rest.p[i * KEY_BYTES + byte]
			              << (8 * byte);
	r->rest = sv_from(r->rest, (size_t)k->n * KEY_BYTES);
}

int
trace_read(struct sv value, struct trace *ret)
{
	struct reader r = { .rest = value };
	struct trace t = { 0 };

	if (get_number(&r) != TRACE_VERSION)
		return E_SYNTAX;
	t.unix_ms = get_signed(&r);
	t.verdict = (unsigned)get_bounded(&r, 255);
	t.channel = (unsigned)get_bounded(&r, 255);
	t.score_e4 = get_signed(&r);
	t.own_score_e4 = get_signed(&r);
	t.surface = get_bytes(&r, TRACE_TEXT_MAX);
	t.domain = get_bytes(&r, TRACE_TEXT_MAX);
	t.node = get_bytes(&r, TRACE_TEXT_MAX);
	get_keys(&r, &t.keys);
	t.learned_e4 = get_signed(&r);
	t.n_subjects = get_bounded(&r, REPUTATION_SUBJECTS_MAX);
	for (size_t i = 0; i < t.n_subjects; i++) {
		t.subjects[i].is_learned = get_bounded(&r, 1);
		t.subjects[i].name = get_bytes(&r, TRACE_TEXT_MAX);
	}
	t.features = get_bytes(&r, STORE_VALUE_MAX);
	if (r.failed || r.rest.n)
		return E_SYNTAX;
	*ret = t;
	return 0;
}
