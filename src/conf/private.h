/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of conf/ share about a struct conf. */
#ifndef CONF_PRIVATE_H
#define CONF_PRIVATE_H

#include <stdatomic.h>

#include "base/arena.h"
#include "conf/conf.h"
#include "conf/schema.h"

enum { CONF_FILE_MAX = 1 << 20 }; /* bytes of a configuration file */

struct conf_private {
	atomic_int references;
	struct arena *arena;     /* all texts */
	const char *file;        /* NULL: there was none */
	int lines[CONF_OPTIONS]; /* where an option is set; 0: default */
	/* The same of each reporter. */
	int *reporter_lines[CONF_REPORTERS_MAX];
	size_t named; /* reporters that the file names */
};

/* One more reporter with its defaults; NULL: there are too many. */
struct conf_reporter *conf_add_reporter(struct conf *c, const char *name);

/* Sets the options that the text names; errors go to `diags`. */
void parse_text(struct conf *c, struct sv text, struct diags *diags);

/* What no option can tell of itself: options that contradict each other. */
void check_values(const struct conf *c, struct diags *diags);

#endif
