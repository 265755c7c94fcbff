#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nothing unfinished and nothing of one particular machine is in the tree.
# Messages that serve as fixtures may say what they like.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

cd "$top_srcdir" || exit 1
# search PATTERN EXCEPT: lines of the tree that match the one and not the
# other, this file left out.
search() {
	find . -path ./build -prune -o -path ./.git -prune -o \
		-path ./autom4te.cache -prune -o -path ./build-aux -prune -o \
		-path ./fuzz/corpus -prune -o -path ./tests/golden -prune -o \
		-name 'aclocal.m4' -o -name 'configure' -o -name 'configure~' \
		-o -name 'Makefile.in' -o -name 'words.sh' -o -type f -print |
		sort | xargs grep -nIE "$1" | grep -vE "$2"
}
result "nothing is marked as unfinished" \
	"$(search '(^|[^A-Za-z0-9_])(TODO|FIXME|XXX)([^A-Za-z0-9_]|$)' \
		'SKIP\|TODO')" # a directive of TAP
result "no path of one machine is named" \
	"$(search '(^|[^A-Za-z0-9_}])/(work|tmp)/' XXXXXX)"
finish
