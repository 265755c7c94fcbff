#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The documentation agrees with the table of options.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

print_conf=${top_builddir:?}/tests/gates/print_conf
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

"$top_srcdir/tools/make-man" "$print_conf" "$top_srcdir/man/tamis.conf.5.in" \
	>"$work/tamis.conf.5"
result "tamis.conf(5) is up to date (else: make update-man)" \
	"$(diff "$top_srcdir/man/tamis.conf.5" "$work/tamis.conf.5")"

"$print_conf" show |
	awk '/^[a-z]+ \{/ { s = $1 } /^\t/ { print s "." $1 }' >"$work/options"
sections=$(sed 's/\..*//' "$work/options" | sort -u | paste -sd '|' -)
# Names of options in the documents; NAME.c and the like are files.
result "documents name only options that exist" "$(
	cd "$top_srcdir" || exit 1
	grep -noE "\`($sections)\.[a-z_]+\`" ./*.md docs/*.md |
		grep -vE '\.(c|h|md|conf|cf|mk|json|service|sock|db)`$' |
		while IFS= read -r hit; do
			name=${hit##*:}
			name=$(echo "$name" | tr -d '\`')
			grep -qx "$name" "$work/options" || echo "$hit"
		done)"

for conf in "$top_srcdir"/contrib/*.conf; do
	[ -e "$conf" ] || continue
	result "contrib/${conf##*/} has no errors" \
		"$("$print_conf" show "$conf" 2>&1 >"$work/shown")"
done
finish
