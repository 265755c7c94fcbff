#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `tamis spamassassin` beside Debian's spamassassin, with the same rules: the
# same output and exit codes but for dates, versions and boundaries.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

theirs=/usr/bin/spamassassin
[[ -x $theirs ]] || skip_all "no spamassassin"

mkdir -p "$WORK/site" "$WORK/home"
echo "loadplugin Mail::SpamAssassin::Plugin::Check" >"$WORK/site/init.pre"
sed -i -E '/^(ad_type|category)/d' "$WORK/rules/words.cf" # tamis knows these
cat >"$WORK/rules/templates.cf" <<'CF'
report Judged: _YESNO_, with _SCORE_ of _REQD_ points.
report
report _SUMMARY_
report_hostname mx.example.com
add_header spam Flag _YESNOCAPS_
add_header all Status "_YESNO_, score=_SCORE_ required=_REQD_ tests=_TESTS_"
rewrite_header Subject [SPAM]
CF
echo "score W_SUSPECT 4.5" >"$WORK/prefs"
conf_write

mail spam sieve-advert >/dev/null
mail ham nothing >/dev/null
mail suspect sieve-suspect >/dev/null
sed 's/$/\r/' "$WORK/spam.eml" >"$WORK/crlf.eml"
printf 'To: bob@example.com\n\nabout sieve-advert\n' >"$WORK/subjectless.eml"
{ echo "From ann@example.org Mon Apr  6 10:00:00 2026"; cat "$WORK/spam.eml"; } \
	>"$WORK/mbox.eml"
cat "$WORK/mbox.eml" "$WORK/mbox.eml" >"$WORK/two.mbox"

normal() {
	sed -E -e 's/[A-Z][a-z]{2}, [ 0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} [-+][0-9]{4}/DATE/' \
		-e 's/=_[0-9A-Fa-f]+(\.[0-9A-Fa-f]+)+/=_BOUNDARY/g' \
		-e 's/^Received: from localhost by .*/Received: from localhost/' \
		-e 's/4\.0\.1(-tamis)? ?(\([^)]*\))?/VERSION/g' |
		tr -d '\r'
}

# run NAME PROGRAM... -- INPUT OPTION...: output and exit code into NAME.txt.
run() {
	local name=$1 program=() input
	shift
	while [[ $1 != -- ]]; do program+=("$1"); shift; done
	input=$2
	shift 2
	{
		HOME=$WORK/home TAMIS_CONFIG=$WORK/tamis.conf "${program[@]}" \
			-C "$WORK/rules" --siteconfigpath "$WORK/site" \
			-p "$WORK/none" -L -x "$@" <"$input" 2>"$WORK/$name.err"
		echo "exit $?"
	} | normal >"$WORK/$name.txt"
}

same() { # same DESCRIPTION INPUT OPTION...
	local description=$1
	shift
	run theirs "$theirs" -- "$@"
	run ours "$BUILD/tamis" spamassassin -- "$@"
	ok "$description" diff "$WORK/theirs.txt" "$WORK/ours.txt"
}

for name in spam ham suspect crlf subjectless mbox; do
	same "$name, -t" "$WORK/$name.eml" -t
done
same "exit code of spam" "$WORK/spam.eml" -e
same "another exit code of spam" "$WORK/spam.eml" --exit-code=9
same "exit code of ham" "$WORK/ham.eml" -e
same "preferences" "$WORK/suspect.eml" -p "$WORK/prefs"
same "a line after all" "$WORK/suspect.eml" --cf="score W_SUSPECT 9"
same "report_safe 0" "$WORK/spam.eml" --cf="report_safe 0"
same "report_safe 2" "$WORK/spam.eml" --cf="report_safe 2"
same "a file" /dev/null "$WORK/spam.eml"
same "two files" /dev/null "$WORK/spam.eml" "$WORK/ham.eml"
same "a mailbox" /dev/null --mbox "$WORK/two.mbox"
same "a file that is not there" /dev/null "$WORK/nowhere"
same "lint" /dev/null --lint
same "lint of a wrong line" /dev/null --lint --cf="body BROKEN /(/"
for safe in 0 1 2; do
	for name in spam crlf subjectless; do
		HOME=$WORK/home "$theirs" -C "$WORK/rules" -L -x \
			--siteconfigpath "$WORK/site" -p "$WORK/none" \
			--cf="report_safe $safe" <"$WORK/$name.eml" \
			>"$WORK/marked.eml" 2>/dev/null
		same "$name, report_safe $safe: the marks go away" \
			"$WORK/marked.eml" -d
		run ours "$BUILD/tamis" spamassassin -- "$WORK/marked.eml" -d
		ok "and leave the mail as it was" diff \
			<(normal <"$WORK/$name.eml") \
			<(sed '$d' "$WORK/ours.txt")
	done
done
is "version, as scripts look for it" "$("$BUILD/tamis" spamassassin -V |
	head -n 1)" "$("$theirs" -V | head -n 1)"
"$BUILD/tamis" spamassassin --nonsense >/dev/null 2>&1 </dev/null
is "a wrong command line" $? 64
finish
