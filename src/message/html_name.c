/* SPDX-License-Identifier: Apache-2.0 */
#include "message/html_name.h"

const struct html_element_row html_elements[EL_COUNT] = {
	{ "", SPACE_NONE, 0 },
#define ELEMENT(id, name, spacing, flags) { name, spacing, flags },
#include "message/html_element.def"
#undef ELEMENT
};

/* Names in the order of an enum, and the slots tools/make-html-tables found:
 * each name has one of its own, so that a look-up is one comparison. */
struct name_table {
	uint64_t factor;
	unsigned shift;
	uint8_t slots[1024]; /* the number of a name, from 1; 0: none */
};

#include "message/html_name_slots.def"

static const struct name_table elements = ELEMENT_SLOTS;
static const struct name_table attrs = ATTR_SLOTS;
static const struct name_table properties = PROPERTY_SLOTS;

static const char *const attr_names[AT_COUNT] = {
	"",
#define ATTR(id, name) name,
#include "message/html_attr.def"
#undef ATTR
};

static const char *const property_names[CSS_COUNT] = {
	"",
#define PROPERTY(id, name) name,
#include "message/css_property.def"
#undef PROPERTY
};

/* All bytes that are capital letters of ASCII in lower case. */
static uint64_t
lower_bytes(uint64_t bytes)
{
	const uint64_t ones = UINT64_MAX / 0xff;
	uint64_t low = bytes & ones * 0x7f;
	uint64_t from_a = low + ones * (0x80 - 'A');
	uint64_t past_z = low + ones * (0x7f - 'Z');

	return bytes | ((from_a & ~past_z & ~bytes & ones * 0x80) >> 2);
}

uint64_t
html_name_key(struct sv name)
{
	const unsigned char *p = (const unsigned char *)name.p;
	uint64_t key = 0;

	if (name.n == 0)
		return 0;
	if (name.n >= 6) {
		/* One load and a turn of bytes, as compilers see. */
		key = (uint64_t)p[0] << 24 | (uint64_t)p[1] << 16 |
		      (uint64_t)p[2] << 8 | (uint64_t)p[3];
		key = key << 16 | (uint64_t)p[4] << 8 | p[5];
	} else {
		for (size_t i = 0; i < name.n; i++)
			key = key << 8 | p[i];
		key <<= 8 * (6 - name.n);
	}
	key = lower_bytes(key << 8 | p[name.n - 1]);
	return (uint64_t)(name.n < 0xff ? name.n : 0xff) << 56 | key;
}

static unsigned
slot(const struct name_table *t, struct sv name)
{
	return t->slots[html_name_key(name) * t->factor >> t->shift];
}

static bool
is_name(struct sv s, const char *name)
{
	for (size_t i = 0; i < s.n; i++)
		if (name[i] == '\0' || sv_lower_char(s.p[i]) != name[i])
			return false;
	return name[s.n] == '\0';
}

enum html_element
html_element_find(struct sv name)
{
	unsigned found = slot(&elements, name);

	return is_name(name, html_elements[found].name) ? found : EL_UNKNOWN;
}

enum html_attr
html_attr_find(struct sv name)
{
	unsigned found = slot(&attrs, name);

	return is_name(name, attr_names[found]) ? found : AT_UNKNOWN;
}

enum css_property
css_property_find(struct sv name)
{
	unsigned found = slot(&properties, name);

	return is_name(name, property_names[found]) ? found : CSS_UNKNOWN;
}
