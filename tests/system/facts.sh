#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Facts, from a name server to headers and records: a mail by milter from a
# client in DNS, judged again from its record; lists that refuse; no server.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"
command -v miltertest >/dev/null || skip_all "no miltertest"

port=$(free_port)
dns=

serve() { # serve MILLISECONDS: $WORK/zone, after a pause
	[[ -z $dns ]] || kill "$dns"
	python3 "$SRC/tests/system/dns_server.py" "$port" "$WORK/zone" "$1" \
		>"$WORK/dns.out" 2>&1 &
	dns=$!
	pids+=($!)
	wait_for 20 grep -q ready "$WORK/dns.out"
}

mail() { # mail WORD RESULTS: by a client whose address is 192.0.2.7
	timeout 120 miltertest -w -D "socket=$MILTER" -D "dir=$SRC/tests/system" \
		-D "word=$1" -D "results=$2" -s "$SRC/tests/system/facts.lua"
}

last() { # last JQ-FILTER: of the newest verdict record
	tamis report flush >/dev/null 2>&1
	tamis history --json -n 1 | jq -r "$1"
}

cat >"$WORK/zone" <<-'ZONE'
	example.org TXT found 300 "v=spf1 include:_spf.example.net -all"
	_spf.example.net TXT found 300 "v=spf1 ip4:192.0.2.0/28 ?all"
	_dmarc.example.org TXT found 300 "v=DMARC1; p=quarantine"
	7.2.0.192.in-addr.arpa PTR found 300 client.example.net
	client.example.net A found 300 192.0.2.7
	7.2.0.192.listed.example A found 60 127.0.0.2
	7.2.0.192.zen.spamhaus.org A found 60 127.255.255.254
ZONE
cat >"$WORK/rules/facts.cf" <<-'CF'
	header LISTED eval:check_rbl('listed-lastexternal', 'listed.example.')
	describe LISTED On a list
	tflags LISTED net
	score LISTED 0 2.5 0 2.5
	header REFUSED eval:check_rbl('zen-lastexternal', 'zen.spamhaus.org.')
	describe REFUSED On a list that does not answer us
	tflags REFUSED net
	score REFUSED 50
	header FROM_SPF eval:check_for_spf_pass()
	describe FROM_SPF May send for its domain
	tflags FROM_SPF net
	score FROM_SPF -0.25
CF
conf_set dns.enabled yes
conf_set dns.resolvers "127.0.0.1:$port"
conf_set dns.deadline 20s
conf_set keep.messages all
conf_set milter.authserv_id mx.example.com
serve 50
tamisd_up

ok "a mail gets one field with all results" mail news \
	"spf=pass smtp.mailfrom=ann@example.org dmarc=pass iprev=pass"
is "rules know them" "$(last '[.hits[].rule] | sort | join(" ")')" \
	"FROM_SPF LISTED"
is "with the points for network tests" "$(last .score)" 2.25
is "and the record has them" \
	"$(last '[.facts.spf.result, .facts.dmarc.policy, .facts.client.iprev] | join(" ")')" \
	"pass quarantine pass"
is "it is complete" "$(last .complete)" true
like "a list that refuses is left alone, and said so" \
	"$(grep 'does not answer us' "$WORK/tamisd.log")" \
	"zen.spamhaus.org does not answer us: public resolver"
ok "the next one, too" mail news "spf=pass"
is "from now on it is missing in verdicts" "$(last '.missing | join(" ")')" \
	"dns:zen.spamhaus.org"

id=$(last .id)
ok "the message is judged again as it was" tamis explain --replay "$id"
like "and says so" "$(tamis explain --replay "$id")" \
	"the same verdict, score and rules"
sed -i 's/^score FROM_SPF.*/score FROM_SPF -0.5/' "$WORK/rules/facts.cf"
like "what rules have changed since is shown" \
	"$(tamis explain --replay "$id")" "score: 2\.2[0-9]*, now (2|1\.99)"

kill "$dns"
wait "$dns" 2>/dev/null
dns=
conf_set dns.deadline 300ms
conf_set dns.timeout 100ms
conf_set dns.cache_max 100
ok "without a name server" tamisd_reload
tamisd_down
tamisd_up
ok "mail is accepted" mail news "mx.example.com"
is "and judged incompletely" "$(last .complete)" false
like "with what is missing" "$(last '.missing | join(" ")')" \
	"dns:listed.example"
is "which makes nothing true" "$(last '.hits | length')" 0
like "counters say how often" "$(tamis status)" "DNS questions +[1-9]"
finish
