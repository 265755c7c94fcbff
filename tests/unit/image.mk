# SPDX-License-Identifier: Apache-2.0
# unit tests of src/image
unit_tests += tests/unit/image/test_packet
EXTRA_DIST += tests/unit/image/picture.h tests/unit/image/qr.h
if HAVE_IMAGE
unit_tests += tests/unit/image/test_decoder tests/unit/image/test_pool
else
EXTRA_DIST += tests/unit/image/test_decoder.c tests/unit/image/test_pool.c
endif
tests_unit_image_test_decoder_LDADD = libimage.a libcore.a $(IMAGE_LIBS) \
	$(CORE_LIBS) $(CHECK_LIBS)
tests_unit_image_test_pool_LDADD = libcore.a $(IMAGE_LIBS) $(CORE_LIBS) \
	$(CHECK_LIBS)
