/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "../unit.h"
#include "match/prefilter.h"

static struct gate_window
window_of(const char *const *classes, unsigned n)
{
	struct gate_window w = { .n = n };

	for (unsigned k = 0; k < n; k++)
		for (const char *c = classes[k]; *c; c++)
			byte_class_add(&w.classes[k], (unsigned char)*c);
	return w;
}

static bool
is_at(const struct gate_window *w, const char *text)
{
	for (unsigned k = 0; k < w->n && k < PREFILTER_BYTES; k++)
		if (!byte_class_has(&w->classes[k], (unsigned char)text[k]))
			return false;
	return true;
}

/* All lengths, so that the places after the last block are there too. */
START_TEST(no_place_is_lost)
{
	static const char *const list[][4] = {
		{ "xX", "qQ", "0123456789", "a" },
		{ "j", "\x80\xff", "~", "" },
		{ "Z", "#", "", "" },
		{ "|", "a", "b", "c" },
		{ "&", "x#", "0", "" },
	};
	static const unsigned bytes[] = { 4, 3, 2, 4, 3 };
	static const char alphabet[] = "xXqQ01jZ#|abc&~\x80\xff .e";
	enum { WINDOWS = 5, TEXT = 500 };
	struct gate_window windows[WINDOWS];
	struct prefilter f;
	char text[TEXT];
	unsigned char marks[TEXT];
	uint32_t random = 7;
	unsigned left = 0;

	for (unsigned i = 0; i < WINDOWS; i++)
		windows[i] = window_of(list[i], bytes[i]);
	if (!prefilter_make(windows, WINDOWS, &f))
		return; /* this processor cannot do it */
	for (size_t i = 0; i < TEXT; i++) {
		random = random * 1664525 + 1013904223;
		text[i] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
	}
	for (size_t n = 0; n < TEXT - PREFILTER_BYTES; n++) {
		memset(marks, 0, sizeof marks);
		prefilter_mark(&f, (const unsigned char *)text, n, marks);
		for (size_t i = 0; i < n; i++)
			for (unsigned k = 0; k < WINDOWS; k++)
				ck_assert(!is_at(&windows[k], text + i) ||
				          marks[i]);
	}
	for (size_t i = 0; i < TEXT - PREFILTER_BYTES - 1; i++)
		left += marks[i] != 0;
	ck_assert_uint_lt(left, TEXT / 2);
}
END_TEST

START_TEST(what_leaves_most_places_is_not_made)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .,<>/=";
	static const char *const any[] = { letters, letters };
	struct gate_window windows[] = { window_of(any, 2) };
	struct prefilter f;

	ck_assert(!prefilter_make(windows, 1, &f));
}
END_TEST

UNIT_MAIN("prefilter", no_place_is_lost, what_leaves_most_places_is_not_made)
