#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench campaign [DIR]`: how many variants of a text are recognised as
# the same campaign, how many unrelated messages are taken for one, and what it
# costs; beside ssdeep and TLSH, as far as Python has them (python3-ssdeep,
# python3-tlsh). DIR has mail/SET/ham, mail/SET/spam and ugi/SET.ndjson; without
# it there are the generated variants alone.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BENCH_BUILD:-$top/build}
dir=${1:-$build/corpus}
program=$build/bench/campaign
make -s -C "$build" bench/campaign
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Debian's modules are for Debian's Python.
python=/usr/bin/python3
[[ -x $python ]] || python=python3

echo "50 variants each of 11 texts: how many are recognised, the first aside"
"$python" "$top/bench/campaign.py" vary "$work/variants"
for change in "$work"/variants/*; do
	"$program" follow "$change"
done
"$python" "$top/bench/campaign.py" peers "$work"/variants/*

[[ -d $dir ]] || exit 0
echo
echo "messages that are near another one of their set, and pairs of such"
mkdir "$work/sets"
for class in "$dir"/mail/*/*; do
	[[ -d $class ]] || continue
	set=${class%/*}
	ln -s "$class" "$work/sets/${set##*/}-${class##*/}"
done
if compgen -G "$dir/ugi/*.ndjson" >/dev/null; then
	"$python" "$top/bench/campaign.py" posts "$dir"/ugi/*.ndjson \
		"$work/posts"
	for class in "$work"/posts/*/*; do
		set=${class%/*}
		ln -s "$class" "$work/sets/${set##*/}-${class##*/}"
	done
fi
for set in "$work"/sets/*; do
	"$program" pairs "$set"
done

# Ham of different sources has nothing to do with each other.
echo
echo "ham of one set against that of all others: pairs of the same campaign"
mkdir "$work/ham"
for set in "$work"/sets/*-ham; do
	ln -s "$(readlink "$set")" "$work/ham/$(basename "$set")"
done
"$program" strangers "$work/ham"

echo
echo "CPU time of a mail, with a data base of LMDB"
mkdir "$work/store"
CAMPAIGN_STORE=$work/store "$program" cost "$dir/mail"
