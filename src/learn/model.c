/* SPDX-License-Identifier: Apache-2.0 */
/* The block of bytes that a model is. */
#include "learn/model.h"

#include <xxhash.h>

static const char magic[8] = { 't', 'a', 'm', 'i', 's', 'm', 'd', 'l' };
enum { BYTE_ORDER_MARK = 0x01020304 };

_Static_assert(sizeof(struct model_header) <= MODEL_HEADER_BYTES,
               "the header of a model outgrew its place");
_Static_assert(sizeof(struct model_slot) == 8, "a slot has 8 bytes");
_Static_assert(sizeof(struct model_entry) == 32, "an entry has 32 bytes");

static size_t
slots_bytes(unsigned bits)
{
	return sizeof(struct model_slot) << bits;
}

static size_t
entries_bytes(const struct model_header *h)
{
	return (size_t)h->entries * sizeof(struct model_entry);
}

size_t
model_bytes(const struct model_header *h)
{
	return MODEL_HEADER_BYTES + slots_bytes(h->bits) + entries_bytes(h) +
	       (size_t)h->samples_bytes;
}

unsigned
model_bits_for(int64_t bytes)
{
	unsigned bits = MODEL_BITS_MIN;

	while (bits < MODEL_BITS_MAX && (int64_t)slots_bytes(bits + 1) <= bytes)
		bits++;
	return bits;
}

static uint64_t
header_sum(const struct model_header *h)
{
	return XXH3_64bits(h, offsetof(struct model_header, header_sum));
}

/* Of bytes that may be none. */
static uint64_t
sum(const void *p, size_t n)
{
	return XXH3_64bits(n ? p : "", n);
}

void
model_seal(struct model_header *h, const struct model *parts)
{
	memcpy(h->magic, magic, sizeof magic);
	h->version = MODEL_VERSION;
	h->byte_order = BYTE_ORDER_MARK;
	h->features = FEATURE_VERSION;
	h->slots_sum = sum(parts->slots, slots_bytes(h->bits));
	h->entries_sum = sum(parts->entries, entries_bytes(h));
	h->samples_sum = sum(parts->samples.p, parts->samples.n);
	h->header_sum = header_sum(h);
}

static const char *
check_header(const struct model_header *h, size_t bytes)
{
	if (memcmp(h->magic, magic, sizeof magic) != 0)
		return "is no model of tamis";
	if (h->byte_order != BYTE_ORDER_MARK)
		return "was made on a machine of another byte order";
	if (h->version != MODEL_VERSION || h->features != FEATURE_VERSION)
		return "was made by another version of tamis";
	if (h->header_sum != header_sum(h))
		return "is damaged: its header does not sum up";
	if (h->bits < MODEL_BITS_MIN || h->bits > MODEL_BITS_MAX ||
	    h->entries > MODEL_LEDGER_MAX ||
	    h->samples_bytes > MODEL_SAMPLES_BYTES_MAX ||
	    bytes != model_bytes(h))
		return "is damaged: its size is not what it says";
	return NULL;
}

const char *
model_read(struct sv bytes, struct model *ret)
{
	const struct model_header *h = (const void *)bytes.p;
	const char *why;
	struct model m;

	if (bytes.n < MODEL_HEADER_BYTES)
		return "is no model of tamis: too short";
	why = check_header(h, bytes.n);
	if (why)
		return why;
	m.header = h;
	m.slots = (const void *)(bytes.p + MODEL_HEADER_BYTES);
	m.entries = (const void *)(m.slots + ((size_t)1 << h->bits));
	m.samples = sv_make((const char *)(m.entries + h->entries),
	                    (size_t)h->samples_bytes);
	if (h->slots_sum != sum(m.slots, slots_bytes(h->bits)) ||
	    h->entries_sum != sum(m.entries, entries_bytes(h)) ||
	    h->samples_sum != sum(m.samples.p, m.samples.n))
		return "is damaged: its content does not sum up";
	*ret = m;
	return NULL;
}
