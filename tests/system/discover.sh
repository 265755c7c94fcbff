#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The feed of a domain, found by its name server: nothing is sent before the
# host of the feed says that it wants it, nor after it has taken that back, and
# a token goes to hosts of the domain alone.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

dns_port=$(free_port)
https_port=$(free_port)
tls=$WORK/tls
mkdir "$tls"

make_certificates() {
	local new=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes) name
	openssl req -x509 "${new[@]}" -keyout "$tls/ca.key" \
		-out "$tls/ca.pem" -days 2 -subj /CN=authority
	echo subjectAltName=DNS:localhost >"$tls/ext"
	for name in server client; do
		openssl req "${new[@]}" -keyout "$tls/$name.key" \
			-out "$tls/$name.csr" -subj "/CN=$name"
		openssl x509 -req -in "$tls/$name.csr" -CA "$tls/ca.pem" \
			-CAkey "$tls/ca.key" -CAcreateserial -days 2 \
			-out "$tls/$name.pem" -extfile "$tls/ext"
	done
	echo token-of-ours >"$tls/token"
	chmod 644 "$tls"/*
	chmod 777 "$tls"
}

dns_up() { # dns_up PROOF: what the host of the feed says of both domains
	local feed="v=UGIFEED1; feed=https://localhost:$https_port/"
	cat >"$WORK/zone" <<-ZONE
		_ugifeed.example.org TXT found 1 "$feed; contact=a@example.org"
		example.org._report._ugifeed.localhost TXT found 1 "$1"
		_ugifeed.localhost TXT found 1 "$feed"
		localhost._report._ugifeed.localhost TXT found 1 "$1"
		_ugifeed.example.net TXT found 1 "$feed" "$feed"
	ZONE
	[[ -z ${dns_pid:-} ]] || stop "$dns_pid"
	python3 "$SRC/tests/system/dns_server.py" "$dns_port" "$WORK/zone" \
		>"$WORK/dns.log" 2>&1 &
	dns_pid=$!
	pids+=("$dns_pid")
	wait_for 10 dns_answers || bail "the name server does not answer"
}

dns_answers() {
	[[ $(tamis feed discover example.org) == *_report._ugifeed* ]]
}

reporter() { # reporter NAME DOMAIN
	conf_set "reporter $1.type" http
	conf_set "reporter $1.url" "discover:$2"
	conf_set "reporter $1.ca_file" "$tls/ca.pem"
	conf_set "reporter $1.certificate_file" "$tls/client.pem"
	conf_set "reporter $1.key_file" "$tls/client.key"
	conf_set "reporter $1.token_file" "$tls/token"
	conf_set "reporter $1.interval" 200ms
	conf_set "reporter $1.retry_max" 1s
}

requests() { cat "$tls/requests" 2>/dev/null | wc -l; }
error_of() {
	tamis report status --json |
		jq -r ".reporters[] | select(.name == \"$1\").last_error"
}
has_error() { [[ $(error_of "$1") == *"($2)"* ]]; }
delivered() {
	[[ $(tamis report status --json | jq "[.reporters[] |
		select(.type == \"http\").delivered] | min") -ge $1 ]]
}

make_certificates >/dev/null 2>&1
conf_set dns.enabled yes
conf_set dns.resolvers "127.0.0.1:$dns_port"
conf_set dns.ttl_min 0s
conf_write
python3 "$SRC/tests/system/tls_sink.py" "$https_port" "$tls" \
	2>"$WORK/tls_sink.log" &
pids+=("$!")
wait_for 10 listens "$https_port" || bail "tls_sink.py does not start"

dns_up "something else"
is "the tool: no proof" "$(tamis feed discover example.org --json |
	jq -r '[.state, .host, .contact, .proof_name] | join(" ")')" \
	"unproven localhost a@example.org example.org._report._ugifeed.localhost"
is "the tool: two records" \
	"$(tamis feed discover example.net | head -n 1)" \
	"unreadable: the domain has 2 records, and there may be one"
is "the tool: none" "$(tamis feed discover example.com | head -n 1)" \
	"absent: the domain names no feed"
reporter found example.org
conf_set "reporter found.profile" pseudonymous
conf_write
like "pseudonyms are refused" "$(tamis config check 2>&1)" \
	"reporter found: a feed that is discovered gets the profile statistical"
conf_set "reporter found.profile" statistical
reporter own localhost
tamisd_up

for _ in 1 2 3; do post '{"text":"about news"}' >/dev/null; done
ok "without a proof the reporter says so" wait_for 20 has_error found unproven
ok "and the other one, too" wait_for 20 has_error own unproven
is "nothing is sent" "$(requests)" 0
like "the log has the reason" "$(cat "$WORK/tamisd.log")" \
	"found: discover:example.org \(unproven\): its host has no record"

dns_up "v=UGIFEED1"
is "the tool: a proof" "$(tamis feed discover example.org | head -n 1)" proven
ok "with one all is sent" wait_for 20 delivered 3
like "the log has the place" "$(cat "$WORK/tamisd.log")" \
	"found: the feed of example.org is https://localhost:$https_port/"
is "the token goes to hosts of the domain alone" \
	"$(awk '{ print $NF }' "$tls/requests" | sort | uniq -c |
		awk '{ print $2 }' | xargs)" "- token-of-ours"

dns_up "taken back"
sleep 2 # what was answered before may be kept that long
before=$(requests)
post '{"text":"about news"}' >/dev/null
ok "a proof that was taken back" wait_for 20 has_error found unproven
is "stops it" "$(requests)" "$before"

stop "$dns_pid"
ok "a name server that is silent stops it, too" \
	wait_for 40 has_error found unanswered
is "with nothing sent" "$(requests)" "$before"
dns_pid=
dns_up "v=UGIFEED1"
ok "what waited goes when it is back" wait_for 40 delivered 4
finish
