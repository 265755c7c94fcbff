fuzz_targets += fuzz/fuzz_match
fuzz_fuzz_match_SOURCES = fuzz/fuzz_match.c $(match_cases) $(fuzz_main)
fuzz_fuzz_match_LDFLAGS = $(fuzz_ldflags)
