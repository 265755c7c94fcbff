#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lists on a real rbldnsd behind a real unbound: one that lists, one that refuses to answer us, and
# what is to be seen of it; the server goes away and comes back.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

PATH=$PATH:/usr/sbin
command -v rbldnsd >/dev/null || skip_all "no rbldnsd"
command -v unbound >/dev/null || skip_all "no unbound"
command -v spamc >/dev/null || skip_all "no spamc"

list_port=$(free_port)
resolver_port=$(free_port)
port=$(free_port)
conf_set reputation.enabled no # scores are those of the rules alone
mkdir -p "$WORK/lists"
echo "192.0.2.0/24" >"$WORK/lists/ip.list.example"
echo "192.0.2.0/24 :127.255.255.254:see our site" \
	>"$WORK/lists/refused.list.example"

lists_up() {
	rbldnsd -n -u nobody:nogroup -b "127.0.0.1/$list_port" \
		-w "$WORK/lists" ip.list.example:ip4set:ip.list.example \
		refused.list.example:ip4set:refused.list.example \
		>"$WORK/rbldnsd.log" 2>&1 &
	lists_pid=$!
	pids+=($!)
	wait_for 10 grep -q started "$WORK/rbldnsd.log"
}

resolver_up() {
	cat >"$WORK/unbound.conf" <<-CONF
		server:
			interface: 127.0.0.1@$resolver_port
			chroot: ""
			username: ""
			directory: "$WORK"
			pidfile: ""
			use-syslog: no
			do-daemonize: no
			do-ip6: no
			do-not-query-localhost: no
			module-config: "iterator"
			infra-host-ttl: 1
			cache-max-negative-ttl: 1
			local-zone: "." static
			local-zone: "list.example." transparent
		stub-zone:
			name: "list.example"
			stub-addr: 127.0.0.1@$list_port
	CONF
	unbound -c "$WORK/unbound.conf" >"$WORK/unbound.log" 2>&1 &
	pids+=($!)
	wait_for 10 listens "$resolver_port"
}

lists_down() {
	kill "$lists_pid"
	wait "$lists_pid" 2>/dev/null
}

conf_set dns.enabled yes
conf_set dns.resolvers "127.0.0.1:$resolver_port"
conf_set dns.timeout 500ms
conf_set dns.tries 2
conf_set dns.ttl_min 0s
conf_set dns.failure_ttl 1s
conf_set dns.breaker_failures 2
conf_set dns.breaker_pause 500ms
conf_set dns.breaker_pause_max 1s
conf_set spamd.listen "inet:$port@127.0.0.1"
cat >"$WORK/rules/lists.cf" <<'CF'
header IN_LIST eval:check_rbl('ip', 'ip.list.example.')
tflags IN_LIST net
score IN_LIST 2
header IN_REFUSED eval:check_rbl('refused', 'refused.list.example.')
tflags IN_REFUSED net
score IN_REFUSED 40
CF

judge() { # judge ADDRESS: the score of a mail that came from there
	spamc -d 127.0.0.1 -p "$port" -c <<-MAIL
		Received: from a.example.net (a.example.net [$1])
		 by mx.example.com with ESMTP id 1; Mon, 23 Nov 2026 12:00:00 +0000
		From: a@example.net
		To: b@example.com
		Subject: a mail
		Date: Mon, 23 Nov 2026 12:00:00 +0000
		Message-ID: <1@example.net>

		Some words.
	MAIL
}

left_alone() {
	tamis status --json |
		jq -r '[.left_alone[] | .zone + " " + .state] | sort | join(", ")'
}

lists_up
resolver_up
tamisd_up
is "who is listed gets the points of that list alone" \
	"$(judge 192.0.2.5)" "2.0/5.0"
is "who is not gets none" "$(judge 198.51.100.5)" "0.0/5.0"
is "a list that refuses is suspended" "$(left_alone)" \
	"refused.list.example suspended"
like "the log says so" "$(cat "$WORK/tamisd.log")" \
	"error: the list refused.list.example .*public resolver"
like "and the page" "$(tamis status)" "refuses: refused.list.example"
like "and the metrics" \
	"$(curl -s --unix-socket "$WORK/run/http.sock" http://x/metrics)" \
	'tamis_dns_left_alone\{zone="refused.list.example",state="suspended"\} 1'
is "questions are counted" "$(($(counter dns_sent) >= 3))" 1

lists_down
for i in 1 2 3 4; do judge "192.0.2.1$i" >/dev/null; done
like "lists without a server are left alone" "$(left_alone)" \
	"ip.list.example silent"
is "an answer that is missing is nobody's points" \
	"$(judge 192.0.2.21)" "0.0/5.0"
lists_up
answers_again() { [[ $(judge "192.0.2.$((RANDOM % 200 + 50))") == 2.0/5.0 ]]; }
ok "then they are asked again" wait_for 30 answers_again
is "which is seen, too" "$(left_alone)" "refused.list.example suspended"
finish
