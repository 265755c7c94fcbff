# Codes in pictures: the client's side, which is part of libcore.a, and the
# program whose processes decode.
image_sources = \
	src/image/image.h \
	src/image/keeper.h \
	src/image/packet.c src/image/packet.h \
	src/image/pool.c

pkglibexec_PROGRAMS =
noinst_LIBRARIES += libimage.a
libimage_a_SOURCES =
if HAVE_IMAGE
pkglibexec_PROGRAMS += tamis-image
libimage_a_SOURCES += \
	src/image/code.c src/image/code.h \
	src/image/confine.c \
	src/image/decoder.c src/image/decoder.h \
	src/image/keeper.c \
	src/image/pixels.c src/image/pixels.h
else
EXTRA_DIST += \
	src/image/code.c src/image/code.h \
	src/image/confine.c \
	src/image/decoder.c src/image/decoder.h \
	src/image/keeper.c \
	src/image/pixels.c src/image/pixels.h
endif
tamis_image_SOURCES = src/image/main.c
IMAGE_LIBS = $(ZBAR_LIBS) $(PNG_LIBS) $(JPEG_LIBS) $(SECCOMP_LIBS)
tamis_image_LDADD = libimage.a libcore.a $(IMAGE_LIBS)
