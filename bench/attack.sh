#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench attack [--rules PATH]... [-e BYTES] [-s STEPS] [-V BYTES]`: what
# texts that are made to be slow cost at worst, with SpamAssassin's rules from
# Debian's package and those of --rules. -e, -s, -V go before
# match.element_bytes_max, match.steps_max, match.view_bytes_max. Without -e
# texts are as long as they can be where the rule looks: a paragraph of a body,
# a field, a URI; what has no such bound, up to match.element_bytes_max.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BENCH_BUILD:-$top/build}
rules=(-r /usr/share/spamassassin) options=()
while [[ $# -gt 0 ]]; do
	case $1 in
	--rules) rules+=(-r "${2:?--rules needs a path}") && shift ;;
	-[esV]) options+=("$1" "${2:?$1 needs a number}") && shift ;;
	*) echo "usage: ./dev bench attack [--rules PATH]... [-e BYTES] [-s STEPS] [-V BYTES]" >&2 && exit 2 ;;
	esac
	shift
done
make -s -C "$build" bench/attack
strings=$(mktemp)
trap 'rm -f "$strings"' EXIT
"$build/bench/attack" -d "${rules[@]}" |
	"$top/bench/attack-strings" >"$strings" 2>/dev/null
"$build/bench/attack" "${rules[@]}" "${options[@]}" <"$strings"
