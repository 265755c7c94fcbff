/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/values.h"

void
values_done(struct values *v)
{
	free(v->place);
	VEC_DONE(&v->touched);
}

void
values_begin(struct values *v, size_t n_rules)
{
	v->touched.n = 0;
	if (v->n_rules >= n_rules)
		return;
	free(v->place);
	v->n_rules = n_rules;
	v->place = mem_calloc(n_rules, sizeof *v->place);
}

uint32_t
values_add(struct values *v, uint32_t rule, struct range range)
{
	uint32_t at = (uint32_t)v->touched.n;
	struct value *value = VEC_ADD(&v->touched);

	value->rule = rule;
	value->range = range;
	v->place[rule] = at;
	return at;
}
