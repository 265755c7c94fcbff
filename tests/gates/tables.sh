#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tables of names are those their generator makes.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

command -v python3 >/dev/null || skip_all "no python3"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
"$top_srcdir/tools/make-html-tables" "$top_srcdir/src/message" "$work"
for table in entity.def entity_slots.def html_name_slots.def; do
	result "src/message/$table is current (tools/make-html-tables)" "$(
		diff "$top_srcdir/src/message/$table" "$work/$table" | head -5)"
done
# python3-webencodings is not everywhere.
if "$top_srcdir/tools/make-charset-labels" >"$work/labels" 2>/dev/null; then
	result "src/message/charset_labels.c is current" "$(
		diff "$top_srcdir/src/message/charset_labels.c" \
			"$work/labels" | head -5)"
fi
finish
