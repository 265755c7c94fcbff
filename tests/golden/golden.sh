#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Judges each sample NAME.eml (a mail) or NAME.json (a post, as POST /v1/check
# takes it) with the built `tamis check` and compares the stable members with
# NAME.want. "verdict" and "complete" come from the project's own rules, "hits"
# and "urls" from rules.cf here, so that they say how the message was read.
# Where a mail and a post of one name exist, their text is the same and must
# hit the same body and uri rules. Prints TAP.
#
#     golden.sh            compares
#     golden.sh --accept   writes the .want files anew; read the difference!
set -eu

here=${top_srcdir:-$(dirname "$0")/../..}/tests/golden
rules=${top_srcdir:-$(dirname "$0")/../..}/rules
tamis=${TAMIS:-${top_builddir:-.}/tamis}
[ -x "$tamis" ] || {
	echo "Bail out! no $tamis: top_builddir names the build folder"
	exit 99
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

if ! command -v jq >/dev/null; then
	echo "1..0 # SKIP jq is not installed"
	exit 0
fi

# Slow machines must not change verdicts.
echo 'scan { deadline = 60s; }' >"$tmp/tamis.conf"

# judge RULES OUT: one object a sample, with its name, in OUT.
judge() {
	judged=0
	"$tamis" check --quiet -c "$tmp/tamis.conf" --rules "$1" --json \
		"$here"/*.eml >"$tmp/mails" || judged=$?
	[ "$judged" -le 1 ] || return "$judged"
	"$tamis" check --quiet -c "$tmp/tamis.conf" --rules "$1" --json \
		--ndjson "$tmp/posts.ndjson" >"$tmp/posts" || judged=$?
	[ "$judged" -le 1 ] || return "$judged"
	jq -c '. + {sample: (.file | split("/") | last)}' "$tmp/mails" >"$2"
	jq -c --slurpfile names "$tmp/names.json" \
		'. + {sample: $names[.line - 1]}' "$tmp/posts" >>"$2"
}

# The posts as NDJSON, and their names in the same order.
for post in "$here"/*.json; do
	jq -c . "$post" >>"$tmp/posts.ndjson"
	basename "$post" | jq -R . >>"$tmp/names.json"
done
judge "$rules" "$tmp/rules"
judge "$here/rules.cf" "$tmp/engine"

# outcome SAMPLE: what is compared.
outcome() {
	jq -n -S --arg s "$1" \
		--slurpfile rules "$tmp/rules" --slurpfile engine "$tmp/engine" '
		($rules[] | select(.sample == $s)) as $r |
		($engine[] | select(.sample == $s)) as $e |
		{verdict: $r.verdict, complete: $r.complete,
		 hits: ([$e.rules[].name] | sort), urls: $e.urls} +
		(if $e.hidden_text.bytes > 0
		 then {hidden_text: $e.hidden_text} else {} end)'
}

# text_hits SAMPLE: hits of body and uri rules alone.
text_hits() {
	jq -c --arg s "$1" 'select(.sample == $s) |
		[.rules[].name | select(test("^[BU]_"))] | sort' "$tmp/engine"
}

n=0
failed=0
report() { # OK NAME
	n=$((n + 1))
	if [ "$1" = ok ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=1
	fi
}

for sample in "$here"/*.eml "$here"/*.json; do
	file=${sample##*/}
	name=${file%.*}
	want=$here/$file.want
	outcome "$file" >"$tmp/got"
	if [ "${1:-}" = --accept ]; then
		cp "$tmp/got" "$want"
	fi
	if diff -u "$want" "$tmp/got" >"$tmp/diff" 2>&1; then
		report ok "$file"
	else
		report bad "$file"
		sed 's/^/# /' "$tmp/diff"
	fi
	if [ "$file" = "$name.eml" ] && [ -f "$here/$name.json" ]; then
		mail=$(text_hits "$name.eml")
		post=$(text_hits "$name.json")
		if [ "$mail" = "$post" ] && [ "$mail" != "[]" ]; then
			report ok "$name: mail and post hit the same"
		else
			report bad "$name: mail and post hit the same"
			echo "# mail $mail"
			echo "# post $post"
		fi
	fi
done
echo "1..$n"
exit $failed
