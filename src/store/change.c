/* SPDX-License-Identifier: Apache-2.0 */
#include "store/change.h"

static void
write_number(uint64_t value, struct buf *out)
{
	char bytes[8];

	cell_put_u64(bytes, value);
	buf_add(out, sv_make(bytes, sizeof bytes));
}

static void
write_text(struct sv s, struct buf *out)
{
	write_number(s.n, out);
	buf_add(out, s);
}

static int
read_number(struct sv *rest, uint64_t *ret)
{
	if (rest->n < 8)
		return E_SYNTAX;
	*ret = cell_get_u64(rest->p);
	*rest = sv_from(*rest, 8);
	return 0;
}

static int
read_text(struct sv *rest, size_t max, struct sv *ret)
{
	uint64_t n;

	if (read_number(rest, &n) || n > max || n > rest->n)
		return E_SYNTAX;
	*ret = sv_sub(*rest, 0, n);
	*rest = sv_from(*rest, n);
	return 0;
}

void
change_write(const struct change *c, struct buf *out)
{
	char cell[CELL_HEAD_BYTES + STORE_VALUE_MAX];

	write_number((uint64_t)c->kind, out);
	write_number((uint64_t)c->unix_ms, out);
	write_text(c->key, out);
	write_text(c->log, out);
	write_text(c->id, out);
	write_text(sv_make(cell, cell_write(c->key, &c->cell, cell)), out);
}

/* That the kind and the key belong together. */
static bool
is_consistent(const struct change *c)
{
	uint32_t half_s;
	struct sv name;
	char kind;

	if (!cell_key_read(c->key, &kind, &name, &half_s))
		return false;
	switch (c->kind) {
	case STORE_ADD:
		return kind == CELL_COUNTER;
	case STORE_SET:
	case STORE_SET_NEW:
	case STORE_DROP:
		return kind == CELL_VALUE;
	case STORE_APPEND:
		return kind == CELL_ENTRY;
	}
	return false;
}

int
change_read(struct sv *rest, struct change *ret)
{
	enum { CELL_MAX = CELL_HEAD_BYTES + STORE_VALUE_MAX };
	uint64_t kind, unix_ms;
	struct sv cell;

	*ret = (struct change){ 0 };
	if (read_number(rest, &kind) || kind > STORE_APPEND ||
	    read_number(rest, &unix_ms) ||
	    read_text(rest, CELL_KEY_MAX, &ret->key) ||
	    read_text(rest, STORE_ID_MAX, &ret->log) ||
	    read_text(rest, STORE_ID_MAX, &ret->id) ||
	    read_text(rest, CELL_MAX, &cell) ||
	    cell_read(ret->key, cell, &ret->cell))
		return E_SYNTAX;
	ret->kind = (enum store_op_kind)kind;
	ret->unix_ms = (int64_t)unix_ms;
	return is_consistent(ret) ? 0 : E_SYNTAX;
}

void
change_group_write(const struct change_group *g, struct buf *out)
{
	write_text(g->once, out);
	write_number((uint64_t)g->once_expires_ms, out);
	write_number((uint64_t)g->unix_ms, out);
	write_number(g->n, out);
	for (size_t i = 0; i < g->n; i++)
		change_write(&g->list[i], out);
}

int
change_group_read(struct sv rest, struct arena *a, struct change_group *ret)
{
	uint64_t expires, unix_ms, n;

	*ret = (struct change_group){ 0 };
	if (read_text(&rest, CELL_KEY_MAX, &ret->once) || ret->once.n == 0 ||
	    ret->once.p[0] != CELL_ONCE || read_number(&rest, &expires) ||
	    read_number(&rest, &unix_ms) || read_number(&rest, &n) ||
	    n > STORE_OPS_MAX)
		return E_SYNTAX;
	ret->once_expires_ms = (int64_t)expires;
	ret->unix_ms = (int64_t)unix_ms;
	ret->n = n;
	ret->list = ARENA_ARRAY(a, struct change, n);
	for (size_t i = 0; i < n; i++)
		if (change_read(&rest, &ret->list[i]))
			return E_SYNTAX;
	return rest.n ? E_SYNTAX : 0;
}
