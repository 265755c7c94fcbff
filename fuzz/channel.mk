# SPDX-License-Identifier: Apache-2.0
# fuzz targets of src/channel
fuzz_targets += fuzz/fuzz_bundle
fuzz_fuzz_bundle_SOURCES = fuzz/fuzz_bundle.c $(fuzz_main)
fuzz_fuzz_bundle_LDFLAGS = $(fuzz_ldflags)
fuzz_targets += fuzz/fuzz_manifest
fuzz_fuzz_manifest_SOURCES = fuzz/fuzz_manifest.c $(fuzz_main)
fuzz_fuzz_manifest_LDFLAGS = $(fuzz_ldflags)
