/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both libraries report errors by jumping out of themselves. What must survive
 * the jump lives in a struct that the caller of setjmp() was handed, never in
 * a local variable of its own.
 */
#include "image/pixels.h"

#include <setjmp.h>
#include <stdio.h> /* jpeglib.h needs it */
#include <stdlib.h>

#include <jpeglib.h>
#include <png.h>

enum {
	USEFUL_PIXELS = 1500 * 1500, /* a code is found in fewer */
	SCANS_MAX = 20, /* of a progressive JPEG: each costs a whole pass */
	SIDE_MAX = 65535,
	WHITE = 255,
};

struct source {
	struct sv rest;
	uint32_t pixels_max;
	struct pixels *out;
	enum image_outcome outcome;
};

/* Makes room, white: what is missing of a picture is paper. */
static bool
make_room(struct source *s, unsigned width, unsigned height)
{
	uint64_t area = (uint64_t)width * height;

	if (area == 0 || width > SIDE_MAX || height > SIDE_MAX ||
	    area > s->pixels_max) {
		s->outcome = area ? IMAGE_TOO_LARGE : IMAGE_DONE;
		return false;
	}
	s->out->grey = malloc(area);
	if (!s->out->grey) {
		s->outcome = IMAGE_FAILED;
		return false;
	}
	memset(s->out->grey, WHITE, area);
	s->out->width = width;
	s->out->height = height;
	return true;
}

/* ---- PNG ---- */

struct png {
	png_struct *png;
	png_info *info;
	struct source source;
};

static void
take_png(png_struct *png, unsigned char *to, size_t n)
{
	struct source *s = png_get_io_ptr(png);

	if (n > s->rest.n)
		png_error(png, "end");
	memcpy(to, s->rest.p, n);
	s->rest = sv_from(s->rest, n);
}

static void
quiet_png(png_struct *png, const char *text)
{
	(void)png;
	(void)text;
}

static void __attribute__((noreturn))
stop_png(png_struct *png, const char *text)
{
	(void)text;
	png_longjmp(png, 1);
}

/* Eight bits of grey, on white where it is transparent. */
static void
ask_grey(struct png *p)
{
	png_color_16 paper = {
		.red = WHITE, .green = WHITE, .blue = WHITE, .gray = WHITE
	};
	int type = png_get_color_type(p->png, p->info);

	png_set_expand(p->png);
	png_set_scale_16(p->png);
	if (type & PNG_COLOR_MASK_ALPHA ||
	    png_get_valid(p->png, p->info, PNG_INFO_tRNS))
		png_set_background(p->png, &paper, PNG_BACKGROUND_GAMMA_SCREEN,
		                   0, 1.0);
	if (type & PNG_COLOR_MASK_COLOR)
		png_set_rgb_to_gray(p->png, PNG_ERROR_ACTION_NONE, -1, -1);
}

static void
read_png_rows(struct png *p)
{
	struct pixels *out = p->source.out;
	int passes;

	png_set_read_fn(p->png, &p->source, take_png);
	png_set_user_limits(p->png, SIDE_MAX, SIDE_MAX);
	png_set_chunk_cache_max(p->png, 100);
	png_set_chunk_malloc_max(p->png, 1024 * 1024);
	png_set_crc_action(p->png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
	png_read_info(p->png, p->info);
	ask_grey(p);
	passes = png_set_interlace_handling(p->png);
	png_read_update_info(p->png, p->info);
	if (!make_room(&p->source, png_get_image_width(p->png, p->info),
	               png_get_image_height(p->png, p->info)) ||
	    png_get_rowbytes(p->png, p->info) != out->width)
		return;
	/* Behind the last row of all, libpng unpacks what there is left, be it
	 * gigabytes: so that row stays white. */
	while (passes--)
		for (unsigned y = 0; y + !passes < out->height; y++)
			png_read_row(p->png, out->grey + (size_t)y * out->width,
			             NULL);
}

static void
read_png(struct png *p)
{
	p->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, stop_png,
	                                quiet_png);
	p->info = p->png ? png_create_info_struct(p->png) : NULL;
	if (!p->info)
		p->source.outcome = IMAGE_FAILED;
	else if (!setjmp(png_jmpbuf(p->png)))
		read_png_rows(p);
	png_destroy_read_struct(&p->png, &p->info, NULL);
}

/* ---- JPEG ---- */

struct jpeg {
	struct jpeg_decompress_struct jpeg;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf stop;
	struct source source;
};

static void __attribute__((noreturn)) stop_jpeg(j_common_ptr jpeg)
{
	struct jpeg *j = jpeg->client_data;

	longjmp(j->stop, 1);
}

static void
quiet_jpeg(j_common_ptr jpeg, int level)
{
	(void)jpeg;
	(void)level;
}

static void
check_scans(j_common_ptr jpeg)
{
	struct jpeg *j = jpeg->client_data;

	if (j->jpeg.input_scan_number > SCANS_MAX)
		stop_jpeg(jpeg);
}

/* The largest of 1/1, 1/2, 1/4, 1/8 that is still large enough. */
static void
choose_size(struct jpeg *j)
{
	uint64_t area = (uint64_t)j->jpeg.image_width * j->jpeg.image_height;
	unsigned down = 1;

	while (down < 8 && area / (down * down) > USEFUL_PIXELS)
		down *= 2;
	j->jpeg.scale_num = 1;
	j->jpeg.scale_denom = down;
}

static void
read_jpeg_rows(struct jpeg *j)
{
	struct pixels *out = j->source.out;
	uint64_t area;

	jpeg_create_decompress(&j->jpeg);
	j->jpeg.client_data = j;
	j->progress.progress_monitor = check_scans;
	j->jpeg.progress = &j->progress;
	jpeg_mem_src(&j->jpeg, (const unsigned char *)j->source.rest.p,
	             j->source.rest.n);
	jpeg_read_header(&j->jpeg, TRUE);
	area = (uint64_t)j->jpeg.image_width * j->jpeg.image_height;
	if (area > j->source.pixels_max) {
		j->source.outcome = IMAGE_TOO_LARGE;
		return;
	}
	j->jpeg.out_color_space = JCS_GRAYSCALE;
	j->jpeg.dct_method = JDCT_ISLOW;
	choose_size(j);
	jpeg_start_decompress(&j->jpeg);
	if (j->jpeg.output_components != 1 ||
	    !make_room(&j->source, j->jpeg.output_width, j->jpeg.output_height))
		return;
	while (j->jpeg.output_scanline < j->jpeg.output_height) {
		JSAMPROW row =
		    out->grey + (size_t)j->jpeg.output_scanline * out->width;

		jpeg_read_scanlines(&j->jpeg, &row, 1);
	}
}

static void
read_jpeg(struct jpeg *j)
{
	j->jpeg.err = jpeg_std_error(&j->errors);
	j->errors.error_exit = stop_jpeg;
	j->errors.emit_message = quiet_jpeg;
	j->jpeg.client_data = j;
	if (!setjmp(j->stop))
		read_jpeg_rows(j);
	jpeg_destroy_decompress(&j->jpeg);
}

/* Half the width and height, in place: each pixel is the mean of four. */
static void
halve(struct pixels *p)
{
	unsigned width = p->width / 2, height = p->height / 2;

	for (unsigned y = 0; y < height; y++)
		for (unsigned x = 0; x < width; x++) {
			const unsigned char *a =
			    p->grey + (size_t)y * 2 * p->width + x * 2;
			const unsigned char *b = a + p->width;

			p->grey[(size_t)y * width + x] =
			    (unsigned char)((a[0] + a[1] + b[0] + b[1]) / 4);
		}
	p->width = width;
	p->height = height;
}

enum image_outcome
pixels_read(struct sv picture, uint32_t pixels_max, struct pixels *ret)
{
	struct source source = { picture, pixels_max, ret, IMAGE_DONE };
	struct png *png = calloc(1, sizeof *png);
	struct jpeg *jpeg = calloc(1, sizeof *jpeg);
	enum image_outcome outcome = IMAGE_FAILED;

	*ret = (struct pixels){ 0 };
	if (png && jpeg && sv_starts(picture, SV("\x89PNG"))) {
		png->source = source;
		read_png(png);
		outcome = png->source.outcome;
	} else if (png && jpeg) {
		jpeg->source = source;
		read_jpeg(jpeg);
		outcome = jpeg->source.outcome;
	}
	free(png);
	free(jpeg);
	if (outcome != IMAGE_DONE)
		pixels_done(ret);
	while (ret->grey && ret->width > 1 && ret->height > 1 &&
	       (size_t)ret->width * ret->height > USEFUL_PIXELS)
		halve(ret);
	return outcome;
}

void
pixels_done(struct pixels *p)
{
	free(p->grey);
	*p = (struct pixels){ 0 };
}
