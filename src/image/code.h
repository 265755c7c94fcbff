/* SPDX-License-Identifier: Apache-2.0 */
/* QR codes (ISO 18004) in shades of grey, by libzbar. */
#ifndef IMAGE_CODE_H
#define IMAGE_CODE_H

#include "image/pixels.h"

/* Makes the scanner and lets it work once, so that nothing is loaded later. */
void code_prepare(void);

/* Adds the texts of all codes to the answer; they are copied to `memory`
 * (PACKET_BYTES_MAX), of which *used bytes are taken. Turned, mirrored,
 * inverted and small ones are found, too. False when there is no memory. */
bool code_find(const struct pixels *p, char *memory, size_t *used,
               struct packet_answer *ret);

#endif
