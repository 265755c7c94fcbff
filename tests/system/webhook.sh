#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The webhook: signed, and nothing is lost while its receiver is down, slow,
# refusing or back.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

hook=$(free_port)
secret=hook-secret-0123456789
echo "$secret" >"$WORK/secret"
conf_set http.socket_mode 0666
conf_set http.webhook "http://127.0.0.1:$hook/hook"
conf_set http.webhook_secret_file "$WORK/secret"
conf_set plan.suspected hold_for_review

receiver_up() { # receiver_up MODE: ok, refuse, slow
	python3 "$SRC/tests/system/hook.py" "$hook" "$1" "$secret" \
		"$WORK/events" >>"$WORK/hook.log" 2>&1 &
	receiver=$!
	pids+=($!)
	wait_for 10 listens "$hook" || bail "the receiver does not start"
}

receiver_down() { stop "$receiver"; }

events() { jq -c "$1" "$WORK/events" 2>/dev/null; }
has() { [[ $(events .id | sort -u | wc -l) -ge $1 ]]; }
tries() { wc -l <"$WORK/hook.log"; }
has_tried() { [[ $(tries) -gt $1 ]]; }

held() { # held NAME: a post that is held; its id
	post "{\"text\":\"sieve-suspect $1\",\"id\":\"$1\"}" | jq -r .id
}

: >"$WORK/events"
receiver_up ok
tamisd_up

# ---- as it should be ----

first=$(held one)
ok "an item is announced" wait_for 30 has 1
is "with what is needed to ask for it" "$(events '[.type, .id, .item, .site,
	.verdict, .surface]')" \
	"[\"review.held\",\"$first\",\"one\",\"default\",\"suspected\",\"other\"]"
post '{"text":"about news"}' >/dev/null
curl -s --unix-socket "$WORK/run/http.sock" -d '{"decision":"ham"}' \
	"http://localhost/v1/review/$first" >/dev/null
ok "a decision is announced" wait_for 30 has 2
is "as a change" "$(events 'select(.type == "verdict.changed") | [.ref, .from,
	.to, .by]')" "[\"$first\",\"suspected\",\"legitimate\",\"review\"]"
is "nothing else was" "$(wc -l <"$WORK/events")" 2
is "every signature was right" "$(grep -c bad "$WORK/hook.log")" 0

# ---- a receiver that is not there, refuses, is slow ----

receiver_down
held two >/dev/null
sleep 1
receiver_up refuse
before=$(tries)
held three >/dev/null
ok "it is tried again" wait_for 60 has_tried "$before"
is "what was refused does not count" "$(wc -l <"$WORK/events")" 2
says_why() {
	tamis report status --json | grep -q 'HTTP 500'
}
ok "tamis report status says why" wait_for 10 says_why
receiver_down
receiver_up slow
started=$SECONDS
held four >/dev/null
is "filtering goes on" "$((SECONDS - started < 8))" 1
receiver_down
tamisd_down
held_while_down=$(wc -l <"$WORK/events")
receiver_up ok
tamisd_up
ok "all of it arrives in the end" wait_for 90 has 5
is "none is missing" "$(events 'select(.type == "review.held") | .item' |
	sort -u | tr -d '"' | xargs)" "four one three two"
is "in order" "$(events 'select(.type == "review.held") | .item' | tr -d '"' |
	awk '!seen[$0]++' | xargs)" "one two three four"
note "events before the restart: $held_while_down"
is "every signature was right" "$(grep -c bad "$WORK/hook.log")" 0

# ---- the secret ----

echo "another-secret" >"$WORK/secret"
held five >/dev/null
said_bad() { grep -q bad "$WORK/hook.log"; }
ok "another secret is another signature" wait_for 60 said_bad
conf_set http.webhook_secret_file ""
conf_write
like "a webhook without a secret is refused" "$(tamis config check 2>&1)" \
	'http.webhook needs http.webhook_secret_file'
conf_set http.webhook "http://hooks.example.org/"
conf_write
like "and one in clear" "$(tamis config check 2>&1)" 'must be https'
finish
