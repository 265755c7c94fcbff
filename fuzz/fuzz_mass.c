/* SPDX-License-Identifier: Apache-2.0 */
/* Logs of mass checks from a stranger, line by line. What is taken must,
 * written and read again, say the same. */
#include <stdint.h>
#include <stdlib.h>

#include "base/e4.h"
#include "base/vec.h"
#include "mass/line.h"
#include "mass/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* All hits of a line together. */
static uint64_t
sum(const struct mass_line *line)
{
	uint64_t total = 0;

	for (size_t i = 0; i < line->n; i++)
		total += line->list[i].count;
	return total;
}

static void
write_and_read(struct mass_line *line)
{
	struct buf text = BUF_INIT(4 << 20);
	struct mass_line again = { 0 };
	uint64_t total = sum(line);
	const char *why;

	line->format = 'f';
	mass_line_write(line, &text);
	must(!text.full && sv_count(buf_sv(&text), '\n') == 1);
	text.n--;
	if (text.n <= MASS_LINE_BYTES_MAX) {
		must(mass_line_read(buf_sv(&text), &again, &why) == 0);
		must(again.judged_spam == line->judged_spam);
		must(again.score_e4 == line->score_e4);
		must(again.unix_s == line->unix_s);
		must(sum(&again) == total);
	}
	mass_line_done(&again);
	buf_done(&text);
}

static void
check_log(const struct mass_log *log)
{
	size_t hits = 0, counted = 0;

	for (size_t i = 0; i < log->messages.n; i++) {
		const struct mass_message *m = &log->messages.list[i];
		const struct mass_hit *list = mass_log_hits(log, m);

		hits += m->n_hits;
		for (uint32_t k = 0; k < m->n_hits; k++)
			must(list[k].rule < log->rules.n && list[k].count &&
			     (!k || list[k].rule > list[k - 1].rule));
	}
	for (size_t i = 0; i < log->rules.n; i++)
		counted += log->rules.list[i].spam + log->rules.list[i].ham;
	must(hits == log->hits.n && hits == counted);
	must(log->n_spam + log->n_ham == log->messages.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv rest = { (const char *)data, size }, text;
	struct mass_log *log = mass_log_new();
	struct mass_line line = { 0 };
	const char *why;
	size_t n = 0;

	while (sv_line(&rest, &text)) {
		int result = mass_log_add(log, text, n % 2, &why);

		must(mass_line_read(text, &line, &why) == result);
		if (result == 0)
			write_and_read(&line);
		n++;
	}
	check_log(log);
	mass_line_done(&line);
	mass_log_free(log);
	return 0;
}
