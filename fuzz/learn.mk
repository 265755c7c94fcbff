# SPDX-License-Identifier: Apache-2.0
# fuzz targets of src/learn
fuzz_targets += fuzz/fuzz_feature
fuzz_fuzz_feature_SOURCES = fuzz/fuzz_feature.c $(fuzz_main)
fuzz_fuzz_feature_LDFLAGS = $(fuzz_ldflags)

fuzz_targets += fuzz/fuzz_model
fuzz_fuzz_model_SOURCES = fuzz/fuzz_model.c $(fuzz_main)
fuzz_fuzz_model_LDFLAGS = $(fuzz_ldflags)

fuzz_targets += fuzz/fuzz_feature_pack
fuzz_fuzz_feature_pack_SOURCES = fuzz/fuzz_feature_pack.c $(fuzz_main)
fuzz_fuzz_feature_pack_LDFLAGS = $(fuzz_ldflags)

fuzz_targets += fuzz/fuzz_shingle
fuzz_fuzz_shingle_SOURCES = fuzz/fuzz_shingle.c $(fuzz_main)
fuzz_fuzz_shingle_LDFLAGS = $(fuzz_ldflags)

fuzz_targets += fuzz/fuzz_trace
fuzz_fuzz_trace_SOURCES = fuzz/fuzz_trace.c $(fuzz_main)
fuzz_fuzz_trace_LDFLAGS = $(fuzz_ldflags)

fuzz_targets += fuzz/fuzz_receipt
fuzz_fuzz_receipt_SOURCES = fuzz/fuzz_receipt.c $(fuzz_main)
fuzz_fuzz_receipt_LDFLAGS = $(fuzz_ldflags)
