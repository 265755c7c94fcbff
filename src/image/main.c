/* SPDX-License-Identifier: Apache-2.0 */
/* tamis-image: started by tamisd and tamis, not by people. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "image/keeper.h"

static const char help[] =
    "tamis-image reads QR codes for tamisd and tamis, which start it; there\n"
    "is nothing to be done with it by hand. See section image of\n"
    "tamis.conf(5).\n";

int
main(int argc, char **argv)
{
	uint64_t n;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(help, stdout) < 0;
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("tamis-image (" PACKAGE_NAME ") " PACKAGE_VERSION) <
		       0;
	if (argc != 2 || !sv_u64(sv_str(argv[1]), &n) || n < 1 ||
	    n > KEEPER_DECODERS_MAX || fcntl(KEEPER_FD, F_GETFD) < 0)
		return 2;
	return keeper_run((size_t)n);
}
