#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The collector over HTTP: every answer to a batch, totals that agree in JSON,
# CSV, metrics and HTML, tokens, restarts, and the page in a browser.
source "$(dirname "$0")/lib.sh"
command -v jq >/dev/null || skip_all "no jq"
command -v zstd >/dev/null || skip_all "no zstd"

BATCHES=$WORK/batches
HOURS=30 NODES=4

token() { echo "token-of-$1-0123456789"; }

# send NODE FILE [CURL-OPTION...]: prints the status; the answer is in
# $WORK/answer, its header in $WORK/header.
send() {
	local node=$1 file=$2
	shift 2
	curl -s --max-time 60 -o "$WORK/answer" -D "$WORK/header" \
		-w '%{http_code}' -H "Authorization: Bearer $(token "$node")" \
		--data-binary "@$file" "$@" \
		"http://127.0.0.1:$FEED_PORT/v1/batches"
}

get() { curl -s --max-time 60 "http://127.0.0.1:$FEED_PORT$1"; }

status_of() { # status_of PATH [CURL-OPTION...]
	curl -s --max-time 60 -o "$WORK/answer" -D "$WORK/header" \
		-w '%{http_code}' "${@:2}" "http://127.0.0.1:$FEED_PORT$1"
}

reason() { jq -r '"\(.pointer): \(.reason)"' "$WORK/answer"; }

edit() { # edit JQ-PROGRAM: a changed copy of the first batch
	jq -c "$1" "$first" >"$WORK/edited.json"
	echo "$WORK/edited.json"
}

# ---- start ----

mkdir "$BATCHES"
python3 "$SRC/tests/system/feedd_batches.py" "$BATCHES" $NODES $HOURS ||
	bail "no batches"
first=$BATCHES/mx1-0000.json
for node in mx1 mx2 forum shop-reviews uni; do
	echo "$node $(token $node)"
done >"$WORK/tokens"
chmod 644 "$WORK/tokens"

conf_set feedd.listen inet:8790@0.0.0.0
conf_write
ok "an open address without tokens is refused" bash -c '
	! "$1" --check -c "$2" 2>"$2.err" && grep token_file "$2.err"' \
	- "$BUILD/tamis-feedd" "$WORK/tamis.conf"
conf_set feedd.token_file "$WORK/tokens"
conf_set feedd.batch_bytes_max 4M
feedd_up
ok "the configuration is good" \
	"$BUILD/tamis-feedd" --check -c "$WORK/tamis.conf"
if [[ $EUID -eq 0 ]]; then
	is "root is given up" "$(stat -c %U "/proc/$feedd_pid")" nobody
fi
is "it is healthy" "$(get /healthz)" ok

# ---- answers ----

is "a new batch: 201" "$(send mx1 "$first")" 201
is "its answer" "$(jq -r .status "$WORK/answer")" new
is "the same again: 200" "$(send mx1 "$first")" 200
zstd -q "$first" -o "$WORK/first.zst"
is "the same, packed: 200" \
	"$(send mx1 "$WORK/first.zst" -H 'Content-Encoding: zstd')" 200
jq . "$first" >"$WORK/spaced.json"
is "the same, with white space: 200" "$(send mx1 "$WORK/spaced.json")" 200
is "the same id with other content: 409" \
	"$(send mx1 "$(edit '.coverage.lost = 5')")" 409
is "its reason" "$(reason)" "/batch: another batch with this id was accepted"
is "no token: 401" \
	"$(status_of /v1/batches --data-binary "@$first")" 401
like "how to authenticate" "$(<"$WORK/header")" 'WWW-Authenticate: Bearer'
is "an unknown token: 401" "$(send nobody "$first")" 401
is "the token of another node: 403" "$(send mx2 "$first")" 403
is "a web page: 403" \
	"$(send mx1 "$first" -H 'Origin: https://example.net')" 403
is "an unknown encoding: 415" \
	"$(send mx1 "$first" -H 'Content-Encoding: br')" 415
head -c 5000000 /dev/zero >"$WORK/large"
is "a batch that is too large: 413" "$(send mx1 "$WORK/large")" 413
is "without a length: 413" \
	"$(send mx1 "$WORK/large" -H 'Transfer-Encoding: chunked')" 413
zstd -q "$WORK/large" -o "$WORK/large.zst"
is "too large once unpacked: 413" \
	"$(send mx1 "$WORK/large.zst" -H 'Content-Encoding: zstd')" 413
echo '{"v":' >"$WORK/broken.json"
is "no JSON: 422" "$(send mx1 "$WORK/broken.json")" 422
is "totals that disagree: 422" \
	"$(send mx1 "$(edit '.aggregates[0].totals.items += 1')")" 422
like "with a pointer" "$(reason)" '^/aggregates/0/'
is "an address instead of a word: 422" "$(send mx1 "$(edit '
	.aggregates[0].tables.rule = [["user@example.org", 1]]')")" 422
is "the future: 422" "$(send mx1 "$(edit '.aggregates = [.aggregates[0]]
	| .aggregates[0].period = {begin: "2999-01-01T00:00:00.000Z",
	                           end: "2999-01-01T00:01:00.000Z"}')")" 422
is "only one batch was accepted" \
	"$(get /v1/stats.json | jq .coverage.batches_ever)" 1

# ---- a locked database ----

if command -v sqlite3 >/dev/null; then
	coproc LOCK { sqlite3 "$WORK/feedd/feed.db"; }
	lock_pid=$LOCK_PID
	echo "BEGIN IMMEDIATE; SELECT 'locked';" >&"${LOCK[1]}"
	read -r _ <&"${LOCK[0]}"
	is "a locked database: 503" "$(send mx1 "$BATCHES/mx1-0001.json")" 503
	like "with Retry-After" "$(<"$WORK/header")" 'Retry-After: [0-9]+'
	is "reading goes on" "$(status_of /v1/stats.json)" 200
	echo ".quit" >&"${LOCK[1]}"
	wait "$lock_pid" 2>/dev/null
else
	skip "a locked database" "no sqlite3"
fi

# ---- all batches ----

statuses=$(for file in "$BATCHES"/*-*.json; do
	node=$(basename "$file" | sed 's/-[0-9]*\.json$//')
	send "$node" "$file"
	echo
done | sort | uniq -c | tr -s ' ' | paste -sd,)
is "every batch is new but the first" "$statuses" \
	" 1 200, $((NODES * HOURS - 1)) 201"

want() { jq -r "$1" "$BATCHES/want.json"; }
get /v1/stats.json >"$WORK/stats.json"
totals='[.totals | .items, .recipients, .bytes, .cpu_us, .incomplete,
	.legitimate, .advertising_spam, .other_abuse, .suspected, .unknown]
	| map(. // 0) | @csv'
is "totals are the sums of all batches" \
	"$(jq -r "$totals" "$WORK/stats.json")" "$(want "$totals")"
items=$(want .totals.items)
is "CSV says the same" \
	"$(get /v1/tables/totals.csv | sed -n 's/^items,\([0-9]*\),0\r$/\1/p')" \
	"$items"
for step in hour day; do
	is "the series by $step adds up" \
		"$(get "/v1/series.csv?step=$step" |
			awk -F, 'NR > 1 { n += $3 } END { print n }')" "$items"
done
for table in channel_verdict_action surface_adtype category_channel rule; do
	dims=$(get "/v1/tables/$table.json" | jq -c .dims)
	is "table $table" "$(get "/v1/tables/$table.json" | jq -c --argjson \
		dims "$dims" '[.rows[] | [.[$dims[]], .items]]')" \
		"$(want ".tables.$table | @json")"
	is "table $table as CSV has as many items" \
		"$(get "/v1/tables/$table.csv" | awk -F, 'NR > 1 {
			n += $(NF - 2) } END { print n }')" \
		"$(want "[.tables.${table}[][-1]] | add")"
done
is "metrics say the same" "$(get /metrics |
	awk '/^tamis_feedd_items_total/ { n += $2 } END { print n }')" "$items"
is "nodes: four of five report" "$(jq -c '.coverage |
	[.nodes_reporting, .nodes_known, .lost]' "$WORK/stats.json")" \
	"[4,5,12]"
is "the sum of nodes is the whole" "$(for node in mx1 mx2 forum \
	shop-reviews; do
	get "/v1/stats.json?node=$node" | jq .totals.items
done | awk '{ n += $1 } END { print n }')" "$items"

# ---- questions ----

is "an unknown parameter: 400" "$(status_of '/v1/stats.json?limit=1')" 400
like "its reason" "$(reason)" 'unknown parameter'
is "a bad date: 400" "$(status_of '/?from=yesterday')" 400
is "backwards: 400" \
	"$(status_of '/v1/series.csv?from=2026-02-01&to=2026-01-01')" 400
is "too many steps: 400" \
	"$(status_of '/v1/series.csv?from=1971-01-01&step=minute')" 400
is "an unknown table: 404" "$(status_of /v1/tables/sender.csv)" 404
is "an unknown page: 404" "$(status_of /etc/passwd)" 404
is "another method: 405" "$(status_of / -X DELETE)" 405
is "HEAD: 200" "$(status_of / -I)" 200
status_of "/?node=%3Cscript%3Ealert(1)%3C/script%3E" >"$WORK/code"
is "a node that is not one: a page without items" "$(<"$WORK/code")" 200
ok "its name is escaped" bash -c '! grep -q "<script" "$1"' - "$WORK/answer"
like "no scripts are allowed" "$(<"$WORK/header")" \
	"Content-Security-Policy: default-src 'none'"

# ---- tokens are read again, data stays ----

echo "late $(token late)" >>"$WORK/tokens"
kill -HUP "$feedd_pid"
ok "a new node is known after SIGHUP" wait_for 10 bash -c '
	curl -s "http://127.0.0.1:$1/v1/stats.json" |
		jq -e ".coverage.nodes_known == 6"' - "$FEED_PORT"
echo "bad" >>"$WORK/tokens"
kill -HUP "$feedd_pid"
ok "a bad file is reported" wait_for 10 \
	grep -q 'tokens not read' "$WORK/feedd.log"
is "and the old tokens stay" "$(send mx1 "$first")" 200
sed -i '$d' "$WORK/tokens"
stop "$feedd_pid"
ok "it stops in order" grep -q stopping "$WORK/feedd.log"
conf_set feedd.reporters_min 3
feedd_up
is "a batch is known after a restart" "$(send mx1 "$first")" 200
is "the totals too" "$(get /v1/stats.json | jq .totals.items)" "$items"
is "what fewer than three nodes report is withheld" \
	"$(get /v1/tables/channel.json | jq -c '[.rows[].items]')" \
	"[null,null]"
is "a node sees its own figures" "$(curl -s \
	-H "Authorization: Bearer $(token forum)" \
	"http://127.0.0.1:$FEED_PORT/v1/stats.json?node=forum" |
	jq '.totals.items > 0')" true
is "others do not" "$(get '/v1/stats.json?node=forum' |
	jq .totals.items)" null

# ---- signing in ----

own() { # own CURL-OPTION...: prints the status of /own
	status_of "/own?lang=en" -b "$WORK/jar" -c "$WORK/jar" "$@"
}
is "/own without a token: 401" "$(own)" 401
like "with a form" "$(<"$WORK/answer")" 'method="post" action="/own"'
is "a wrong token: 401" "$(own -d token=wrong-wrong-wrong-wrong)" 401
like "with the reason" "$(<"$WORK/answer")" 'not a token that is known'
is "a good one: 303" "$(own --data-urlencode "token=$(token forum)" -d lang=fr)" 303
like "to the page, without the token" "$(<"$WORK/header")" \
	$'Location: /own\\?lang=fr\r'
like "with a cookie" "$(<"$WORK/header")" \
	'Set-Cookie: tamis_session=[0-9a-f]{32}; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict'
is "the page is shown" "$(own)" 200
like "and is for nobody else" "$(<"$WORK/header")" 'Cache-Control: no-store'
is "one's own figures are not withheld" "$(status_of \
	'/v1/stats.json?node=forum' -b "$WORK/jar" >"$WORK/code" &&
	jq '.totals.items > 0' "$WORK/answer")" true
is "those of others are" "$(status_of '/v1/stats.json?node=mx1' \
	-b "$WORK/jar" >"$WORK/code" && jq .totals.items "$WORK/answer")" null
is "a cookie does not send batches" "$(status_of /v1/batches \
	-b "$WORK/jar" --data-binary "@$first")" 401
is "a form of another site: 403" \
	"$(own -d action=out -H 'Sec-Fetch-Site: cross-site')" 403
is "by https the cookie is for https" "$(own -d "token=$(token forum)" \
	-H 'X-Forwarded-Proto: https' -o /dev/null >"$WORK/code" &&
	grep -c 'SameSite=Strict; Secure' "$WORK/header")" 1
is "signing out: 303" "$(own -d action=out)" 303
is "and the page is closed" "$(own)" 401
is "a form that is too large: 413" \
	"$(own -d "token=$(head -c 2000 /dev/zero | tr '\0' a)")" 413
own -d "token=$(token forum)" >"$WORK/code"
cp "$WORK/tokens" "$WORK/tokens.kept"
sed -i '/^forum /s/$/ revoked/' "$WORK/tokens"
kill -HUP "$feedd_pid"
ok "a token that is revoked ends its sessions" wait_for 10 bash -c '
	test "$(curl -s -o /dev/null -w "%{http_code}" -b "$1" \
		"http://127.0.0.1:$2/own")" = 401' - "$WORK/jar" "$FEED_PORT"
cp "$WORK/tokens.kept" "$WORK/tokens"
kill -HUP "$feedd_pid"
sleep 1
for _ in 1 2 3 4 5 6 7 8 9; do own -d token=wrong-wrong-wrong-wrong; done \
	>"$WORK/code"
is "after ten wrong ones: 429" "$(own -d "token=$(token forum)")" 429
like "with Retry-After" "$(<"$WORK/header")" 'Retry-After: [0-9]+'
ok "no token is in the log" bash -c '! grep -e token-of -e wrong-wrong "$1"' \
	- "$WORK/feedd.log"
feedd_down
conf_set feedd.reporters_min 1
feedd_up

# ---- the page in a browser ----

browser() { # browser ARGUMENT...: headless, with a profile of its own
	timeout 90 chromium --headless --no-sandbox --disable-gpu \
		--hide-scrollbars --user-data-dir="$WORK/chromium" "$@" \
		"http://127.0.0.1:$FEED_PORT/" 2>"$WORK/chromium.log"
}

if command -v chromium >/dev/null; then
	browser --dump-dom >"$WORK/dom.html"
	get /v1/stats.json >"$WORK/stats.json"
	for name in items spam advertising_spam other_abuse suspected; do
		ok "the browser shows $name" grep -qF \
			"<data value=\"$(jq ".totals.$name" "$WORK/stats.json")\">" \
			"$WORK/dom.html"
	done
	ok "with two charts" test \
		"$(grep -c 'class="plot"' "$WORK/dom.html")" = 2
	mkdir -p "$ARTIFACTS"
	browser --window-size=1280,5000 \
		--screenshot="$ARTIFACTS/statistics.png" >/dev/null
	python3 "$SRC/tests/system/feedd_own.py" \
		"http://127.0.0.1:$FEED_PORT" "$(token forum)" "$WORK" \
		1 >"$WORK/own.tap"
	while read -r result _ _ name; do
		ok "$name" test "$result" = ok
	done <"$WORK/own.tap"
	is "all of these" "$(wc -l <"$WORK/own.tap")" 6
	ok "a picture of the page" test -s \
		"$ARTIFACTS/statistics.png"
else
	skip "the page in a browser" "no chromium"
fi
finish
