#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench check [DIR]`: CPU time of one judgement, one thread, over the
# messages of a folder; best of three runs, the start of the program taken off.
set -euo pipefail
export TAMIS_NET=no # what others answer is not measured
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tamis=$top/build/tamis
dir=${1:-}
if [[ -z $dir ]]; then
	dir=$top/contrib/samples/mail
	[[ ! -d $top/build/corpus/mail ]] || dir=$top/build/corpus/mail
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/none.cf"
printf 'Subject: x\n\nx\n' >"$work/small.eml"
find "$dir" -type f ! -name '*.tsv' ! -name '*.ndjson' >"$work/list"
count=$(wc -l <"$work/list")
bytes=$(xargs -d '\n' stat -c %s <"$work/list" | awk '{ n += $1 } END { print n }')
[[ $count -gt 0 ]] || { echo "no messages in $dir" >&2 && exit 2; }

cpu_s() { # cpu_s RULES PATH...: of one run, user and system
	local rules=$1 status=0
	shift
	TIMEFORMAT='%U %S'
	{ time "$tamis" check -j 1 --rules "$rules" "$@" \
		>"$work/out" 2>"$work/err" || status=$?; } 2>"$work/time"
	[[ $status -lt 2 ]] || { cat "$work/err" >&2 && return 1; }
	awk '{ print $1 + $2 }' "$work/time"
}

best() { # best RULES PATH...: the least of three
	for _ in 1 2 3; do cpu_s "$@"; done | sort -g | head -n 1
}

floor=""
row() { # row NAME RULES
	local all start
	start=$(best "$2" "$work/small.eml")
	all=$(best "$2" "$dir")
	awk -v name="$1" -v a="$all" -v s="$start" -v n="$count" -v b="$bytes" \
		-v floor="$floor" 'BEGIN {
		us = (a - s) * 1e6 / n
		printf "  %-30s %9.0f %9.1f %9.0f %9.1f\n", name, us, \
			b / (a - s) / 1e6, s * 1000, floor ? us / floor : 1
		print us > "/dev/fd/3" }' 3>"$work/us"
	[[ -n $floor ]] || floor=$(cat "$work/us")
}

printf '%s messages, %s bytes each on average, of %s\n\n' "$count" \
	$((bytes / count)) "${dir/#$top\//}"
printf '  %-30s %9s %9s %9s %9s\n' rules us/mail MB/s start/ms "x floor"
row "none: reading only (floor)" "$work/none.cf"
row "the starter rules" "$top/rules"
if [[ -d /usr/share/spamassassin ]]; then
	row "SpamAssassin's, unchanged" /usr/share/spamassassin
fi
