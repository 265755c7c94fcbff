#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What is learned bears on later messages: reputation, rates and greylisting,
# with LMDB behind a real Postfix; then two nodes that share a Redis server,
# which is stopped for a while. TAMIS_FULL: for a minute.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

conf_set rate.limits "account 20/1h"
conf_set greylist.enabled yes
conf_set greylist.delay 3s
conf_set greylist.window 1min
EXPECTED_DEATHS='scanner .* signal 9'

# say AUTHOR WORD [NODE [MEMBER]]: a post; prints the verdict as JSON.
say() {
	curl -s --max-time 20 --unix-socket "$WORK/${3:-run}/http.sock" \
		-H 'Content-Type: application/json' --data-binary \
		"{\"text\":\"about sieve-$2\",\"author\":\"$1\",\"ip\":\"${ip:-192.0.2.9}\",
		\"email\":\"$1@example.org\"${4:-}}" http://localhost/v1/check
}

# remembered NAME FIELD [CONF]: a sum of a counter, rounded; or "none".
remembered() {
	"$BUILD/tamis" store get "$1" --json -c "${3:-$WORK/tamis.conf}" |
		jq -r ".sums[$2] | round" || true
}

# learned_of AUTHOR [CONF]: how many messages that author is known by.
learned_of() {
	remembered "identity:$1@example.org|n:192.0.2.0/24" 3 \
		"${2:-$WORK/tamis.conf}"
}

has_learned() { [[ $(learned_of "$1") == "$2" ]]; }

# shared AUTHOR CONF: the same as Redis has it, not one machine.
shared() {
	printf '{"text":"news","author":"%s","ip":"192.0.2.9","email":"%s"}\n' \
		"$1" "$1@example.org" >"$WORK/shared.json"
	"$BUILD/tamis" check -q --learned --ndjson --json "$WORK/shared.json" \
		-c "$2" | jq '.signals.reputation.messages | round'
}

has_shared() { [[ $(shared "$1" "$2") == "$3" ]]; }

# ---- LMDB ----

tamisd_up
is "a post of a stranger is fine" "$(say ann news | jq -r .verdict)" legitimate
for _ in {1..60}; do say eve abuse >/dev/null; done
before=$(counter messages)
score=$(say eve news | jq .score)
ok "who wrote much spam starts with points ($score)" \
	jq -ne "$score > 1 and $score <= 2.5"
is "and others do not" "$(ip=203.0.113.1 say bob news | jq .score)" 0
ok "but for what they share: a network" \
	jq -ne "$(say bob news | jq .score) < $score"
for _ in {1..3}; do say fay news run ',"test":true' >/dev/null; done
is "a test is judged and not counted" "$(counter messages)" $((before + 3))
wait_for 5 has_learned eve 61
is "the store names who is known, and how well" "$(learned_of eve)" 61
is "and not whom a test was about" "$(learned_of fay)" ""
is "an exceeded rate is told of once" "$(counter rate_alerts)" 1
is "in the log" \
	"$(grep -c 'rate exceeded: rate:account:eve' "$WORK/tamisd.log")" 1
is "and counted" "$(counter rate_exceeded)" 41
ok "and its record has it" wait_for 10 grep -rqa '"alert":true' "$WORK/state"

printf '{"text":"about news","author":"eve","ip":"192.0.2.9","email":"eve@example.org"}\n' \
	>"$WORK/eve.json"
is "tamis check asks nobody" \
	"$(tamis check --ndjson --json "$WORK/eve.json" | jq .score)" 0
found=$(tamis check --learned --ndjson --json "$WORK/eve.json")
ok "but with --learned" jq -e '.score > 1 and
	.signals.reputation.points == .score' <<<"$found"
like "tamis explain tells why" \
	"$(tamis explain --learned --ndjson "$WORK/eve.json")" 'reputation +\+[12]\.'
is "neither teaches anything" "$(learned_of eve)" 61

# ---- a scanner is killed ----

for _ in {1..30}; do say dan news >/dev/null; done
wait_for 5 has_learned dan 30
victim=$(tamis status --json | jq '.scanners[0].pid')
kill -KILL "$victim"
wait_for 20 sane news legitimate
is "what was written outlives a killed scanner" "$(learned_of dan)" 30
say dan news >/dev/null
ok "and the next one goes on" wait_for 5 has_learned dan 31

# ---- greylisting ----

if [[ $EUID -eq 0 ]] && command -v postfix >/dev/null; then
	postfix_up "$MILTER" "smtpd_authorized_xclient_hosts = 127.0.0.1"
	file=$(mail grey sieve-suspect)
	like "dubious mail of a new site is put off" \
		"$(send "$file" --client 203.0.113.5)" '^451 4\.7\.1 .*greylisted'
	like "and again when it comes too soon" \
		"$(send "$file" --client 203.0.113.5)" '^451 4\.7\.1'
	like "clean mail is not" \
		"$(send "$(mail plain news)" --client 203.0.114.5)" '^250 '
	sleep 3
	like "after a while it is taken, from a neighbour, too" \
		"$(send "$file" --client 203.0.113.77)" '^250 '
	like "and the site is known" \
		"$(send "$(mail other sieve-suspect)" --client 203.0.113.9)" '^250 '
	is "each was counted" "$(counter greylisted)" 2
else
	skip "greylisting" "no Postfix, or not root"
fi
tamisd_down

# ---- two nodes on one Redis ----

redis=$(command -v redis-server)
if [[ -z $redis ]]; then
	skip "two nodes on one Redis" "no redis-server"
	finish
fi

mkdir -p "$WORK/redis" && chmod 777 "$WORK/redis"
redis_up() {
	"$redis" --port 0 --unixsocket "$WORK/redis/redis.sock" \
		--unixsocketperm 777 --dir "$WORK/redis" --appendonly yes \
		--appendfsync always >>"$WORK/redis.log" 2>&1 &
	redis_pid=$!
	pids+=("$redis_pid")
	wait_for 20 redis-cli -s "$WORK/redis/redis.sock" ping
}
redis_up

mkdir -p "$WORK"/{run_b,state_b}
chown nobody:nogroup "$WORK"/{run_b,state_b} 2>/dev/null
conf_set store.backend redis
conf_set store.redis "unix:$WORK/redis/redis.sock"
conf_set rate.action suspect
conf_set greylist.enabled no
rm -rf "$WORK/state/store"
tamisd_up
B=$WORK/b.conf
sed "s,$WORK/run,$WORK/run_b,g; s,$WORK/state,$WORK/state_b,g
	s,mx.example.com,mx2.example.com," "$WORK/tamis.conf" >"$B"
"$BUILD/tamisd" -f -c "$B" >>"$WORK/b-tamisd.log" 2>&1 &
b_pid=$!
pids+=("$b_pid")
wait_for 60 "$BUILD/tamis" status -c "$B" || bail "the second node does not start"

suspects() { [[ $(say "$1" news "$2" ',"test":true' | jq -r .verdict) == suspected ]]; }

times=()
for round in {1..5}; do
	for _ in {1..20}; do say "gus$round" news run >/dev/null; done
	begin=${EPOCHREALTIME/./}
	wait_for 5 suspects "gus$round" run_b
	times+=($(((${EPOCHREALTIME/./} - begin) / 1000)))
done
middle=$(printf '%s\n' "${times[@]}" | sort -n | sed -n 3p)
ok "a node sees what the other has counted within a second (${times[*]} ms)" \
	[ "$middle" -lt 1000 ]

# ---- Redis is away ----

sent=0
both() { # both COUNT: posts of one author to both nodes; notes what they say
	local answer node
	for ((i = 0; i < $1; i++)); do
		for node in run run_b; do
			answer=$(say hal news $node)
			jq -r '[.verdict, (.missing | join(","))] | @tsv' \
				<<<"$answer" >>"$WORK/answers.tsv"
			sent=$((sent + 1))
		done
	done
}
both 20
is "with Redis all is complete" "$(cut -f2 "$WORK/answers.tsv" | sort | uniq -c |
	awk '{print $1, $2}')" "40 "
: >"$WORK/answers.tsv"
stop "$redis_pid"
end=$((SECONDS + ${FULL:+60} + 6 * (${#FULL} == 0)))
while ((SECONDS < end)); do
	both 2
	sleep 0.1
done
note "$(wc -l <"$WORK/answers.tsv") messages were judged while Redis was away"
is "without it every message is judged, and says what it lacks" \
	"$(cut -f2 "$WORK/answers.tsv" | sort -u)" store
for log in tamisd b-tamisd; do
	is "the log of $log says so once" \
		"$(grep -c 'Redis does not answer' "$WORK/$log.log")" 1
done
partial=$(counter learned_partial)
is "and a counter how often" \
	"$((partial + $("$BUILD/tamis" status --json -c "$B" |
		jq .counters.learned_partial)))" "$(wc -l <"$WORK/answers.tsv")"
redis_up
complete() { [[ $(say ida news "$1" | jq .complete) == true ]]; }
ok "both come back" eval 'wait_for 40 complete run && wait_for 40 complete run_b'
ok "and what they counted adds up to the unit ($sent)" \
	wait_for 30 has_shared hal "$WORK/tamis.conf" "$sent"
is "the other node knows the same" "$(shared hal "$B")" "$sent"
stop "$b_pid" 20
finish
