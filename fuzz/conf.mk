# SPDX-License-Identifier: Apache-2.0
# fuzz target of src/conf
fuzz_targets += fuzz/fuzz_conf
fuzz_fuzz_conf_SOURCES = fuzz/fuzz_conf.c $(fuzz_main)
fuzz_fuzz_conf_LDFLAGS = $(fuzz_ldflags)
