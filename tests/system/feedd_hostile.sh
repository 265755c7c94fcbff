#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A hostile reporter beside honest ones: nothing of it is accepted, memory
# stays bounded, the honest do not notice. Keys are rotated and revoked, jumps
# are held, quotas end. 1,000 hostile requests; 10,000 with TAMIS_FULL.
source "$(dirname "$0")/lib.sh"
command -v jq >/dev/null || skip_all "no jq"
command -v zstd >/dev/null || skip_all "no zstd"

BATCHES=$WORK/batches
COUNT=1000
[[ -z $FULL ]] || COUNT=10000
RSS_MAX_KB=200000 # of which the bodies may have 32 MB
# What is freed is not kept longer than that by a sanitizer.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=16"

token() { echo "token-of-$1-0123456789"; }

# send NODE FILE [CURL-OPTION...]: prints the status
send() {
	local node=$1 file=$2
	shift 2
	curl -s --max-time 60 -o "$WORK/answer" -D "$WORK/header" \
		-w '%{http_code}' -H "Authorization: Bearer $(token "$node")" \
		--data-binary "@$file" "$@" \
		"http://127.0.0.1:$FEED_PORT/v1/batches"
}

get() { curl -s --max-time 60 "http://127.0.0.1:$FEED_PORT$1"; }
items() { get /v1/stats.json | jq .totals.items; }
reason() { jq -r .reason "$WORK/answer"; }

tokens_write() { # tokens_write LINE...: the basis and these
	{
		for node in mx1 mx2 forum; do echo "$node $(token $node)"; done
		echo "shop-reviews $(token shop-reviews)"
		echo "shop-reviews ed25519:$(public_key key1)"
		printf '%s\n' "$@"
	} >"$WORK/tokens"
	chmod 644 "$WORK/tokens"
	[[ -z $feedd_pid ]] || { kill -HUP "$feedd_pid" && sleep 1.2; }
}

# ---- keys of a node, by openssl ----

key() { openssl genpkey -algorithm ed25519 -out "$WORK/$1.pem" 2>/dev/null; }

point() { openssl pkey -in "$WORK/$1.pem" -pubout -outform DER | tail -c 32; }
public_key() { point "$1" | base64 -w0; }

# signature KEY FILE: the header
signature() {
	openssl pkeyutl -sign -rawin -inkey "$WORK/$1.pem" -in "$2" \
		-out "$WORK/signature"
	echo "Tamis-Signature: key=$(point "$1" | sha256sum | head -c 16)," \
		"ed25519=$(base64 -w0 "$WORK/signature")"
}

# ---- start ----

mkdir "$BATCHES"
python3 "$SRC/tests/system/feedd_batches.py" "$BATCHES" 4 12 ||
	bail "no batches"
first=$BATCHES/mx1-0000.json
shop=$BATCHES/shop-reviews
key key1 && key key2 && key key3 || bail "openssl makes no keys"
tokens_write
conf_set feedd.token_file "$WORK/tokens"
conf_set feedd.batch_bytes_max 2M
conf_set feedd.memory_max 32M
conf_set feedd.request_timeout 3s
conf_set feedd.quota_batches 1000000
conf_set feedd.hold_items 2000
conf_set feedd.hold_factor 20
conf_set feedd.proxies 127.0.0.1
feedd_up

# ---- keys ----

is "a batch without a signature, of a node with a key: 401" \
	"$(send shop-reviews "$shop-0000.json")" 401
is "its reason" "$(reason)" "the signature is missing"
is "signed by its key: 201" "$(send shop-reviews "$shop-0000.json" \
	-H "$(signature key1 "$shop-0000.json")")" 201
is "signed by another key: 401" "$(send shop-reviews "$shop-0001.json" \
	-H "$(signature key2 "$shop-0001.json")")" 401
is "the signature of another batch: 401" "$(send shop-reviews \
	"$shop-0001.json" -H "$(signature key1 "$shop-0000.json")")" 401
tokens_write "shop-reviews ed25519:$(public_key key2)"
is "a second key is good at once" "$(send shop-reviews "$shop-0001.json" \
	-H "$(signature key2 "$shop-0001.json")")" 201
is "and so is the first" "$(send shop-reviews "$shop-0002.json" \
	-H "$(signature key1 "$shop-0002.json")")" 201
tokens_write "forum a-second-token-of-the-forum" \
	"mx2 a-token-that-has-leaked revoked" \
	"mx2 a-token-of-long-ago until=2020-01-01" \
	"regulator/alice a-token-of-the-regulator" \
	"shop-reviews ed25519:$(public_key key3) revoked"
is "signed by a key that was revoked: 401" "$(send shop-reviews \
	"$shop-0003.json" -H "$(signature key3 "$shop-0003.json")")" 401
like "its reason" "$(reason)" revoked
auth() { send nobody "$2" -H "Authorization: Bearer $1"; }
is "the second token of a node: 201" "$(send forum "$BATCHES/forum-0000.json" \
	-H "Authorization: Bearer a-second-token-of-the-forum")" 201
for token in a-token-that-has-leaked a-token-of-long-ago; do
	curl -s -o "$WORK/answer" -w '%{http_code}' --data-binary "@$first" \
		-H "Authorization: Bearer $token" \
		-H 'X-Forwarded-For: 203.0.113.9, 198.51.100.7' \
		"http://127.0.0.1:$FEED_PORT/v1/batches" >"$WORK/code"
	is "$token: 401" "$(<"$WORK/code")" 401
done
ok "the log says whose, and from where" grep -q \
	'node=mx2 from=198.51.100.7 status=401 reason="the token was revoked"' \
	"$WORK/feedd.log"
is "a regulator does not send" "$(curl -s -o /dev/null -w '%{http_code}' \
	-H 'Authorization: Bearer a-token-of-the-regulator' \
	--data-binary "@$first" \
	"http://127.0.0.1:$FEED_PORT/v1/batches")" 403

# ---- the hostile one ----

is "an honest batch: 201" "$(send mx1 "$first")" 201
before=$(items)
python3 "$SRC/tests/system/feedd_hostile.py" "$FEED_PORT" $COUNT "$first" \
	"$(token mx1)" "$(token mx2)" "$(token shop-reviews)" \
	>"$WORK/hostile.json" 2>"$WORK/hostile.err" &
hostile=$!
pids+=($hostile)
honest=0 slowest=0 n=0
while kill -0 $hostile 2>/dev/null; do
	file=$BATCHES/mx2-$(printf %04d $((n % 12))).json
	begin=${EPOCHREALTIME/./}
	case $(send mx2 "$file") in 200 | 201) honest=$((honest + 1)) ;; esac
	took=$(((${EPOCHREALTIME/./} - begin) / 1000))
	((took <= slowest)) || slowest=$took
	n=$((n + 1))
	sleep 0.2
done
wait $hostile
hwm=$(awk '/VmHWM/ { print $2 }' "/proc/$feedd_pid/status")
note "hostile: $(jq -c .answers "$WORK/hostile.json")" \
	"slow connections: $(jq -r '"\(.slow), the last cut off after" +
		" \(.slow_most_s) s"' "$WORK/hostile.json")" \
	"memory of the collector at most: $hwm kB" \
	"honest batches meanwhile: $honest of $n, the slowest $slowest ms"
is "every hostile request was answered" "$(jq .sent "$WORK/hostile.json")" \
	$COUNT
is "and refused as it should be" "$(jq -c .wrong "$WORK/hostile.json")" "[]"
ok "slow ones were cut off" jq -e '.slow_most_s < 30' "$WORK/hostile.json"
is "honest batches were all taken" "$honest" "$n"
ok "memory is bounded" test "$hwm" -lt $RSS_MAX_KB
ok "the log too" test "$(wc -l <"$WORK/feedd.log")" -lt 1000
mx2=$(cat "$BATCHES"/mx2-*.json | jq -s 'map(.aggregates[].totals.items) |
	add')
sent=$(((n < 12) ? -1 : mx2))
((sent < 0)) || is "nothing was counted but what the honest sent" \
	"$(($(items) - before))" "$sent"

# ---- a jump ----

jump=$WORK/jump.json
jq -c '.batch = "mx1/aa/0-1" | .aggregates = [.aggregates[0]] | .aggregates[0] |=
	(.totals |= with_entries(if .value > 0 then .value *= 100000 else . end)
	| .tables |= map_values(map(.[-1] *= 100000)))' "$first" >"$jump"
before=$(items)
is "a jump: 201" "$(send mx1 "$jump")" 201
is "it is held" "$(jq -r .status "$WORK/answer")" held
is "and not counted" "$(items)" "$before"
feedd() { "$BUILD/tamis-feedd" -c "$WORK/tamis.conf" "$@"; }
like "it is listed" "$(feedd --held)" " mx1/aa/0-1 items=[0-9]+$"
like "and counted when confirmed" "$(feedd --confirm mx1/aa/0-1)" '^counted'
ok "then it is in the figures" test "$(items)" -gt "$before"
is "once" "$(feedd --confirm mx1/aa/0-1 2>&1)" \
	"tamis-feedd: mx1/aa/0-1: no such batch is held"

# ---- a correction ----

before=$(items)
jq -c '.batch = "mx1/aa/1-2" | .v = "2" | .supersedes = "mx1/aa/0-1" |
	.aggregates = []' "$first" >"$WORK/better.json"
is "a correction: 201" "$(send mx1 "$WORK/better.json")" 201
is "takes the counts back" "$((before - $(items)))" \
	"$(jq '.aggregates[].totals.items' "$jump")"
jq -c '.batch = "mx1/aa/2-3" | .v = "2" | .supersedes = "mx1/aa/8-9"' "$first" \
	>"$WORK/best.json"
is "of a batch that is not known: 422" "$(send mx1 "$WORK/best.json")" 422
is "with a pointer" "$(jq -r .pointer "$WORK/answer")" /supersedes

# ---- by the operator ----

id=$(jq -r .batch "$first")
before=$(items)
day=$(jq -r '.aggregates[0].period.begin[:10]' "$first")
like "batches of a day are listed" \
	"$(feedd --batches "$day" | grep -F " $id ")" ' items=[0-9]+ counted$'
like "with their state" "$(feedd --batches 2020-01-01/2030-01-01)" \
	' mx1/aa/0-1 items=[0-9]+ corrected not-kept'
is "none of another day" "$(feedd --batches 2020-01-01)" ""
like "a period that is none is refused" "$(feedd --batches soon 2>&1)" \
	'not a period'
feedd --show "$id" >"$WORK/shown.json"
is "a batch is shown as its correction" \
	"$(jq -r .supersedes "$WORK/shown.json")" "$id"
jq '.aggregates |= .[:1]' "$WORK/shown.json" >"$WORK/fewer.json"
like "what was edited is counted" "$(feedd --correct "$WORK/fewer.json" 2>&1)" \
	'"status":"new"'
is "and the other's counts are taken back" "$((before - $(items)))" \
	"$(jq '[.aggregates[1:][].totals.items] | add // 0' "$first")"
like "the gaps say so" "$(curl -s "http://127.0.0.1:$FEED_PORT/coverage?lang=en")" \
	'replaced by a correction'
like "a second one is refused" \
	"$(sed 's|/0-1"|/0-2"|' "$WORK/fewer.json" >"$WORK/twice.json" &&
		feedd --correct "$WORK/twice.json" 2>&1)" \
	'no such batch is counted'
like "what supersedes nothing, too" "$(feedd --correct "$first" 2>&1)" \
	'has no member supersedes'

# ---- quotas ----

feedd_down
conf_set feedd.quota_batches 3
feedd_up
statuses=$(for _ in 1 2 3 4; do send mx1 "$first" && echo; done | paste -sd,)
is "the fourth batch of three: 429" "$statuses" 200,200,200,429
like "with the time to the next hour" "$(<"$WORK/header")" \
	'Retry-After: [0-9]+'
is "other nodes may" "$(send mx2 "$BATCHES/mx2-0000.json")" 200
finish
