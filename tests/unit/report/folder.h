/* SPDX-License-Identifier: Apache-2.0 */
/* A temporary folder for one test, removed with all in it. */
#ifndef TESTS_REPORT_FOLDER_H
#define TESTS_REPORT_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline int
folder_remove_one(const char *path, const struct stat *st, int type,
                  struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

/* "/tmp/tamis-XXXXXX" made anew; the caller gives it to folder_remove(). */
static inline char *
folder_new(void)
{
	char *path = strdup("/tmp/tamis-XXXXXX");

	if (!mkdtemp(path))
		abort();
	return path;
}

static inline void
folder_remove(char *path)
{
	nftw(path, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(path);
}

#endif
