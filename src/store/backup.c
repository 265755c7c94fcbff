/* SPDX-License-Identifier: Apache-2.0 */
#include "store/backup.h"

#include <math.h>
#include <stdlib.h>

#include "store/decay.h"

/* ---- writing ---- */

static bool
is_plain(char c)
{
	return c > ' ' && c < 0x7f && c != '%';
}

void
backup_write_text(struct sv s, struct buf *out)
{
	if (s.n == 0)
		buf_add_char(out, '%');
	for (size_t i = 0; i < s.n; i++)
		if (is_plain(s.p[i]))
			buf_add_char(out, s.p[i]);
		else
			buf_addf(out, "%%%02x", (unsigned char)s.p[i]);
}

void
backup_begin(int64_t now_ms, struct buf *out)
{
	buf_addf(out, "tamis-store 1 %lld\n", (long long)now_ms);
}

void
backup_end(uint64_t lines, struct buf *out)
{
	buf_addf(out, "end %llu\n", (unsigned long long)lines);
}

void
backup_write(const struct store_item *item, struct buf *out)
{
	static const char kinds[] = { [STORE_ITEM_COUNTER] = 'c',
		                      [STORE_ITEM_VALUE] = 'v',
		                      [STORE_ITEM_ENTRY] = 'l',
		                      [STORE_ITEM_ID] = 'o' };

	buf_addf(out, "%c ", kinds[item->kind]);
	backup_write_text(item->name, out);
	switch (item->kind) {
	case STORE_ITEM_COUNTER:
		buf_addf(out, " %u %u %lld", decay_half_s(item->half_life_ms),
		         item->epoch, (long long)item->expires_ms);
		for (int i = 0; i < STORE_FIELDS; i++)
			buf_addf(out, " %.17g", item->raw[i]);
		break;
	case STORE_ITEM_ENTRY:
		buf_addf(out, " %lld ", (long long)item->entry.unix_ms);
		backup_write_text(item->entry.id, out);
		buf_add_char(out, ' ');
		backup_write_text(item->entry.value, out);
		break;
	case STORE_ITEM_VALUE:
	case STORE_ITEM_ID:
		buf_addf(out, " %lld", (long long)item->expires_ms);
		if (item->kind == STORE_ITEM_ID)
			break;
		buf_add_char(out, ' ');
		backup_write_text(item->entry.value, out);
		break;
	}
	buf_add_char(out, '\n');
}

/* ---- reading ---- */

static bool
read_text(struct sv *rest, struct arena *a, struct sv *ret)
{
	struct sv word;
	char *out;
	size_t n = 0;

	if (!sv_split(rest, ' ', &word) || word.n == 0)
		return false;
	out = arena_alloc(a, word.n + 1);
	if (sv_eq(word, SV("%")))
		word.n = 0;
	for (size_t i = 0; i < word.n; i++) {
		int high, low;

		if (word.p[i] != '%') {
			out[n++] = word.p[i];
			continue;
		}
		if (word.n - i < 3)
			return false;
		high = sv_hex_value(word.p[i + 1]);
		low = sv_hex_value(word.p[i + 2]);
		if (high < 0 || low < 0)
			return false;
		out[n++] = (char)(high << 4 | low);
		i += 2;
	}
	*ret = sv_make(out, n);
	return true;
}

static bool
read_u64(struct sv *rest, uint64_t max, uint64_t *ret)
{
	struct sv word;

	return sv_split(rest, ' ', &word) && sv_u64(word, ret) && *ret <= max;
}

static bool
read_time(struct sv *rest, int64_t *ret)
{
	uint64_t value;

	if (!read_u64(rest, INT64_MAX, &value))
		return false;
	*ret = (int64_t)value;
	return true;
}

static bool
read_sum(struct sv *rest, double *ret)
{
	char text[64], *end;
	struct sv word;

	if (!sv_split(rest, ' ', &word) || word.n == 0 || word.n >= sizeof text)
		return false;
	memcpy(text, word.p, word.n);
	text[word.n] = '\0';
	*ret = strtod(text, &end);
	return *end == '\0' && isfinite(*ret);
}

static bool
read_counter(struct sv *rest, struct store_item *ret)
{
	uint64_t half_s, epoch;

	if (!read_u64(rest, UINT32_MAX, &half_s) ||
	    !read_u64(rest, UINT32_MAX, &epoch) ||
	    !read_time(rest, &ret->expires_ms))
		return false;
	ret->half_life_ms = (int64_t)half_s * 1000;
	ret->epoch = (uint32_t)epoch;
	for (int i = 0; i < STORE_FIELDS; i++)
		if (!read_sum(rest, &ret->raw[i]))
			return false;
	return true;
}

static bool
read_item(char kind, struct sv *rest, struct arena *a, struct store_item *ret)
{
	if (!read_text(rest, a, &ret->name))
		return false;
	switch (kind) {
	case 'c':
		ret->kind = STORE_ITEM_COUNTER;
		return read_counter(rest, ret);
	case 'v':
		ret->kind = STORE_ITEM_VALUE;
		return read_time(rest, &ret->expires_ms) &&
		       read_text(rest, a, &ret->entry.value);
	case 'l':
		ret->kind = STORE_ITEM_ENTRY;
		return read_time(rest, &ret->entry.unix_ms) &&
		       read_text(rest, a, &ret->entry.id) &&
		       read_text(rest, a, &ret->entry.value);
	case 'o':
		ret->kind = STORE_ITEM_ID;
		return read_time(rest, &ret->expires_ms);
	default:
		return false;
	}
}

int
backup_read(struct sv line, struct arena *a, struct store_item *ret,
            uint64_t *ret_lines)
{
	struct sv word;
	int64_t time;

	*ret = (struct store_item){ 0 };
	if (!sv_split(&line, ' ', &word))
		return E_SYNTAX;
	if (sv_eq(word, SV("tamis-store")))
		return sv_split(&line, ' ', &word) && sv_eq(word, SV("1")) &&
		               read_time(&line, &time)
		           ? BACKUP_FIRST
		           : E_SYNTAX;
	if (sv_eq(word, SV("end")))
		return read_u64(&line, UINT64_MAX, ret_lines) ? BACKUP_LAST
		                                              : E_SYNTAX;
	if (word.n != 1 || !read_item(word.p[0], &line, a, ret) || line.n)
		return E_SYNTAX;
	return BACKUP_ITEM;
}
