/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration file. What is accepted must, printed and read again, give
 * the same values. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sv
show(const struct conf *c, char **ret_memory)
{
	size_t size;
	FILE *out = open_memstream(ret_memory, &size);

	conf_print(c, CONF_FORM_SHOW, out);
	fclose(out);
	return sv_make(*ret_memory, size);
}

/* The same values, apart from the comments that name their origins. */
static void
compare(struct sv a, struct sv b)
{
	struct sv line_a, line_b;

	while (sv_line(&a, &line_a)) {
		if (!sv_line(&b, &line_b))
			abort();
		if (!sv_eq(sv_sub(line_a, 0, sv_find(line_a, SV("; # "))),
		           sv_sub(line_b, 0, sv_find(line_b, SV("; # ")))))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diags diags = DIAGS_INIT;
	struct conf *c, *again;
	char *text, *text_again;
	struct sv shown;

	c = conf_parse(sv_make((const char *)data, size), "fuzz", &diags);
	if (!c && diags.errors == 0)
		abort();
	if (c) {
		shown = show(c, &text);
		again = conf_parse(shown, "shown", &diags);
		if (!again)
			abort();
		compare(shown, show(again, &text_again));
		conf_unref(again);
		free(text_again);
		free(text);
	}
	conf_unref(c);
	diags_done(&diags);
	return 0;
}
