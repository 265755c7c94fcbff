/* SPDX-License-Identifier: Apache-2.0 */
/* PNG (ISO 15948) and JPEG (ISO 10918) to shades of grey. */
#ifndef IMAGE_PIXELS_H
#define IMAGE_PIXELS_H

#include "image/packet.h"

struct pixels {
	unsigned width, height;
	unsigned char *grey; /* row by row; NULL: nothing could be read */
};

/* A picture that breaks off is what could be read of it; one that is larger
 * than useful is made smaller. The memory is pixels_done()'s. */
enum image_outcome pixels_read(struct sv picture, uint32_t pixels_max,
                               struct pixels *ret);
void pixels_done(struct pixels *p);

#endif
