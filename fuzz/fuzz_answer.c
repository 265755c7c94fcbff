/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of the domain name system as text. A line that is read must, written
 * and read again, stay the same; and a zone of such lines can be asked. */
#include <stdint.h>
#include <stdlib.h>

#include "fact/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(struct arena *a, struct sv line)
{
	struct dns_question q;
	struct dns_answer r;
	struct buf once = BUF_INIT(1 << 20), again = BUF_INIT(1 << 20);

	if (dns_answer_read(a, line, &q, &r) == 0) {
		dns_answer_write(&q, &r, &once);
		if (dns_answer_read(a, buf_sv(&once), &q, &r) != 0)
			abort();
		dns_answer_write(&q, &r, &again);
		if (!sv_eq(buf_sv(&once), buf_sv(&again)))
			abort();
	}
	buf_done(&once);
	buf_done(&again);
}

static void
ask_zone(struct arena *a, struct sv text)
{
	struct diags diags = DIAGS_INIT;
	struct zone *z = zone_read("fuzz", text, DNS_NO_NAME, &diags);
	struct lookup *l;
	struct sv name;

	if (!z && diags.errors == 0)
		abort();
	if (z) {
		l = lookup_new(a, &zone_source, z, 100);
		while (sv_word(&text, &name)) {
			lookup_ask(l, DNS_A, name, SV_NONE);
			lookup_ask(l, DNS_TXT, name, SV_NONE);
		}
		if (lookup_pending(l))
			abort();
	}
	zone_free(z);
	diags_done(&diags);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct sv text = sv_make((const char *)data, size), rest = text, line;

	while (sv_line(&rest, &line))
		check_line(a, line);
	ask_zone(a, text);
	arena_free(a);
	return 0;
}
