/* SPDX-License-Identifier: Apache-2.0 */
/* The value of a To field, and of a Message-ID. */
#include "message/address.h"
#include "message_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct sv value = sv_make((const char *)data, size), id;
	struct address_list list = address_list_make(value);
	struct address address;
	size_t n = 0;

	while (address_next(&list, a, &address)) {
		must(address.name.p || address.addr.n > 0);
		must(address.name.n <= size && address.addr.n <= size);
		must(++n <= size);
	}
	must(list.rest.n <= size);
	id = message_id_parse(value);
	must(id.n <= size);
	arena_free(a);
	return 0;
}
