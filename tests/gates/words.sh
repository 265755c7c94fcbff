#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nothing unfinished and nothing of one particular machine is in the tree.
# Messages that serve as fixtures may say what they like.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

cd "$top_srcdir" || exit 1
# search PATTERN EXCEPT: lines of the sources that match the one and not the
# other. What a build may leave beside them is none, nor is this file.
search() {
	find ./*.md Makefile.am configure.ac bootstrap dev bench contrib docs \
		fuzz m4 man rules src tests tools \
		\( -path fuzz/corpus -o -path tests/golden -o -name .deps \) \
		-prune -o -type f ! -name '*.o' ! -name '*.log' \
		! -name '*.trs' ! -name words.sh -print 2>/dev/null |
		sort | xargs grep -nIE "$1" | grep -vE "$2"
}
result "nothing is marked as unfinished" \
	"$(search '(^|[^A-Za-z0-9_])(TODO|FIXME|XXX)([^A-Za-z0-9_]|$)' \
		'SKIP\|TODO')" # a directive of TAP
result "no path of one machine is named" \
	"$(search '(^|[^A-Za-z0-9_}])/(work|tmp)/' XXXXXX)"
finish
