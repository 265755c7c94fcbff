/* SPDX-License-Identifier: Apache-2.0 */
/* Lists: the first byte says of which kind; a list of entries follows, and
 * behind the first NUL a post that is looked up. */
#include <stdint.h>
#include <stdlib.h>

#include "message_check.h"
#include "rule/list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is told of a hit is there. */
static void
check_hit(const struct message *m, const struct list_hit *hit)
{
	const struct view *v = &m->views[hit->view];

	must(hit->text.n > 0);
	if (hit->view == VIEW_HEADER || hit->element >= v->n)
		return;
	must(hit->offset <= v->elements[hit->element].n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv input = { (const char *)data, size };
	struct arena *a = arena_new();
	struct diags diags = DIAGS_INIT;
	struct message_post post = { .email = SV("joe@bad.example") };
	struct list_hit hit = { .view = VIEW_HEADER };
	struct message_envelope envelope = { .client_ip = SV("192.0.2.7") };
	enum list_kind kind;
	struct list *list;
	const struct message *m;
	size_t cut;

	if (size < 1)
		input = SV("0");
	kind = (enum list_kind)((unsigned char)input.p[0] % LIST_KINDS);
	input = sv_from(input, 1);
	cut = sv_find_char(input, '\0');
	list = list_read(kind, "x.list", sv_sub(input, 0, cut), &diags);
	post.text = cut == SV_NOT_FOUND ? input : sv_from(input, cut + 1);
	m = message_from_post(a, &post, &fuzz_limits);
	if (list_find(list, a, m, &envelope, &hit))
		check_hit(m, &hit);
	list_free(list);
	diags_done(&diags);
	arena_free(a);
	return 0;
}
