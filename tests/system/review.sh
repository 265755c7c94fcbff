#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Messages that people decide on, posts that are judged again, and who is told.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

port=$(free_port)
cat >"$WORK/tokens" <<-TOKENS
	blog-token-0123456789 name=blog role=site,reviewer
	shop-token-0123456789 name=shop role=site,reviewer
	plain-token-0123456789 name=blog
	all-token-0123456789 name=* role=reviewer,site
TOKENS
conf_set http.listen "unix:$WORK/run/http.sock" "inet:$port@127.0.0.1"
conf_set http.socket_mode 0666
conf_set http.token_file "$WORK/tokens"
conf_set plan.suspected hold_for_review
conf_set http.rejudge_window 1d
tamisd_up

ask() { # ask TOKEN PATH [CURL-OPTION...]
	local token=$1 path=$2
	shift 2
	curl -s --max-time 60 -H "Authorization: Bearer $token-token-0123456789" \
		"$@" "http://127.0.0.1:$port$path"
}

status() { # the same, the status only
	ask "$@" -o /dev/null -w '%{http_code}'
}

check() { # check TOKEN JSON
	ask "$1" /v1/check --data-binary "$2"
}

decide() { # decide TOKEN ID WORD
	ask "$1" "/v1/review/$2" --data-binary "{\"decision\":\"$3\",\"by\":\"ann\"}"
}

# ---- what is held ----

answer=$(check blog '{"text":"about sieve-suspect","title":"T1","author":"Bob",
	"id":"comment-1","surface":"comment"}')
is "a suspected post is held" "$(jq -r .action <<<"$answer")" hold_for_review
id=$(jq -r .id <<<"$answer")
list=$(ask blog /v1/review)
is "it is in the queue" "$(jq -r '.items[].id' <<<"$list")" "$id"
is "with what a reviewer needs" "$(jq -c '.items[0] | [.state, .site, .item,
	.title, .excerpt, .verdict, .rules, .score, .surface]' <<<"$list")" \
	'["waiting","blog","comment-1","T1","about sieve-suspect","suspected","W_SUSPECT",3.5,"comment"]'
is "and its text" "$(ask blog "/v1/review/$id" | jq -r .post.text)" \
	"about sieve-suspect"
is "it is counted" "$(counter review_held)" 1
check blog '{"text":"about news"}' >/dev/null
is "what is not held is not there" "$(ask blog /v1/review |
	jq '.items | length')" 1
check blog '{"text":"sieve-suspect","test":true}' >/dev/null
is "nor are tests" "$(ask blog /v1/review | jq '.items | length')" 1

# ---- who may see it ----

is "another site's reviewer does not see it" "$(ask shop /v1/review |
	jq '.items | length')" 0
is "nor by its id" "$(status shop "/v1/review/$id")" 404
is "nor may they decide" "$(decide shop "$id" spam | jq -r .error)" \
	"no such message is in the review queue"
is "a token without the role: 403" "$(status plain /v1/review)" 403
is "none: 401" "$(curl -s -o /dev/null -w '%{http_code}' \
	"http://127.0.0.1:$port/v1/review")" 401
is "who sees all sees it" "$(ask all /v1/review | jq -r '.items[].id')" "$id"

# ---- what is refused ----

is "an id that is none: 404" "$(status blog /v1/review/..%2f..)" 404
is "an unknown one: 404" "$(status blog \
	/v1/review/00000000-0000-7000-8000-000000000000)" 404
is "a decision that is none: 400" "$(status blog "/v1/review/$id" \
	-d '{"decision":"maybe"}')" 400
is "no JSON: 400" "$(status blog "/v1/review/$id" -d 'spam')" 400
is "a large one: 413" "$(head -c 100000 /dev/zero | tr '\0' ' ' |
	status blog "/v1/review/$id" --data-binary @-)" 413
is "DELETE: 405" "$(status blog "/v1/review/$id" -X DELETE)" 405
is "a state that is none: 400" "$(status blog '/v1/review?state=lost')" 400
is "a cursor that is none: 400" "$(status blog '/v1/review?after=x')" 400
is "a limit beyond: 400" "$(status blog '/v1/review?limit=1000')" 400

# ---- deciding ----

answer=$(decide blog "$id" ham)
is "a decision" "$(jq -c '.item | [.state, .by, .verdict]' <<<"$answer")" \
	'["ham","ann","suspected"]'
is "the same once more" "$(decide blog "$id" ham | jq -r .item.state)" ham
is "another one: 409" "$(status blog "/v1/review/$id" \
	-d '{"decision":"spam"}')" 409
is "it waits no more" "$(ask blog /v1/review | jq '.items | length')" 0
is "but can be looked up" "$(ask blog '/v1/review?state=ham' |
	jq -r '.items[].id')" "$id"
is "its text is gone" "$(ask blog "/v1/review/$id" | jq .has_text)" false
is "there is no other file of it" \
	"$(find "$WORK/state/held" -type f | wc -l)" 0

changes() { ask "$1" "/v1/changes?after=${2:-}"; }
has_changes() { [[ $(changes "$1" | jq '.changes | length') -ge $2 ]]; }
ok "the change is told" wait_for 20 has_changes blog 1
is "as it is" "$(changes blog | jq -c '.changes[0] | [.ref, .site, .item,
	.from, .to, .by, .kind]')" \
	"[\"$id\",\"blog\",\"comment-1\",\"suspected\",\"legitimate\",\"review\",\"correction\"]"
is "once" "$(changes blog | jq '.changes | length')" 1
is "not to others" "$(changes shop | jq '.changes | length')" 0
next=$(changes blog | jq -r .next)
is "not again behind it" "$(changes blog "$next" |
	jq '.changes | length')" 0

# ---- on the command line ----

id2=$(check shop '{"text":"more sieve-suspect","id":"review-2"}' | jq -r .id)
like "tamis review list" "$(tamis review list)" "$id2.*shop.*more sieve"
like "tamis review show" "$(tamis review show "$id2")" 'more sieve-suspect'
is "tamis review decide" "$(tamis review decide "$id2" spam --by bert --json |
	jq -r .item.by)" bert
is "of what is not there" "$(tamis review decide \
	00000000-0000-7000-8000-000000000000 spam 2>&1)" \
	"tamis review: no such message waits for a review"
is "files of the spool are still tamisd's" \
	"$(find "$WORK/state/spool" "$WORK/state/store" ! -user "$(stat -c %U \
		"$WORK/state/spool")" | wc -l)" 0
recorded() { grep -rhs '"kind":"correction"' "$WORK/state/spool" "$WORK"/*.jsonl; }
is "records of kind correction are in the spool" "$(recorded | wc -l)" 2

# ---- other rules ----

id3=$(check blog '{"text":"buy novel-word now","id":"comment-3"}' | jq -r .id)
id4=$(check shop '{"text":"also novel-word","id":"r-4"}' | jq -r .id)
cat >"$WORK/rules/novel.cf" <<-'RULES'
	body     W_NOVEL /novel-word/
	score    W_NOVEL 9
	describe W_NOVEL a word that was no spam before
RULES
ok "reload" tamisd_reload
ok "posts are judged again" wait_for 30 has_changes shop 2
is "and their site is told" "$(changes shop | jq -c '.changes[1] | [.ref, .item,
	.from, .to, .by]')" \
	"[\"$id4\",\"r-4\",\"legitimate\",\"advertising_spam\",\"rejudge\"]"
ok "each of its own" wait_for 20 has_changes blog 2
is "from where it was" "$(changes blog "$next" | jq -r '.changes[].ref')" \
	"$id3"
is "in order" "$(changes all | jq -c '[.changes[].time] == ([.changes[].time] |
	sort)')" true
ok "reload without a change" tamisd_reload
rm "$WORK/rules/novel.cf"
ok "reload" tamisd_reload
ok "and back" wait_for 30 has_changes blog 3
is "as another change" "$(changes blog | jq -r '.changes[2].to')" legitimate
is "what was decided by people stays" "$(changes blog |
	jq -r ".changes[] | select(.ref == \"$id\") | .by")" review

# ---- other campaigns ----

text="Come and see our wonderful new garden chairs, made by hand of the best oak
from the hills, at half the price until Sunday evening, only in the shop behind
the old railway station; bring this letter and get a cushion as a present."
for n in 1 2 3 4; do
	check shop "$(jq -nc --arg t "$text" --arg n "chair-$n" \
		'{text: $t, id: $n, ip: "192.0.2.1"}')" >"$WORK/chair-$n"
done
for n in 1 2 3; do
	ask shop /v1/feedback --data-binary "$(jq -nc --arg n "$n" \
		--arg id "$(jq -r .id "$WORK/chair-$n")" \
		'{id: $id, type: "spam", by: "user\($n)", ip: "198.51.\($n).7",
		is_person: true}')" >>"$WORK/reports"
done
told_of_chair() {
	changes shop | jq -e '.changes[] | select(.item == "chair-4")'
}
ok "who reports a campaign changes the verdict of its other posts" \
	wait_for 60 told_of_chair

# ---- over a restart ----

id5=$(check blog '{"text":"sieve-suspect once more"}' | jq -r .id)
count=$(changes blog | jq '.changes | length')
stop "$tamisd_pid" 20
cat >"$WORK/rules/novel.cf" <<-'RULES'
	body     W_NOVEL /novel-word/
	score    W_NOVEL 9
RULES
tamisd_up
is "the queue is there" "$(ask blog /v1/review | jq -r '.items[].id')" "$id5"
ok "other rules at the start count, too" wait_for 30 has_changes blog \
	$((count + 1))
finish
