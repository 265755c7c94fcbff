#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Five nodes, two collectors behind nginx on one PostgreSQL, from messages to
# figures: reporters are killed and collectors restarted all the time, one
# node's clock is an hour fast, one sends everything twice, one loses records.
# The figures are the counters of the nodes, to the unit, and what was lost is
# noted. 2,000 messages; 100,000 with TAMIS_FULL.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_postgresql.sh"
for program in jq faketime nginx; do
	command -v $program >/dev/null || skip_all "no $program"
done
[[ -n $PG_BIN ]] || skip_all "no PostgreSQL"
grep -q '#define HAVE_POSTGRESQL 1' "$BUILD/config.h" ||
	skip_all "built without PostgreSQL"

COUNT=2000
[[ -z $FULL ]] || COUNT=100000
NODES=5 FAST=2 TWICE=3 LOSES=4
EXPECTED_DEATHS='.' # reporters are killed

token() { echo "token-of-node$1-0123456789"; }
get() { curl -s --max-time 60 "http://127.0.0.1:$FEED_PORT$1"; }
psql() { "$PG_BIN/psql" -h "$WORK/pg" -U tamis -At feed -c "$1"; }

# ---- collectors ----

pg_up || bail "PostgreSQL does not start"
FEED_PORT=$(free_port)
for n in $(seq $NODES); do echo "node$n $(token "$n")"; done >"$WORK/tokens"
chmod 644 "$WORK/tokens"

# collector_up N: one of two
declare -A collector_pid=()
collector_up() {
	"$BUILD/tamis-feedd" -f -c "$WORK/collector$1.conf" \
		>>"$WORK/collector$1-feedd.log" 2>&1 &
	collector_pid[$1]=$!
	pids+=($!)
}

for n in 1 2; do
	(
		conf_set feedd.database "$PG_URL"
		conf_set feedd.token_file "$WORK/tokens"
		conf_set feedd.listen "unix:$WORK/feedd/$n.sock"
		conf_set feedd.socket_mode 0666
		conf_write
		mv "$WORK/tamis.conf" "$WORK/collector$n.conf"
	)
	collector_up $n
done
for n in 1 2; do
	wait_for 30 curl -s --unix-socket "$WORK/feedd/$n.sock" \
		http://localhost/healthz || bail "collector $n does not start"
done

sed -e "s|@PORT@|$FEED_PORT|" -e "s|@WORK@|$WORK|g" >"$WORK/nginx.conf" <<'CONF'
daemon off;
master_process off;
pid @WORK@/nginx.pid;
error_log @WORK@/nginx.log;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path @WORK@/nginx-body;
	proxy_temp_path @WORK@/nginx-proxy;
	fastcgi_temp_path @WORK@/nginx-fastcgi;
	uwsgi_temp_path @WORK@/nginx-uwsgi;
	scgi_temp_path @WORK@/nginx-scgi;
	client_max_body_size 8m;
	upstream collectors {
		server unix:@WORK@/feedd/1.sock max_fails=1 fail_timeout=1s;
		server unix:@WORK@/feedd/2.sock max_fails=1 fail_timeout=1s;
	}
	server {
		listen 127.0.0.1:@PORT@;
		location / {
			proxy_pass http://collectors;
			proxy_set_header X-Forwarded-For $remote_addr;
			# a batch may be sent twice: it counts once
			proxy_next_upstream error timeout non_idempotent;
		}
	}
}
CONF
nginx -c "$WORK/nginx.conf" -e "$WORK/nginx.log" &
pids+=($!)
wait_for 10 listens "$FEED_PORT" || bail "nginx does not start"

# ---- nodes ----

TWICE_PORT=$(free_port)
python3 "$SRC/tests/system/feed_load.py" twice "$TWICE_PORT" \
	"http://127.0.0.1:$FEED_PORT/v1/batches" 2>"$WORK/twice.err" &
pids+=($!)
wait_for 10 listens "$TWICE_PORT" || bail "no sender of duplicates"

node() { # node N COMMAND...: of the command line, with its configuration
	local n=$1
	shift
	"$BUILD/tamis" "$@" -c "$WORK/node$n.conf"
}

node_up() { # node_up N [COMMAND...]
	local n=$1 home=$WORK/node$1 port=$FEED_PORT
	shift
	mkdir -p "$home"/{run,state}
	[[ $EUID -ne 0 ]] || chown nobody:nogroup "$home"/{run,state}
	[[ $n != "$TWICE" ]] || port=$TWICE_PORT
	token "$n" >"$home/token"
	chmod 644 "$home/token"
	(
		conf_set node.name "node$n"
		conf_set tamisd.state_dir "$home/state"
		conf_set tamisd.run_dir "$home/run"
		conf_set milter.listen "unix:$home/run/milter.sock"
		conf_set http.listen "unix:$home/run/http.sock"
		conf_set report.http_url "http://127.0.0.1:$port"
		conf_set report.http_token_file "$home/token"
		conf_set report.http_interval 500ms
		conf_set report.http_retry_max 1s
		conf_set report.segment_bytes 256k
		[[ $n != "$LOSES" ]] || conf_set report.spool_bytes_max 1M
		conf_write
		mv "$WORK/tamis.conf" "$WORK/node$n.conf"
	)
	"$@" "$BUILD/tamisd" -f -c "$WORK/node$n.conf" \
		>>"$WORK/node$n-tamisd.log" 2>&1 &
	pids+=($!)
	wait_for 60 node "$n" status || {
		sed 's/^/# /' "$WORK/node$n-tamisd.log"
		bail "node $n does not start"
	}
}

for n in $(seq $NODES); do
	if [[ $n == "$FAST" ]]; then
		# Not below faketime itself, which would be stopped instead of
		# the daemon.
		node_up "$n" env FAKETIME=+1h FAKETIME_DONT_FAKE_MONOTONIC=1 \
			LD_PRELOAD="$(faketime -f +1h printenv LD_PRELOAD)" \
			ASAN_OPTIONS=verify_asan_link_order=0
	else
		node_up "$n"
	fi
done

# ---- messages, while things go wrong ----

sockets=()
for n in $(seq $NODES); do sockets+=("$WORK/node$n/run/http.sock"); done
python3 "$SRC/tests/system/feed_load.py" posts "$COUNT" "${sockets[@]}" \
	>"$WORK/judged" 2>"$WORK/load.err" &
load=$!
RANDOM=1232 kills=0 restarts=0

reporter_of() { node "$1" report status --json | jq '.pid // empty'; }

while kill -0 $load 2>/dev/null; do
	pid=$(reporter_of $((RANDOM % NODES + 1)) 2>/dev/null)
	[[ -z $pid ]] || { kill -KILL "$pid" 2>/dev/null &&
		kills=$((kills + 1)); }
	n=$((RANDOM % 2 + 1))
	if ((RANDOM % 3 == 0)); then
		kill -KILL "${collector_pid[$n]}"
		wait "${collector_pid[$n]}" 2>/dev/null
		sleep 0.3
		collector_up $n
		restarts=$((restarts + 1))
	fi
	sleep 1
done
wait $load
note "judged: $(<"$WORK/judged")" "reporters killed: $kills" \
	"collectors killed and started again: $restarts"
is "all messages were judged" "$(<"$WORK/judged")" "$COUNT"

# ---- a node that loses: its spool is full while nobody collects ----

for n in 1 2; do
	kill -TERM "${collector_pid[$n]}"
	wait "${collector_pid[$n]}" 2>/dev/null
done
lost_posts=4000
python3 "$SRC/tests/system/feed_load.py" posts $lost_posts \
	"${sockets[LOSES - 1]}" >"$WORK/judged-more"
for n in 1 2; do collector_up $n; done

# ---- everything is delivered ----

delivered() {
	node "$1" report flush >/dev/null 2>&1
	node "$1" report status --json | jq -e '.reporters |
		map(.backlog_records) | add == 0'
}
for n in $(seq $NODES); do
	ok "node $n has delivered everything" wait_for 120 delivered "$n"
done

# ---- figures ----

counters='[.counters | .messages, .legitimate, .advertising_spam,
	.other_abuse, .suspected, .unknown, .bytes] | @csv'
figures='[.totals | .items, .legitimate, .advertising_spam, .other_abuse,
	.suspected, .unknown, .bytes] | map(. // 0) | @csv'
all=0 lost=0
for n in $(seq $NODES); do
	node "$n" status --json >"$WORK/status.json"
	get "/v1/stats.json?node=node$n" >"$WORK/stats.json"
	counted=$(jq .totals.items "$WORK/stats.json")
	messages=$(jq .counters.messages "$WORK/status.json")
	all=$((all + counted))
	if [[ $n == "$LOSES" ]]; then
		lost=$(jq .coverage.lost "$WORK/stats.json")
		is "node $n: figures and loss are its counter" \
			"$((counted + lost))" "$messages"
		ok "node $n: there is a loss" test "$lost" -gt 0
	else
		is "node $n: the figures are its counters" \
			"$(jq -r "$figures" "$WORK/stats.json")" \
			"$(jq -r "$counters" "$WORK/status.json")"
	fi
done
is "together they are the figures of all" \
	"$(get /v1/stats.json | jq .totals.items)" "$all"
is "nothing is missing" "$((all + lost))" "$((COUNT + lost_posts))"

# ---- the log of gaps ----

is "losses are noted where they were, and nowhere else" "$(psql "
	SELECT name, SUM(n) FROM note JOIN node ON node.id = note.node
	WHERE kind = 'lost' GROUP BY name")" "node$LOSES|$lost"
like "the clock that is fast is noted" "$(psql "
	SELECT name, detail, MAX(n) FROM note JOIN node ON node.id = note.node
	WHERE kind = 'clock' GROUP BY name, detail")" \
	"^node$FAST\\|fast\\|3[56][0-9][0-9]\$"
ok "and that node says so itself" grep -q \
	"clock of this node is 3[56][0-9][0-9] s fast" \
	"$WORK/node$FAST-tamisd.log"
is "each node has a first batch" "$(psql "SELECT COUNT(*) FROM note
	WHERE kind = 'first'")" $NODES
is "nothing is held" "$(psql "SELECT COUNT(*) FROM batch WHERE state <> 0")" 0
ok "both collectors have taken batches" bash -c '
	for n in 1 2; do
		curl -s --unix-socket "$1/feedd/$n.sock" http://localhost/metrics |
			grep -q "^tamis_feedd_items_total"
	done' - "$WORK"
finish
