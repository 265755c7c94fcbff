/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of spamassassin(1p), as its scripts write it: letters that
 * are bundled, long names with several spellings, arguments that may be left
 * out. getopt_long() knows none of the last.
 */
#ifndef TAMIS_SPAMASSASSIN_OPTIONS_H
#define TAMIS_SPAMASSASSIN_OPTIONS_H

#include "conf/conf.h"

struct spamassassin_options {
	const char *configpath, *siteconfigpath, *prefspath;
	struct conf_list pre, cf; /* lines before and after all files */
	bool test_mode, local, lint, remove_markup, report, revoke;
	bool mbox, progress, help, version;
	bool debug;
	const char *debug_areas; /* "": all */
	bool has_error_code;
	int64_t error_code;
	bool removed;       /* an option that SpamAssassin refuses, too */
	const char *absent; /* an option that tamis cannot do; or NULL */
	struct conf_list targets;
};

enum { SPAMASSASSIN_WHY = 120 };

/* Texts are those of argv. E_SYNTAX with the reason in `why`; warnings about
 * options that have no effect any more go to standard error. */
int spamassassin_options_read(int argc, char **argv,
                              struct spamassassin_options *ret,
                              char why[SPAMASSASSIN_WHY]);
void spamassassin_options_done(struct spamassassin_options *o);

#endif
