# Add: fuzz_targets += fuzz/fuzz_X, fuzz_fuzz_X_SOURCES = fuzz/fuzz_X.c $(fuzz_main)
# and fuzz_fuzz_X_LDFLAGS = $(fuzz_ldflags)
