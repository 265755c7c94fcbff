#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tables of character references are those their generator makes.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

command -v python3 >/dev/null || skip_all "no python3"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
"$top_srcdir/tools/make-entities" "$work"
for table in entity.def entity_slots.def; do
	result "src/message/$table is current (tools/make-entities)" "$(
		diff "$top_srcdir/src/message/$table" "$work/$table" | head -5)"
done
finish
