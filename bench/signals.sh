#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench signals [DIR]`: CPU time that the classifier and the signals of
# the store add to a judgement, over the mails of a folder, with the same rules
# and in the same run. The classifier is taught half of the mails as spam, half
# as ham: what it says does not matter here.
set -euo pipefail
export TAMIS_NET=no
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${top_builddir:-$top/build}
dir=${1:-}
if [[ -z $dir ]]; then
	dir=$top/contrib/samples/mail
	[[ ! -d $top/build/corpus/mail ]] || dir=$top/build/corpus/mail
fi
make -s -C "$build" bench/signals tamis
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
find -L "$dir" -type f ! -name '*.tsv' ! -name '*.ndjson' | sort >"$work/list"
split -n r/2 "$work/list" "$work/half."
cat >"$work/tamis.conf" <<CONF
tamisd { state_dir = $work; }
classifier { model = $work/model; messages_min = 1; }
rate { limits = "sender 100/1h", "network 1000/1h"; }
greylist { enabled = yes; }
CONF
xargs -d '\n' "$build/tamis" learn -c "$work/tamis.conf" --spam \
	<"$work/half.aa" >"$work/log" 2>&1 || cat "$work/log" >&2
xargs -d '\n' "$build/tamis" learn -c "$work/tamis.conf" --ham \
	<"$work/half.ab" >"$work/log" 2>&1 || cat "$work/log" >&2
xargs -d '\n' "$build/bench/signals" "$work/tamis.conf" "$top/rules" \
	<"$work/list"
