/* SPDX-License-Identifier: Apache-2.0 */
#include "image/code.h"

#include <stdlib.h>

#include <zbar.h>

enum {
	SIDE_MIN = 21,            /* modules of the smallest code */
	SMALL_PIXELS = 300 * 300, /* looked at again in twice the size */
	PAPER = 8, /* pixels of white that a code may want around it */
	WHITE = 255,
};

/* One a process; a decoder has one thread. */
static zbar_image_scanner_t *the_scanner;

static zbar_image_scanner_t *
scanner(void)
{
	if (the_scanner)
		return the_scanner;
	the_scanner = zbar_image_scanner_create();
	if (!the_scanner)
		return NULL;
	zbar_image_scanner_request_dbus(the_scanner, 0);
	zbar_image_scanner_set_config(the_scanner, ZBAR_NONE, ZBAR_CFG_ENABLE,
	                              0);
	zbar_image_scanner_set_config(the_scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE,
	                              1);
	zbar_image_scanner_set_config(the_scanner, ZBAR_NONE,
	                              ZBAR_CFG_TEST_INVERTED, 1);
	return the_scanner;
}

static void
add_text(struct sv text, char *memory, size_t *used, struct packet_answer *ret)
{
	if (text.n == 0 || text.n > PACKET_TEXT_BYTES_MAX ||
	    ret->n >= PACKET_TEXTS_MAX || text.n > PACKET_BYTES_MAX - *used)
		return;
	for (size_t i = 0; i < ret->n; i++)
		if (sv_eq(ret->texts[i], text))
			return;
	memcpy(memory + *used, text.p, text.n);
	ret->texts[ret->n++] = sv_make(memory + *used, text.n);
	*used += text.n;
}

static bool
scan(const struct pixels *p, char *memory, size_t *used,
     struct packet_answer *ret)
{
	zbar_image_scanner_t *s = scanner();
	zbar_image_t *image = s ? zbar_image_create() : NULL;
	const zbar_symbol_t *symbol;

	if (!image)
		return false;
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, p->width, p->height);
	zbar_image_set_data(image, p->grey, (size_t)p->width * p->height, NULL);
	zbar_scan_image(s, image);
	for (symbol = zbar_image_first_symbol(image); symbol;
	     symbol = zbar_symbol_next(symbol))
		if (zbar_symbol_get_type(symbol) == ZBAR_QRCODE)
			add_text(sv_make(zbar_symbol_get_data(symbol),
			                 zbar_symbol_get_data_length(symbol)),
			         memory, used, ret);
	zbar_image_destroy(image);
	return true;
}

/* Twice the size, with paper around it. */
static bool
scan_larger(const struct pixels *p, char *memory, size_t *used,
            struct packet_answer *ret)
{
	struct pixels large = { (p->width + PAPER) * 2, (p->height + PAPER) * 2,
		                NULL };
	size_t area = (size_t)large.width * large.height;
	bool done;

	large.grey = malloc(area);
	if (!large.grey)
		return false;
	memset(large.grey, WHITE, area);
	for (unsigned y = 0; y < p->height * 2; y++)
		for (unsigned x = 0; x < p->width * 2; x++)
			large.grey[(size_t)(y + PAPER) * large.width + x +
			           PAPER] =
			    p->grey[(size_t)(y / 2) * p->width + x / 2];
	done = scan(&large, memory, used, ret);
	free(large.grey);
	return done;
}

bool
code_find(const struct pixels *p, char *memory, size_t *used,
          struct packet_answer *ret)
{
	if (p->width < SIDE_MIN || p->height < SIDE_MIN)
		return true;
	if (!scan(p, memory, used, ret))
		return false;
	if (ret->n || (size_t)p->width * p->height > SMALL_PIXELS)
		return true;
	return scan_larger(p, memory, used, ret);
}

void
code_prepare(void)
{
	unsigned char grey[SIDE_MIN * SIDE_MIN] = { 0 };
	const struct pixels black = { SIDE_MIN, SIDE_MIN, grey };
	struct packet_answer none = { 0 };
	static char memory[PACKET_BYTES_MAX];
	size_t used = 0;

	code_find(&black, memory, &used, &none);
}
