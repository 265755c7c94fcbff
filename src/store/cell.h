/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells: what the tables of memory and LMDB hold, a key and some bytes each.
 * The bytes stay on one machine; a backup is text (backup.h). Private to
 * store/.
 */
#ifndef STORE_CELL_H
#define STORE_CELL_H

#include "base/digest.h"
#include "store/store.h"

/* The first byte of a key. */
enum {
	CELL_COUNTER = 'c', /* name, NUL, half-life in 4 bytes */
	CELL_VALUE = 'v',   /* name */
	CELL_ONCE = 'o',    /* id of a batch; the value is empty */
	CELL_ENTRY = 'i', /* log, NUL, id of an entry; its time is the value */
};

enum { CELL_KEY_MAX = 1 + STORE_NAME_MAX + 5 };

struct cell_key {
	size_t n;
	char bytes[CELL_KEY_MAX];
};

struct cell {
	int64_t expires_ms; /* 0: never */
	/* of a counter */
	uint32_t epoch;
	double sums[STORE_FIELDS];
	/* of the others */
	struct sv value;
};

void cell_key_counter(struct sv name, int64_t half_life_ms,
                      struct cell_key *ret);
void cell_key_plain(char kind, struct sv name, struct cell_key *ret);
void cell_key_entry(struct sv log, struct sv id, struct cell_key *ret);

static inline struct sv
cell_key_sv(const struct cell_key *k)
{
	return sv_make(k->bytes, k->n);
}

static inline bool
cell_is_counter(struct sv key)
{
	return key.n > 0 && key.p[0] == CELL_COUNTER;
}

/* Takes a key apart; false when it is none. The half-life is 0 but for
 * counters; `name` points into the key. */
bool cell_key_read(struct sv key, char *ret_kind, struct sv *ret_name,
                   uint32_t *ret_half_s);

/* The name as it is kept: itself, or its beginning and a digest. */
enum { CELL_NAME_DIGEST = 32 };
struct sv cell_name(struct sv name, char room[STORE_NAME_MAX]);

static inline bool
cell_is_expired(const struct cell *c, int64_t now_ms)
{
	return c->expires_ms && c->expires_ms <= now_ms;
}

/* Adds the sums, in the later of both epochs; the later expiry counts. */
void cell_merge(struct cell *into, const struct cell *add);

/* The sums as of a time. */
void cell_sums(const struct cell *c, uint32_t half_s, int64_t now_ms,
               double ret[STORE_FIELDS]);

/* To bytes and back; what cannot be a cell is E_SYNTAX. The value points into
 * the bytes. */
enum { CELL_COUNTER_BYTES = 16 + 8 * STORE_FIELDS, CELL_HEAD_BYTES = 8 };
size_t cell_write(struct sv key, const struct cell *c, char *out);
int cell_read(struct sv key, struct sv bytes, struct cell *ret)
    __attribute__((warn_unused_result));
size_t cell_bytes(struct sv key, const struct cell *c); /* that it takes */

/* Big-endian numbers, which sort as they count. */
void cell_put_u32(char *out, uint32_t value);
void cell_put_u64(char *out, uint64_t value);
uint32_t cell_get_u32(const char *in);
uint64_t cell_get_u64(const char *in);

#endif
