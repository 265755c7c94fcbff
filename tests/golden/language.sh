#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Features of the rule language: language/NAME.cf on language/NAME.eml, or on
# mail.eml where there is none. What must come out is in language/NAME.want:
# what is wrong with the rules, all hits, and what was said of the area that a
# first line "# debug AREA" of the rules names. Prints TAP.
#
#     language.sh            compares
#     language.sh --accept   writes the .want files anew; read the difference!
set -eu

here=${top_srcdir:-$(dirname "$0")/../..}/tests/golden/language
tamis=${TAMIS:-${top_builddir:-.}/tamis}
[ -x "$tamis" ] || {
	echo "Bail out! no $tamis: top_builddir names the build folder"
	exit 99
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
unset TAMIS_CONFIG TAMIS_RULES LANGUAGE LC_MESSAGES
LC_ALL=C HOME=$tmp
export LC_ALL HOME
mkdir "$tmp/site"

# outcome NAME
outcome() {
	cp "$here/$1.cf" "$tmp/rules.cf"
	area=$(sed -n '1s/^# debug //p' "$here/$1.cf")
	mail=$here/$1.eml
	[ -f "$mail" ] || mail=$here/mail.eml
	"$tamis" spamassassin -L -D "check,config${area:+,$area}" \
		-C "$tmp/rules.cf" --siteconfigpath "$tmp/site" \
		<"$mail" 2>&1 >/dev/null |
		sed -nE -e "s|$tmp/||g" -e 's/^.* \[[0-9]+\] (warn|dbg): //' \
			-e '/^config: (read file|$)/d' -e '/^check: is spam/d' \
			-e p
}

case ${1:-} in
--accept)
	for rules in "$here"/*.cf; do
		name=$(basename "$rules" .cf)
		outcome "$name" >"$here/$name.want"
	done
	exit
	;;
esac
n=0 failed=0
for rules in "$here"/*.cf; do
	name=$(basename "$rules" .cf)
	n=$((n + 1))
	if outcome "$name" | diff -u "$here/$name.want" - >"$tmp/diff"; then
		echo "ok $n - $name"
	else
		failed=1
		echo "not ok $n - $name"
		sed 's/^/# /' "$tmp/diff"
	fi
done
echo "1..$n"
exit $failed
