/* SPDX-License-Identifier: Apache-2.0 */
/* Folding, and the way back to the text that was folded. */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "message/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Origins are inside of the text and never go back. */
static void
check_origins(const struct fold *f)
{
	size_t before = 0, before_end = 0, at;
	struct sv part;

	for (size_t i = 0; i < f->text.n; i++) {
		part = fold_origin(f, i, 1, &at);
		must(part.n > 0 && at + part.n <= f->original.n);
		must(part.p == f->original.p + at);
		must(at >= before && at + part.n >= before_end);
		before = at;
		before_end = at + part.n;
	}
	must(fold_origin(f, f->text.n, 0, &at).n == 0);
	must(at == f->original.n);
	part = fold_origin(f, 0, f->text.n, &at);
	must(f->text.n == 0 || at + part.n == before_end);
}

static void
check_text(const struct fold *f)
{
	must(f->text.n <= FOLD_FACTOR * f->original.n);
	must(!utf8_valid(f->original) || utf8_valid(f->text));
	for (size_t i = 0; i < f->text.n; i++)
		must(f->text.p[i] < 'A' || f->text.p[i] > 'Z');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct sv text = { (const char *)data, size }, halves[2];
	struct view view = { halves, 2 };
	struct fold_view folded;
	struct fold whole;

	halves[0] = sv_sub(text, 0, size / 2);
	halves[1] = sv_from(text, size / 2);
	folded = fold_view(a, &view, size / 4);
	must(folded.view.n == 2);
	for (size_t i = 0; i < 2; i++) {
		if (folded.view.elements[i].p == halves[i].p)
			continue; /* beyond the limit */
		check_text(&folded.folds[i]);
		check_origins(&folded.folds[i]);
	}
	whole = fold_text(a, text);
	check_text(&whole);
	check_origins(&whole);
	fold_never(text, size & 1);
	arena_free(a);
	return 0;
}
