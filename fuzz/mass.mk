# SPDX-License-Identifier: Apache-2.0
# fuzz target of src/mass
fuzz_targets += fuzz/fuzz_mass
fuzz_fuzz_mass_SOURCES = fuzz/fuzz_mass.c $(fuzz_main)
fuzz_fuzz_mass_LDFLAGS = $(fuzz_ldflags)
