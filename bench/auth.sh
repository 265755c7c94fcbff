#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench auth [COUNT [BYTES]]`: processor time a mail of authenticating it
# by opendkim, opendmarc and policyd-spf, one after the other, and by tamisd with
# all facts on (three lists, too), on the same signed mails. Needs root, for a
# network of its own with a name server at port 53, and Debian's opendkim,
# opendmarc, postfix-policyd-spf-python and python3-dkim.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BUILD:-$top/build}
client=$top/bench/auth-client
if [[ -z ${BENCH_ALONE:-} ]]; then
	[[ $EUID -eq 0 ]] || { echo "needs root" >&2 && exit 2; }
	BENCH_ALONE=1 exec unshare --net --mount "$0" "$@"
fi
count=${1:-400} bytes=${2:-4000}
work=$(mktemp -d)
pids=()
cleanup() {
	[[ ${#pids[@]} -eq 0 ]] || kill "${pids[@]}" 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT
chmod 755 "$work"
ip link set lo up
echo "nameserver 127.0.0.1" >"$work/resolv.conf"
mount --bind "$work/resolv.conf" /etc/resolv.conf
"$client" make "$work" "$count" "$bytes"
/usr/bin/python3 "$top/tests/system/dns_server.py" 53 "$work/zone" \
	>"$work/dns.out" 2>&1 &
pids+=($!)

until_there() { # until_there SOCKET
	for _ in {1..200}; do
		[[ -S $1 ]] && return
		sleep 0.1
	done
	echo "no $1" >&2
	return 1
}

row() { printf '  %-28s %8.0f\n' "$1" "$2"; }
printf '%s mails of %s bytes, 20 domains; microseconds of CPU a mail\n\n' \
	"$count" "$bytes"

cat >"$work/opendkim.conf" <<CONF
Mode v
Socket local:$work/opendkim.sock
Background no
Syslog no
InternalHosts $work/nobody
TrustAnchorFile /dev/null
CONF
: >"$work/nobody"
opendkim -x "$work/opendkim.conf" >"$work/opendkim.log" 2>&1 &
pids+=($!)
until_there "$work/opendkim.sock"
dkim=$("$client" milter "$work/opendkim.sock" "$work" "${pids[-1]}")
row opendkim "$dkim"

cat >"$work/opendmarc.conf" <<CONF
Socket local:$work/opendmarc.sock
AuthservID mx.example.org
TrustedAuthservIDs mx.example.org
Syslog false
IgnoreHosts $work/nobody
CONF
opendmarc -f -c "$work/opendmarc.conf" >"$work/opendmarc.log" 2>&1 &
pids+=($!)
until_there "$work/opendmarc.sock"
dmarc=$("$client" milter "$work/opendmarc.sock" "$work" "${pids[-1]}" results)
row opendmarc "$dmarc"

"$client" policy "$work" 1 >"$work/requests"
"$client" policy "$work" 2 >"$work/twice"
cpu_s() { # cpu_s FILE: of policyd-spf for these requests
	TIMEFORMAT='%U %S'
	{ time policyd-spf <"$1" >"$work/answers" 2>"$work/policy.log"; } \
		2>"$work/time"
	[[ $(grep -c '^action' "$work/answers") -ge $count ]]
	awk '{ print $1 + $2 }' "$work/time"
}
once=$(cpu_s "$work/requests")
twice=$(cpu_s "$work/twice")
spf=$(awk -v a="$once" -v b="$twice" -v n="$count" \
	'BEGIN { print (b - a) * 1e6 / n }')
row policyd-spf "$spf"

mkdir "$work/run" "$work/state" "$work/rules"
cat >"$work/rules/facts.cf" <<'CF'
header ONE eval:check_rbl('one-lastexternal', 'one.example.')
header TWO eval:check_rbl('two-lastexternal', 'two.example.')
header THREE eval:check_rbl('three-lastexternal', 'three.example.')
header PASSES eval:check_dmarc_pass()
score PASSES -1
CF
cat >"$work/tamis.conf" <<CONF
tamisd { state_dir = $work/state; run_dir = $work/run; user = ""; group = ""; }
milter { listen = unix:$work/run/milter.sock; authserv_id = mx.example.org; }
rule { paths = $work/rules; }
CONF
"$build/tamisd" -f -c "$work/tamis.conf" >"$work/tamisd.log" 2>&1 &
pids+=($!)
until_there "$work/run/milter.sock"
ours=$("$client" milter "$work/run/milter.sock" "$work" "${pids[-1]}")
awk -v a="$dkim" -v b="$dmarc" -v c="$spf" -v t="$ours" 'BEGIN {
	printf "  %-28s %8.0f\n", "the three together", a + b + c
	printf "  %-28s %8.0f   1/%.1f\n", "tamisd", t, (a + b + c) / t }'
"$build/tamis" report flush -c "$work/tamis.conf" >/dev/null 2>&1 || true
printf '\ntamisd found: '
"$build/tamis" history -c "$work/tamis.conf" --json -n "$count" |
	grep -o '"dmarc":{"result":"[a-z]*"' | sort | uniq -c | xargs
