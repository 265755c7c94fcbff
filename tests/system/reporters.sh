#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Several reporters at once: a nats-server that is killed with -9 in the middle,
# a collector that asks for a client certificate and says "later" first, abuse
# reports taken by a real SMTP server and read by another parser, events
# for IntelMQ and XARF.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

command -v nats-server >/dev/null || skip_all "no nats-server"
nats_port=$(free_port)

nats_up() {
	nats-server -a 127.0.0.1 -p "$nats_port" -js -sd "$WORK/nats" \
		-l "$WORK/nats.log" &
	nats_pid=$!
	pids+=("$nats_pid")
	wait_for 10 listens "$nats_port" || bail "nats-server does not start"
}

reporter() { # reporter NAME KEY VALUE...
	local name=$1
	shift
	while [[ $# -gt 0 ]]; do
		conf_set "reporter $name.$1" "$2"
		shift 2
	done
}

# ---- certificates: an authority, a server, a client, a key to sign with ----

tls=$WORK/tls
mkdir "$tls"
new_key="ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
# shellcheck disable=SC2086
make_certificates() {
	openssl req -x509 -newkey $new_key -keyout "$tls/ca.key" \
		-out "$tls/ca.pem" -days 2 -subj /CN=authority
	echo subjectAltName=IP:127.0.0.1 >"$tls/ext"
	for name in server client; do
		openssl req -newkey $new_key -keyout "$tls/$name.key" \
			-out "$tls/$name.csr" -subj "/CN=$name"
		openssl x509 -req -in "$tls/$name.csr" -CA "$tls/ca.pem" \
			-CAkey "$tls/ca.key" -CAcreateserial -days 2 \
			-out "$tls/$name.pem" -extfile "$tls/ext"
	done
	openssl genpkey -algorithm ed25519 -out "$tls/sign.pem"
	openssl pkey -in "$tls/sign.pem" -pubout -out "$tls/sign.pub"
}
make_certificates >/dev/null 2>&1
chmod 644 "$tls"/*
https_port=$(free_port)
python3 "$SRC/tests/system/tls_sink.py" "$https_port" "$tls" \
	2>"$WORK/tls_sink.log" &
pids+=("$!")
wait_for 10 listens "$https_port" || bail "tls_sink.py does not start"

sink_up
nats_up
mkdir "$WORK/out" && chmod 777 "$WORK/out"
conf_set http.listen "unix:$WORK/run/http.sock"
conf_set node.domain example.org
conf_set node.contact abuse@example.org
conf_set keep.messages all
reporter bus type nats url "nats://127.0.0.1:$nats_port" stream FEED \
	interval 200ms batch_max 20 retry_max 1s timeout 2s
reporter desk type arf url "smtp://127.0.0.1:$SINK_PORT" profile evidence \
	to desk@example.net
reporter cert type intelmq path "$WORK/out/intelmq" profile evidence
reporter quiet type intelmq path "$WORK/out/quiet"
reporter incidents type xarf path "$WORK/out/xarf" profile evidence
reporter words type file path "$WORK/out/events"
reporter national type http url "https://127.0.0.1:$https_port" \
	ca_file "$tls/ca.pem" certificate_file "$tls/client.pem" \
	key_file "$tls/client.key" signing_key_file "$tls/sign.pem" \
	interval 500ms
tamisd_up

send() { # send TEXT TIMES
	for _ in $(seq "$2"); do
		post "{\"text\":\"$1\",\"ip\":\"192.0.2.7\"}" >/dev/null
	done
}

flushed() { tamis report flush >/dev/null 2>&1; }

send "about news" 30
send "about sieve-advert" 2
kill -9 "$nats_pid"
send "about news" 30
nats_up
send "about news" 30
wait_for 30 flushed
is "the stream has each item once" \
	"$(python3 "$SRC/tests/system/nats_sum.py" "$nats_port" FEED |
		awk '{ print ($1 == $2), $3 }')" "1 92"

is "the collector saw our certificate, and each batch twice" \
	"$(awk '{ n[$2]++; w[$3] } END { for (k in n) if (n[k] != 2) bad++;
		for (k in w) print k, bad + 0 }' "$tls/requests")" "client 0"
ok "the signature is good" openssl pkeyutl -verify -pubin \
	-inkey "$tls/sign.pub" -rawin -in "$tls/body" -sigfile "$tls/signature"

wait_for 10 sink_has 2
is "a mail for each spam" "$(sink_count)" 2
mail=$(sink_last)
is "an abuse report, as another parser reads it" "$(python3 - "$mail" <<'PYTHON'
import email, email.policy, sys
with open(sys.argv[1], "rb") as file:
    text = file.read()
text = text[text.index(b"From: "):] if b"From: " in text else text
m = email.message_from_bytes(text, policy=email.policy.default)
parts = list(m.iter_parts())
report = parts[1].get_payload(0) if parts[1].is_multipart() \
    else email.message_from_string(parts[1].get_content())
print(m.get_content_type(), m.get_param("report-type"), len(parts),
      parts[1].get_content_type(), report["Feedback-Type"],
      report["Version"], report["Source-IP"])
PYTHON
)" "multipart/report feedback-report 3 message/feedback-report abuse 1 192.0.2.7"

is "IntelMQ gets an event for each spam" \
	"$(jq -c '[.["classification.type"], .["source.ip"]]' \
		"$WORK/out/intelmq")" '["spam","192.0.2.7"]
["spam","192.0.2.7"]'
is "and no address in the statistical profile" \
	"$(grep -c 192.0.2.7 "$WORK/out/quiet") $(wc -l <"$WORK/out/quiet")" \
	"0 2"
is "XARF has an incident for each" \
	"$(jq -r '[.category, .type, .protocol, .source_identifier] | @tsv' \
		"$WORK/out/xarf" | sort -u | tr '\t' ' ')" \
	"messaging spam social_media 192.0.2.7"
if python3 -c 'import jsonschema' 2>/dev/null; then
	is "and each is a report by the schema" \
		"$(python3 "$SRC/tests/system/xarf.py" "$WORK/out/xarf" 2>&1)" \
		"2 good"
else
	skip "each is a report by the schema" "no python3-jsonschema"
fi
is "events for a file have no address either" \
	"$(grep -c 192.0.2.7 "$WORK/out/events") $(wc -l <"$WORK/out/events")" \
	"0 92"
is "the status shows each of them" \
	"$(tamis report status --json |
		jq -r '[.reporters[].name] | sort | join(" ")')" \
	"bus cert desk history incidents national quiet words"
finish
