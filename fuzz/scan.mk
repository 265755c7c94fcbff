fuzz_targets += fuzz/fuzz_unmark
fuzz_fuzz_unmark_SOURCES = fuzz/fuzz_unmark.c $(fuzz_main)
fuzz_fuzz_unmark_LDFLAGS = $(fuzz_ldflags)
fuzz_targets += fuzz/fuzz_template
fuzz_fuzz_template_SOURCES = fuzz/fuzz_template.c $(fuzz_main)
fuzz_fuzz_template_LDFLAGS = $(fuzz_ldflags)
