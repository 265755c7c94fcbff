/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Engines against PCRE2 alone, on made-up expressions and texts:
 *
 *     property [SEED [COUNT [ENGINE]]]
 *
 * prints each difference as C strings, and what it compared, as TAP. A case
 * is the same for the same number, so `property NUMBER 1` repeats it. With
 * PROPERTY_SAVE=DIR the bytes of cases that differ are kept there, as inputs
 * of fuzz_match.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "case.h"
#include "dice.h"

enum {
	SEED = 1,
	COUNT = 2000,
	CASE_BYTES = 500,
	DIFFERENCES_MAX = 10,
};

static void
save(uint64_t number, struct sv bytes)
{
	struct buf path = BUF_INIT(4096);

	buf_addf(&path, "%s/case-%llu", getenv("PROPERTY_SAVE"),
	         (unsigned long long)number);
	if (file_replace(buf_str(&path), bytes, 0644))
		fprintf(stderr, "cannot write %s\n", buf_str(&path));
	buf_done(&path);
}

static bool
run_case(struct case_runner *r, uint64_t number, struct case_counts *counts)
{
	char bytes[CASE_BYTES];
	struct sv input;
	uint64_t state = number;
	bool is_same;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(dice_next(&state) >> 56);
	input = sv_make(bytes, sizeof bytes - dice_next(&state) % 400);
	is_same = case_run(r, input, stdout, counts);
	if (!is_same) {
		printf("  case   %llu\n", (unsigned long long)number);
		if (getenv("PROPERTY_SAVE"))
			save(number, input);
	}
	return is_same;
}

static bool
run_engine(const char *name, uint64_t seed, uint64_t count)
{
	struct case_runner *r = case_runner_new(match_engine_find(name));
	struct case_counts n = { 0 };
	unsigned differences = 0;

	for (uint64_t i = 0; i < count && differences < DIFFERENCES_MAX; i++)
		differences += !run_case(r, seed + i, &n);
	case_runner_free(r);
	printf("# %s: %llu patterns, %llu compiled; %llu decisions, "
	       "%llu found, %llu candidates, %llu undecided by pcre2, "
	       "%llu given up\n",
	       name, (unsigned long long)n.patterns,
	       (unsigned long long)n.compiled, (unsigned long long)n.decisions,
	       (unsigned long long)n.found, (unsigned long long)n.candidates,
	       (unsigned long long)n.undecided, (unsigned long long)n.given_up);
	return differences == 0;
}

int
main(int argc, char **argv)
{
	static const char *const engines[] = { "gates", "vectorscan" };
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : SEED;
	uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : COUNT;
	unsigned tests = 0, failed = 0;

	for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
		bool is_same;

		if (argc > 3 && strcmp(argv[3], engines[i]) != 0)
			continue;
		if (!match_engine_find(engines[i]))
			continue;
		is_same = run_engine(engines[i], seed, count);
		failed += !is_same;
		printf("%sok %u - %s says what pcre2 says\n",
		       is_same ? "" : "not ", ++tests, engines[i]);
	}
	printf("1..%u\n", tests);
	return failed || !tests;
}
