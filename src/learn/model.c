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

size_t
model_bytes(unsigned bits, uint64_t entries)
{
	return MODEL_HEADER_BYTES + slots_bytes(bits) +
	       (size_t)entries * sizeof(struct model_entry);
}

static uint64_t
header_sum(const struct model_header *h)
{
	return XXH3_64bits(h, offsetof(struct model_header, header_sum));
}

void
model_seal(struct model_header *h, const struct model_slot *slots,
           const struct model_entry *entries)
{
	memcpy(h->magic, magic, sizeof magic);
	h->version = MODEL_VERSION;
	h->byte_order = BYTE_ORDER_MARK;
	h->features = FEATURE_VERSION;
	h->slots_sum = XXH3_64bits(slots, slots_bytes(h->bits));
	h->entries_sum =
	    XXH3_64bits(entries, (size_t)h->entries * sizeof *entries);
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
	    bytes != model_bytes(h->bits, h->entries))
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
	if (h->slots_sum != XXH3_64bits(m.slots, slots_bytes(h->bits)) ||
	    h->entries_sum !=
	        XXH3_64bits(m.entries, (size_t)h->entries * sizeof *m.entries))
		return "is damaged: its content does not sum up";
	*ret = m;
	return NULL;
}
