/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What signals ask of the store and tell it, for one message. Each signal
 * first adds its questions, then the store is asked once for all, then each
 * judges by its own answers; in the end each adds what is to be remembered,
 * and the store is told once. All texts are in the arena.
 */
#ifndef LEARN_EXCHANGE_H
#define LEARN_EXCHANGE_H

#include "store/store.h"

enum { EXCHANGE_READS_MAX = 160, EXCHANGE_OPS_MAX = 160 };

struct exchange {
	struct arena *arena;
	int64_t now_ms;
	struct store_read reads[EXCHANGE_READS_MAX];
	size_t n_reads;
	struct store_op ops[EXCHANGE_OPS_MAX];
	size_t n_ops;
	bool is_answered; /* what was not asked by then has no answer */
};

/* Emptied. */
static inline void
exchange_begin(struct exchange *x, struct arena *a, int64_t now_ms)
{
	x->arena = a;
	x->now_ms = now_ms;
	x->n_reads = x->n_ops = 0;
	x->is_answered = false;
}

/* Names such as "c:0123456789abcdef", of which there are many: the prefix, and
 * the key in hexadecimal. */
struct sv exchange_name(struct arena *a, struct sv prefix, uint64_t key);

/* A question: its place, which is that of the same question if it was asked
 * before. EXCHANGE_NONE when there is no room, or when the store has been asked
 * and this was not among the questions: that is answered like one that nothing
 * is known about. So whoever does not know yet which question will count asks
 * all that may, and asks again when it is known. */
enum { EXCHANGE_NONE = EXCHANGE_READS_MAX };
size_t exchange_ask_counter(struct exchange *x, struct sv name,
                            int64_t half_life_ms);
size_t exchange_ask_value(struct exchange *x, struct sv name);
const struct store_read *exchange_answer(const struct exchange *x,
                                         size_t place);

/* An operation to fill in; NULL when there is no room. */
struct store_op *exchange_tell(struct exchange *x, enum store_op_kind kind,
                               struct sv name);

/* Asks the store; false when the answers are of this machine alone. */
bool exchange_get(struct exchange *x, struct store *s);
/* Tells it; E_LIMIT. */
int exchange_put(struct exchange *x, struct store *s)
    __attribute__((warn_unused_result));

#endif
