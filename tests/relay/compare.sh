#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The pseudo headers X-Spam-Relays-* and ALL-TRUSTED etc. are those of
# SpamAssassin, byte for byte, but for the classes of docs/relays.md: on the
# samples, and on the mails of the folder TAMIS_CORPUS where it is set. Prints
# TAP; which mails differ is in the comments.
set -eu

top=${top_srcdir:-$(dirname "$0")/../..}
here=$top/tests/relay
tamis=${TAMIS:-${top_builddir:-.}/tamis}
perl -MMail::SpamAssassin -MJSON::PP -e 1 2>/dev/null || {
	echo "1..0 # SKIP SpamAssassin is not installed"
	exit 0
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Each line of the fuzz corpus is a field.
mkdir "$tmp/fields"
awk -v dir="$tmp/fields" '{
	file = sprintf("%s/%d.eml", dir, NR)
	printf "Received: %s\nSubject: x\n\nx\n", $0 >file
	close(file)
}' "$top/fuzz/corpus/received/servers"
# In two samples SpamAssassin sees other fields: it does not know a line that
# ends in CR alone, and it reads on behind a line that is no field.
find "$tmp/fields" "$top/tests/golden" -name '*.eml' \
	! -name bare-cr.eml ! -name duplicate-headers.eml >"$tmp/mails"
[ -z "${TAMIS_CORPUS:-}" ] ||
	find "$TAMIS_CORPUS" -type f -path '*am/*' >>"$tmp/mails"

# compare NAME SPAMASSASSIN TAMIS: both configured in their own words.
compare() {
	perl "$here/relays.pl" "$2" <"$tmp/mails" >"$tmp/theirs" \
		2>"$tmp/err" || { sed 's/^/# /' "$tmp/err" && return 1; }
	cat >"$tmp/conf" <<-CONF
		message { relays_max = 10000; }
		match { element_bytes_max = 10M; view_bytes_max = 100M; }
		rule { match_text_max = 64k; }
		scan { deadline = 60s; }
		network { $3 }
	CONF
	tr '\n' '\0' <"$tmp/mails" |
		xargs -0 "$tamis" check --quiet -c "$tmp/conf" --json \
			--rules "$here/relays.cf" >"$tmp/ours" || :
	python3 "$here/differ.py" "$tmp/theirs" "$tmp/ours" >"$tmp/out" || bad=1
	sed 's/^/# /' "$tmp/out"
}

n=0
failed=0
while IFS='|' read -r name theirs ours; do
	n=$((n + 1))
	bad=0
	compare "$name" "$(printf %b "$theirs")" "$ours"
	[ "$bad" = 0 ] || { printf 'not ' && failed=1; }
	echo "ok $n - $name"
done <<'CASES'
relays are the same with nothing configured||
and with trusted networks|trusted_networks 10/8 192.0.2.0/24|trusted = 10/8, 192.0.2.0/24;
and with all three lists|trusted_networks 10/8 192.0.2.25 203.0.113.0/24\ninternal_networks 10/8\nmsa_networks 192.0.2.25|trusted = 10/8, 192.0.2.25, 203.0.113.0/24; internal = 10/8; msa = 192.0.2.25;
CASES
echo "1..$n"
exit "$failed"
