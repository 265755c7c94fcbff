# SPDX-License-Identifier: Apache-2.0
# fuzz targets of src/image
if HAVE_IMAGE
fuzz_targets += fuzz/fuzz_image
else
EXTRA_DIST += fuzz/fuzz_image.c
endif
fuzz_fuzz_image_SOURCES = fuzz/fuzz_image.c $(fuzz_main)
fuzz_fuzz_image_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_image_LDADD = libimage.a libcore.a $(IMAGE_LIBS) $(CORE_LIBS)
