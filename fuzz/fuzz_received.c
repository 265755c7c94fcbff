/* SPDX-License-Identifier: Apache-2.0 */
/* Received fields: each line is one, and all are a chain. */
#include "message/received.h"
#include "message/relay.h"
#include "message_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Pieces stand in the field they came from. */
static void
within(struct sv piece, struct sv whole)
{
	must(piece.n == 0 ||
	     (piece.p >= whole.p && piece.p + piece.n <= whole.p + whole.n));
}

static void
check_field(struct sv field)
{
	struct received r;

	received_parse(field, &r);
	within(r.date, field);
	for (int i = 0; i < RECEIVED_CLAUSES; i++) {
		const struct received_clause *c = &r.clauses[i];

		within(c->text, field);
		must(c->n_words <= RECEIVED_WORDS_MAX);
		must(c->n_comments <= RECEIVED_COMMENTS_MAX);
		for (size_t w = 0; w < c->n_words; w++)
			within(c->words[w], field);
		for (size_t w = 0; w < c->n_comments; w++)
			within(c->comments[w], field);
	}
}

static void
check_chain(const struct relays *rs)
{
	must(rs->n <= 20);
	must(rs->n_internal <= rs->n_trusted && rs->n_trusted <= rs->n);
	for (size_t i = 0; i < rs->n; i++) {
		must(rs->list[i].trusted == (i < rs->n_trusted));
		must(rs->list[i].internal == (i < rs->n_internal));
		must(rs->list[i].kind != RELAY_HOST ||
		     rs->list[i].address.n > 0);
	}
}

/* "[" begins a relay, " ]" ends it; nothing inside is either. */
static void
check_text(struct sv text)
{
	int depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '[' && (i == 0 || text.p[i - 1] == ' '))
			depth++;
		else if (text.p[i] == ']' && text.p[i - 1] == ' ')
			depth--;
		must(depth == 0 || depth == 1);
	}
	must(depth == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct conf_network conf = { 0 };
	struct network *network = network_new(&conf);
	struct sv rest = sv_make((const char *)data, size), line;
	struct buf mail = BUF_INIT(1 << 20);
	struct message *m;
	struct relays *rs;

	while (sv_line(&rest, &line)) {
		check_field(line);
		buf_add_str(&mail, "Received: ");
		buf_add(&mail, line);
		buf_add_str(&mail, "\r\n");
	}
	buf_add_str(&mail, "\r\n");
	m = message_parse(a, buf_sv(&mail), &fuzz_limits);
	rs = relays_read(a, m, NULL, network, 20);
	check_chain(rs);
	for (int set = RELAY_TRUSTED; set <= RELAY_EXTERNAL; set++)
		check_text(relays_text(a, rs, (enum relay_set)set));
	network_free(network);
	buf_done(&mail);
	arena_free(a);
	return 0;
}
