fuzz_targets += fuzz/fuzz_unmark
fuzz_fuzz_unmark_SOURCES = fuzz/fuzz_unmark.c $(fuzz_main)
fuzz_fuzz_unmark_LDFLAGS = $(fuzz_ldflags)
