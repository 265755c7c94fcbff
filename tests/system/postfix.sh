#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Behind a real Postfix: what is marked, refused, put off, dropped and held,
# and what the reader of the mail finds in it.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

port=$(free_port)
conf_set milter.listen "$MILTER" "inet:$port@127.0.0.1"
tamisd_up
postfix_up "$MILTER" "non_smtpd_milters = $MILTER" \
	"smtpd_authorized_xclient_hosts = 127.0.0.1"

deliver() { # deliver FILE [OPTION...]: sends it; $got is what arrived
	local before
	before=$(sink_count)
	reply=$(send "$@" --client 192.0.2.7)
	wait_for 10 sink_has $((before + 1))
	got=$(sink_last)
}

arrives() { # arrives COUNT: so many and no more, after a moment
	wait_for 5 postfix_idle
	[[ $(sink_count) -eq $1 ]]
}

# ---- marks ----

deliver "$(mail clean news)"
like "clean mail is accepted" "$reply" '^250 '
is "it has one X-Spam-Status" "$(header_count "$got" X-Spam-Status)" 1
like "which says No" "$(header "$got" X-Spam-Status)" '^No, score=0'
is "no X-Spam-Flag" "$(header_count "$got" X-Spam-Flag)" 0
is "one Authentication-Results" \
	"$(header_count "$got" Authentication-Results)" 1
is "the subject is untouched" "$(header "$got" Subject)" "about news"

deliver "$(mail advert sieve-advert)"
like "advertising is accepted" "$reply" '^250 '
like "X-Spam-Status says Yes and why" "$(header "$got" X-Spam-Status)" \
	'^Yes, score=(9\.9|10).*W_ADVERT'
is "one X-Spam-Flag: YES" "$(header "$got" X-Spam-Flag)" YES
is "the subject is tagged" "$(header "$got" Subject)" \
	"[SPAM] about sieve-advert"
is "there is one subject" "$(header_count "$got" Subject)" 1

deliver "$(mail relay sieve-relay)"
like "the client is the newest relay" "$(header "$got" X-Spam-Status)" \
	'W_RELAY'

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

deliver "$(mail suspect sieve-suspect)"
is "suspected mail is not flagged" "$(header_count "$got" X-Spam-Flag)" 0

# ---- refused ----

had=$(sink_count)
reply=$(send "$(mail reject sieve-reject)" --client 192.0.2.7)
like "above reject_score: refused with code, text and reference" "$reply" \
	'^550 5\.7\.1 .*reference [0-9a-f-]{36}'
ok "and not delivered" arrives "$had"

conf_set plan.other_abuse tempfail
conf_set plan.advertising_spam discard
conf_set plan.suspected quarantine
ok "reload with other actions" tamisd_reload
like "tempfail" "$(send "$(mail abuse sieve-abuse)" --client 192.0.2.7)" \
	'^451 4\.7\.1 .*reference [0-9a-f-]{36}'
like "discard: the sender is told it was taken" \
	"$(send "$(mail advert sieve-advert)")" '^250 '
ok "but nothing is delivered" arrives "$had"
like "quarantine: the sender is told it was taken" \
	"$(send "$(mail suspect sieve-suspect)")" '^250 '
is "it is in the hold queue" "$(wait_for 5 test -n "$(postfix_held)"
	postfix_held)" 1
ok "and not delivered" arrives "$had"

# ---- people decide ----

held() { # held COUNT: so many are in the hold queue
	[[ $(postfix_held) -eq $1 ]]
}
waiting() { tamis review list --json | jq -c .item; }

conf_set plan.suspected hold_for_review
ok "reload: people decide on suspected mail" tamisd_reload
like "hold_for_review: the sender is told it was taken" \
	"$(send "$WORK/suspect.eml" --client 192.0.2.7)" '^250 '
ok "it is in the hold queue" wait_for 5 held 2
ok "and not delivered" arrives "$had"
item=$(waiting)
is "it waits for a decision, with its queue id" "$(jq -r '[.state, .channel,
	.verdict, .rules] | join(" ")' <<<"$item")" \
	"waiting smtp suspected W_SUSPECT"
queue_id=$(jq -r .item <<<"$item")
ok "which Postfix knows" test -n \
	"$(find "$WORK/postfix/spool/hold" -name "$queue_id")"
tamisd_down
tamisd_up
is "a restart forgets neither" "$(waiting | jq -r .item)" "$queue_id"
like "a person decides, and is told what to do" "$(tamis review decide \
	"$(jq -r .id <<<"$item")" ham --by ann)" "postsuper -H $queue_id"
is "nothing waits any more" "$(waiting)" ""
ok "the mail is still held" held 2
ok "it is released" postsuper -c "$WORK/postfix/etc" -H "$queue_id"
postqueue -c "$WORK/postfix/etc" -f
ok "and arrives" wait_for 20 sink_has $((had + 1))
got=$(sink_last)
is "marked once" "$(header_count "$got" X-Spam-Status)" 1
had=$((had + 1))
conf_set review.mail accept
ok "reload: mail is delivered all the same" tamisd_reload
deliver "$WORK/suspect.eml"
ok "it is delivered at once" sink_has $((had + 1))
is "and waits for a decision" "$(waiting | jq -r .state)" waiting
had=$((had + 1))
conf_set plan.other_abuse tag
conf_set plan.advertising_spam tag
conf_set plan.suspected accept
ok "reload with the first actions" tamisd_reload

# ---- many messages, many recipients ----

python3 "$SRC/tests/system/smtpsend.py" --count 20 --per-session 20 --unique \
	"127.0.0.1:$MX_PORT" "$WORK/clean.eml" "$WORK/advert.eml" \
	>"$WORK/session.tsv"
is "20 messages in one session" \
	"$(cut -f3 "$WORK/session.tsv" | grep -c '^250')" 20
ok "arrive" wait_for 10 sink_has $((had + 20))
had=$((had + 20))
recipients=()
for n in {1..50}; do recipients+=(--to "user$n@example.com"); done
like "50 recipients" "$(send "$WORK/clean.eml" "${recipients[@]}")" '^250 '
had=$(($(sink_count)))

# ---- submitted on this machine ----

ok "local submission of clean mail" submit "$WORK/clean.eml"
ok "arrives" wait_for 10 sink_has $((had + 1))
ok "local submission of refusable mail is taken" submit "$WORK/reject.eml"
ok "and does not stay in the queue" wait_for 20 postfix_idle
is "nothing was refused before the end of the message" "$(grep \
	'milter-reject: \(CONNECT\|HELO\|MAIL\|RCPT\|DATA\)' \
	"$WORK/postfix/mail.log")" ""

# ---- the other kind of socket; no tamisd at all ----

postfix_set "smtpd_milters=inet:127.0.0.1:$port"
deliver "$WORK/advert.eml"
is "over TCP: flagged once" "$(header "$got" X-Spam-Flag)" YES

tamisd_down
like "tamisd away, default action tempfail" "$(send "$WORK/clean.eml")" '^451 '
postfix_set milter_default_action=accept
deliver "$WORK/clean.eml"
like "tamisd away, default action accept" "$reply" '^250 '
is "then the mail is not marked" "$(header_count "$got" X-Spam-Status)" 0
tamisd_up
deliver "$WORK/clean.eml"
is "tamisd back: marked" "$(header_count "$got" X-Spam-Status)" 1

finish
