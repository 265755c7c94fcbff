fuzz_targets += fuzz/fuzz_prefs
fuzz_fuzz_prefs_SOURCES = fuzz/fuzz_prefs.c $(fuzz_main)
fuzz_fuzz_prefs_LDFLAGS = $(fuzz_ldflags)
