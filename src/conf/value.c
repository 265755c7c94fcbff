/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/value.h"

#include <stdio.h>
#include <string.h>

#include "base/e4.h"
#include "base/error.h"
#include "base/ip.h"
#include "base/socket.h"

struct unit {
	const char *suffix;
	int64_t factor;
};

/* From small to large; the first is what is stored. */
static const struct unit size_units[] = {
	{ "", 1 },        { "k", 1 << 10 }, { "M", 1 << 20 },
	{ "G", 1 << 30 }, { NULL, 0 },
};

static const struct unit duration_units[] = {
	{ "ms", 1 },
	{ "s", 1000 },
	{ "min", 60 * 1000 },
	{ "h", 60 * 60 * 1000 },
	{ "d", 24 * 60 * 60 * 1000 },
	{ NULL, 0 },
};

/* ---- numbers ---- */

static bool
read_integer(struct sv text, int64_t *ret)
{
	bool negative = text.n && text.p[0] == '-';
	uint64_t value;

	if (!sv_u64(sv_from(text, negative), &value) || value > INT64_MAX)
		return false;
	*ret = negative ? -(int64_t)value : (int64_t)value;
	return true;
}

static bool
read_with_unit(struct sv text, const struct unit *units, int64_t *ret)
{
	size_t digits = 0;
	int64_t value;
	struct sv suffix;

	while (digits < text.n && text.p[digits] >= '0' &&
	       text.p[digits] <= '9')
		digits++;
	suffix = sv_from(text, digits);
	if (!read_integer(sv_sub(text, 0, digits), &value))
		return false;
	if (value == 0 && suffix.n == 0) {
		*ret = 0;
		return true;
	}
	for (; units->suffix; units++)
		if (sv_eq_str(suffix, units->suffix))
			return !__builtin_mul_overflow(value, units->factor,
			                               ret);
	return false;
}

static bool
read_size(struct sv text, int64_t *ret)
{
	return read_with_unit(text, size_units, ret);
}

static bool
read_duration(struct sv text, int64_t *ret)
{
	return read_with_unit(text, duration_units, ret);
}

static bool
read_score(struct sv text, int64_t *ret)
{
	return e4_parse(text, ret) == 0;
}

static bool
read_mode(struct sv text, int64_t *ret)
{
	int64_t value = 0;

	if (text.n == 0 || text.n > 5)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '7')
			return false;
		value = value * 8 + (text.p[i] - '0');
	}
	*ret = value;
	return true;
}

static void
write_integer(int64_t value, struct buf *out)
{
	buf_addf(out, "%lld", (long long)value);
}

/* In the largest unit that needs no fraction. */
static void
write_with_unit(int64_t value, const struct unit *units, struct buf *out)
{
	const struct unit *best = units;

	if (value == 0) {
		buf_add_char(out, '0');
		return;
	}
	for (; units->suffix; units++)
		if (value % units->factor == 0)
			best = units;
	buf_addf(out, "%lld%s", (long long)(value / best->factor),
	         best->suffix);
}

static void
write_size(int64_t value, struct buf *out)
{
	write_with_unit(value, size_units, out);
}

static void
write_duration(int64_t value, struct buf *out)
{
	write_with_unit(value, duration_units, out);
}

static void
write_score(int64_t value, struct buf *out)
{
	char text[E4_TEXT];

	buf_add_str(out, e4_text(value, text));
}

static void
write_mode(int64_t value, struct buf *out)
{
	buf_addf(out, "%04llo", (unsigned long long)value);
}

/* ---- texts ---- */

static bool
is_text(const struct conf_option *o, struct sv text)
{
	(void)o;
	(void)text; /* lex.c refuses control characters, length is checked */
	return true;
}

static bool
is_name(const struct conf_option *o, struct sv text)
{
	(void)o;
	for (size_t i = 0; i < text.n; i++) {
		char c = sv_lower_char(text.p[i]);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '.' && c != '-' && c != '_')
			return false;
	}
	return text.p[0] != '-' && text.p[0] != '.';
}

static bool
is_path(const struct conf_option *o, struct sv text)
{
	(void)o;
	return text.p[0] == '/';
}

static bool
is_address(const struct conf_option *o, struct sv text)
{
	struct socket_address address;

	(void)o;
	return socket_parse(text, &address) == 0;
}

static bool
is_url(const struct conf_option *o, struct sv text)
{
	(void)o;
	return (sv_starts(text, SV("https://")) && text.n > 8) ||
	       (sv_starts(text, SV("http://")) && text.n > 7);
}

static bool
is_network(const struct conf_option *o, struct sv text)
{
	struct ip_net net;

	(void)o;
	return ip_net_parse(text, &net) == 0;
}

static bool
is_resolver(const struct conf_option *o, struct sv text)
{
	struct ip ip;
	uint16_t port;

	(void)o;
	return ip_port_parse(text, &ip, &port) == 0;
}

/* "550 5.7.1": both codes of the same class, which `o` states. */
static bool
is_reply(const struct conf_option *o, struct sv text)
{
	struct sv rest = text, code, number;
	uint64_t value;

	if (!sv_split(&rest, ' ', &code) || code.n != 3 ||
	    !sv_u64(code, &value) || (int64_t)value < o->min ||
	    (int64_t)value > o->max)
		return false;
	if (!sv_split(&rest, '.', &number) || number.n != 1 ||
	    number.p[0] != text.p[0])
		return false;
	return sv_split(&rest, '.', &number) && number.n <= 3 &&
	       sv_u64(number, &value) && sv_split(&rest, '.', &number) &&
	       number.n <= 3 && sv_u64(number, &value) && !rest.p;
}

/* ---- channels of rules ---- */

/* Cuts "NAME VALUE"; the name becomes a part of paths. */
static bool
split_named(struct sv text, struct sv *ret_value)
{
	struct sv name;

	if (!sv_split(&text, ' ', &name) || name.n == 0 ||
	    name.n > CONF_CHANNEL_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!sv_is_alnum(name.p[i]) && name.p[i] != '-' &&
		    name.p[i] != '_')
			return false;
	*ret_value = text;
	return sv_is_alnum(name.p[0]);
}

static bool
is_channel(const struct conf_option *o, struct sv text)
{
	struct sv url;

	(void)o;
	return split_named(text, &url) &&
	       (sv_starts(url, SV("https://")) ||
	        sv_starts(url, SV("file:///"))) &&
	       sv_find_char(url, ' ') == SV_NOT_FOUND;
}

/* "Ed", eight bytes of an identifier and 32 of the key, in base64. */
static bool
is_key(const struct conf_option *o, struct sv text)
{
	struct sv key;

	(void)o;
	if (!split_named(text, &key) || key.n != 56 ||
	    !sv_starts(key, SV("RW")))
		return false;
	for (size_t i = 0; i < key.n; i++)
		if (!sv_is_alnum(key.p[i]) && key.p[i] != '+' &&
		    key.p[i] != '/')
			return false;
	return true;
}

/* ---- rates ---- */

const char *
rate_kind_word(enum rate_kind k)
{
	static const char *const words[RATE_KINDS] = {
		[RATE_SENDER] = "sender",
		[RATE_ACCOUNT] = "account",
		[RATE_NETWORK] = "network",
		[RATE_USER] = "user",
	};

	return words[k];
}

enum rate_kind
rate_kind_find(struct sv word)
{
	int k = 0;

	while (k < RATE_KINDS &&
	       !sv_eq_str(word, rate_kind_word((enum rate_kind)k)))
		k++;
	return (enum rate_kind)k;
}

bool
conf_rate_read(struct sv text, struct conf_rate *ret)
{
	struct sv kind, max;

	if (!sv_split(&text, ' ', &kind) || !sv_split(&text, '/', &max))
		return false;
	ret->kind = rate_kind_find(kind);
	return ret->kind < RATE_KINDS && read_integer(max, &ret->max) &&
	       ret->max >= 1 && ret->max <= 1000000000 &&
	       read_duration(text, &ret->window_ms) && ret->window_ms >= 1000 &&
	       ret->window_ms <= 366 * (int64_t)86400000;
}

static bool
is_rate(const struct conf_option *o, struct sv text)
{
	struct conf_rate rate;

	(void)o;
	return conf_rate_read(text, &rate);
}

/* ---- types ---- */

/* A number has `read` and `write`, a text has `is_valid`. */
static const struct type {
	const char *what, *hint;
	bool (*read)(struct sv text, int64_t *ret);
	void (*write)(int64_t value, struct buf *out);
	bool (*is_valid)(const struct conf_option *o, struct sv text);
} types[] = {
	[CONF_BOOL] = { .what = "yes or no" },
	[CONF_INTEGER] = { "an integer", NULL, read_integer, write_integer,
	                   NULL },
	[CONF_SIZE] = { "a size", "bytes, or with k, M or G", read_size,
	                write_size, NULL },
	[CONF_DURATION] = { "a duration", "with ms, s, min, h or d",
	                    read_duration, write_duration, NULL },
	[CONF_SCORE] = { "a score", NULL, read_score, write_score, NULL },
	[CONF_MODE] = { "permission bits", "octal", read_mode, write_mode,
	                NULL },
	[CONF_CHOICE] = { .what = "one of" },
	[CONF_TEXT] = { .what = "a text", .is_valid = is_text },
	[CONF_NAME] = { .what = "a name",
	                .hint = "letters, digits, . - _",
	                .is_valid = is_name },
	[CONF_PATH] = { .what = "an absolute path", .is_valid = is_path },
	[CONF_ADDRESS] = { .what = "an address",
	                   .hint = "such as unix:/run/x.sock, "
	                           "inet:8891@127.0.0.1, inet6:8891@[::1]",
	                   .is_valid = is_address },
	[CONF_URL] = { .what = "an http:// or https:// address",
	               .is_valid = is_url },
	[CONF_NETWORK] = { .what = "a network",
	                   .hint = "such as 192.0.2.0/24, 2001:db8::/32, "
	                           "192.168., !192.0.2.7",
	                   .is_valid = is_network },
	[CONF_RESOLVER] = { .what = "an address",
	                    .hint = "such as 127.0.0.1, 127.0.0.1:5353, ::1, "
	                            "[::1]:5353",
	                    .is_valid = is_resolver },
	[CONF_REPLY] = { .what = "an SMTP reply code and enhanced status "
	                         "code",
	                 .is_valid = is_reply },
	[CONF_CHANNEL] = { .what = "a name and an https:// or file:/// "
	                           "address",
	                   .is_valid = is_channel },
	[CONF_RATE] = { .what = "who, how many, and within which time",
	                .hint = "such as user 500/1h; sender, account, "
	                        "network or user",
	                .is_valid = is_rate },
	[CONF_KEY] = { .what = "the name of a channel and a public key",
	               .is_valid = is_key },
};

static bool
read_bool(struct sv text, bool *ret)
{
	if (!sv_eq(text, SV("yes")) && !sv_eq(text, SV("no")))
		return false;
	*ret = sv_eq(text, SV("yes"));
	return true;
}

static bool
read_number(const struct conf_option *o, struct sv text, int64_t *ret)
{
	int64_t value;

	if (!types[o->type].read(text, &value) || value < o->min ||
	    value > o->max)
		return false;
	*ret = value;
	return true;
}

/* All enumerations of struct conf have the size of an int. */
static bool
read_choice(const struct conf_option *o, struct sv text, void *slot)
{
	for (const struct conf_word *w = o->words; w->word; w++)
		if (sv_eq_str(text, w->word)) {
			memcpy(slot, &w->value, sizeof w->value);
			return true;
		}
	return false;
}

static bool
text_is_valid(const struct conf_option *o, struct sv text)
{
	if (o->type == CONF_REPLY)
		return is_reply(o, text);
	if ((int64_t)text.n < o->min || (int64_t)text.n > o->max)
		return false;
	return text.n == 0 || types[o->type].is_valid(o, text);
}

static bool
read_list(const struct conf_option *o, const struct sv *items, size_t n,
          struct arena *arena, struct conf_list *ret, size_t *ret_bad)
{
	if (n == 1 && items[0].n == 0)
		n = 0;
	*ret_bad = 0;
	if (n == 0 && o->min > 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (items[i].n == 0 || !text_is_valid(o, items[i])) {
			*ret_bad = i;
			return false;
		}
	ret->n = n;
	ret->list = ARENA_ARRAY(arena, char *, n + 1);
	for (size_t i = 0; i < n; i++)
		ret->list[i] = arena_str(arena, items[i]);
	return true;
}

bool
value_read(void *base, const struct conf_option *o, const struct sv *items,
           size_t n, struct arena *arena, size_t *ret_bad)
{
	void *slot = (char *)base + o->offset;

	if (o->is_list)
		return read_list(o, items, n, arena, slot, ret_bad);
	*ret_bad = 0;
	if (o->type == CONF_BOOL)
		return read_bool(items[0], slot);
	if (o->type == CONF_CHOICE)
		return read_choice(o, items[0], slot);
	if (types[o->type].read)
		return read_number(o, items[0], slot);
	if (!text_is_valid(o, items[0]))
		return false;
	*(const char **)slot = arena_str(arena, items[0]);
	return true;
}

void
value_write_text(struct sv text, struct buf *out)
{
	bool plain = text.n > 0;

	for (size_t i = 0; i < text.n; i++)
		if (sv_is_space(text.p[i]) ||
		    sv_find_char(SV("{}=;,\"\\#"), text.p[i]) != SV_NOT_FOUND)
			plain = false;
	if (plain) {
		buf_add(out, text);
		return;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, text.p[i]);
	}
	buf_add_char(out, '"');
}

static void
write_list(const struct conf_list *list, struct buf *out)
{
	if (list->n == 0)
		value_write_text(SV(""), out);
	for (size_t i = 0; i < list->n; i++) {
		if (i > 0)
			buf_add_str(out, ", ");
		value_write_text(sv_str(list->list[i]), out);
	}
}

static void
write_choice(const struct conf_option *o, const void *slot, struct buf *out)
{
	int value;

	memcpy(&value, slot, sizeof value);
	for (const struct conf_word *w = o->words; w->word; w++)
		if (w->value == value)
			buf_add_str(out, w->word);
}

void
value_write(const void *base, const struct conf_option *o, struct buf *out)
{
	const void *slot = (const char *)base + o->offset;

	if (o->is_list)
		write_list(slot, out);
	else if (o->type == CONF_BOOL)
		buf_add_str(out, *(const bool *)slot ? "yes" : "no");
	else if (o->type == CONF_CHOICE)
		write_choice(o, slot, out);
	else if (types[o->type].write)
		types[o->type].write(*(const int64_t *)slot, out);
	else
		value_write_text(sv_str(*(const char *const *)slot), out);
}

static void
allow_words(const struct conf_word *w, struct buf *out)
{
	for (const char *sep = " "; w->word; w++, sep = ", ")
		buf_addf(out, "%s%s", sep, w->word);
}

static void
allow_range(const struct conf_option *o, struct buf *out)
{
	const struct type *type = &types[o->type];

	if (type->write) {
		buf_add_str(out, " from ");
		type->write(o->min, out);
		buf_add_str(out, " to ");
		type->write(o->max, out);
	} else if (o->type == CONF_REPLY) {
		buf_addf(out, " such as %d50 %d.7.1", (int)(o->min / 100),
		         (int)(o->min / 100));
	} else if (type->is_valid) {
		buf_addf(out, " of at most %lld bytes%s", (long long)o->max,
		         o->min > 0 ? ", not empty" : "");
	}
}

void
value_allowed(const struct conf_option *o, struct buf *out)
{
	const char *hint = o->unit ? o->unit : types[o->type].hint;

	buf_add_str(out, o->is_list ? "a list, each " : "");
	buf_add_str(out, types[o->type].what);
	if (o->type == CONF_CHOICE)
		allow_words(o->words, out);
	allow_range(o, out);
	if (hint)
		buf_addf(out, " (%s)", hint);
}
