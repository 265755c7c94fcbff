#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Behind a real Sendmail. Debian's package conflicts with Postfix, so it is
# unpacked into build/sendmail/ and run from there with a configuration of its
# own. Sendmail takes no socket below a world-writable folder: hence /run.
[[ -w /run ]] && TMPDIR=/run
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"
[[ $EUID -eq 0 ]] || skip_all "Sendmail can be started by root only"

root=$SRC/build/sendmail/root
etc=$WORK/sendmail

sendmail_unpack() {
	local debs=$SRC/build/sendmail/debs deb
	[[ ! -x $root/usr/libexec/sendmail/sendmail ]] || return 0
	mkdir -p "$debs" "$root.new"
	(cd "$debs" && { compgen -G '*.deb' >/dev/null || apt-get -q download \
		sendmail-bin sendmail-cf libwrap0 libldap-2.5-0 libsasl2-2 \
		libnsl2 libdb5.3 liblockfile1; }) || return 1
	for deb in "$debs"/*.deb; do dpkg -x "$deb" "$root.new"; done
	chmod g-s "$root.new/usr/libexec/sendmail/sendmail"
	mv -T "$root.new" "$root"
}

# What docs/install-sendmail.md tells, with ports and folders of this test.
sendmail_mc() {
	cat <<-MC
		OSTYPE(\`linux')dnl
		undefine(\`ALIAS_FILE')dnl
		define(\`QUEUE_DIR', \`$etc/queue')dnl
		define(\`STATUS_FILE', \`$etc/status')dnl
		define(\`HELP_FILE', \`$etc/help')dnl
		define(\`confPID_FILE', \`$etc/pid')dnl
		define(\`confDOMAIN_NAME', \`mx.example.com')dnl
		define(\`confSERVICE_SWITCH_FILE', \`$etc/switch')dnl
		define(\`confTO_IDENT', \`0')dnl
		define(\`SMART_HOST', \`esmtp:[127.0.0.1]')dnl
		define(\`ESMTP_MAILER_ARGS', \`TCP \$h $SINK_PORT')dnl
		FEATURE(\`no_default_msa')dnl
		FEATURE(\`nocanonify')dnl
		FEATURE(\`accept_unresolvable_domains')dnl
		RELAY_DOMAIN(\`example.com')dnl
		DAEMON_OPTIONS(\`Port=$MX_PORT, Addr=127.0.0.1, Name=MTA')dnl
		INPUT_MAIL_FILTER(\`tamis', \`S=$1, F=T, T=C:10s;S:30s;R:30s;E:1m')dnl
		MAILER(\`smtp')dnl
	MC
}

sendmail_up() { # sendmail_up MILTER
	local cf=$root/usr/share/sendmail/cf libs
	MX_PORT=${MX_PORT:-$(free_port)}
	mkdir -p "$etc/queue" && chmod 700 "$etc/queue"
	touch "$etc/help" "$etc/status"
	printf 'hosts files\naliases files\npasswd files\n' >"$etc/switch"
	sendmail_mc "$1" >"$etc/test.mc"
	(cd "$cf/cf" && m4 -D_CF_DIR_="$cf/" "$cf/m4/cf.m4" "$etc/test.mc") \
		>"$etc/test.cf" 2>"$etc/m4.log" || return 1
	libs=$(find "$root" -name '*.so.*' -printf '%h\n' | sort -u |
		tr '\n' ':')
	# It sleeps for a minute when the host's name has no domain: a host
	# name of its own, where that is allowed.
	LD_LIBRARY_PATH=$libs unshare --uts sh -c 'hostname mx.example.com
		exec "$@"' sendmail "$root/usr/libexec/sendmail/sendmail" \
		-C"$etc/test.cf" -bD -X "$etc/traffic.log" \
		>"$etc/sendmail.log" 2>&1 &
	sendmail_pid=$!
	pids+=($!)
	wait_for 75 listens "$MX_PORT"
}

sendmail_down() { stop "$sendmail_pid"; }

sendmail_unpack >"$WORK/unpack.log" 2>&1 ||
	skip_all "Debian's Sendmail packages cannot be fetched"
unshare --uts true 2>/dev/null || skip_all "no host name of its own allowed"

deliver() { # deliver FILE: sends it; $got is what arrived
	local before
	before=$(sink_count)
	reply=$(send "$@")
	wait_for 20 sink_has $((before + 1))
	got=$(sink_last)
}

port=$(free_port)
conf_set milter.listen "$MILTER" "inet:$port@127.0.0.1"
tamisd_up
sink_up
sendmail_up "$MILTER" || bail "Sendmail does not start"
deliver "$(mail clean news)"
like "clean mail is accepted" "$reply" '^250 '
note "$(sed -n 's/.*>>> 220 //p' "$etc/traffic.log" | head -n 1)"
is "it has one X-Spam-Status" "$(header_count "$got" X-Spam-Status)" 1
is "one Authentication-Results" \
	"$(header_count "$got" Authentication-Results)" 1

deliver "$(mail advert sieve-advert)"
is "advertising: one X-Spam-Flag: YES" "$(header "$got" X-Spam-Flag)" YES
is "the subject is tagged" "$(header "$got" Subject)" \
	"[SPAM] about sieve-advert"

deliver "$(mail forged news "X-Spam-Flag: YES" "X-Spam-Status: Yes, forged" \
	"X-Spam-Level: *****" "x-spam-flag: yes" "X-Spam-Status: No, forged" \
	"Authentication-Results: mx.example.com; spf=pass forged" \
	"Authentication-Results: other.example.net; spf=pass kept")"
is "forged X-Spam-Flag is removed" "$(header_count "$got" X-Spam-Flag)" 0
is "one X-Spam-Status is left" "$(header_count "$got" X-Spam-Status)" 1
is "and it is not the forged one" \
	"$(header "$got" X-Spam-Status | grep -c forged)" 0
is "forged Authentication-Results in our name are removed" \
	"$(header "$got" Authentication-Results | grep -c forged)" 0
is "those of others are kept" \
	"$(header "$got" Authentication-Results | grep -c kept)" 1

had=$(sink_count)
like "above reject_score: refused with code, text and reference" \
	"$(send "$(mail reject sieve-reject)")" \
	'^550 5\.7\.1 .*reference [0-9a-f-]{36}'
conf_set plan.other_abuse tempfail
conf_set plan.advertising_spam discard
conf_set plan.suspected quarantine
ok "reload with other actions" tamisd_reload
like "tempfail" "$(send "$(mail abuse sieve-abuse)")" \
	'^451 4\.7\.1 .*reference [0-9a-f-]{36}'
like "discard: the sender is told it was taken" \
	"$(send "$WORK/advert.eml")" '^250 '
like "quarantine: the sender is told it was taken" \
	"$(send "$(mail suspect sieve-suspect)")" '^250 '
ok "it is quarantined in the queue" wait_for 5 \
	bash -c 'compgen -G "$1/hf*"' - "$etc/queue"
sleep 1
is "nothing of these was delivered" "$(sink_count)" "$had"

sendmail_down
rm -f "$etc/queue"/*
sendmail_up "inet:$port@127.0.0.1" || bail "Sendmail does not start again"
conf_set plan.advertising_spam tag
ok "reload with tag" tamisd_reload
deliver "$WORK/advert.eml"
is "over TCP: flagged once" "$(header "$got" X-Spam-Flag)" YES

# ---- many at once, of all kinds ----

if [[ -n $FULL ]]; then total=200; else total=40; fi
mapfile -t messages < <(choose "$total")
sink_clear
send_load "$total" many
is "$total messages: all have a final answer" \
	"$(replies many '^(250|550)')" "$total"
wait_for 60 sink_has "$(replies many '^250')"
is "as many delivered as accepted" "$(sunk many | wc -l)" \
	"$(replies many '^250')"
is "none twice" "$(sunk many | sort | uniq -d | wc -l)" 0
is "each is marked exactly once" "$(
	find "$WORK/sink" -type f | while read -r file; do
		header_count "$file" X-Spam-Status
	done | sort | uniq -c | xargs)" "$(replies many '^250') 1"
note "$(replies many '^250') accepted, $(replies many '^550') refused"

tamisd_down
like "tamisd away, F=T: the sender is told to try again" \
	"$(send "$WORK/clean.eml")" '^(451|421|4)'
finish
