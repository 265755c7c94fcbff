/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/dns_message.h"

#include <string.h>

enum {
	HEADER_BYTES = 12,
	CLASS_IN = 1,
	FLAG_RESPONSE = 0x8000,
	FLAG_CUT = 0x0200,
	MASK_OPCODE = 0x7800,
	MASK_CODE = 0x000f,
	CODE_NO_ERROR = 0,
	CODE_NAME_ERROR = 3,
	LABEL_POINTER = 0xc0,
	TTL_MAX = 0x7fffffff, /* RFC 2181 section 8 */
};

/* A place in the message. Reading beyond its end gives zeros, once and for
 * all: is_bad. */
struct reader {
	const unsigned char *p;
	size_t n, at;
	bool is_bad;
};

struct name {
	char text[DNS_NAME_MAX];
	size_t n;
	bool is_odd; /* it has a dot within a label: no text stands for it */
};

struct resource {
	struct name owner;
	unsigned type, class;
	uint32_t ttl_s;
	size_t data, end; /* where its data is */
};

/* ---- bytes ---- */

static const unsigned char *
take(struct reader *r, size_t n)
{
	static const unsigned char zeros[4];

	if (r->is_bad || n > r->n - r->at) {
		r->is_bad = true;
		return zeros;
	}
	r->at += n;
	return r->p + r->at - n;
}

static unsigned
take_8(struct reader *r)
{
	return *take(r, 1);
}

static unsigned
take_16(struct reader *r)
{
	const unsigned char *b = take(r, 2);

	return (unsigned)b[0] << 8 | b[1];
}

static uint32_t
take_32(struct reader *r)
{
	uint32_t high = take_16(r);

	return high << 16 | take_16(r);
}

static void
add_label(struct name *name, const unsigned char *label, size_t n)
{
	if (name->n)
		name->text[name->n++] = '.';
	for (size_t i = 0; i < n; i++) {
		name->text[name->n++] = sv_lower_char((char)label[i]);
		name->is_odd |= label[i] == '.';
	}
}

/* A name (section 4.1.4). Each pointer leads to before where the last one did,
 * so there is an end. */
static void
take_name(struct reader *r, struct name *ret)
{
	struct reader piece = *r;
	size_t before = r->at;
	bool jumped = false;
	unsigned n;

	ret->n = 0;
	ret->is_odd = false;
	while ((n = take_8(&piece)) > 0 && !piece.is_bad) {
		if (n >= LABEL_POINTER) {
			size_t to = (n & 0x3f) << 8 | take_8(&piece);

			if (!jumped)
				r->at = piece.at;
			jumped = true;
			piece.is_bad |= to >= before;
			piece.at = before = to;
		} else if (n > DNS_LABEL_MAX ||
		           ret->n + (ret->n > 0) + n > DNS_NAME_MAX) {
			piece.is_bad = true;
		} else {
			const unsigned char *label = take(&piece, n);

			if (!piece.is_bad)
				add_label(ret, label, n);
		}
	}
	if (!jumped)
		r->at = piece.at;
	r->is_bad |= piece.is_bad;
}

static bool
is_name(const struct name *name, struct sv text)
{
	return !name->is_odd && sv_eq(sv_make(name->text, name->n), text);
}

/* A resource record up to its data (section 4.1.3); goes on behind it. */
static bool
take_resource(struct reader *r, struct resource *ret)
{
	size_t n;

	take_name(r, &ret->owner);
	ret->type = take_16(r);
	ret->class = take_16(r);
	ret->ttl_s = take_32(r);
	if (ret->ttl_s > TTL_MAX)
		ret->ttl_s = 0;
	n = take_16(r);
	ret->data = r->at;
	take(r, n);
	ret->end = r->at;
	return !r->is_bad;
}

/* ---- what records say ---- */

/* The data of a record, as a text of its own end. */
static struct reader
data_of(const struct reader *r, const struct resource *record)
{
	return (struct reader){ r->p, record->end, record->data, r->is_bad };
}

static bool
read_address(struct reader *data, enum dns_type type, struct dns_record *ret)
{
	static const unsigned char v4[12] = { [10] = 0xff, [11] = 0xff };
	size_t n = type == DNS_A ? 4 : 16;
	const unsigned char *b;

	if (data->n - data->at != n)
		return false;
	b = take(data, n);
	if (type == DNS_A)
		memcpy(ret->ip.bytes, v4, sizeof v4);
	memcpy(ret->ip.bytes + 16 - n, b, n);
	return true;
}

/* The strings of a TXT record, put together. */
static void
read_text(struct arena *a, struct reader *data, struct dns_record *ret)
{
	char *text = arena_alloc(a, data->n - data->at + 1);
	size_t n = 0;

	while (data->at < data->n && !data->is_bad) {
		unsigned part = take_8(data);
		const unsigned char *p = take(data, part);

		if (!data->is_bad)
			memcpy(text + n, p, part);
		n += part;
	}
	ret->text = sv_make(text, n);
}

/* Puts one record into *ret. False: it has none of our kind in it. */
static bool
read_record(struct arena *a, struct reader *r, const struct resource *record,
            enum dns_type type, struct dns_record *ret)
{
	struct reader data = data_of(r, record);
	struct name name = { .is_odd = false };

	*ret = (struct dns_record){ 0 };
	if (type == DNS_A || type == DNS_AAAA) {
		data.is_bad |= !read_address(&data, type, ret);
	} else if (type == DNS_TXT) {
		read_text(a, &data, ret);
	} else {
		if (type == DNS_MX)
			ret->preference = take_16(&data);
		take_name(&data, &name);
		ret->text = arena_dup(a, sv_make(name.text, name.n));
	}
	r->is_bad |= data.is_bad;
	/* An IPv4 address as an IPv6 one would be taken for an A record. */
	return !data.is_bad && !name.is_odd &&
	       !(type == DNS_AAAA && ip_is_v4(&ret->ip));
}

/* ---- sections ---- */

/* The records of a name, as far as they are asked for. */
struct found {
	struct dns_record *list;
	size_t n, size;
	bool is_cut;
	uint32_t ttl_s;
	struct sv alias; /* what its CNAME says, or "" */
};

static void
add_record(struct arena *a, struct found *f, const struct dns_record *record)
{
	if (f->n == DNS_RECORDS_MAX) {
		f->is_cut = true;
		return;
	}
	if (f->n == f->size) {
		size_t size = f->size ? f->size * 2 : 4;

		f->list = arena_grow(a, f->list, f->n * sizeof *f->list,
		                     size * sizeof *f->list);
		f->size = size;
	}
	f->list[f->n++] = *record;
}

/* Goes through the answer section once. False: a record that counts is
 * broken. */
static bool
find_records(struct arena *a, struct reader r, unsigned count, struct sv owner,
             enum dns_type type, struct found *ret)
{
	struct resource record;
	struct dns_record value;
	uint32_t alias_ttl_s = TTL_MAX, ttl_s = TTL_MAX;

	*ret = (struct found){ 0 };
	while (count-- && take_resource(&r, &record)) {
		if (record.class != CLASS_IN || !is_name(&record.owner, owner))
			continue;
		if (record.type == type) {
			if (record.ttl_s < ttl_s)
				ttl_s = record.ttl_s;
			if (read_record(a, &r, &record, type, &value))
				add_record(a, ret, &value);
		} else if (record.type == DNS_CNAME && !ret->alias.n &&
		           read_record(a, &r, &record, DNS_CNAME, &value)) {
			ret->alias = value.text;
			alias_ttl_s = record.ttl_s;
		}
	}
	ret->ttl_s = ret->n ? ttl_s : alias_ttl_s;
	return !r.is_bad;
}

/* How long a "no" may be kept (RFC 2308 section 5), by the authority section.
 * *ret_is_referral: it says where to ask instead, which is no "no". */
static bool
find_authority(struct reader *r, unsigned count, uint32_t *ret_ttl_s,
               bool *ret_is_referral)
{
	struct resource record;
	bool found = false, servers = false;

	while (count-- && take_resource(r, &record)) {
		struct reader data = data_of(r, &record);
		struct name name;
		uint32_t minimum_s;

		servers |= record.type == DNS_NS;
		if (record.type != DNS_SOA || record.class != CLASS_IN)
			continue;
		take_name(&data, &name);
		take_name(&data, &name);
		take(&data, 16); /* serial, refresh, retry, expire */
		minimum_s = take_32(&data);
		r->is_bad |= data.is_bad;
		*ret_ttl_s =
		    minimum_s < record.ttl_s ? minimum_s : record.ttl_s;
		found = true;
	}
	*ret_is_referral = servers && !found;
	return found;
}

/* Checks the whole of the answer section, so that later readers may rely on
 * it; *ret is behind it. */
static bool
skip_records(struct reader *r, unsigned count)
{
	struct resource record;

	while (count-- && take_resource(r, &record))
		;
	return !r->is_bad;
}

struct header {
	unsigned flags, questions, answers, authorities;
};

/* The header and the question, which must be the one that was asked. */
static bool
read_head(struct reader *r, const struct dns_question *q, struct header *ret)
{
	struct name name;

	take_16(r); /* the number: c-ares has compared it */
	ret->flags = take_16(r);
	ret->questions = take_16(r);
	ret->answers = take_16(r);
	ret->authorities = take_16(r);
	take_16(r);
	if (r->is_bad || ret->questions != 1)
		return false;
	take_name(r, &name);
	return take_16(r) == (unsigned)q->type && take_16(r) == CLASS_IN &&
	       !r->is_bad && is_name(&name, q->name) &&
	       (ret->flags & FLAG_RESPONSE) && !(ret->flags & FLAG_CUT) &&
	       !(ret->flags & MASK_OPCODE);
}

/* Follows aliases within the response. False: there are too many. */
static bool
follow(struct arena *a, const struct reader *r, const struct header *h,
       const struct dns_question *q, struct dns_message *m)
{
	struct sv owner = q->name;
	struct found found;
	uint32_t ttl_s = TTL_MAX;

	for (;;) {
		if (!find_records(a, *r, h->answers, owner, q->type, &found))
			return false;
		if (found.ttl_s < ttl_s)
			ttl_s = found.ttl_s;
		if (found.n || !found.alias.n)
			break;
		if (++m->n_aliases > DNS_CHAIN_MAX)
			return false;
		owner = m->alias = found.alias;
	}
	m->answer = (struct dns_answer){
		.ttl_s = ttl_s,
		.is_cut = found.is_cut,
		.n_records = found.n,
		.records = found.list,
	};
	return true;
}

bool
dns_message_read(struct arena *a, struct sv bytes, const struct dns_question *q,
                 struct dns_message *ret)
{
	struct reader r = { (const unsigned char *)bytes.p, bytes.n, 0, false };
	struct reader answers;
	struct header h;
	unsigned code;
	uint32_t no_ttl_s = 0;
	bool is_referral, has_soa;

	*ret = (struct dns_message){ 0 };
	if (!read_head(&r, q, &h))
		return false;
	code = h.flags & MASK_CODE;
	if (code != CODE_NO_ERROR && code != CODE_NAME_ERROR)
		return false;
	answers = r;
	if (!skip_records(&r, h.answers))
		return false;
	has_soa = find_authority(&r, h.authorities, &no_ttl_s, &is_referral);
	if (r.is_bad || !follow(a, &answers, &h, q, ret))
		return false;
	if (code == CODE_NO_ERROR && ret->answer.n_records) {
		ret->alias = SV_NONE;
		ret->answer.status = DNS_FOUND;
		return true;
	}
	if (code == CODE_NAME_ERROR || has_soa || !ret->n_aliases)
		ret->alias = SV_NONE;
	if (!ret->alias.n && no_ttl_s < ret->answer.ttl_s)
		ret->answer.ttl_s = no_ttl_s;
	ret->answer.n_records = 0;
	ret->answer.is_cut = false;
	ret->answer.status =
	    code == CODE_NAME_ERROR ? DNS_NO_NAME : DNS_NO_DATA;
	return code == CODE_NAME_ERROR || ret->alias.n || !is_referral;
}
