/* SPDX-License-Identifier: Apache-2.0 */
/* Features of the header, of the structure, and of URLs. */
#include "learn/feature.h"

enum {
	FIELD_BYTES_MAX = 300,      /* of one value */
	GRAM_FIELD_BYTES_MAX = 200, /* the same, for its grams */
	FIELDS_MAX = 100,
	LABEL_BYTES = 32,
	NAME_BYTES_MIN = 4, /* of the names below */
	HEADER_FEATURES_MAX = 2000,
	PARTS_MAX = 20,
	URL_BYTES_MAX = 200,
	URL_FEATURES_MAX = 1000,
};

/* Beginnings of names that are added when a message was received, sorted or
 * read: they say what somebody made of it, not what it is. */
static const struct sv added_later[] = {
	SV("x-spam"),
	SV("x-tamis-"),
	SV("x-rspam"),
	SV("x-bogosity"),
	SV("x-dspam"),
	SV("x-crm114"),
	SV("x-amavis"),
	SV("x-virus"),
	SV("x-scanned"),
	SV("x-mimedefang"),
	SV("x-pyzor"),
	SV("x-razor"),
	SV("x-barracuda"),
	SV("x-proofpoint"),
	SV("x-ironport"),
	SV("x-forefront"),
	SV("x-microsoft-antispam"),
	SV("x-eop"),
	SV("x-ms-exchange-organization"),
	SV("x-ms-exchange-crosstenant"),
	SV("x-exchange-antispam"),
	SV("x-sid-"),
	SV("x-message-info"),
	SV("x-message-delivery"),
	SV("x-incoming"),
	SV("x-sender-ip"),
	SV("x-ymail"),
	SV("x-gmail-"),
	SV("x-gm-"),
	SV("x-received"),
	SV("x-forwarded-"),
	SV("x-google-"),
	SV("x-mozilla-"),
	SV("x-evolution"),
	SV("x-uid"),
	SV("x-status"),
	SV("x-keywords"),
	SV("x-original-to"),
	SV("x-delivered-to"),
	SV("delivered-to"),
	SV("envelope-to"),
	SV("delivery-date"),
	SV("return-path"),
	SV("status"),
	SV("lines"),
	SV("content-length"),
	SV("arc-"),
	SV("authentication-results"),
	SV("received-spf"),
};

/* Of these only that they are there says something: their values are as good
 * as random. */
static const struct sv random_values[] = {
	SV("date"),         SV("message-id"),     SV("references"),
	SV("in-reply-to"),  SV("dkim-signature"), SV("domainkey-signature"),
	SV("thread-index"),
};

/* Names differ in their first letter, most of the time, and those with "x-" in
 * their third. */
static bool
starts_with_one_of(struct sv name, const struct sv *list, size_t n)
{
	char first, third;

	if (name.n < NAME_BYTES_MIN)
		return false;
	first = sv_lower_char(name.p[0]);
	third = sv_lower_char(name.p[2]);
	for (size_t i = 0; i < n; i++)
		if (list[i].p[0] == first && list[i].p[2] == third &&
		    sv_istarts(name, list[i]))
			return true;
	return false;
}

static bool
header_counts(struct sv name)
{
	return !starts_with_one_of(name, added_later,
	                           sizeof added_later / sizeof *added_later);
}

static bool
is_random(struct sv name)
{
	return starts_with_one_of(name, random_values,
	                          sizeof random_values / sizeof *random_values);
}

/* The time zone of the sender, and what made the Message-ID: that of a mailer
 * has a shape. */
static void
add_shapes(struct feature_maker *f, const struct message *m)
{
	const struct message_header *date = message_header(m, "Date");
	const struct message_header *id = message_header(m, "Message-ID");
	char shape[LABEL_BYTES];
	size_t n = 0;

	if (date && date->value.n > 5) {
		size_t plus = date->value.n;

		while (plus && date->value.p[plus - 1] != '+' &&
		       date->value.p[plus - 1] != '-')
			plus--;
		if (plus)
			feature_add_one(
			    f, "zone", sv_sub(date->value, plus - 1, plus + 4));
	}
	for (size_t i = 0; id && i < id->value.n && n < sizeof shape; i++) {
		char c = id->value.p[i];

		if (c == '@')
			break;
		c = sv_is_digit(c) ? '9' : sv_is_alnum(c) ? 'a' : c;
		if (n == 0 || shape[n - 1] != c)
			shape[n++] = c;
	}
	feature_add_one(f, "id", sv_make(shape, n));
}

static void
add_client(struct feature_maker *f, const struct feature_source *source)
{
	struct feature_label label = feature_label(f, SV("received"));

	feature_add_words(f, label, sv_sub(source->helo, 0, FIELD_BYTES_MAX));
	feature_add_words(f, label, source->client_ip);
}

static void
add_structure(struct feature_maker *f, const struct message *m)
{
	for (size_t i = 0; i < m->n_parts && i < PARTS_MAX; i++) {
		const struct message_part *p = &m->parts[i];

		feature_add_one(f, "type", p->type);
		if (p->charset.n)
			feature_add_one(f, "charset", p->charset);
		if (p->encoding.n)
			feature_add_one(f, "encoding", p->encoding);
		if (p->disposition.n)
			feature_add_one(f, "disposition", p->disposition);
	}
}

/* The fields that count, with their names as labels. */
struct fields {
	size_t n;
	struct field {
		struct sv name, value; /* no value: it is random */
	} list[FIELDS_MAX];
};

static void
find_fields(struct arena *a, const struct message_part *head,
            struct fields *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < head->n_headers && i < FIELDS_MAX; i++) {
		const struct message_header *h = &head->headers[i];
		struct sv name = sv_sub(h->name, 0, LABEL_BYTES);

		if (!header_counts(name))
			continue;
		ret->list[ret->n++] = (struct field){
			.name = feature_lower(a, name),
			.value = is_random(name)
			             ? SV("")
			             : sv_sub(h->value, 0, FIELD_BYTES_MAX),
		};
	}
}

static void
add_field(struct feature_maker *f, const struct field *field)
{
	feature_add_one(f, "field", field->name);
	feature_add_words(f, feature_label(f, field->name), field->value);
}

static void
make_grams(struct feature_maker *f, const struct fields *fields)
{
	size_t left = FEATURE_HEADER_BYTES;

	feature_begin(f, FEATURE_HEADER_GRAM, left);
	for (size_t i = 0; i < fields->n && left; i++) {
		size_t take = GRAM_FIELD_BYTES_MAX;
		struct sv value =
		    sv_sub(fields->list[i].value, 0, take < left ? take : left);

		left -= value.n;
		feature_add_grams(f, value);
	}
}

void
features_make_header(struct feature_maker *f,
                     const struct feature_source *source)
{
	const struct message *m = source->message;
	struct fields fields;

	find_fields(f->arena, &m->parts[0], &fields);
	make_grams(f, &fields);
	feature_begin(f, FEATURE_HEADER, HEADER_FEATURES_MAX);
	if (m->head.n) { /* all posts are alike there */
		add_structure(f, m);
		add_shapes(f, m);
		add_client(f, source);
	}
	for (size_t i = 0; i < fields.n; i++)
		add_field(f, &fields.list[i]);
}

static void
add_url(struct feature_maker *f, const struct message_url *u)
{
	size_t dot = u->host.n;

	while (dot && u->host.p[dot - 1] != '.')
		dot--;
	if (u->is_numeric_host)
		feature_add_one(f, "", SV("address for host"));
	else
		feature_add_one(f, "top", sv_from(u->host, dot));
	if (u->is_deceptive)
		feature_add_one(f, "", SV("deceptive"));
	if (u->is_obfuscated)
		feature_add_one(f, "", SV("obfuscated"));
	feature_add_one(f, "domain", u->domain);
	feature_add_one(f, "host", u->host);
	feature_add_words(f, feature_label(f, SV("piece")),
	                  sv_sub(u->url, 0, URL_BYTES_MAX));
}

void
features_make_urls(struct feature_maker *f, const struct message *m)
{
	feature_begin(f, FEATURE_URL, URL_FEATURES_MAX);
	for (size_t i = 0; i < m->n_urls && i < FEATURE_URLS; i++)
		add_url(f, &m->urls[i]);
}
