#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench classifier [-n COUNT] [DIR]`: how well sorted messages are
# learned, each judged before it is learned, in one fixed order: by tamis, by
# bogofilter, by SpamAssassin's Bayes and by rspamd's (RSPAMD_PREFIX: the folder
# above its usr/bin), as far as they are installed. DIR has
# mail/SET/ham, mail/SET/spam, ugi/SET.ndjson (members label, id, text), and
# leaky-headers.txt: beginnings of header names that tell sets apart, which are
# removed first. Sets of one class only are used to judge what was learned from
# another set.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BENCH_BUILD:-$top/build}
count=1500
if [[ ${1:-} == -n ]]; then
	count=${2:?-n needs a number}
	shift 2
fi
dir=${1:-$build/corpus}
[[ -d $dir ]] || { echo "no folder $dir" >&2 && exit 2; }
leaky=${LEAKY_HEADERS:-$dir/leaky-headers.txt}
[[ -e $leaky ]] || { echo "no $leaky: name it in LEAKY_HEADERS" >&2 && exit 2; }
program=$build/bench/classifier
make -s -C "$build" bench/classifier
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Writes the messages of all sets without leaky fields, and a list of each set.
perl "$top/bench/classifier.pl" prepare "$leaky" "$dir" "$work" "$count"

head_line() {
	printf '%-36s %16s %16s %16s %16s %16s\n' "$1" all "quarter 1" \
		"quarter 2" "quarter 3" "quarter 4"
}

judge() { # judge LIST: tamis and its peers, one line each
	local list=$1 set
	set=$(basename "$list" .list)
	"$program" judge "$list" >"$work/out" 2>"$work/cost"
	"$program" roc "$set: tamis" <"$work/out"
	if command -v bogofilter >/dev/null; then
		perl "$top/bench/classifier.pl" bogofilter "$list" \
			"$work/bogofilter-$set" >"$work/out"
		"$program" roc "$set: bogofilter" <"$work/out"
	fi
	if perl -MMail::SpamAssassin -e1 2>/dev/null; then
		perl "$top/bench/classifier.pl" spamassassin "$list" \
			"$work/spamassassin-$set" >"$work/out" 2>/dev/null
		"$program" roc "$set: SpamAssassin's Bayes" <"$work/out"
	fi
	if [[ -x ${RSPAMD_PREFIX:-/}/usr/bin/rspamd ]]; then
		perl "$top/bench/classifier.pl" rspamd "$list" \
			"$work/rspamd-$set" "${RSPAMD_PREFIX:-/}" >"$work/out"
		"$program" roc "$set: rspamd's Bayes" <"$work/out"
	fi
	sed 's/^/    tamis: /' "$work/cost"
}

echo "1-ROCA %, and % of spam missed at a ham loss of 0.1 %"
head_line "judged, then learned"
for list in "$work"/*.list; do
	if grep -q '^ham ' "$list" && grep -q '^spam ' "$list"; then
		judge "$list"
	fi
done

# What was learned from one source, on all others of the same kind at once:
# their spam against their ham.
echo
head_line "learned from one set, judged on others"
for learned in "$work"/mail-*.list; do
	grep -q '^ham ' "$learned" && grep -q '^spam ' "$learned" || continue
	for other in "$work"/mail-*.list; do
		[[ $other == "$learned" ]] || cat "$other"
	done >"$work/others"
	[[ -s $work/others ]] || continue
	"$program" judge "$learned" "$work/others" >"$work/out" 2>/dev/null
	"$program" roc "$(basename "$learned" .list): others" <"$work/out" |
		cut -c1-53
done
