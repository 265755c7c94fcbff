# SPDX-License-Identifier: Apache-2.0
# fuzz targets of src/report
fuzz_targets += fuzz/fuzz_cursor fuzz/fuzz_discovery fuzz/fuzz_item
fuzz_fuzz_cursor_SOURCES = fuzz/fuzz_cursor.c $(fuzz_main)
fuzz_fuzz_cursor_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_discovery_SOURCES = fuzz/fuzz_discovery.c $(fuzz_main)
fuzz_fuzz_discovery_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_item_SOURCES = fuzz/fuzz_item.c $(fuzz_main)
fuzz_fuzz_item_LDFLAGS = $(fuzz_ldflags)
