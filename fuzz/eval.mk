fuzz_targets += fuzz/fuzz_eval
fuzz_fuzz_eval_SOURCES = fuzz/fuzz_eval.c $(fuzz_main)
fuzz_fuzz_eval_LDFLAGS = $(fuzz_ldflags)
