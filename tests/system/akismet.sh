#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Akismet's protocol: as curl speaks it, and as two clients of the npm registry
# do, unchanged, where they can be had.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

port=$(free_port)
key=site-key-0123456789
cat >"$WORK/tokens" <<-TOKENS
	$key name=blog
	other-key-0123456789 name=shop
	metrics-key-0123456789 role=metrics
TOKENS
conf_set http.listen "unix:$WORK/run/http.sock" "inet:$port@127.0.0.1"
conf_set http.socket_mode 0666
conf_set http.token_file "$WORK/tokens"
tamisd_up

call() { # call METHOD [NAME=VALUE...]: the answer with its header
	local name=$1 arguments=()
	shift
	for field; do arguments+=(--data-urlencode "$field"); done
	curl -si --max-time 60 -H "Host: ${HOST:-rest.example.org}" \
		"${arguments[@]}" "http://127.0.0.1:$port/1.1/$name" |
		tr -d '\r'
}

word() { call "$@" | tail -n 1; }

field() { # field NAME: of the answer's header
	sed -n "s/^$1: //Ip"
}

# ---- keys ----

is "a key that is known" "$(word verify-key "key=$key" \
	blog=https://blog.example.org)" valid
is "one that is not" "$(word verify-key key=nobody blog=x)" invalid
is "one without the role site" "$(word verify-key \
	key=metrics-key-0123456789 blog=x)" invalid
like "no key at all" "$(HOST=localhost call verify-key blog=x)" \
	'X-akismet-debug-help: no key'
is "the name api_key" "$(word verify-key "api_key=$key")" valid
is "a key in the host's name" "$(HOST=$key.rest.example.org word \
	verify-key blog=x)" valid
is "a wrong one there" "$(HOST=nobody.rest.example.org word \
	verify-key blog=x)" invalid
is "nothing is judged without a key" "$(word comment-check key=nobody \
	comment_content=sieve-advert)" invalid

# ---- checks ----

check() { # check NAME=VALUE...
	call comment-check "api_key=$key" blog=https://blog.example.org \
		user_ip=192.0.2.7 "$@"
}

before=$(counter messages)
answer=$(check comment_author=Ann comment_content="about news" \
	comment_type=comment)
is "a clean comment" "$(tail -n 1 <<<"$answer")" false
guid=$(field X-akismet-guid <<<"$answer")
like "has an id" "$guid" '^[0-9a-f-]{36}$'
like "in plain text" "$(field Content-Type <<<"$answer")" '^text/plain'
is "spam" "$(check comment_content="about sieve-advert" | tail -n 1)" true
is "spam as HTML" "$(check comment_content='about <b>sieve&#45;</b>advert' |
	tail -n 1)" true
is "all three are counted" "$(counter messages)" $((before + 3))
surface() { # of the record, which is written behind the answer
	tamis history --json -n 10 2>/dev/null |
		jq -r "select(.id == \"$guid\") | .surface"
}
is_recorded() { [[ -n $(surface) ]]; }
wait_for 10 is_recorded
is "the record says what it is" "$(surface)" comment
is "signups need no text" "$(check comment_type=signup \
	comment_author=Bob comment_author_email=bob@example.org |
	tail -n 1)" false
like "but something" "$(check comment_type=signup)" \
	'X-akismet-debug-help: there is nothing to judge'
is "an address that is none is passed over" "$(call comment-check \
	"api_key=$key" user_ip=nonsense comment_content=x | tail -n 1)" false

conf_set plan.advertising_spam discard
ok "reload" tamisd_reload
is "what is to be discarded" "$(check comment_content=sieve-advert |
	field X-akismet-pro-tip)" discard
conf_set plan.advertising_spam tag
ok "reload" tamisd_reload

# ---- values for tests ----

before=$(counter messages)
is "always spam" "$(check comment_author=viagra-test-123 | tail -n 1)" true
is "the same by its address" "$(check \
	comment_author_email=akismet-guaranteed-spam@example.com |
	tail -n 1)" true
is "never spam" "$(check user_role=administrator is_test=1 \
	comment_content=sieve-advert | tail -n 1)" false
is "not without is_test" "$(check user_role=administrator \
	comment_content=sieve-advert | tail -n 1)" true
is "a test is judged" "$(check is_test=true comment_content=sieve-advert |
	tail -n 1)" true
is "and none of those is counted" "$(counter messages)" $((before + 1))

# ---- reports ----

thanks="Thanks for making the web a better place."
submit() { # submit spam|ham NAME=VALUE...
	local kind=$1
	shift
	call "submit-$kind" "api_key=$key" blog=https://blog.example.org \
		user_ip=192.0.2.7 "$@"
}

report_of() { field X-tamis-report; }
about() { # about REPORT: the verdict that it names
	tamis store list "report:$1" --json | grep -o "$2" | head -n 1
}

guid=$(check comment_author=Ann comment_content="cheap wonderful things" |
	field X-akismet-guid)
answer=$(submit spam comment_author=Ann reporter=moderator \
	comment_content="cheap wonderful things")
is "spam that was missed" "$(tail -n 1 <<<"$answer")" "$thanks"
report=$(report_of <<<"$answer")
like "is a report" "$report" '^[0-9a-f-]{36}$'
is "on what was judged" "$(about "$report" "$guid")" "$guid"
answer=$(submit ham "guid=$guid" comment_content="edited since")
is "by the id of the judgement" "$(about "$(report_of <<<"$answer")" \
	"$guid")" "$guid"
answer=$(submit spam comment_content="this was never judged here")
is "what was never judged" "$(tail -n 1 <<<"$answer")" "$thanks"
report=$(report_of <<<"$answer")
like "is a report, too" "$report" '^[0-9a-f-]{36}$'
answer=$(call submit-spam api_key=other-key-0123456789 blog=x user_ip=192.0.2.8 \
	comment_author=Ann comment_content="cheap wonderful things")
is "another site reports on its own" "$(about "$(report_of <<<"$answer")" \
	"$guid")" ""
is "a test teaches nothing" "$(submit spam is_test=1 comment_content=x |
	report_of)" ""
is "nor does a key that is none" "$(word submit-spam key=nobody \
	comment_content=x)" invalid
like "nor nothing" "$(submit ham blog=x | tail -n 1)" 'nothing to judge'
before=$(counter messages)
again=$(check comment_author=Ann comment_content="cheap wonderful things" \
	recheck_reason=edit)
is "a recheck of what is known has its id" "$(field X-akismet-guid \
	<<<"$again")" "$guid"
is "and is not counted again" "$(counter messages)" "$before"

# ---- clients as they are ----

# *.rest.test is this machine, for this process and its children alone.
clients() {
	local npm=$WORK/npm
	mkdir -p "$npm"
	printf '127.0.0.1 localhost rest.test %s.rest.test\n' "$key" nobody \
		>"$WORK/hosts"
	command -v npm >/dev/null || { echo "no npm"; return; }
	unshare -m true 2>/dev/null || { echo "no mount namespaces"; return; }
	timeout 120 npm install --prefix "$npm" --no-audit --no-fund \
		--ignore-scripts --loglevel=error akismet-api@6.0.0 \
		akismet@2.0.7 >"$WORK/npm.log" 2>&1 ||
		{ echo "the npm registry cannot be reached"; return; }
	cp "$SRC/tests/system/akismet_clients.js" "$npm/"
	unshare -m sh -c 'mount --bind "$1" /etc/hosts && shift && exec "$@"' \
		sh "$WORK/hosts" timeout 60 node "$npm/akismet_clients.js" \
		"$port" "$key" >"$WORK/clients" 2>"$WORK/clients.log" ||
		sed 's/^/# /' "$WORK/clients.log" >&2
}

why=$(clients)
if [[ -n $why ]]; then
	skip "two clients of the npm registry" "$why"
else
	while IFS=$'\t' read -r what got wanted; do
		is "$what" "$got" "$wanted"
	done <"$WORK/clients"
	is "all their calls were made" "$(wc -l <"$WORK/clients")" 18
fi

# ---- what is refused ----

status() { curl -s -o /dev/null -w '%{http_code}' --max-time 60 "$@"; }
is "GET: 405" "$(status --unix-socket "$WORK/run/http.sock" \
	"http://localhost/1.1/comment-check")" 405
is "no such call: 404" "$(status -d key=x --unix-socket \
	"$WORK/run/http.sock" "http://localhost/1.1/nothing")" 404
head -c 3000000 /dev/zero | tr '\0' x >"$WORK/large"
is "too large: 413" "$(status --data-binary "@$WORK/large" \
	"http://127.0.0.1:$port/1.1/comment-check")" 413
like "too many fields" "$(seq -s '&' 2000 | curl -si -d @- \
	"http://127.0.0.1:$port/1.1/comment-check")" 'too many fields'
is "reports are counted by where they came from" \
	"$(counter feedback_by_akismet)" "$(counter feedback_accepted)"
finish
