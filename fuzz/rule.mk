fuzz_targets += fuzz/fuzz_cf
fuzz_fuzz_cf_SOURCES = fuzz/fuzz_cf.c $(fuzz_main)
fuzz_fuzz_cf_LDFLAGS = $(fuzz_ldflags)
