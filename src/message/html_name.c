/* SPDX-License-Identifier: Apache-2.0 */
#include "message/html_name.h"

enum { KEY_BYTES = 7 };

/* The key of a literal, for the tables. */
#define KEY_AT(s, i)                                                           \
	((uint64_t)(unsigned char)(s "\0\0\0\0\0\0\0")[i] << (8 * (6 - (i))))
#define KEY(s)                                                                 \
	((uint64_t)(sizeof(s) - 1) << 56 | KEY_AT(s, 0) | KEY_AT(s, 1) |       \
	 KEY_AT(s, 2) | KEY_AT(s, 3) | KEY_AT(s, 4) | KEY_AT(s, 5) |           \
	 KEY_AT(s, 6))

const struct html_element_row html_elements[EL_COUNT] = {
	{ "", SPACE_NONE, 0 },
#define ELEMENT(id, name, spacing, flags) { name, spacing, flags },
#include "message/html_element.def"
#undef ELEMENT
};

struct name {
	uint64_t key;
	const char *text;
};

#define NAME(text) { KEY(text), text },

static const struct name elements[EL_COUNT - 1] = {
#define ELEMENT(id, name, spacing, flags) NAME(name)
#include "message/html_element.def"
#undef ELEMENT
};

static const struct name attrs[AT_COUNT - 1] = {
#define ATTR(id, name) NAME(name)
#include "message/html_attr.def"
#undef ATTR
};

static const struct name properties[CSS_COUNT - 1] = {
#define PROPERTY(id, name) NAME(name)
#include "message/css_property.def"
#undef PROPERTY
};

uint64_t
html_name_key(struct sv name)
{
	uint64_t key = name.n < 0xff ? name.n : 0xff;

	for (size_t i = 0; i < KEY_BYTES; i++)
		key =
		    key << 8 |
		    (i < name.n ? (unsigned char)sv_lower_char(name.p[i]) : 0);
	return key;
}

/* The number of the name, counted from 1; 0 when it is not in the table. */
static size_t
find(const struct name *names, size_t n, struct sv name)
{
	uint64_t key = html_name_key(name);
	size_t low = 0;

	/* Halves without a branch that would be guessed wrong. */
	while (n > 1) {
		size_t half = n / 2;

		low += names[low + half - 1].key < key ? half : 0;
		n -= half;
	}
	if (names[low].key != key ||
	    (name.n > KEY_BYTES && !sv_ieq_str(name, names[low].text)))
		return 0;
	return low + 1;
}

enum html_element
html_element_find(struct sv name)
{
	return (enum html_element)find(elements, EL_COUNT - 1, name);
}

enum html_attr
html_attr_find(struct sv name)
{
	return (enum html_attr)find(attrs, AT_COUNT - 1, name);
}

enum css_property
css_property_find(struct sv name)
{
	return (enum css_property)find(properties, CSS_COUNT - 1, name);
}
