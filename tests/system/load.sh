#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Under load, with everything going wrong at the same time: reloads each
# second, a scanner killed, the collector away. No mail is lost, doubled or
# unmarked, and the collector's totals equal the node's to the unit.
# TAMIS_FULL=1: 2,000 messages instead of 300, the collector away for a minute.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"
EXPECTED_DEATHS='signal 9'
if [[ -n $FULL ]]; then total=2000 pause=1; else total=300 pause=0.3; fi

cp -r "$SRC"/rules/*.cf "$WORK/rules/" 2>/dev/null
conf_set plan.reject_score 15
conf_set http.socket_mode 0666
conf_set feedd.reporters_min 1
conf_set report.http_interval 500ms
conf_set report.http_retry_max 1s
FEED_PORT=$(free_port)
conf_set report.http_url "http://127.0.0.1:$FEED_PORT"
feedd_up
tamisd_up
postfix_up "$MILTER"

# Three of ten have a verdict that is known beforehand.
mkdir "$WORK/words"
mail words/clean news >/dev/null
mail words/advert sieve-advert >/dev/null
mail words/reject sieve-reject >/dev/null
mapfile -t messages < <(choose "$total" |
	awk -v words="$WORK/words" '{ print }
		NR % 7 == 0 { print words "/clean.eml"
			print words "/advert.eml"; print words "/reject.eml" }')
note "${#messages[@]} different messages, 3 in 10 with known words"

feed_items() {
	curl -s "http://127.0.0.1:$FEED_PORT/v1/stats.json" |
		jq '.totals.items // 0'
}

# A scanner that is killed may take the record, and the hits, of a message with
# it that it has just counted; its client sends that message again.
unrecorded=0
feed_complete() {
	[[ $(($(feed_items) + unrecorded)) -eq $(counter messages) ]]
}
feed_complete_but_one() {
	local missing=$(($(counter messages) - $(feed_items)))

	((missing == 0 || missing == 1)) && unrecorded=$missing
}

under_way() { [[ $(wc -l <"$WORK/$1.tsv") -ge $2 ]]; }

# check_load NAME COUNT: nothing is lost, nothing is there twice.
check_load() {
	local accepted refused
	accepted=$(replies "$1" '^250') refused=$(replies "$1" '^550')
	wait_for 60 postfix_idle
	is "$1: as many delivered as accepted" "$(sunk "$1" | wc -l)" "$accepted"
	is "$1: none twice" "$(sunk "$1" | sort | uniq -d | wc -l)" 0
	note "$1: $2 sent, $accepted accepted, $refused refused"
}

# ---- reloads ----

while sleep "$pause" & do
	tick=$!
	tamis reload || echo failed
	wait "$tick"
done >"$WORK/reloads" 2>&1 &
reloader=$!
pids+=("$reloader")
refused_before=$(counter reject)
begin=$EPOCHREALTIME
send_load "$total" reloads
took=$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
stop "$reloader"
note "$(awk -v n="$total" -v t="$took" \
	'BEGIN { printf "%d messages in %.1f s: %.0f a second", n, t, n / t }')"
is "reloads: all have a final answer" "$(replies reloads '^(250|550)')" "$total"
is "reloads: none put off" "$(replies reloads '^4')" 0
is "reloads: as many refused as planned" "$(replies reloads '^550')" \
	$(($(counter reject) - refused_before))
check_load reloads "$total"
ok "reloads: there were some" test "$(tamis status --json | jq .reloads)" -ge 1
note "reloads: $(tamis status --json | jq .reloads)"
is "reloads: none failed" "$(grep -c failed "$WORK/reloads")" 0
is "every delivered message is marked exactly once" "$(
	find "$WORK/sink" -type f | while read -r file; do
		header_count "$file" X-Spam-Status
	done | sort | uniq -c | xargs)" "$(sink_count) 1"

known() { # known WORD REGULAR-EXPRESSION: what happened to those mails
	awk -F'\t' -v file="/$1.eml" 'index($1, file) { print $3 }' \
		"$WORK/reloads.tsv" | grep -vcE "$2"
}
is "every clean one was accepted" "$(known clean '^250')" 0
is "every advertising one was accepted" "$(known advert '^250')" 0
is "every refusable one was refused" "$(known reject '^550 5\.7\.1')" 0

# ---- a scanner is killed ----

victim=$(tamis status --json | jq '.scanners[0].pid')
send_load $((total / 2)) killed &
sender=$!
wait_for 30 under_way killed $((total / 8))
kill -KILL "$victim"
begin=$EPOCHREALTIME
ok "a killed scanner: mail is judged again" wait_for 10 miltertest -w \
	-D "socket=$MILTER" -D "dir=$SRC/tests/system/milter" \
	-s "$SRC/tests/system/milter/probe.lua"
took=$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }')
note "judged again after $took s"
wait "$sender"
check_load killed $((total / 2))
note "put off for the killed scanner: $(replies killed '^4') messages"
is "status shows one restart" \
	"$(tamis status --json | jq '[.scanners[].restarts] | add')" 1

# ---- the collector is away ----

tamis report flush >/dev/null 2>&1
wait_for 30 feed_complete
ok "the collector has every message" feed_complete_but_one
note "node $(counter messages), collector $(feed_items)"
feedd_down
away_since=$SECONDS
send_load $((total / 5)) away
check_load away $((total / 5))
[[ -z $FULL ]] || sleep $((away_since + 60 - SECONDS))
note "the collector was away for $((SECONDS - away_since)) s"
feedd_up
ok "back after a while: it has every message again" wait_for 60 feed_complete
is "totals to the unit" "$(($(feed_items) + unrecorded))" "$(counter messages)"
is "nothing was lost on the way" "$(counter spool_lost)" 0

hits=$(tamis rules stats --hits --json)
judged=$(jq '.spam + .ham' <<<"$hits")
ok "hits were counted all the while" \
	test $(($(counter messages) - judged)) -ge 0 -a \
	$(($(counter messages) - judged)) -le 1
note "counted $(counter messages), hits of $judged"
is "and every rule that was true has a time" \
	"$(jq '[.rules[] | select(.spam + .ham > 0 and .last_hit == null)] |
		length' <<<"$hits")" 0
finish
