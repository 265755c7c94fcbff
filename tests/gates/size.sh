#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Files have at most 1000 lines and functions at most 100. Tables that are
# longer than a file may be live in *.def files.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

cd "$top_srcdir" || exit 1
top_srcdir=.
# shellcheck disable=SC2046
set -- $(sources src tests fuzz)
result "no file has more than 1000 lines" "$(awk '
	FNR == 1001 { print FILENAME ": more than 1000 lines" }' "$@")"
# A body begins and ends with a brace in the first column.
result "no function has more than 100 lines" "$(awk '
	FNR == 1 { start = 0 }
	/^\{/ { start = FNR; head = last }
	/^\}/ && start {
		if (FNR - start + 1 > 100)
			printf "%s:%d: %d lines: %s\n", FILENAME, start,
				FNR - start + 1, head
		start = 0
	}
	{ last = $0 }' "$@")"
finish
