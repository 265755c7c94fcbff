# SPDX-License-Identifier: Apache-2.0
# Rule channels: the only user of libarchive.
channel_sources = \
	src/channel/archive.c \
	src/channel/bundle.h \
	src/channel/fetch.c src/channel/fetch.h \
	src/channel/key.c src/channel/key.h \
	src/channel/manifest.c \
	src/channel/state.c \
	src/channel/store.c src/channel/store.h
