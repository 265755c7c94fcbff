/* SPDX-License-Identifier: Apache-2.0 */
/* The section of signals: what was learned from other messages. */
#include "base/e4.h"
#include "tamis/explain.h"
#include "tamis/member.h"

/* What the classifier said, and which features had most to do with it. */
static void
print_classifier(const struct explanation *e, const json_t *c)
{
	json_t *reasons = json_object_get(c, "reasons"), *reason;
	struct table t;
	size_t i;

	if (!json_object_get(c, "probability")) {
		explain_field(e, "classifier", member_text(c, "state"));
		return;
	}
	explain_field(
	    e, "classifier",
	    arena_printf(e->arena,
	                 "spam with probability %.4f, confidence %.2f",
	                 json_number_value(json_object_get(c, "probability")),
	                 json_number_value(json_object_get(c, "confidence"))));
	table_init(&t, e->arena, "rl");
	json_array_foreach (reasons, i, reason) {
		table_cellf(
		    &t, "%+.2f",
		    json_number_value(json_object_get(reason, "weight")));
		table_cell(
		    &t, term_text(e->arena, member_text(reason, "feature"), 0));
	}
	table_print(&t, &e->term, 4, false);
}

void
explain_signals(const struct explanation *e)
{
	const json_t *signals = json_object_get(e->record, "signals");
	const json_t *classifier = json_object_get(signals, "classifier");

	if (!classifier)
		return;
	explain_section(e, "signals");
	print_classifier(e, classifier);
}
