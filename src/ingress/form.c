/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/form.h"

/* A value never grows by decoding. */
static struct sv
decode(struct sv s, struct arena *a)
{
	char *to = arena_alloc(a, s.n + 1), *start = to;

	for (size_t i = 0; i < s.n; i++) {
		int high, low;

		if (s.p[i] == '%' && i + 2 < s.n &&
		    (high = sv_hex_value(s.p[i + 1])) >= 0 &&
		    (low = sv_hex_value(s.p[i + 2])) >= 0) {
			*to++ = (char)(high * 16 + low);
			i += 2;
		} else {
			*to++ = s.p[i] == '+' ? ' ' : s.p[i];
		}
	}
	*to = '\0';
	return sv_make(start, (size_t)(to - start));
}

int
form_read(struct sv body, struct arena *a, struct form *ret)
{
	size_t n = sv_count(body, '&') + 1;
	struct sv item, name;

	if (n > FORM_FIELDS_MAX)
		n = FORM_FIELDS_MAX;
	*ret = (struct form){
		.fields = ARENA_ARRAY(a, struct form_field, n),
	};
	while (sv_split(&body, '&', &item)) {
		if (item.n == 0)
			continue;
		if (ret->n == n)
			return E_LIMIT;
		sv_split(&item, '=', &name);
		ret->fields[ret->n].name = decode(name, a);
		ret->fields[ret->n++].value = decode(item, a);
	}
	return 0;
}

struct sv
form_value(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (sv_eq_str(f->fields[i].name, name))
			return f->fields[i].value;
	return SV_NONE;
}
