#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench feed [NODES [DAYS]]`: what the collector takes a second, and how
# long its pages take over a year, with SQLite and with PostgreSQL.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BUILD:-$top/build}
make -s -C "$build" bench/feed
dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-bench-XXXXXX")
pid=
end() {
	[[ -z $pid ]] || { kill "$pid" && wait "$pid" || true; }
	rm -rf "$dir"
}
trap end EXIT
nodes=${1:-1000} days=${2:-365}
# of the fuzzer, whose digests are too long on purpose
sed 's/\(hmac-sha256:[0-9a-f]\{32\}\)[0-9a-f]*/\1/g' \
	"$top/fuzz/corpus/batch/events" >"$dir/events"
events=$dir/events

"$build/bench/feed" "$dir/feed.db" "$nodes" "$days" "$events"

bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
[[ -n $bin ]] || { echo "no PostgreSQL: not measured" && exit; }
user=()
if [[ $EUID -eq 0 ]]; then
	chown nobody:nogroup "$dir"
	user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
cd "$dir"
"${user[@]}" "$bin/initdb" -D "$dir/data" -A trust -U tamis -E UTF8 \
	--locale=C.UTF-8 >/dev/null
"${user[@]}" "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= \
	-c shared_buffers=512MB -c max_wal_size=4GB >"$dir/log" 2>&1 &
pid=$!
until "$bin/psql" -h "$dir" -U tamis -c 'SELECT 1' postgres >/dev/null 2>&1; do
	sleep 0.2
done
"$bin/createdb" -h "$dir" -U tamis feed
"$build/bench/feed" "postgresql://tamis@/feed?host=$dir" "$nodes" "$days"
