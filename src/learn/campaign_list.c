/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/campaign_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/vec.h"
#include "learn/campaign_private.h"

#define PREFIX "campaign:"

enum { KEEP_HALVES = 10, HEX = 16 };

/* ---- a value: "VERDICT_ID TIME_MS N_TEXT QUORUM KEY KEY ..." ---- */

void
campaign_list_learn(const struct campaign *c, struct sv verdict_id,
                    struct exchange *x)
{
	struct buf text = BUF_INIT(STORE_VALUE_MAX);
	struct store_op *op;

	if (c->volume < CAMPAIGN_LISTED - 1 || !c->id[0])
		return;
	op = exchange_tell(x, STORE_SET,
	                   ARENA_JOIN(x->arena, SV(PREFIX), sv_str(c->id)));
	if (!op)
		return;
	buf_addf(&text, SV_FMT " %" PRId64 " %u %u", SV_ARG(verdict_id),
	         x->now_ms, c->keys.n_text, c->keys.quorum);
	for (unsigned i = 0; i < c->keys.n; i++)
		buf_addf(&text, " %016" PRIx64, c->keys.list[i]);
	op->value = arena_dup(x->arena, buf_sv(&text));
	op->expires_ms = x->now_ms + KEEP_HALVES * CAMPAIGN_HALF_LIFE_MS;
	buf_done(&text);
}

static bool
read_hex(struct sv text, uint64_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < text.n; i++) {
		int digit = sv_hex_value(text.p[i]);

		if (digit < 0)
			return false;
		*ret = *ret << 4 | (unsigned)digit;
	}
	return text.n == HEX;
}

static bool
read_number(struct sv *rest, uint64_t max, uint64_t *ret)
{
	struct sv word;

	return sv_split(rest, ' ', &word) && sv_u64(word, ret) && *ret <= max;
}

bool
campaign_row_read(struct sv value, struct campaign_row *ret)
{
	struct campaign_row row = { 0 };
	uint64_t ms, n_text, quorum;
	struct sv word;

	if (!sv_split(&value, ' ', &word) || word.n >= UUID_TEXT ||
	    !read_number(&value, INT64_MAX, &ms) ||
	    !read_number(&value, CAMPAIGN_TEXT_KEYS, &n_text) ||
	    !read_number(&value, CAMPAIGN_KEYS, &quorum))
		return false;
	memcpy(row.verdict_id, word.p, word.n);
	row.seen_ms = (int64_t)ms;
	while (sv_split(&value, ' ', &word))
		if (row.keys.n == CAMPAIGN_KEYS ||
		    !read_hex(word, &row.keys.list[row.keys.n++]))
			return false;
	if (n_text >= row.keys.n)
		return false;
	row.keys.n_text = (unsigned)n_text;
	row.keys.quorum = (unsigned)quorum;
	*ret = row;
	return true;
}

/* ---- lists ---- */

struct list {
	VEC(struct campaign_row) rows;
};

static int
take_row(void *ctx, const struct store_item *item)
{
	struct sv id = sv_from(item->name, sizeof PREFIX - 1);
	struct list *l = ctx;
	struct campaign_row row;

	if (item->kind != STORE_ITEM_VALUE || id.n >= CAMPAIGN_ID_TEXT ||
	    !campaign_row_read(item->entry.value, &row))
		return 0;
	memcpy(row.id, id.p, id.n);
	*VEC_ADD(&l->rows) = row;
	return l->rows.n == CAMPAIGN_LIST_MAX;
}

static void
count_row(struct store *s, struct exchange *x, struct campaign_row *row)
{
	exchange_begin(x, x->arena, x->now_ms);
	row->campaign = (struct campaign){ .keys = row->keys };
	campaign_gather_keys(&row->campaign, x);
	exchange_get(x, s);
	campaign_judge_keys(&row->campaign, x);
}

static struct exchange *
new_exchange(struct arena *a, int64_t now_ms)
{
	struct exchange *x = ARENA_NEW(a, struct exchange);

	exchange_begin(x, a, now_ms);
	return x;
}

static int
by_volume(const void *a, const void *b)
{
	const struct campaign_row *x = a, *y = b;

	if (x->campaign.volume != y->campaign.volume)
		return x->campaign.volume < y->campaign.volume ? 1 : -1;
	return strcmp(x->id, y->id);
}

/* Whether they have as many keys in common as makes one campaign. */
static bool
is_same(const struct campaign_keys *a, const struct campaign_keys *b)
{
	double common[CAMPAIGN_KEYS] = { 0 };

	for (unsigned i = 0; i < a->n; i++)
		for (unsigned j = 0; j < b->n; j++)
			if (a->list[i] == b->list[j])
				common[i] = 1;
	return campaign_quorum(a, common) > 0;
}

struct campaign_row *
campaign_list(struct store *s, struct arena *a, int64_t now_ms, size_t max,
              size_t *ret_n)
{
	struct exchange *x = new_exchange(a, now_ms);
	struct list l = { 0 };
	struct campaign_row *rows;
	size_t n = 0;

	store_walk(s, SV(PREFIX), now_ms, take_row, &l);
	for (size_t i = 0; i < l.rows.n; i++)
		count_row(s, x, &l.rows.list[i]);
	if (l.rows.n)
		qsort(l.rows.list, l.rows.n, sizeof *rows, by_volume);
	rows = ARENA_ARRAY(a, struct campaign_row,
	                   max < l.rows.n ? max + 1 : l.rows.n + 1);
	for (size_t i = 0; i < l.rows.n && n < max; i++) {
		size_t same = 0;

		while (same < n &&
		       !is_same(&l.rows.list[i].keys, &rows[same].keys))
			same++;
		if (same == n)
			rows[n++] = l.rows.list[i];
		else if (rows[same].seen_ms < l.rows.list[i].seen_ms) {
			rows[same].seen_ms = l.rows.list[i].seen_ms;
			memcpy(rows[same].verdict_id, l.rows.list[i].verdict_id,
			       UUID_TEXT);
		}
	}
	VEC_DONE(&l.rows);
	*ret_n = n;
	return rows;
}

bool
campaign_find(struct store *s, struct arena *a, int64_t now_ms, struct sv id,
              struct campaign_row *ret)
{
	struct store_read r = { .name = ARENA_JOIN(a, SV(PREFIX), id),
		                .is_value = true };

	if (id.n >= CAMPAIGN_ID_TEXT)
		return false;
	store_get(s, a, now_ms, &r, 1);
	if (!r.found || !campaign_row_read(r.value, ret))
		return false;
	memcpy(ret->id, id.p, id.n);
	count_row(s, new_exchange(a, now_ms), ret);
	return true;
}
