# SPDX-License-Identifier: Apache-2.0
# fuzz target of src/record
fuzz_targets += fuzz/fuzz_batch
fuzz_fuzz_batch_SOURCES = fuzz/fuzz_batch.c $(fuzz_main)
fuzz_fuzz_batch_LDFLAGS = $(fuzz_ldflags)
