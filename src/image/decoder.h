/* SPDX-License-Identifier: Apache-2.0 */
/* The process that decodes pictures of strangers: locked in before it reads
 * the first byte. */
#ifndef IMAGE_DECODER_H
#define IMAGE_DECODER_H

#include "image/packet.h"

/* Exit code of one that has used much processor time: nothing is wrong, the
 * next one begins anew. It has answered what it was asked. */
enum { DECODER_RETIRED = 10 };

/* Loads what the libraries would load later, when no file can be opened. */
void decoder_prepare(void);

/* Answers requests from `fd` until the client is gone. Closes all other
 * descriptors. */
void decoder_run(int fd) __attribute__((noreturn));

/* One picture: the texts of its codes, in `memory` (PACKET_BYTES_MAX). What
 * decoder_run() does for each request; for tests and the fuzzer. */
void decoder_read(struct sv picture, uint32_t pixels_max, char *memory,
                  struct packet_answer *ret);

/* Takes away what a decoder does not need: descriptors but `fd`, files,
 * processes, memory beyond a bound, all system calls but a few. False when
 * that is not possible. */
bool decoder_confine(int fd);

#endif
