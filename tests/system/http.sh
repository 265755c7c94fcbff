#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Posts over HTTP: the answer, who may ask, limits, and that a text is judged
# alike however it came.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

port=$(free_port)
printf 'first-token-0123456789\nsecond-token-0123456789\n' >"$WORK/tokens"
chown nobody "$WORK/tokens" 2>/dev/null
conf_set http.listen "unix:$WORK/run/http.sock" "inet:$port@127.0.0.1"
conf_set http.socket_mode 0666
conf_set http.token_file "$WORK/tokens"
conf_set http.body_bytes_max 1M
conf_set http.timeout 2s
tamisd_up
base=http://127.0.0.1:$port

status() { # status CURL-ARGUMENT...: the HTTP status only
	curl -s -o /dev/null -w '%{http_code}' --max-time 60 "$@"
}

local_status() { # the same, on the unix socket
	status --unix-socket "$WORK/run/http.sock" "$@"
}

# ---- the answer ----

answer=$(post '{"text":"about news"}')
is "clean post" "$(jq -r .verdict <<<"$answer")" legitimate
is "is complete" "$(jq -c '[.complete, .missing]' <<<"$answer")" '[true,[]]'
like "has an id" "$(jq -r .id <<<"$answer")" '^[0-9a-f-]{36}$'
is "no reasons" "$(jq -c .reasons <<<"$answer")" '[]'

answer=$(post '{"text":"about sieve-advert","title":"Offer","author":"Ann",
	"email":"ann@example.org","ip":"192.0.2.7","surface":"comment",
	"url":"https://shop.example.com/","id":"comment-17"}')
is "advertising" "$(jq -r .verdict <<<"$answer")" advertising_spam
is "its reason" "$(jq -c '.reasons[0] | [.rule, .score]' <<<"$answer")" \
	'["W_ADVERT",10]'
like "in words" "$(jq -r '.reasons[0].describe' <<<"$answer")" 'word for adv'
is "score and threshold" "$(jq -c '[.score, .threshold]' <<<"$answer")" \
	'[10,5]'
is "action" "$(jq -r .action <<<"$answer")" tag

is "HTML is read as HTML" "$(post '{"html":
	"<p>about sieve&#45;<b>ad</b>vert<!-- x --></p>"}' |
	jq -r .verdict)" advertising_spam
is "the title is looked at" "$(post '{"title":"sieve-advert","text":"x"}' |
	jq -r .verdict)" advertising_spam
is "phishing" "$(post '{"text":"sieve-abuse"}' | jq -r .verdict)" other_abuse

mail_rules=$(tamis check --json "$(mail same sieve-suspect)" |
	jq -c '[.rules[].name]')
post_rules=$(post '{"text":"Dear Bob, this is about sieve-suspect. Ann"}' |
	jq -c '[.reasons[].rule]')
is "a post and a mail with that text hit the same rules" "$post_rules" \
	"$mail_rules"

conf_set plan.advertising_spam hold_for_review
ok "reload" tamisd_reload
is "hold_for_review" "$(post '{"text":"sieve-advert"}' | jq -r .action)" \
	hold_for_review

# ---- what rules cost ----

conf_set match.sample_every 1
conf_set match.recheck_every 1
ok "reload" tamisd_reload
post '{"text":"about sieve-advert"}' >/dev/null
costs=$(tamis rules stats --json)
is "what rules cost is measured" "$(jq .messages <<<"$costs")" 1
is "by rule" "$(jq -c '.rules[] | select(.name == "W_ADVERT") |
	[.decided, .hits, .over_limit]' <<<"$costs")" '[1,1,0]'
for _ in $(seq 50); do
	rechecked=$(tamis status --json | jq .counters.rechecked)
	[ "$rechecked" -gt 0 ] && break
	sleep 0.1
done
is "and looked at again" "$rechecked" 1
is "with the same result" \
	"$(tamis status --json | jq .counters.recheck_failed)" 0

# ---- how often they were true ----

hits() {
	tamis rules stats --hits --json | jq -c --arg name "$1" \
		'.rules[] | select(.name == $name) | [.spam, .ham]'
}

before=$(hits W_ADVERT)
post '{"text":"once more sieve-advert"}' >/dev/null
is "hits are counted" "$(hits W_ADVERT)" \
	"$(jq -c '[.[0] + 1, .[1]]' <<<"$before")"
ok "reload" tamisd_reload
is "and stay over a reload" "$(hits W_ADVERT)" \
	"$(jq -c '[.[0] + 1, .[1]]' <<<"$before")"

# ---- who may ask ----

data=(--data-binary '{"text":"about news"}')
is "TCP without a token: 401" "$(status "${data[@]}" "$base/v1/check")" 401
is "with a wrong one: 401" "$(status "${data[@]}" \
	-H 'Authorization: Bearer first-token-012345678' "$base/v1/check")" 401
for token in first second; do
	is "with the $token: 200" "$(status "${data[@]}" -H \
		"Authorization: Bearer $token-token-0123456789" \
		"$base/v1/check")" 200
done
is "metrics without a token: 401" "$(status "$base/metrics")" 401
is "healthz needs none" "$(curl -s "$base/healthz" | tr -d '\n')" ok

printf 'old-token\nread-token name=ops role=metrics\n' >"$WORK/tokens"
ok "reload" tamisd_reload
is "a token that was taken away: 401" "$(status "${data[@]}" -H \
	'Authorization: Bearer first-token-0123456789' "$base/v1/check")" 401
is "one without roles may judge" "$(status "${data[@]}" -H \
	'Authorization: Bearer old-token' "$base/v1/check")" 200
is "one with the role metrics may not: 403" "$(status "${data[@]}" -H \
	'Authorization: Bearer read-token' "$base/v1/check")" 403
is "but read metrics" "$(status -H 'Authorization: Bearer read-token' \
	"$base/metrics")" 200
printf 'old-token role=king\n' >"$WORK/tokens"
refused=$(tamisd_reload 2>&1)
like "a role that there is not is refused" "$refused" 'tokens:1: error: a line is'
printf 'old-token\n' >"$WORK/tokens"
ok "reload" tamisd_reload

# ---- what is refused ----

is "no such path: 404" "$(local_status http://localhost/v1/nothing)" 404
is "GET of check: 405" "$(local_status http://localhost/v1/check)" 405
like "with the methods that it has" "$(curl -si --unix-socket \
	"$WORK/run/http.sock" http://localhost/v1/check)" 'Allow: POST'
for bad in '' '{' '[]' '{}' '{"text":7}' '{"text":"a","text":"b"}' \
	'{"text":"\ud800"}' 'null' '"text"'; do
	like "body '$bad': 400 or 422" "$(local_status --data-binary "$bad" \
		http://localhost/v1/check)" '^4(00|22)$'
done
python3 - >"$WORK/large.json" <<'PY'
print('{"text":"' + "x " * 600000 + '"}')
PY
is "body above body_bytes_max: 413" "$(local_status --data-binary \
	"@$WORK/large.json" http://localhost/v1/check)" 413
python3 - >"$WORK/deep.json" <<'PY'
print('{"text":' + "[" * 100000)
PY
like "100,000 open brackets: 4xx" "$(local_status --data-binary \
	"@$WORK/deep.json" http://localhost/v1/check)" '^4'
ok "a client that never finishes is let go" timeout 20 python3 - "$port" <<'PY'
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(b"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
s.settimeout(15)
while s.recv(100):
    pass
PY

# ---- many at once ----

before=$(counter http)
seq 200 | xargs -P 8 -I{} curl -s -o /dev/null -w '%{http_code}\n' \
	--unix-socket "$WORK/run/http.sock" --data-binary \
	'{"text":"number {} about sieve-suspect"}' http://localhost/v1/check \
	>"$WORK/codes"
is "200 posts from 8 clients: all answered" "$(sort "$WORK/codes" | uniq -c |
	xargs)" "200 200"
is "and counted" "$(counter http)" $((before + 200))
metrics=$(curl -s --unix-socket "$WORK/run/http.sock" http://localhost/metrics)
is "metrics say the same" "$(sed -n \
	's/^tamis.*messages_total{*.*}* \([0-9]*\)$/\1/p' <<<"$metrics" |
	head -n 1)" "$(counter messages)"
is "metrics end as OpenMetrics does" "$(tail -n 1 <<<"$metrics")" "# EOF"
finish
