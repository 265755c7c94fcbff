/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a command asks for facts: the resolver of the configuration, answers in
 * a file, or nobody. */
#ifndef TAMIS_NET_H
#define TAMIS_NET_H

#include "scan/scan.h"
#include "tamis/options.h"
#include "tamis/setup.h"

struct net_options {
	bool off;
	const char *answers;
};

#define OPTION_ROWS_NET(o)                                                     \
	{ 0,           "no-net",                                               \
	  NULL,        "ask nobody: rules about the network are unknown",      \
	  OPTION_FLAG, &(o)->off },                                            \
	{                                                                      \
		0, "answers", "FILE",                                          \
		    "take what DNS would answer from this file", OPTION_TEXT,  \
		    &(o)->answers                                              \
	}

/* For setup_snapshot(): rules have other points where nobody is asked. */
struct setup_changes net_changes(const struct net_options *o);

/* Has the snapshot ask as the options and its configuration say. NULL: it
 * cannot, which standard error was told. Close it when the snapshot is no
 * longer used. */
struct net *net_open(const struct net_options *o, struct snapshot *snapshot);
void net_close(struct net *n); /* takes NULL */

#endif
