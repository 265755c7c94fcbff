/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of the code in qr.h, as PNG and JPEG, made by the libraries. */
#ifndef TEST_PICTURE_H
#define TEST_PICTURE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <png.h>

#include "base/buf.h"
#include "qr.h"

struct picture {
	unsigned side;
	unsigned char *grey;
};

/* The code, each module `scale` pixels wide, in a frame of `quiet` modules,
 * turned by `degrees`. */
static inline struct picture
picture_make(unsigned scale, unsigned quiet, double degrees, bool inverted)
{
	unsigned side = (QR_SIDE + 2 * quiet) * scale;
	struct picture p = { side, malloc((size_t)side * side) };
	double c = cos(degrees / 180 * M_PI), s = sin(degrees / 180 * M_PI);
	double middle = side / 2.0;

	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++) {
			double dx = x + 0.5 - middle, dy = y + 0.5 - middle;
			double sx = (dx * c + dy * s + middle) / scale - quiet;
			double sy = (dy * c - dx * s + middle) / scale - quiet;
			bool dark = sx >= 0 && sy >= 0 && sx < QR_SIDE &&
			            sy < QR_SIDE &&
			            qr_modules[(int)sy][(int)sx] == '#';

			p.grey[(size_t)y * side + x] =
			    dark != inverted ? 0 : 255;
		}
	return p;
}

static inline void
picture_write(png_struct *png, unsigned char *bytes, size_t n)
{
	buf_add(png_get_io_ptr(png), sv_make((const char *)bytes, n));
}

static inline void
picture_png(const struct picture *p, bool interlaced, struct buf *out)
{
	png_struct *png =
	    png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_info *info = png_create_info_struct(png);
	int passes;

	png_set_write_fn(png, out, picture_write, NULL);
	png_set_IHDR(png, info, p->side, p->side, 8, PNG_COLOR_TYPE_GRAY,
	             interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
	             PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	passes = png_set_interlace_handling(png);
	while (passes--)
		for (unsigned y = 0; y < p->side; y++)
			png_write_row(png, p->grey + (size_t)y * p->side);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
}

static inline void
picture_jpeg(const struct picture *p, bool progressive, struct buf *out)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr errors;
	unsigned char *bytes = NULL;
	unsigned long n = 0;

	jpeg.err = jpeg_std_error(&errors);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &bytes, &n);
	jpeg.image_width = jpeg.image_height = p->side;
	jpeg.input_components = 1;
	jpeg.in_color_space = JCS_GRAYSCALE;
	jpeg_set_defaults(&jpeg);
	jpeg_set_quality(&jpeg, 70, TRUE);
	if (progressive)
		jpeg_simple_progression(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	while (jpeg.next_scanline < p->side) {
		JSAMPROW row = p->grey + (size_t)jpeg.next_scanline * p->side;

		jpeg_write_scanlines(&jpeg, &row, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	buf_add(out, sv_make((const char *)bytes, n));
	free(bytes);
}

#endif
