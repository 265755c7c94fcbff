fuzz_targets += fuzz/fuzz_post
fuzz_fuzz_post_SOURCES = fuzz/fuzz_post.c $(fuzz_main)
fuzz_fuzz_post_LDFLAGS = $(fuzz_ldflags)
