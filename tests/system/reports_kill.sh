#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Reports while scanners, learners and supervisors are killed: none is lost,
# and none counts twice; on one machine, and on two that share a Redis.
# TAMIS_FULL=1: 10,000 of them.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

EXPECTED_DEATHS='terminated by signal 9'
operations=${FULL:+10000} seconds=${FULL:+330}
conf_set feedback.half_life 0
conf_set feedback.trust_half_life 0
conf_set store.commit_interval 100ms
conf_set log.level warning

# node NAME: writes $WORK/NAME.conf, with folders and sockets of its own.
node() {
	mkdir -p "$WORK/$1"/{run,state}
	chown -R nobody:nogroup "$WORK/$1" 2>/dev/null
	conf_set node.name "$1.example.com"
	conf_set tamisd.state_dir "$WORK/$1/state"
	conf_set tamisd.run_dir "$WORK/$1/run"
	conf_set milter.listen "unix:$WORK/$1/run/milter.sock"
	conf_set http.listen "unix:$WORK/$1/run/http.sock"
	conf_write
	cp "$WORK/tamis.conf" "$WORK/$1.conf"
}

check() { # check WHAT CONFS OPERATIONS SECONDS
	local result
	result=$(python3 "$SRC/tests/system/reports_kill.py" "$BUILD/tamis" \
		"$BUILD/tamisd" "$2" "$3" "$4" 2>"$WORK/wrong")
	note "$1: $result"
	is "$1: each report is there, once" "$(jq -c \
		'[.lost, .twice, .strange, .waiting]' <<<"$result")" '[0,0,0,0]'
	is "$1: and counts once" "$(jq .wrong <<<"$result")" 0 ||
		sed 's/^/# /' "$WORK/wrong"
	ok "$1: processes were killed" test "$(jq '[.kills[]] | add' \
		<<<"$result")" -ge 3
}

node one
check "one node" "$WORK/one.conf" "${operations:-400}" "${seconds:-14}"

if command -v redis-server >/dev/null && tamis version >/dev/null; then
	redis-server --port 0 --unixsocket "$WORK/redis.sock" --save '' \
		--unixsocketperm 777 --appendonly no >"$WORK/redis.log" 2>&1 &
	pids+=($!)
	wait_for 10 test -S "$WORK/redis.sock"
	conf_set store.backend redis
	conf_set store.redis "unix:$WORK/redis.sock"
	node a
	node b
	check "two nodes" "$WORK/a.conf,$WORK/b.conf" \
		"${operations:-300}" "${seconds:-14}"
else
	skip "two nodes" "no redis-server"
fi
finish
