#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Engines against PCRE2 alone on real rules and mail: always the starter rules
# on our samples; where Debian's spamassassin is installed its rules, and a
# larger set made of them; where there is a corpus (see README) a part of it,
# with TAMIS_FULL=1 all of it.
set -uo pipefail
src=${top_srcdir:?}
program=${top_builddir:?}/tests/match/parity
stock=/usr/share/spamassassin
mail=("$src/tests/golden" "$src/contrib/samples/mail")
count=40
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0 failed=0

# run NAME OPTION... : one rule set; its TAP with our numbers and its name.
run() {
	local name=$1 status=0 before=$n
	shift
	"$program" "$@" >"$work/out" 2>&1 || status=$?
	while IFS= read -r line; do
		case $line in
		"ok "* | "not ok "*)
			n=$((n + 1))
			[[ $line == "ok "* ]] || failed=1
			echo "${line%% [0-9]*} $n - $name: ${line#* - }"
			;;
		1..*) ;;
		*) echo "# ${line#\# }" ;;
		esac
	done <"$work/out"
	if [[ $status -gt 1 || $n -eq $before ]]; then
		n=$((n + 1))
		failed=1
		echo "not ok $n - $name: ended with $status"
	fi
}

run "starter rules" -r "$src/rules" "${mail[@]}"
corpus=${TAMIS_CORPUS:-$src/../shared/corpus}
if [[ -r $corpus/mail.tar.zst ]]; then
	archive=$corpus/mail.tar.zst
	corpus=$src/build/corpus/mail
	if [[ ! -d $corpus ]]; then
		mkdir -p "$work/corpus"
		tar -C "$work/corpus" --zstd -xf "$archive"
		corpus=$work/corpus/mail
	fi
fi
if [[ -d $corpus ]]; then
	mail=("$corpus")
	[[ -z ${TAMIS_FULL:-} ]] || count=1000000
fi
if [[ -d $stock ]]; then
	run "stock rules" -r "$stock" -n $((count * 3)) "${mail[@]}"
	"$src/bench/larger-rules" "$work/larger.cf" "$stock" 2>/dev/null
	run "larger set" -r "$stock" -r "$work/larger.cf" -n "$count" \
		"${mail[@]}"
else
	n=$((n + 1))
	echo "ok $n - stock rules # SKIP no $stock"
fi
echo "1..$n"
exit "$failed"
