/* SPDX-License-Identifier: Apache-2.0 */
#include "message/fold_table.h"

#include <stdlib.h>

#include "base/utf8.h"

struct fold_record {
	uint16_t text; /* offset in fold_texts */
	uint8_t bytes; /* BYTES_ITSELF: the character stays */
	uint8_t kind;
	char like;
};

struct fold_pair {
	uint16_t base, mark, composed;
};

enum { BYTES_ITSELF = 255 };

#include "message/fold_table.def"

static struct fold_glyph
glyph_beyond_ascii(struct sv s)
{
	size_t width = utf8_width(s), block;
	const struct fold_record *r;
	uint32_t code;

	if (width == 0)
		return (struct fold_glyph){ .width = 1,
			                    .kind = FOLD_OTHER,
			                    .text = sv_sub(s, 0, 1) };
	code = utf8_code(s, width);
	block = (size_t)fold_blocks[code >> FOLD_SHIFT] << FOLD_SHIFT;
	r = &fold_records[fold_chars[block + (code & FOLD_MASK)]];
	return (struct fold_glyph){
		.width = width,
		.code = code,
		.kind = (enum fold_kind)r->kind,
		.text =
		    r->bytes == BYTES_ITSELF
			? sv_sub(s, 0, width)
			: sv_make((const char *)fold_texts + r->text, r->bytes),
		.like = r->like,
	};
}

struct fold_glyph
fold_glyph(struct sv s)
{
	unsigned char c = (unsigned char)s.p[0];
	const struct fold_record *r;

	if (c >= 0x80)
		return glyph_beyond_ascii(s);
	/* The first block: no way through fold_blocks. */
	r = &fold_records[fold_chars[c]];
	return (struct fold_glyph){
		.width = 1,
		.code = c,
		.kind = (enum fold_kind)r->kind,
		.text = r->bytes == BYTES_ITSELF
		            ? sv_sub(s, 0, 1)
		            : sv_make((const char *)fold_texts + r->text, 1),
	};
}

static int
compare_pairs(const void *a, const void *b)
{
	const struct fold_pair *x = a, *y = b;

	if (x->base != y->base)
		return x->base < y->base ? -1 : 1;
	return (x->mark > y->mark) - (x->mark < y->mark);
}

struct sv
fold_compose(uint32_t base, uint32_t mark, char ret_bytes[4])
{
	struct fold_pair key = { (uint16_t)base, (uint16_t)mark, 0 };
	const struct fold_pair *found;

	if (base > UINT16_MAX || mark > UINT16_MAX)
		return SV_NONE;
	found =
	    bsearch(&key, fold_pairs, sizeof fold_pairs / sizeof *fold_pairs,
	            sizeof *fold_pairs, compare_pairs);
	if (!found)
		return SV_NONE;
	return sv_make(ret_bytes, utf8_encode(found->composed, ret_bytes));
}
