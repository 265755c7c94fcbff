#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench match [-q] [--rules PATH]... [DIR]`: what matching costs, engine
# beside engine, over the messages of a folder: with SpamAssassin's rules from
# Debian's package, and with a larger set (--rules adds rules to it; without,
# it is made of SpamAssassin's: see bench/larger-rules). A folder
# DIR/spamassassin is taken for old mail, what else there is for modern.
# -q: quick, with fewer messages, and without Vectorscan's multi-regex mode.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BENCH_BUILD:-$top/build}
stock=/usr/share/spamassassin
larger=()
count=300 passes=3 options=()
while [[ $# -gt 0 ]]; do
	case $1 in
	-q) count=60 passes=2 options=(-b 0) ;;
	--rules) larger+=(-r "${2:?--rules needs a path}") && shift ;;
	-*) echo "usage: ./dev bench match [-q] [--rules PATH]... [DIR]" >&2 && exit 2 ;;
	*) break ;;
	esac
	shift
done
dir=${1:-}
if [[ -z $dir ]]; then
	dir=$top/contrib/samples/mail
	[[ ! -d $top/build/corpus/mail ]] || dir=$top/build/corpus/mail
fi
[[ -d $stock ]] || { echo "no $stock: install spamassassin" >&2 && exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make -s -C "$build" bench/match bench/scaling

if [[ ${#larger[@]} -eq 0 ]]; then
	"$top/bench/larger-rules" "$work/larger.cf" "$stock"
	larger=(-r "$work/larger.cf")
fi
larger=(-r "$stock" "${larger[@]}")

old=() modern=()
if [[ -d $dir/spamassassin ]]; then
	old=("$dir/spamassassin")
	for set in "$dir"/*/; do
		[[ $set -ef $dir/spamassassin ]] || modern+=("$set")
	done
else
	modern=("$dir")
fi

measure() { # measure TITLE MAIL... -- RULES...
	local title=$1 mail=()
	shift
	while [[ $1 != -- ]]; do mail+=("$1") && shift; done
	shift
	[[ ${#mail[@]} -gt 0 ]] || return 0
	printf '\n== %s\n\n' "$title"
	"$build/bench/match" "$@" -n "$count" -k "$passes" "${options[@]}" \
		"${mail[@]}"
}

measure "stock rules, old mail" "${old[@]}" -- -r "$stock"
measure "stock rules, modern mail" "${modern[@]}" -- -r "$stock"
measure "larger set, old mail" "${old[@]}" -- "${larger[@]}"
measure "larger set, modern mail" "${modern[@]}" -- "${larger[@]}"

printf '\n== from the start of the program to the first verdict\n\n'
printf 'Subject: casino\n\nwin money now\n' >"$work/one.eml"
start() { # start NAME RULES...: the best of five, CPU time and clock
	local name=$1
	shift
	printf '%-14s' "$name"
	for _ in 1 2 3 4 5; do
		TIMEFORMAT='%U %S %R'
		{ time "$build/tamis" check "$@" "$work/one.eml" \
			>/dev/null 2>&1 || [[ $? -lt 2 ]]; } 2>&1
	done | awk '{ cpu = $1 + $2
		if (!n++ || cpu < best) best = cpu
		if (n == 1 || $3 < wall) wall = $3 }
		END { printf " %.2f s CPU, %.2f s\n", best, wall }'
}
start "stock rules" --rules "$stock"
start "larger set" "${larger[@]/#-r/--rules}"

printf '\n== ten times as many expressions\n\n'
"$build/bench/scaling" -n "$count" "${modern[@]}"
