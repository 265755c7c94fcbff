#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each source file and each script names its licence.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

cd "$top_srcdir" || exit 1
top_srcdir=.
line='/* SPDX-License-Identifier: Apache-2.0 */'
result "C files begin with the licence" "$(
	for file in $(sources src tests fuzz); do
		IFS= read -r first <"$file"
		[ "$first" = "$line" ] || echo "$file: $first"
	done)"
result "scripts name the licence in their first lines" "$(
	for file in dev bootstrap tools/* $(find tests contrib tools \
		-name '*.sh' -o -name '*.py'); do
		head -n 3 "$file" |
			grep -q '^# SPDX-License-Identifier: Apache-2.0$' ||
			echo "$file"
	done)"
finish
