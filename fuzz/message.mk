# SPDX-License-Identifier: Apache-2.0
# fuzz targets of src/message
fuzz_targets += fuzz/fuzz_address fuzz/fuzz_charset fuzz/fuzz_date
fuzz_targets += fuzz/fuzz_header fuzz/fuzz_html fuzz/fuzz_mime
fuzz_targets += fuzz/fuzz_received fuzz/fuzz_url
fuzz_targets += fuzz/fuzz_fold
EXTRA_DIST += fuzz/message_check.h
fuzz_fuzz_fold_SOURCES = fuzz/fuzz_fold.c $(fuzz_main)
fuzz_fuzz_fold_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_header_SOURCES = fuzz/fuzz_header.c $(fuzz_main)
fuzz_fuzz_header_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_html_SOURCES = fuzz/fuzz_html.c $(fuzz_main)
fuzz_fuzz_html_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_mime_SOURCES = fuzz/fuzz_mime.c $(fuzz_main)
fuzz_fuzz_mime_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_received_SOURCES = fuzz/fuzz_received.c $(fuzz_main)
fuzz_fuzz_received_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_url_SOURCES = fuzz/fuzz_url.c $(fuzz_main)
fuzz_fuzz_url_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_address_SOURCES = fuzz/fuzz_address.c $(fuzz_main)
fuzz_fuzz_address_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_charset_SOURCES = fuzz/fuzz_charset.c $(fuzz_main)
fuzz_fuzz_charset_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_date_SOURCES = fuzz/fuzz_date.c $(fuzz_main)
fuzz_fuzz_date_LDFLAGS = $(fuzz_ldflags)
