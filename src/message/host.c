/* SPDX-License-Identifier: Apache-2.0 */
/* The host of a URL as clients ask for it (WHATWG URL sections 3.3 to 3.5):
 * names in A-labels, addresses in their usual form. */
#include <arpa/inet.h>
#include <idn2.h>

#include "base/utf8.h"
#include "message/url.h"

enum {
	HOST_BYTES_MAX = 1024, /* of what names and addresses are read from */
	LABEL_CODES_MAX = 63,  /* RFC 1035 section 2.3.4 */
	NAME_BYTES_MAX = 253,
};

/* ---- addresses ---- */

/* One number of an address as inet_aton() reads it: decimal, 0octal, 0xhex.
 * "0x" alone is 0. */
static bool
read_number(struct sv s, uint64_t *ret)
{
	unsigned base = 10;
	uint64_t value = 0;

	if (s.n == 0)
		return false;
	if (s.n > 1 && s.p[0] == '0') {
		base = sv_lower_char(s.p[1]) == 'x' ? 16 : 8;
		s = sv_from(s, base == 16 ? 2 : 1);
	}
	for (size_t i = 0; i < s.n; i++) {
		int digit = sv_hex_value(s.p[i]);

		if (digit < 0 || (unsigned)digit >= base || value > UINT32_MAX)
			return false;
		value = value * base + (unsigned)digit;
	}
	*ret = value;
	return value <= UINT32_MAX;
}

/* "0x7f.1", "2130706433" and so on (section 3.5): the last number fills the
 * bytes that the others leave. */
static bool
read_ipv4(struct sv host, uint32_t *ret)
{
	uint64_t numbers[4], address = 0;
	struct sv rest = host, item;
	unsigned n = 0;

	while (sv_split(&rest, '.', &item)) {
		if (n == 4 || !read_number(item, &numbers[n]))
			return false;
		n++;
	}
	for (unsigned i = 0; i + 1 < n; i++) {
		if (numbers[i] > 255)
			return false;
		address |= numbers[i] << 8 * (3 - i);
	}
	if (n == 0 || (n > 1 && numbers[n - 1] >> 8 * (5 - n)))
		return false;
	*ret = (uint32_t)(address | numbers[n - 1]);
	return true;
}

/* "[2001:DB8:0::1]" in the form of RFC 5952. */
static bool
read_ipv6(struct arena *a, struct sv host, struct sv *ret)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (host.n < 4 || host.n > sizeof text || host.p[0] != '[' ||
	    host.p[host.n - 1] != ']')
		return false;
	memcpy(text, host.p + 1, host.n - 2);
	text[host.n - 2] = '\0';
	if (inet_pton(AF_INET6, text, &address) != 1)
		return false;
	inet_ntop(AF_INET6, &address, text, sizeof text);
	*ret = arena_printf(a, "[%s]", text);
	return true;
}

/* ---- names ---- */

/* Percent escapes undone, white space and controls gone, lower case. */
static struct sv
decode_host(struct arena *a, struct sv host, bool *ret_is_ascii)
{
	char *out = arena_alloc(a, host.n + 1);
	size_t n = 0;

	*ret_is_ascii = true;
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];
		int high, low;

		if (c == '%' && i + 2 < host.n &&
		    (high = sv_hex_value(host.p[i + 1])) >= 0 &&
		    (low = sv_hex_value(host.p[i + 2])) >= 0) {
			c = (char)(high << 4 | low);
			i += 2;
		}
		if ((unsigned char)c <= ' ' || c == 0x7f)
			continue;
		if ((unsigned char)c >= 0x80)
			*ret_is_ascii = false;
		out[n++] = sv_lower_char(c);
	}
	return sv_make(out, n);
}

static struct sv
without_final_dots(struct sv host)
{
	while (host.n && host.p[host.n - 1] == '.')
		host.n--;
	return host;
}

/* RFC 3492 section 6.1. */
static uint32_t
punycode_adapt(uint32_t delta, uint32_t n_points, bool is_first)
{
	uint32_t k = 0;

	delta = is_first ? delta / 700 : delta / 2;
	delta += delta / n_points;
	for (; delta > 455; k += 36)
		delta /= 35;
	return k + 36 * delta / (delta + 38);
}

static void
punycode_add_number(struct buf *out, uint32_t delta, uint32_t bias)
{
	for (uint32_t k = 36;; k += 36) {
		uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
		uint32_t digit;

		if (delta < t)
			break;
		digit = t + (delta - t) % (36 - t);
		buf_add_char(
		    out, (char)(digit < 26 ? 'a' + digit : '0' + digit - 26));
		delta = (delta - t) / (36 - t);
	}
	buf_add_char(out, (char)(delta < 26 ? 'a' + delta : '0' + delta - 26));
}

/* A label of code points, most of them not ASCII, in ASCII (RFC 3492 section
 * 6.3); false when it is too long for one. */
static bool
punycode_add(struct buf *out, const uint32_t *codes, uint32_t n_codes)
{
	uint32_t n = 128, delta = 0, bias = 72, done = 0, basic;

	for (uint32_t i = 0; i < n_codes; i++)
		if (codes[i] < 128) {
			buf_add_char(out, (char)codes[i]);
			done++;
		}
	basic = done;
	if (basic)
		buf_add_char(out, '-');
	while (done < n_codes) {
		uint32_t next = UINT32_MAX;

		for (uint32_t i = 0; i < n_codes; i++)
			if (codes[i] >= n && codes[i] < next)
				next = codes[i];
		delta += (next - n) * (done + 1);
		n = next;
		for (uint32_t i = 0; i < n_codes; i++) {
			if (codes[i] < n)
				delta++;
			if (codes[i] != n)
				continue;
			punycode_add_number(out, delta, bias);
			bias = punycode_adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
		delta++;
		n++;
	}
	return !out->full;
}

/* Appends one label; false when it is no label. */
static bool
add_label(struct buf *out, struct sv label)
{
	uint32_t codes[LABEL_CODES_MAX];
	uint32_t n = 0;
	bool is_ascii = true;

	while (label.n) {
		size_t width = utf8_width(label);

		if (width == 0 || n == LABEL_CODES_MAX)
			return false;
		codes[n] = utf8_code(label, width);
		is_ascii &= codes[n++] < 128;
		label = sv_from(label, width);
	}
	if (!is_ascii)
		buf_add_str(out, "xn--");
	else
		for (uint32_t i = 0; i < n; i++)
			buf_add_char(out, (char)codes[i]);
	return is_ascii || punycode_add(out, codes, n);
}

/* Names that IDNA 2008 forbids and clients open all the same: emoji. */
static bool
forbidden_name_to_ascii(struct arena *a, struct sv name, struct sv *ret)
{
	struct buf out = BUF_INIT(HOST_BYTES_MAX);
	bool fits = true;
	struct sv label;

	while (fits && sv_split(&name, '.', &label)) {
		if (out.n)
			buf_add_char(&out, '.');
		fits = add_label(&out, label);
	}
	if (fits)
		*ret = arena_dup(a, buf_sv(&out));
	buf_done(&out);
	return fits;
}

static bool
name_to_ascii(struct arena *a, struct sv name, struct sv *ret)
{
	char *ascii = NULL;
	int rc = idn2_to_ascii_8z(arena_str(a, name), &ascii,
	                          IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);

	if (rc == IDN2_OK)
		*ret = arena_dup(a, sv_str(ascii));
	idn2_free(ascii);
	if (rc == IDN2_DISALLOWED || rc == IDN2_UNASSIGNED)
		return forbidden_name_to_ascii(a, name, ret);
	return rc == IDN2_OK;
}

/* The name with its A-labels decoded; itself when that cannot be done. */
static struct sv
name_to_unicode(struct arena *a, struct sv name)
{
	struct sv unicode = name;
	char *text = NULL;

	if (sv_find(name, SV("xn--")) == SV_NOT_FOUND)
		return name;
	if (idn2_to_unicode_8z8z(arena_str(a, name), &text, 0) == IDN2_OK &&
	    text)
		unicode = arena_dup(a, sv_str(text));
	idn2_free(text);
	return unicode;
}

/* Labels of letters, digits and single hyphens: nearly all there are, of which
 * IDNA says nothing but that they are in small letters. */
static bool
is_plain_name(struct sv name)
{
	struct sv label;

	if (name.n == 0 || name.n > NAME_BYTES_MAX || name.p[name.n - 1] == '.')
		return false;
	while (sv_split(&name, '.', &label)) {
		char before = '-';

		if (label.n > LABEL_CODES_MAX)
			return false;
		for (size_t i = 0; i < label.n; i++) {
			char c = label.p[i];

			if (!sv_is_alnum(c) && (c != '-' || before == '-'))
				return false;
			before = c;
		}
		if (before == '-')
			return false;
	}
	return true;
}

struct sv
url_host_to_ascii(struct arena *a, struct sv name)
{
	char *dotted = arena_str(a, name), *ascii = NULL;
	size_t n = 0, width;

	if (is_plain_name(name)) {
		for (; n < name.n; n++)
			dotted[n] = sv_lower_char(name.p[n]);
		return sv_make(dotted, n);
	}
	if (name.n > HOST_BYTES_MAX || !utf8_valid(name))
		return name;
	for (; name.n; name = sv_from(name, width)) {
		if (url_char_read(name, &width) == URL_CHAR_DOT) {
			dotted[n++] = '.';
			continue;
		}
		memcpy(dotted + n, name.p, width);
		n += width;
	}
	name = sv_make(dotted, n);
	if (idn2_to_ascii_8z(arena_str(a, name), &ascii,
	                     IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK)
		name = arena_dup(a, sv_str(ascii));
	idn2_free(ascii);
	return name;
}

void
url_host_read(struct arena *a, struct sv raw, struct url_host *ret)
{
	bool is_ascii;
	uint32_t ipv4;
	struct sv name = decode_host(a, raw, &is_ascii);

	ret->is_numeric = read_ipv6(a, name, &name);
	/* With zero-width characters only where they are meant to be. */
	if (!is_ascii && name.n <= HOST_BYTES_MAX && utf8_valid(name) &&
	    !name_to_ascii(a, name, &name))
		(void)name_to_ascii(a, url_char_clean(a, name), &name);
	name = without_final_dots(name);
	if (!ret->is_numeric && name.n <= HOST_BYTES_MAX &&
	    read_ipv4(name, &ipv4)) {
		ret->is_numeric = true;
		name =
		    arena_printf(a, "%u.%u.%u.%u", ipv4 >> 24, ipv4 >> 16 & 255,
		                 ipv4 >> 8 & 255, ipv4 & 255);
	}
	ret->name = name;
	ret->unicode =
	    name.n <= HOST_BYTES_MAX ? name_to_unicode(a, name) : name;
}

bool
url_host_can_be(const struct url_host *host)
{
	struct sv name = host->name;

	if (name.n == 0 || name.n > URL_HOST_BYTES_MAX)
		return false;
	for (size_t i = 0; i < name.n && !host->is_numeric; i++)
		if (strchr("#%/:<>?@[\\]^|", name.p[i]))
			return false;
	return true;
}
