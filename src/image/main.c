/* SPDX-License-Identifier: Apache-2.0 */
/* tamis-image: started by tamisd and tamis, not by people. */
#include <fcntl.h>
#include <stdlib.h>

#include "base/sv.h"
#include "image/keeper.h"

int
main(int argc, char **argv)
{
	uint64_t n;

	if (argc != 2 || !sv_u64(sv_str(argv[1]), &n) || n < 1 ||
	    n > KEEPER_DECODERS_MAX || fcntl(KEEPER_FD, F_GETFD) < 0)
		return 2;
	return keeper_run((size_t)n);
}
