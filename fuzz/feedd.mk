# SPDX-License-Identifier: Apache-2.0
# fuzz target of src/feedd
fuzz_targets += fuzz/fuzz_collect
fuzz_fuzz_collect_SOURCES = fuzz/fuzz_collect.c $(fuzz_main)
fuzz_fuzz_collect_LDFLAGS = $(fuzz_ldflags)
fuzz_targets += fuzz/fuzz_diary
fuzz_fuzz_diary_SOURCES = fuzz/fuzz_diary.c $(fuzz_main)
fuzz_fuzz_diary_LDFLAGS = $(fuzz_ldflags)
fuzz_targets += fuzz/fuzz_tokens
fuzz_fuzz_tokens_SOURCES = fuzz/fuzz_tokens.c $(fuzz_main)
fuzz_fuzz_tokens_LDFLAGS = $(fuzz_ldflags)
fuzz_targets += fuzz/fuzz_login
fuzz_fuzz_login_SOURCES = fuzz/fuzz_login.c $(fuzz_main)
fuzz_fuzz_login_LDFLAGS = $(fuzz_ldflags)
