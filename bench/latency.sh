#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench latency [CONNECTIONS [MILLISECONDS [SECONDS]]]`: mail by milter,
# while every question to DNS takes that long and none is in the cache. The
# floor is what waiting alone allows: CONNECTIONS / MILLISECONDS.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BUILD:-$top/build}
connections=${1:-64} pause=${2:-200} seconds=${3:-20}
make -s -C "$build" bench/slowdns
work=$(mktemp -d)
pids=()
cleanup() {
	[[ ${#pids[@]} -eq 0 ]] || kill "${pids[@]}" 2>/dev/null || true
	wait
	rm -rf "$work"
}
trap cleanup EXIT
port=$((20000 + RANDOM % 20000))
"$build/bench/slowdns" "$port" "$pause" &
pids+=($!)
mkdir "$work/run" "$work/state"
cat >"$work/tamis.conf" <<CONF
tamisd { state_dir = $work/state; run_dir = $work/run; user = ""; group = ""; }
milter { listen = unix:$work/run/milter.sock; }
rule { paths = $top/rules; }
dns { resolvers = 127.0.0.1:$port; cache_max = 100; }
CONF
"$build/tamisd" -f -c "$work/tamis.conf" >"$work/log" 2>&1 &
pids+=($!)
for _ in {1..200}; do
	"$build/tamis" status -c "$work/tamis.conf" >/dev/null 2>&1 && break
	sleep 0.1
done
"$top/bench/latency-client" "$work/run/milter.sock" "$connections" "$seconds" \
	>"$work/out" || { tail "$work/log" >&2 && exit 1; }
read -r n took median p99 most <"$work/out"
awk -v n="$n" -v s="$took" -v c="$connections" -v p="$pause" -v m="$median" \
	-v q="$p99" -v most="$most" 'BEGIN {
	floor = c / p * 1000
	printf "%d connections, each question %d ms\n\n", c, p
	printf "  messages/s    %8.1f   floor %.1f, %.0f %% of it\n", n / s, \
		floor, n / s / floor * 100
	printf "  median        %8.1f ms\n  99 %%          %8.1f ms   %.2f medians\n", \
		m, q, q / m
	printf "  longest       %8.1f ms\n", most }'
"$build/tamis" status -c "$work/tamis.conf" | grep -E 'DNS|asked|answered' || true
