fuzz_targets += fuzz/fuzz_post
fuzz_fuzz_post_SOURCES = fuzz/fuzz_post.c $(fuzz_main)
fuzz_fuzz_post_LDFLAGS = $(fuzz_ldflags)
fuzz_targets += fuzz/fuzz_spamd
fuzz_fuzz_spamd_SOURCES = fuzz/fuzz_spamd.c $(fuzz_main)
fuzz_fuzz_spamd_LDFLAGS = $(fuzz_ldflags)
