/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#define MULTI "Content-Type: multipart/mixed; boundary=b\n\n"
#define PICTURE(type, data)                                                    \
	"--b\nContent-Type: image/" type "; name=x." type                      \
	"\nContent-Transfer-Encoding: base64\n\n" data "\n"
#define PNG                                                                    \
	PICTURE(                                                               \
	    "png",                                                             \
	    "iVBORw0KGgoAAAANSUhEUgAAASwAAADICAIAAAAAAAAA")  /* 300 x 200 */
#define GIF  PICTURE("gif", "R0lGODlhgALgAQAAAA==")          /* 640 x 480 */
#define JPEG PICTURE("jpeg", "/9j/4AAEYWL/wAALCAAyAGQBAAAA") /* 100 x 50 */
#define TEXT "--b\n\nfive5\n"
#define END  "--b--\n"

static const struct eval_case cases[] = {
	{ "image_count('png', '1', '1')", MULTI PNG END, true, NULL,
	  VIEW_BODY },
	{ "image_count('png', '2')", MULTI PNG END, false, NULL, VIEW_BODY },
	{ "image_count('all', '3', '3')", MULTI PNG GIF JPEG END, true, NULL,
	  VIEW_BODY },
	{ "image_count('gif', '1')", "\nx\n", false, NULL, VIEW_BODY },
	{ "pixel_coverage('png', '60000', '60000')", MULTI PNG END, true, NULL,
	  VIEW_BODY },
	{ "pixel_coverage('all', '312200', '312200')", MULTI GIF JPEG END, true,
	  NULL, VIEW_BODY },
	{ "image_size_exact('jpeg', '50', '100')", MULTI JPEG END, true, NULL,
	  VIEW_BODY },
	{ "image_size_exact('all', '100', '50')", MULTI JPEG END, false, NULL,
	  VIEW_BODY },
	{ "image_size_range('gif', '400', '600')", MULTI GIF END, true, NULL,
	  VIEW_BODY },
	{ "image_size_range('gif', '400', '600', '450')", MULTI GIF END, false,
	  NULL, VIEW_BODY },
	{ "image_named('x.png')", MULTI PNG END, true, NULL, VIEW_BODY },
	{ "image_name_regex('/^X\\./i')", MULTI PNG END, true, NULL,
	  VIEW_BODY },
	{ "image_name_regex('^y')", MULTI PNG END, false, NULL, VIEW_BODY },
	{ "image_to_text_ratio('all', '0.0', '0.008')", MULTI PNG TEXT END,
	  true, NULL, VIEW_BODY },
	{ "image_to_text_ratio('all', '0.1', '0.2')", MULTI PNG TEXT END, false,
	  NULL, VIEW_BODY },
	{ "image_to_text_ratio('all', '0.0', '0.008')", MULTI TEXT END, false,
	  NULL, VIEW_BODY },
};

START_TEST(pictures_are_counted_and_measured)
{
	SAMPLE_CHECK(cases);
}
END_TEST

UNIT_MAIN("eval_images", pictures_are_counted_and_measured)
