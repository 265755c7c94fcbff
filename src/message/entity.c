/* SPDX-License-Identifier: Apache-2.0 */
#include "message/entity.h"

#include "base/utf8.h"
#include "message/charset.h"

/* All names one after the other; the rows know where theirs begins. */
#define ENTITY(name, code, second, bare) char at_##name[sizeof #name - 1];
struct names {
#include "message/entity.def"
};
#undef ENTITY

#define ENTITY(name, code, second, bare) #name
static const char names[] =
#include "message/entity.def"
    ;
#undef ENTITY

#define ENTITY(name, code, second, bare)                                       \
	{ offsetof(struct names, at_##name), sizeof #name - 1, bare, code,     \
	  second },
static const struct entity {
	uint16_t at; /* in names */
	uint8_t n;
	bool bare;     /* the semicolon may be missing */
	uint32_t code; /* what it stands for */
	uint32_t second;
} entities[] = {
#include "message/entity.def"
};
#undef ENTITY

enum { SLOTS = 4096, BARE_NAME_MAX = 6, NAME_MAX = 31 };

static const uint16_t slots[SLOTS] = {
#include "message/entity_slots.def"
};

/* tools/make-entities has placed the names by the same hash. */
static const struct entity *
find_entity(struct sv name)
{
	uint32_t hash = 0;

	for (size_t i = 0; i < name.n; i++)
		hash = hash * 31 + (unsigned char)name.p[i];
	hash = hash * 0x9e3779b1U >> 20;
	for (; slots[hash]; hash = (hash + 1) % SLOTS) {
		const struct entity *e = &entities[slots[hash] - 1];

		if (e->n == name.n && memcmp(names + e->at, name.p, e->n) == 0)
			return e;
	}
	return NULL;
}

static size_t
put_codes(uint32_t code, uint32_t second, char *out)
{
	struct buf b = { out, 0, ENTITY_BYTES_MAX, ENTITY_BYTES_MAX - 1,
		         false };

	utf8_add(&b, code);
	if (second)
		utf8_add(&b, second);
	return b.n;
}

/* "&#65;", "&#x41;". */
static size_t
decode_number(struct sv s, char *out, size_t *ret_out_n)
{
	bool hex = s.n > 2 && sv_lower_char(s.p[2]) == 'x';
	size_t start = hex ? 3 : 2, i = start;
	uint32_t code = 0;

	for (; i < s.n; i++) {
		int digit = sv_hex_value(s.p[i]);

		if (digit < 0 || digit >= (hex ? 16 : 10))
			break;
		if (code < 0x110000)
			code = code * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (i == start)
		return 0;
	if (code == 0)
		code = 0xfffd;
	else if (code < 0x100)
		code = windows_1252_code((unsigned char)code);
	*ret_out_n = put_codes(code, 0, out);
	return i < s.n && s.p[i] == ';' ? i + 1 : i;
}

size_t
entity_decode(struct sv s, bool in_attribute, char *out, size_t *ret_out_n)
{
	const struct entity *e = NULL;
	size_t n = 1, run;

	if (s.n > 2 && s.p[1] == '#')
		return decode_number(s, out, ret_out_n);
	while (n < s.n && n <= NAME_MAX && sv_is_alnum(s.p[n]))
		n++;
	run = n;
	if (n < s.n && s.p[n] == ';') {
		e = find_entity(sv_sub(s, 1, n));
		n += e ? 1 : 0;
	}
	/* The longest name that needs no semicolon: "&copy2" is "(c)2". In an
	 * attribute, "?a=1&copy=2" and "&copy2" are as they stand. */
	if (!e && n > BARE_NAME_MAX + 1)
		n = BARE_NAME_MAX + 1;
	for (; !e && n > 2; n--) {
		if (in_attribute && (n < run || (n < s.n && s.p[n] == '=')))
			return 0;
		e = find_entity(sv_sub(s, 1, n));
		if (e && e->bare)
			break;
		e = NULL;
	}
	if (e)
		*ret_out_n = put_codes(e->code, e->second, out);
	return e ? n : 0;
}
