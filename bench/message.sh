#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench message [DIR [ROUNDS]]`: CPU time of reading mails, tamis beside
# GMime, and of HTML alone beside gumbo and libxml2, in one run that alternates.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BENCH_BUILD:-$top/build}
dir=${1:-}
if [[ -z $dir ]]; then
	dir=$top/tests/golden
	archive=$top/../shared/corpus/mail.tar.zst
	if [[ ! -d $top/build/corpus/mail && -r $archive ]]; then
		mkdir -p "$top/build/corpus.new"
		tar -C "$top/build/corpus.new" --zstd -xf "$archive"
		mv -T "$top/build/corpus.new" "$top/build/corpus"
	fi
	[[ ! -d $top/build/corpus/mail ]] || dir=$top/build/corpus/mail
fi
make -s -C "$build" bench/message >&2 || {
	echo "bench/message needs the libraries gmime, gumbo and libxml2" >&2
	exit 2
}
printf '%s: ' "${dir/#$top\//}"
find "$dir" -type f ! -name '*.tsv' ! -name '*.ndjson' ! -name '*.json' \
	! -name '*.want' ! -name '*.sh' ! -name '*.cf' ! -name '*.mk' | sort |
	"$build/bench/message" "${2:-5}"
