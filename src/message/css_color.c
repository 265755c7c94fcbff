/* SPDX-License-Identifier: Apache-2.0 */
#include "message/css_color.h"

static const struct named_color {
	const char *name;
	uint32_t rgb;
} named_colors[] = {
#define COLOR(name, rgb) { #name, rgb },
#include "message/css_color.def"
#undef COLOR
};

static struct color
opaque(uint32_t rgb)
{
	return (struct color){ (uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8),
		               (uint8_t)rgb, 255 };
}

enum { NAME_BYTES_MAX = 20 };

static bool
read_name(struct sv s, struct color *ret)
{
	char lower[NAME_BYTES_MAX];
	size_t low = 0, high = sizeof named_colors / sizeof *named_colors;

	if (s.n > NAME_BYTES_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		lower[i] = sv_lower_char(s.p[i]);
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = sv_cmp(sv_make(lower, s.n),
		                   sv_str(named_colors[middle].name));

		if (order == 0) {
			*ret = opaque(named_colors[middle].rgb);
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* "#" and 3, 4, 6 or 8 digits. */
static bool
read_hex(struct sv s, struct color *ret)
{
	uint8_t parts[4] = { 0, 0, 0, 255 };
	size_t width = s.n > 5 ? 2 : 1;

	if (s.n != 4 && s.n != 5 && s.n != 7 && s.n != 9)
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (sv_hex_value(s.p[i]) < 0)
			return false;
	for (size_t i = 0; 1 + i * width < s.n; i++) {
		int high = sv_hex_value(s.p[1 + i * width]);
		int low = sv_hex_value(s.p[i * width + width]);

		parts[i] = (uint8_t)(high << 4 | low);
	}
	*ret = (struct color){ parts[0], parts[1], parts[2], parts[3] };
	return true;
}

/* ---- functions: rgb(1, 2, 3), hsl(120deg 50% 50% / 0.5) ---- */

/* A number, its unit skipped; a percentage as that part of `whole`. */
static bool
next_number(struct sv *s, double whole, double *ret)
{
	double value = 0, scale = 1;
	bool negative = false, fraction = false, any = false;
	size_t i = 0;

	while (i < s->n &&
	       (sv_is_space(s->p[i]) || s->p[i] == ',' || s->p[i] == '/'))
		i++;
	if (i < s->n && (s->p[i] == '-' || s->p[i] == '+'))
		negative = s->p[i++] == '-';
	for (; i < s->n; i++) {
		if (s->p[i] >= '0' && s->p[i] <= '9') {
			any = true;
			scale *= fraction ? 0.1 : 1;
			value = fraction ? value + (s->p[i] - '0') * scale
			                 : value * 10 + (s->p[i] - '0');
		} else if (s->p[i] == '.' && !fraction) {
			fraction = true;
		} else {
			break;
		}
	}
	if (i < s->n && s->p[i] == '%')
		value *= whole / 100;
	while (i < s->n && !sv_is_space(s->p[i]) && s->p[i] != ',' &&
	       s->p[i] != '/')
		i++;
	*s = sv_from(*s, i);
	*ret = negative ? -value : value;
	return any;
}

static uint8_t
channel(double value)
{
	return (uint8_t)(value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5);
}

/* One channel of a colour given by hue (0 to 12), saturation and lightness
 * (0 to 1); CSS Color Level 4, section 7.1. */
static uint8_t
hsl_channel(double hue, double saturation, double lightness, double shift)
{
	double k = hue + shift, a, part;

	while (k >= 12)
		k -= 12;
	a = saturation * (lightness < 0.5 ? lightness : 1 - lightness);
	part = k - 3 < 9 - k ? k - 3 : 9 - k;
	if (part > 1)
		part = 1;
	if (part < -1)
		part = -1;
	return channel((lightness - a * part) * 255);
}

static double
within_1(double value)
{
	return value >= 1 ? 1 : value > 0 ? value : 0;
}

static struct color
from_hsl(double hue, double saturation, double lightness)
{
	hue = hue >= 0 && hue < 360 ? hue : 0; /* nobody turns further */
	saturation = within_1(saturation);
	lightness = within_1(lightness);
	return (struct color){
		hsl_channel(hue / 30, saturation, lightness, 0),
		hsl_channel(hue / 30, saturation, lightness, 8),
		hsl_channel(hue / 30, saturation, lightness, 4),
		255,
	};
}

static bool
read_function(struct sv s, struct color *ret)
{
	size_t open = sv_find_char(s, '('), close = sv_find_char(s, ')');
	struct sv name = sv_sub(s, 0, 3), rest = sv_sub(s, open + 1, close);
	bool is_hsl = sv_ieq_str(name, "hsl");
	double part[3], alpha = 1;

	if (open == SV_NOT_FOUND || open > 4 ||
	    (!is_hsl && !sv_ieq_str(name, "rgb")))
		return false;
	for (int i = 0; i < 3; i++)
		if (!next_number(&rest, is_hsl ? 1 : 255, &part[i]))
			return false;
	*ret = is_hsl ? from_hsl(part[0], part[1], part[2])
	              : (struct color){ channel(part[0]), channel(part[1]),
		                        channel(part[2]), 255 };
	if (next_number(&rest, 1, &alpha))
		ret->alpha = channel(alpha * 255);
	return true;
}

bool
css_color_read(struct sv s, struct color *ret)
{
	s = sv_trim(s);
	if (s.n && s.p[0] == '#')
		return read_hex(s, ret);
	if (sv_ieq_str(s, "transparent")) {
		*ret = (struct color){ 0, 0, 0, 0 };
		return true;
	}
	return read_name(s, ret) || read_function(s, ret);
}

/* ---- attributes ---- */

enum { LEGACY_CHARS_MAX = 128 };

/* Characters that are no digits count as 0, and three parts of equal length
 * are cut to the two digits that matter. */
static struct color
read_any_text(struct sv s)
{
	int digits[LEGACY_CHARS_MAX + 2];
	size_t n = 0, width, from;
	uint8_t part[3];

	for (size_t i = s.p[0] == '#'; i < s.n && n < LEGACY_CHARS_MAX; i++) {
		int digit = sv_hex_value(s.p[i]);

		digits[n++] = digit < 0 ? 0 : digit;
	}
	while (n == 0 || n % 3)
		digits[n++] = 0;
	width = n / 3;
	from = width > 8 ? width - 8 : 0;
	while (width - from > 2 && !digits[from] && !digits[width + from] &&
	       !digits[2 * width + from])
		from++;
	for (size_t i = 0; i < 3; i++) {
		const int *p = digits + i * width + from;

		part[i] = (uint8_t)(width - from > 1 ? p[0] << 4 | p[1] : p[0]);
	}
	return (struct color){ part[0], part[1], part[2], 255 };
}

bool
css_color_read_legacy(struct sv s, struct color *ret)
{
	s = sv_trim(s);
	if (s.n == 0 || sv_ieq_str(s, "transparent"))
		return false;
	if (read_name(s, ret))
		return true;
	if (s.p[0] == '#' && s.n == 4 && read_hex(s, ret))
		return true;
	*ret = read_any_text(s);
	return true;
}

/* ---- two colours ---- */

static uint8_t
blend(unsigned over, unsigned under, unsigned alpha)
{
	return (uint8_t)((over * alpha + under * (255 - alpha)) / 255);
}

struct color
css_color_blend(struct color over, struct color under)
{
	return (struct color){
		blend(over.red, under.red, over.alpha),
		blend(over.green, under.green, over.alpha),
		blend(over.blue, under.blue, over.alpha),
		255,
	};
}

bool
css_color_is_near(struct color a, struct color b)
{
	enum { NEAR = 32 }; /* #eee on white is, #e8e8e8 is not */
	int red = a.red - b.red, green = a.green - b.green;
	int blue = a.blue - b.blue;

	return red * red + green * green + blue * blue <= NEAR * NEAR;
}
