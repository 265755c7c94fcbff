/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin ImageInfo: how many pictures, and how large. Only their headers
 * are read. */
#include "eval/parts.h"

enum image_type { IMAGE_GIF, IMAGE_PNG, IMAGE_JPEG, IMAGE_TYPES };

enum { IMAGES_MAX = 200 };

struct image {
	enum image_type type;
	uint32_t width, height;
	struct sv name;
};

struct images {
	struct image list[IMAGES_MAX]; /* those whose size is known */
	size_t n;
	double count[IMAGE_TYPES], area[IMAGE_TYPES];
};

static uint32_t
read_u16(struct sv s, size_t at)
{
	return (uint32_t)((unsigned char)s.p[at] << 8 |
	                  (unsigned char)s.p[at + 1]);
}

static uint32_t
read_u32(struct sv s, size_t at)
{
	return read_u16(s, at) << 16 | read_u16(s, at + 2);
}

static void
read_gif(struct sv s, struct image *image)
{
	if (s.n < 13 ||
	    (!sv_starts(s, SV("GIF87a")) && !sv_starts(s, SV("GIF89a"))))
		return;
	image->width =
	    (uint32_t)((unsigned char)s.p[7] << 8 | (unsigned char)s.p[6]);
	image->height =
	    (uint32_t)((unsigned char)s.p[9] << 8 | (unsigned char)s.p[8]);
}

/* The first chunk of a picture says its size. */
static void
read_png(struct sv s, struct image *image)
{
	size_t at = sv_find(sv_sub(s, 8, 64), SV("IHDR"));

	if (!sv_starts(s, SV("\x89PNG\r\n\x1a\n")) || at == SV_NOT_FOUND ||
	    at + 20 > s.n)
		return;
	image->width = read_u32(s, at + 12);
	image->height = read_u32(s, at + 16);
}

/* Segments, up to the one that begins a frame. */
static void
read_jpeg(struct sv s, struct image *image)
{
	size_t at = 2;

	if (!sv_starts(s, SV("\xff\xd8")))
		return;
	while (at + 9 <= s.n && (unsigned char)s.p[at] == 0xff) {
		unsigned char mark = (unsigned char)s.p[at + 1];
		uint32_t length = read_u16(s, at + 2);

		if (mark == 0xda || mark == 0xd9 || length < 2)
			return;
		if (mark >= 0xc0 && mark <= 0xcf && mark != 0xc4 &&
		    mark != 0xc8 && mark != 0xcc) {
			image->height = read_u16(s, at + 5);
			image->width = read_u16(s, at + 7);
			return;
		}
		at += 2 + (size_t)length;
	}
}

static bool
find_type(struct sv name, enum image_type *ret)
{
	if (sv_eq_str(name, "image/gif"))
		*ret = IMAGE_GIF;
	else if (sv_eq_str(name, "image/png"))
		*ret = IMAGE_PNG;
	else if (sv_eq_str(name, "image/jpeg") || sv_eq_str(name, "image/jpg"))
		*ret = IMAGE_JPEG;
	else
		return false;
	return true;
}

static void
add_image(struct images *all, enum image_type type,
          const struct message_part *part)
{
	static void (*const readers[])(struct sv s, struct image * image) = {
		[IMAGE_GIF] = read_gif,
		[IMAGE_PNG] = read_png,
		[IMAGE_JPEG] = read_jpeg,
	};
	struct image image = { .type = type, .name = part->filename };

	all->count[type]++;
	readers[type](part->data, &image);
	if (!image.width || !image.height)
		return;
	all->area[type] += (double)image.width * image.height;
	if (all->n < IMAGES_MAX)
		all->list[all->n++] = image;
}

/* ImageInfo::_get_images */
static const struct images *
images(struct eval_job *job)
{
	const struct message *m = job->message;
	const struct eval_part *parts = eval_parts(job);
	struct images *all = job->facts[FACTS_IMAGES];

	if (all)
		return all;
	all = job->facts[FACTS_IMAGES] = ARENA_NEW(job->arena, struct images);
	for (size_t i = 0; i < m->n_parts; i++) {
		enum image_type type;

		if (m->parts[i].is_leaf && !m->parts[i].is_inline &&
		    sv_eq_str(parts[i].encoding, "base64") &&
		    find_type(parts[i].node_type, &type))
			add_image(all, type, &m->parts[i]);
	}
	return all;
}

/* ---- functions ---- */

/* The number of a type's images, or of all; -1 for no type. */
static double
sum(const double by_type[IMAGE_TYPES], struct sv type)
{
	enum image_type t;
	char text[16] = "image/";

	if (sv_eq_str(type, "all"))
		return by_type[IMAGE_GIF] + by_type[IMAGE_PNG] +
		       by_type[IMAGE_JPEG];
	if (type.n > 8)
		return -1;
	memcpy(text + 6, type.p, type.n);
	return find_type(sv_make(text, 6 + type.n), &t) ? by_type[t] : -1;
}

static bool
is_of_type(const struct image *image, struct sv type)
{
	enum image_type t;
	char text[16] = "image/";

	if (sv_eq_str(type, "all"))
		return true;
	if (type.n > 8)
		return false;
	memcpy(text + 6, type.p, type.n);
	return find_type(sv_make(text, 6 + type.n), &t) && t == image->type;
}

static bool
is_between(const struct eval_call *call, double value)
{
	return value >= 0 && value >= call->args[1].number &&
	       eval_at_most(call, 2, value);
}

/* image_count */
static bool
count(struct eval_job *job, const struct eval_call *call)
{
	return is_between(call, sum(images(job)->count, call->args[0].text));
}

/* pixel_coverage */
static bool
coverage(struct eval_job *job, const struct eval_call *call)
{
	return is_between(call, sum(images(job)->area, call->args[0].text));
}

/* image_to_text_ratio: bytes of what the rule looks at, for each pixel */
static bool
text_ratio(struct eval_job *job, const struct eval_call *call)
{
	const struct view *v = &job->message->views[call->view];
	double area = sum(images(job)->area, call->args[0].text), bytes = 0;

	for (size_t i = 0; i < v->n; i++)
		bytes += (double)v->elements[i].n;
	return bytes > 0 && area > 0 && bytes / area >= call->args[1].number &&
	       bytes / area < call->args[2].number;
}

/* image_size_exact */
static bool
size_exact(struct eval_job *job, const struct eval_call *call)
{
	const struct images *all = images(job);

	for (size_t i = 0; i < all->n; i++)
		if (is_of_type(&all->list[i], call->args[0].text) &&
		    all->list[i].height == call->args[1].number &&
		    all->list[i].width == call->args[2].number)
			return true;
	return false;
}

/* image_size_range: height and width at least, and at most */
static bool
size_range(struct eval_job *job, const struct eval_call *call)
{
	const struct images *all = images(job);

	for (size_t i = 0; i < all->n; i++) {
		const struct image *image = &all->list[i];

		if (is_of_type(image, call->args[0].text) &&
		    image->height >= call->args[1].number &&
		    image->width >= call->args[2].number &&
		    eval_at_most(call, 3, image->height) &&
		    eval_at_most(call, 4, image->width))
			return true;
	}
	return false;
}

/* image_named */
static bool
named(struct eval_job *job, const struct eval_call *call)
{
	const struct images *all = images(job);

	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].name.n &&
		    sv_eq(all->list[i].name, call->args[0].text))
			return true;
	return false;
}

/* image_name_regex */
static bool
name_matches(struct eval_job *job, const struct eval_call *call)
{
	const struct images *all = images(job);

	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].name.n &&
		    eval_matches(job, call->regex, all->list[i].name)) {
			job->note = all->list[i].name;
			return true;
		}
	return false;
}

static const struct eval_function functions[] = {
	{ "image_count", "tn?n", count, NULL },
	{ "pixel_coverage", "tn?n", coverage, NULL },
	{ "image_size_exact", "tnn", size_exact, NULL },
	{ "image_size_range", "tnn?nn", size_range, NULL },
	{ "image_named", "t", named, NULL },
	{ "image_name_regex", "r", name_matches, NULL },
	{ "image_to_text_ratio", "tnn", text_ratio, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_images = {
	.name = "ImageInfo",
	.is_default = true,
	.functions = functions,
};
