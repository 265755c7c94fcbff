/* SPDX-License-Identifier: Apache-2.0 */
#include "message/sender.h"

#include <stdlib.h>

#include "base/mem.h"
#include "message/selector.h"

enum { SENDER_BYTES_MAX = 4096 };

struct sender_finder {
	struct arena *arena; /* of the selector */
	struct header_names *names;
	struct selector selector;
};

struct sender_finder *
sender_finder_new(void)
{
	struct sender_finder *f = mem_calloc(1, sizeof *f);

	f->arena = arena_new();
	f->names = header_names_new();
	if (selector_parse(SV("EnvelopeFrom"), f->arena, &f->selector))
		mem_die("no selector of the envelope sender");
	selector_number(&f->selector, f->names);
	return f;
}

void
sender_finder_free(struct sender_finder *f)
{
	if (!f)
		return;
	header_names_free(f->names);
	arena_free(f->arena);
	free(f);
}

bool
sender_find(const struct sender_finder *f, struct arena *a,
            const struct message *m, const struct message_envelope *envelope,
            struct sv *ret)
{
	struct buf scratch = BUF_INIT(SENDER_BYTES_MAX);
	struct selector_mail mail = {
		.arena = a,
		.m = m,
		.envelope = envelope,
		.scratch = &scratch,
	};
	bool found;

	header_index_make(&mail.headers, f->names, a, m);
	found = selector_text(&f->selector, &mail, ret);
	buf_done(&scratch);
	*ret = sv_trim(*ret);
	if (ret->n >= 2 && ret->p[0] == '<' && ret->p[ret->n - 1] == '>')
		*ret = sv_sub(*ret, 1, ret->n - 1);
	return found;
}
