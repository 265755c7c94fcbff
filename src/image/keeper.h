/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keeper of decoders: a program that starts them and replaces those that
 * end. It reads nothing that strangers wrote. Descriptor KEEPER_FD is its
 * client's: a byte is the number of a decoder that shall end at once, and the
 * end of it is the end of all. Those behind it are the decoders'.
 */
#ifndef IMAGE_KEEPER_H
#define IMAGE_KEEPER_H

#include <stddef.h>

enum { KEEPER_FD = 3, KEEPER_DECODERS_MAX = 16 };

/* Until the client is gone; an exit code. */
int keeper_run(size_t decoders);

#endif
