/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a configuration, or the default one, in one of its forms: for
 * tools/make-man and for the gates. */
#include <stdio.h>
#include <string.h>

#include "conf/conf.h"

int
main(int argc, char **argv)
{
	static const char *const forms[] = {
		[CONF_FORM_SHOW] = "show",
		[CONF_FORM_DEFAULTS] = "defaults",
		[CONF_FORM_MDOC] = "mdoc",
		[CONF_FORM_MARKDOWN] = "markdown",
	};
	struct diags diags = DIAGS_INIT;
	struct conf *c = conf_load(argc == 3 ? argv[2] : NULL, &diags);
	int form = CONF_FORM_SHOW;

	while (form <= CONF_FORM_MARKDOWN &&
	       (argc < 2 || strcmp(argv[1], forms[form]) != 0))
		form++;
	diags_print(&diags, stderr);
	if (!c || form > CONF_FORM_MARKDOWN) {
		fprintf(stderr, "usage: print_conf "
		                "show|defaults|mdoc|markdown [FILE]\n");
		return 2;
	}
	conf_print(c, (enum conf_form)form, stdout);
	conf_unref(c);
	diags_done(&diags);
	return 0;
}
