/* SPDX-License-Identifier: Apache-2.0 */
#include "base/e4.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"

enum { E4_MAX = 100000 };

int
e4_parse(struct sv s, int64_t *ret_e4)
{
	bool negative = false;
	int64_t value = 0, unit = E4_ONE / 10;
	size_t digits = 0, i = 0;

	s = sv_trim(s);
	if (s.n && (s.p[0] == '-' || s.p[0] == '+')) {
		negative = s.p[0] == '-';
		i = 1;
	}
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, digits++) {
		value = value * 10 + (s.p[i] - '0') * (int64_t)E4_ONE;
		if (value > (int64_t)E4_MAX * E4_ONE)
			return E_RANGE;
	}
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
		     i++, digits++, unit /= 10) {
			if (unit == 0 && s.p[i] != '0')
				return E_RANGE;
			value += (s.p[i] - '0') * unit;
		}
	if (i < s.n || digits == 0)
		return E_SYNTAX;
	if (value > (int64_t)E4_MAX * E4_ONE)
		return E_RANGE;
	*ret_e4 = negative ? -value : value;
	return 0;
}

char *
e4_text(int64_t value, char text[E4_TEXT])
{
	uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
	uint64_t part = size % E4_ONE;
	int n = snprintf(text, E4_TEXT, "%s%" PRIu64, value < 0 ? "-" : "",
	                 size / E4_ONE);

	if (part == 0)
		return text;
	n += snprintf(text + n, (size_t)(E4_TEXT - n), ".%04" PRIu64, part);
	while (text[n - 1] == '0')
		text[--n] = '\0';
	return text;
}

char *
e4_text_1(int64_t value, char text[E4_TEXT])
{
	e4_text(value, text);
	if (value % E4_ONE == 0)
		strcat(text, ".0");
	return text;
}
