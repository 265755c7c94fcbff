# SPDX-License-Identifier: Apache-2.0
# fuzz target of src/feedd
fuzz_targets += fuzz/fuzz_collect
fuzz_fuzz_collect_SOURCES = fuzz/fuzz_collect.c $(fuzz_main)
fuzz_fuzz_collect_LDFLAGS = $(fuzz_ldflags)
