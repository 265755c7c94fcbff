#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# New rules and configuration: taken in when they are right; when they are
# wrong, refused with file and line, and the old ones stay in force.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"
EXPECTED_DEATHS='signal 9'

conf_set http.socket_mode 0666
tamisd_up
ok "a word has its verdict" sane sieve-advert advertising_spam

broken=$WORK/rules/90-broken.cf
cat >"$broken" <<'CF'
body     W_NEW   /\bsieve-new\b/
score    W_NEW   10

body     W_OPEN  /(unclosed/
CF
said=$(tamis reload 2>&1)
result $((! $?)) "a rule file with an error: reload fails"
like "and says where" "$said" '90-broken\.cf:4'
ok "the log says it too" grep -q '90-broken\.cf:4' "$WORK/tamisd.log"
ok "the old rules are in force" sane sieve-advert advertising_spam
ok "nothing of the new file is" sane sieve-new legitimate
like "status shows the refused reload" \
	"$(tamis status --json | jq -c '.last_reload | [.ok, .error]')" \
	'^\[false,.*90-broken\.cf:4'

sed -i '/unclosed/d' "$broken"
ok "mended: reload succeeds" tamis reload
ok "the new rule is in force" sane sieve-new advertising_spam
ok "status shows it" test "$(tamis status --json | jq .last_reload.ok)" = true

rm "$broken"
kill -HUP "$tamisd_pid"
ok "SIGHUP reloads as well" wait_for 10 sane sieve-new legitimate

cp "$WORK/tamis.conf" "$WORK/good.conf"
printf 'scan {\n\tthreshold = 2 apples;\n}\n' >"$WORK/tamis.conf"
kill -HUP "$tamisd_pid"
ok "a broken configuration is refused with file:line" wait_for 10 \
	grep -q 'tamis\.conf:2' "$WORK/tamisd.log"
cp "$WORK/good.conf" "$WORK/tamis.conf"
ok "the daemon goes on" sane sieve-advert advertising_spam

conf_set scan.threshold 12
ok "a new threshold: reload" tamisd_reload
conf_set store.commit_interval 2s
like "a changed store needs a restart, and tamis says so" "$(tamisd_reload)" \
	'need a restart of tamisd'
is "is in force" "$(post '{"text":"sieve-advert"}' | jq .threshold)" 12

mv "$WORK/rules" "$WORK/rules.away"
tamis reload >"$WORK/away.out" 2>&1
result $((! $?)) "rules that are not there: refused"
ok "the daemon goes on" sane sieve-abuse other_abuse
mv "$WORK/rules.away" "$WORK/rules"

post_hits() { post "{\"text\":\"$1\"}" | grep -q "\"$2\""; }

# A scanner that is just starting compiles what was in force when it was
# forked; it must hear of the reload all the same.
for i in 1 2 3; do
	victim=$(tamis status --json | jq '.scanners[0].pid')
	[[ $victim -gt 1 ]] && kill -KILL "$victim"
	printf 'body W_AFTER_%d /sieve-after/\nscore W_AFTER_%d 1\n' $i $i \
		>"$WORK/rules/92-after.cf"
	tamis reload >/dev/null
	ok "a scanner that started meanwhile has the new rules, $i" wait_for 20 \
		post_hits sieve-after "W_AFTER_$i"
done
rm "$WORK/rules/92-after.cf"

ok "tamisd --check takes the good ones" "$BUILD/tamisd" --check \
	-c "$WORK/tamis.conf"
echo 'body W_X /(/' >"$WORK/rules/91-x.cf"
said=$("$BUILD/tamisd" --check -c "$WORK/tamis.conf" 2>&1)
result $((! $?)) "and refuses the broken ones"
like "with file and line" "$said" '91-x\.cf:1'
finish
