/* SPDX-License-Identifier: Apache-2.0 */
#include "store/cell.h"

#include <math.h>

#include "store/decay.h"

/* ---- numbers ---- */

void
cell_put_u32(char *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (char)(value >> (24 - 8 * i));
}

void
cell_put_u64(char *out, uint64_t value)
{
	cell_put_u32(out, (uint32_t)(value >> 32));
	cell_put_u32(out + 4, (uint32_t)value);
}

uint32_t
cell_get_u32(const char *in)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value = value << 8 | (unsigned char)in[i];
	return value;
}

uint64_t
cell_get_u64(const char *in)
{
	return (uint64_t)cell_get_u32(in) << 32 | cell_get_u32(in + 4);
}

/* ---- keys ---- */

struct sv
cell_name(struct sv name, char room[STORE_NAME_MAX])
{
	char digest[DIGEST_TEXT];
	size_t kept = STORE_NAME_MAX - CELL_NAME_DIGEST;

	if (name.n <= STORE_NAME_MAX)
		return name;
	digest_sha256(name, digest);
	memcpy(room, name.p, kept);
	memcpy(room + kept, digest, CELL_NAME_DIGEST);
	return sv_make(room, STORE_NAME_MAX);
}

void
cell_key_plain(char kind, struct sv name, struct cell_key *ret)
{
	char room[STORE_NAME_MAX];
	struct sv kept = cell_name(name, room);

	ret->bytes[0] = kind;
	if (kept.n)
		memcpy(ret->bytes + 1, kept.p, kept.n);
	ret->n = 1 + kept.n;
}

void
cell_key_counter(struct sv name, int64_t half_life_ms, struct cell_key *ret)
{
	cell_key_plain(CELL_COUNTER, name, ret);
	ret->bytes[ret->n] = '\0';
	cell_put_u32(ret->bytes + ret->n + 1, decay_half_s(half_life_ms));
	ret->n += 5;
}

void
cell_key_entry(struct sv log, struct sv id, struct cell_key *ret)
{
	cell_key_plain(CELL_ENTRY, sv_sub(log, 0, STORE_ID_MAX), ret);
	id = sv_sub(id, 0, STORE_ID_MAX);
	ret->bytes[ret->n++] = '\0';
	if (id.n)
		memcpy(ret->bytes + ret->n, id.p, id.n);
	ret->n += id.n;
}

bool
cell_key_read(struct sv key, char *ret_kind, struct sv *ret_name,
              uint32_t *ret_half_s)
{
	if (key.n == 0 || key.n > CELL_KEY_MAX)
		return false;
	*ret_kind = key.p[0];
	*ret_name = sv_from(key, 1);
	*ret_half_s = 0;
	switch (key.p[0]) {
	case CELL_VALUE:
	case CELL_ONCE:
	case CELL_ENTRY:
		return true;
	case CELL_COUNTER:
		if (key.n < 6 || key.p[key.n - 5] != '\0')
			return false;
		*ret_name = sv_sub(key, 1, key.n - 5);
		*ret_half_s = cell_get_u32(key.p + key.n - 4);
		return true;
	default:
		return false;
	}
}

/* ---- sums ---- */

void
cell_merge(struct cell *into, const struct cell *add)
{
	double mine = 1, theirs = 1;

	if (add->epoch > into->epoch) {
		mine = decay_shift(into->epoch, add->epoch);
		into->epoch = add->epoch;
	} else if (add->epoch < into->epoch) {
		theirs = decay_shift(add->epoch, into->epoch);
	}
	for (int i = 0; i < STORE_FIELDS; i++)
		into->sums[i] = into->sums[i] * mine + add->sums[i] * theirs;
	if (into->expires_ms < add->expires_ms)
		into->expires_ms = add->expires_ms;
}

void
cell_sums(const struct cell *c, uint32_t half_s, int64_t now_ms,
          double ret[STORE_FIELDS])
{
	double weight = decay_weight(now_ms, half_s, c->epoch);

	for (int i = 0; i < STORE_FIELDS; i++)
		ret[i] = c->sums[i] / weight;
}

/* ---- bytes ---- */

size_t
cell_bytes(struct sv key, const struct cell *c)
{
	return cell_is_counter(key) ? CELL_COUNTER_BYTES
	                            : CELL_HEAD_BYTES + c->value.n;
}

size_t
cell_write(struct sv key, const struct cell *c, char *out)
{
	cell_put_u64(out, (uint64_t)c->expires_ms);
	if (cell_is_counter(key)) {
		cell_put_u64(out + 8, c->epoch);
		memcpy(out + 16, c->sums, sizeof c->sums);
	} else if (c->value.n) {
		memcpy(out + CELL_HEAD_BYTES, c->value.p, c->value.n);
	}
	return cell_bytes(key, c);
}

int
cell_read(struct sv key, struct sv bytes, struct cell *ret)
{
	*ret = (struct cell){ 0 };
	if (bytes.n < CELL_HEAD_BYTES)
		return E_SYNTAX;
	ret->expires_ms = (int64_t)cell_get_u64(bytes.p);
	ret->value = sv_from(bytes, CELL_HEAD_BYTES);
	if (!cell_is_counter(key))
		return 0;
	if (bytes.n != CELL_COUNTER_BYTES)
		return E_SYNTAX;
	ret->epoch = (uint32_t)cell_get_u64(bytes.p + 8);
	memcpy(ret->sums, bytes.p + 16, sizeof ret->sums);
	for (int i = 0; i < STORE_FIELDS; i++)
		if (!isfinite(ret->sums[i]))
			return E_SYNTAX;
	return 0;
}
