/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/known.h"

#include "base/digest.h"

enum { DIGEST_KEPT = 32 };

static struct sv
pair_name(struct arena *a, struct sv user, struct sv other)
{
	return ARENA_JOIN(a, SV("known:"), user, SV("|"), other);
}

static struct sv
id_name(struct arena *a, struct sv id)
{
	char digest[DIGEST_TEXT];

	digest_sha256(id, digest);
	return ARENA_JOIN(a, SV("reply:"), sv_make(digest, DIGEST_KEPT));
}

void
known_gather(struct known *k, const struct known_mail *in, struct exchange *x)
{
	*k = (struct known){ 0 };
	/* Anybody can write in the name of an acquaintance. */
	for (size_t i = 0; in->from_is_aligned && i < in->n_addresses &&
	                   k->n_senders < KNOWN_MAX;
	     i++)
		k->sender_places[k->n_senders++] = exchange_ask_value(
		    x, pair_name(x->arena, in->addresses[i], in->from));
	for (size_t i = 0; i < in->n_ids && k->n_replies < KNOWN_MAX; i++)
		k->reply_places[k->n_replies++] =
		    exchange_ask_value(x, id_name(x->arena, in->ids[i]));
}

void
known_judge(struct known *k, const struct exchange *x)
{
	for (size_t i = 0; i < k->n_senders; i++)
		k->senders += exchange_answer(x, k->sender_places[i])->found;
	for (size_t i = 0; i < k->n_replies; i++)
		k->is_reply |= exchange_answer(x, k->reply_places[i])->found;
}

static void
remember(struct exchange *x, struct sv name, int64_t keep_ms)
{
	struct store_op *op = exchange_tell(x, STORE_SET, name);

	if (op)
		op->expires_ms = x->now_ms + keep_ms;
}

void
known_learn(const struct known_mail *out, struct exchange *x, int64_t keep_ms)
{
	for (size_t i = 0; i < out->n_addresses && i < KNOWN_MAX; i++)
		remember(x, pair_name(x->arena, out->from, out->addresses[i]),
		         keep_ms);
	for (size_t i = 0; i < out->n_ids && i < KNOWN_MAX; i++)
		remember(x, id_name(x->arena, out->ids[i]), keep_ms);
}
