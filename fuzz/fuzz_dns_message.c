/* SPDX-License-Identifier: Apache-2.0 */
/* Responses of name servers. The first byte is the type that was asked for;
 * the name is that of the response's own question, or "a.example". What is
 * believed can be written down and read again. */
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "fact/dns_message.h"

static void
check(struct arena *a, const struct dns_question *q, struct sv bytes)
{
	struct buf line = BUF_INIT(1 << 22);
	struct dns_answer again;
	struct dns_question q_again;
	struct dns_message m;
	struct sv name;

	if (!dns_message_read(a, bytes, q, &m))
		return;
	if (m.answer.n_records > DNS_RECORDS_MAX ||
	    (m.answer.status == DNS_FOUND) != (m.answer.n_records > 0) ||
	    !dns_is_known(m.answer.status) || m.n_aliases > DNS_CHAIN_MAX ||
	    (m.alias.n && !dns_name(a, m.alias, &name)))
		mem_die("an answer that cannot be");
	dns_answer_write(q, &m.answer, &line);
	if (dns_answer_read(a, buf_sv(&line), &q_again, &again) ||
	    again.n_records != m.answer.n_records)
		mem_die("an answer that cannot be read again");
	buf_done(&line);
}

/* The name of the question, if it is written out in plain labels. */
static struct sv
name_of(struct arena *a, struct sv bytes)
{
	struct buf text = BUF_INIT(DNS_NAME_MAX);
	struct sv name = SV("a.example"), found;
	size_t at = 12;

	while (at < bytes.n && bytes.p[at] > 0 &&
	       (size_t)bytes.p[at] < bytes.n - at) {
		size_t n = (size_t)bytes.p[at];

		if (text.n)
			buf_add_char(&text, '.');
		buf_add(&text, sv_sub(bytes, at + 1, at + 1 + n));
		at += n + 1;
	}
	if (dns_name(a, buf_sv(&text), &found))
		name = found;
	buf_done(&text);
	return name;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const enum dns_type types[] = { DNS_A,   DNS_NS,  DNS_CNAME,
		                               DNS_SOA, DNS_PTR, DNS_MX,
		                               DNS_TXT, DNS_AAAA };
	struct sv bytes = sv_make((const char *)data, n);
	struct arena *a = arena_new();
	struct dns_question q = { .zone = SV_NONE };

	if (n) {
		q.type = types[data[0] % (sizeof types / sizeof *types)];
		bytes = sv_from(bytes, 1);
		q.name = name_of(a, bytes);
		check(a, &q, bytes);
	}
	arena_free(a);
	return 0;
}
