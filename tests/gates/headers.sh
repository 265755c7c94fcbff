#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each header compiles alone, so that the order of includes means nothing.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

[ -n "${CC-}" ] || skip_all "no compiler is named"
for header in $(sources src | grep '\.h$'); do
	# GATE_CFLAGS is quoted for the shell, as in the Makefile.
	offences=$(printf '#include "%s"\n' "${header#src/}" |
		eval "$CC $GATE_CFLAGS -fsyntax-only -x c -" 2>&1)
	result "$header compiles alone" "$offences"
done
finish
