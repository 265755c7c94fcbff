fuzz_targets += fuzz/fuzz_cf
fuzz_fuzz_cf_SOURCES = fuzz/fuzz_cf.c $(fuzz_main)
fuzz_fuzz_cf_LDFLAGS = $(fuzz_ldflags)
fuzz_targets += fuzz/fuzz_list
fuzz_fuzz_list_SOURCES = fuzz/fuzz_list.c $(fuzz_main)
fuzz_fuzz_list_LDFLAGS = $(fuzz_ldflags)
