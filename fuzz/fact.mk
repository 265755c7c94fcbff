# SPDX-License-Identifier: Apache-2.0
# fuzz targets of src/fact
fuzz_targets += fuzz/fuzz_answer
fuzz_targets += fuzz/fuzz_spf
fuzz_fuzz_spf_SOURCES = fuzz/fuzz_spf.c $(fuzz_main)
fuzz_fuzz_spf_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_answer_SOURCES = fuzz/fuzz_answer.c $(fuzz_main)
fuzz_fuzz_answer_LDFLAGS = $(fuzz_ldflags)
fuzz_targets += fuzz/fuzz_dns_message
fuzz_fuzz_dns_message_SOURCES = fuzz/fuzz_dns_message.c $(fuzz_main)
fuzz_fuzz_dns_message_LDFLAGS = $(fuzz_ldflags)
fuzz_targets += fuzz/fuzz_dkim
fuzz_fuzz_dkim_SOURCES = fuzz/fuzz_dkim.c $(fuzz_main)
fuzz_fuzz_dkim_LDFLAGS = $(fuzz_ldflags)
fuzz_targets += fuzz/fuzz_results
fuzz_fuzz_results_SOURCES = fuzz/fuzz_results.c $(fuzz_main)
fuzz_fuzz_results_LDFLAGS = $(fuzz_ldflags)
