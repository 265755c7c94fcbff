#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Recognition by what people report: posts over HTTP and mails through Postfix.
# Honest reporters are believed, sock-puppets are not, and whatever follows can
# be looked up and taken back.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

conf_set feedback.address report@example.com
conf_set http.body_bytes_max 1M
conf_set store.commit_interval 100ms
tamisd_up
socket=$WORK/run/http.sock

reports() { python3 "$SRC/tests/system/reports.py" "$@"; }

report() { # report ID TYPE WHO ADDRESS: the answer
	curl -s --max-time 60 --unix-socket "$socket" \
		--data-binary "{\"id\":\"$1\",\"type\":\"$2\",\"by\":\"$3\",
			\"ip\":\"$4\"}" http://localhost/v1/feedback
}

settled() { # no report waits
	[[ -z $(tamis feedback list --state accepted --limit 5000 --json \
		2>/dev/null) ]]
}

settle() { wait_for 60 settled; }

# judged VERDICT FIRST LAST: how many of these variants are judged so.
judged() {
	sed -n "$2,$3p" "$WORK/posts" | while read -r line; do
		post "$line" | jq -r .verdict
	done | grep -cx "$1"
}

state() { tamis feedback show "$1" --json | jq -rs '.[0].state'; }

trust() { # of the reporter of a report, now
	tamis feedback show "$1" | sed -n 's/.*then, \([0-9.]*\) now.*/\1/p'
}

# is_now VERDICT: one of three new variants is judged so. (Not each has what the
# others have; tests/unit/learn/test_recognition.c counts, over many secrets.)
is_now() { [[ $(judged "$1" 18 20) -gt 0 ]]; }

# ---- a fresh campaign, three honest reporters ----

reports variants watches 50 >"$WORK/posts"
mapfile -t lines <"$WORK/posts"
ids=()
for i in {0..11}; do
	ids+=("$(post "${lines[i]}" | jq -r .id)")
done
is "unreported, it is legitimate" "$(judged legitimate 13 15)" 3
r1=$(report "${ids[1]}" spam ann 198.51.100.7 | jq -r .report)
settle
is "one reporter changes nothing" "$(judged legitimate 16 17)" 2
r2=$(report "${ids[4]}" spam bob 192.0.2.200 | jq -r .report)
begin=${EPOCHREALTIME/./}
ok "two make it suspected" wait_for 10 is_now suspected
note "suspected after $(((${EPOCHREALTIME/./} - begin) / 1000)) ms"
r3=$(report "${ids[9]}" spam eva 203.0.113.200 | jq -r .report)
begin=${EPOCHREALTIME/./}
ok "three make it spam" wait_for 10 is_now advertising_spam
note "spam after $(((${EPOCHREALTIME/./} - begin) / 1000)) ms"
caught=$(judged advertising_spam 21 50)
half=$(judged suspected 21 50)
note "of the remaining 30 variants, spam: $caught, suspected: $half"
ok "most other variants are spam" test "$caught" -ge 20
ok "nearly all of the others are suspected" test "$((caught + half))" -ge 28

record=$(post "${lines[30]}" | jq -r .id)
like "the log says why" "$(grep "id=$record" "$WORK/tamisd.log")" \
	'verdict=advertising_spam.* recognition=spam'
like "the ledger has each step" "$(tamis feedback show "$r3")" \
	'accepted -> applied'
like "and what it did to the campaign" "$(tamis feedback show "$r3")" \
	'campaign .*suspected -> spam'

# ---- a thousand fakes of one network ----

reports variants choir 50 >"$WORK/posts"
mapfile -t choir <"$WORK/posts"
for i in {0..19}; do concert=$(post "${choir[i]}" | jq -r .id); done
is "a thousand fakes are recorded" \
	"$(reports fakes "$socket" "$concert" 1000)" '{"201": 1000}'
settle
is "and change nothing" "$(judged legitimate 21 50)" 30

# ---- appeal and review ----

appeal=$(report "$concert" appeal author 192.0.2.1 | jq -r .report)
decision=$(tamis feedback "$concert" ham --by moderator --correction --json |
	jq -r .report)
settle
is "an appeal is in the ledger" "$(state "$appeal")" applied
fake=$(tamis feedback list --state overturned --limit 1 --json |
	jq -r .id)
like "who reported it falsely was overturned" "$fake" '^[0-9a-f-]{36}$'
like "and lost weight" "$(trust "$fake")" '^0\.5000'
is "a thousand times" "$(tamis feedback status --json |
	jq .http.overturned)" 1000

# The campaign of watches was legitimate after all, and then it was not.
before=$(trust "$r1")
appeal=$(report "${ids[1]}" appeal shop 192.0.2.2 | jq -r .report)
decision=$(tamis feedback "${ids[1]}" ham --by moderator --correction --json |
	jq -r .report)
settle
mapfile -t lines < <(reports variants watches 60)
printf '%s\n' "${lines[@]}" >"$WORK/posts"
is "what a review acquits is legitimate" "$(judged legitimate 51 60)" 10
is "its reporters are overturned" "$(state "$r1") $(state "$r3")" \
	"overturned overturned"
ok "and believed less" awk "BEGIN { exit !($(trust "$r1") < $before) }"
like "which their reports tell" "$(tamis feedback show "$r2")" \
	"applied -> overturned, by report $decision"
tamis feedback "${ids[1]}" withdrawn --by moderator >/dev/null
settle
is "the review withdrawn, all is as it was" "$(state "$r1") $(trust "$r1")" \
	"applied $before"
ok "the campaign, too" test "$(judged advertising_spam 51 60)" -ge 7

# ---- what is no report ----

status() {
	curl -s -o /dev/null -w '%{http_code}' --max-time 60 \
		--unix-socket "$socket" "$@" http://localhost/v1/feedback
}
is "an unknown verdict" "$(status --data-binary '{"type":"spam",
	"id":"01890000-0000-7000-8000-000000000000"}')" 404
is "no JSON" "$(status --data-binary 'spam')" 400
is "no type" "$(status --data-binary "{\"id\":\"${ids[0]}\"}")" 400
again="{\"id\":\"${ids[0]}\",\"type\":\"ham\",\"by\":\"zoe\",
	\"report\":\"0190f2a0-0000-7000-8000-0000000000ab\"}"
is "a report" "$(status --data-binary "$again")" 201
is "a replay" "$(status --data-binary "$again")" 200
is "another with its id" "$(status --data-binary "${again/ham/spam}")" 409
head -c 3000000 /dev/zero | tr '\0' a >"$WORK/huge"
is "a huge one" "$(status --data-binary "@$WORK/huge")" 413

# ---- mails ----

postfix_up "$MILTER"
mkdir "$WORK/mails"
reports mails mail 50 "$WORK/mails"
mapfile -t files < <(printf '%s\n' "$WORK"/mails/*.eml)
send() { # send FILE...
	python3 "$SRC/tests/system/smtpsend.py" -j 4 --count $# \
		--sender shop@example.net "127.0.0.1:$MX_PORT" "$@" >/dev/null
}
send "${files[@]:0:12}"
wait_for 30 sink_has 12
marked=$(grep -l '^X-Tamis-Id: ' "$WORK"/sink/* | head -n 3)
is "mails have a mark" "$(grep -c . <<<"$marked")" 3
n=0
for file in $marked; do
	n=$((n + 1))
	sed '1,/^Received: /{/^X-\(Client\|Helo\|Mail\|Rcpt\)/d}' "$file" |
		tamis feedback --message spam --by "user$n" --source imap \
			>"$WORK/said" 2>&1 || cat "$WORK/said"
done
settle
is "three users report by their mailbox" "$(tamis feedback status --json |
	jq .imap.counting)" 3
sink_clear
send "${files[@]:12}"
wait_for 30 sink_has 38
caught=$(grep -l '^X-Spam-Flag: YES' "$WORK"/sink/* | wc -l)
half=$(grep -l 'verdict=suspected' "$WORK"/sink/* | wc -l)
note "of the remaining 38 mails, spam: $caught, suspected: $half"
ok "the other mails are caught" test "$((caught + half))" -ge 30
like "a forged mark is not believed" "$(sed "s/^X-Tamis-Id: ..../&0000/" \
	"${files[0]}" | tamis feedback --message spam --by mallory 2>&1)" \
	'recorded'

# A user forwards a mail to the address for reports.
sink_clear
{
	printf 'From: user@example.com\nTo: report@example.com\n'
	printf 'Subject: spam\nMIME-Version: 1.0\n'
	printf 'Content-Type: multipart/mixed; boundary=b\n\n--b\n\nThis!\n'
	printf -- '--b\nContent-Type: message/rfc822\n\n'
	cat "${files[3]}"
	printf '\n--b--\n'
} >"$WORK/forward.eml"
swaks --server "127.0.0.1:$MX_PORT" --from user@example.com \
	--to report@example.com --data "@$WORK/forward.eml" --silent 2 \
	>"$WORK/swaks.log" 2>&1
settle
is "mail to feedback.address is a report" "$(tamis feedback status --json |
	jq '.mail.counting + .mail.ignored')" 1
is "and not delivered" "$(sink_count)" 0
finish
