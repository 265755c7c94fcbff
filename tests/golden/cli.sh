#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every sub-command of the built tamis(1) with good and bad input and
# looks at exit codes and output. Prints TAP.
set -u

here=${top_srcdir:-$(dirname "$0")/../..}/tests/golden
tamis=${TAMIS:-${top_builddir:-.}/tamis}
[ -x "$tamis" ] || {
	echo "Bail out! no $tamis: top_builddir names the build folder"
	exit 99
}
tmp=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$tmp"' EXIT
unset TAMIS_CONFIG TAMIS_RULES
NO_COLOR=1
export NO_COLOR

n=0
failed=0

# try NAME CODE PATTERN ARG...: runs tamis; the exit code must be CODE and
# what it printed must match the extended regular expression PATTERN.
try() {
	name=$1 code=$2 pattern=$3
	shift 3
	got=0
	"$tamis" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || got=$?
	judge_try
}

# feed FILE NAME CODE PATTERN ARG...: the same with standard input.
feed() {
	input=$1 name=$2 code=$3 pattern=$4
	shift 4
	got=0
	"$tamis" "$@" >"$tmp/out" 2>"$tmp/err" <"$input" || got=$?
	judge_try
}

judge_try() {
	n=$((n + 1))
	if [ "$got" -eq "$code" ] &&
		printf '%s\n' "$(cat "$tmp/out" "$tmp/err")" |
		grep -Eq -e "$pattern"; then
		echo "ok $n - $name"
		return
	fi
	failed=1
	echo "not ok $n - $name"
	echo "# exit code $got, wanted $code and a line like $pattern"
	sed 's/^/# out: /' "$tmp/out"
	sed 's/^/# err: /' "$tmp/err"
}

# hold NAME COMMAND...: a test of what the last command printed.
hold() {
	name=$1
	shift
	n=$((n + 1))
	if "$@" >"$tmp/hold" 2>&1; then
		echo "ok $n - $name"
	else
		failed=1
		echo "not ok $n - $name"
		sed 's/^/# /' "$tmp/hold" "$tmp/out" "$tmp/err"
	fi
}

conf=$tmp/tamis.conf
cat >"$conf" <<TEXT
tamisd { state_dir = $tmp/state; run_dir = $tmp/run; }
scan { deadline = 60s; }
TEXT
echo 'scan { treshold = 5; }' >"$tmp/bad.conf"
cat >"$tmp/bad.cf" <<'TEXT'
body FINE /x/
body BROKEN /(unclosed/
TEXT
cat >"$tmp/test.cf" <<'TEXT'
body GREETS /hello/
describe GREETS It says hello
score GREETS 6
test GREETS ok hello there
TEXT
sed 's/ok hello/fail hello/' "$tmp/test.cf" >"$tmp/failing.cf"
mkdir -p "$tmp/mails" "$tmp/empty" "$tmp/run"
for i in 1 2 3; do
	printf 'Subject: %s\n\ngood morning\n' "$i" >"$tmp/mails/$i.eml"
done
printf 'Subject: x\n\nhello you\n' >"$tmp/hello.eml"
printf 'hello from a post\n' >"$tmp/hello.txt"
cat >"$tmp/posts.ndjson" <<'TEXT'
{"text": "hello", "surface": "comment"}

{"html": "<p>good morning</p>", "author": "ann", "ip": "192.0.2.1"}
TEXT
printf '{"text": "fine"}\nnot json\n[]\n' >"$tmp/bad.ndjson"
r=$tmp/test.cf

# ---- the frame ----
try "without a command there is a hint" 2 'tamis help'
try "help lists the commands" 0 '^  explain +show why' help
try "--help is help" 0 '^  check ' --help
try "version" 0 '^tamis [0-9]' version
try "--version is version" 0 '^tamis [0-9]' --version
try "an unknown command is an error" 2 "no command 'chek'" chek
try "help of an unknown command too" 2 "no command 'chek'" help chek
for c in check explain lint rules masscheck hits rescore config reload \
	status report history version help; do
	try "help $c" 0 "^usage: tamis $c" help "$c"
done
for c in check explain lint rules masscheck hits rescore config reload \
	status report history; do
	try "$c --help" 0 "^usage: tamis $c" "$c" --help
	try "$c --nonsense" 2 "usage: tamis $c" "$c" --nonsense
	try "$c -c without its argument" 2 "usage: tamis $c" "$c" -c
done

# ---- check ----
try "nothing to judge" 2 'nothing to judge' check
try "a legitimate mail" 0 '^ok +0\.0/5\.0 +legitimate .*/1\.eml$' \
	check -c "$conf" -r "$r" "$tmp/mails/1.eml"
try "a spam mail" 1 '^spam +6\.0/5\.0 +advertising_spam .*hello.eml  GREETS$' \
	check -c "$conf" -r "$r" "$tmp/hello.eml"
try "several files have a summary" 1 '^4 judged: 3 legitimate, 1 adv' \
	check -c "$conf" -r "$r" "$tmp/mails" "$tmp/hello.eml"
try "--quiet has none" 1 '^spam' \
	check -c "$conf" -r "$r" -q "$tmp/mails" "$tmp/hello.eml"
hold "nothing on standard error then" test ! -s "$tmp/err"
feed "$tmp/hello.eml" "standard input" 1 '^spam .* -  GREETS' \
	check -c "$conf" -r "$r" -
try "a missing file" 3 'absent.eml: No such file' \
	check -c "$conf" -r "$r" "$tmp/absent.eml"
try "a missing file among others goes before spam" 3 '^spam' \
	check -c "$conf" -r "$r" "$tmp/absent.eml" "$tmp/hello.eml"
try "a file that cannot be read" 3 '^error +/proc/self/mem' \
	check -c "$conf" -r "$r" /proc/self/mem
try "the same as JSON" 3 '"error":' \
	check -c "$conf" -r "$r" --json /proc/self/mem
try "an empty folder" 0 '' check -c "$conf" -r "$r" "$tmp/empty"
try "a bad configuration" 2 'bad.conf:1: error:' \
	check -c "$tmp/bad.conf" -r "$r" "$tmp/hello.eml"
try "an absent configuration" 2 'absent.conf' \
	check -c "$tmp/absent.conf" -r "$r" "$tmp/hello.eml"
try "bad rules" 2 'bad.cf:2: error:' \
	check -c "$conf" -r "$tmp/bad.cf" "$tmp/hello.eml"
try "absent rules" 2 'absent.cf' \
	check -c "$conf" -r "$tmp/absent.cf" "$tmp/hello.eml"
try "a folder without rules" 2 'there are no rules' \
	check -c "$conf" -r "$tmp/empty" "$tmp/hello.eml"
cat >"$tmp/norules.conf" <<TEXT
rule { paths = $tmp/nowhere; }
TEXT
try "no rules at the paths of the configuration" 2 'no rules: nothing at' \
	check -c "$tmp/norules.conf" "$tmp/hello.eml"
try "the engine there is" 1 '^spam' \
	check -c "$conf" -r "$r" --engine pcre2 "$tmp/hello.eml"
try "an engine there is not" 2 "no engine 'x'; there are: auto, pcre2" \
	check -c "$conf" -r "$r" --engine x "$tmp/hello.eml"
cat >"$tmp/sub.cf" <<TEXT
body __PART /hello/
meta WHOLE __PART
TEXT
try "sub-rules are not shown" 0 '"rules":\[{"name":"WHOLE"' \
	check -c "$conf" -r "$tmp/sub.cf" --json "$tmp/hello.eml"
try "sub-rules are among all hits" 0 '"rules":\[{"name":"__PART"' \
	check -c "$conf" -r "$tmp/sub.cf" --json --all-hits "$tmp/hello.eml"
try "--no-net" 1 '^spam' check -c "$conf" -r "$r" --no-net "$tmp/hello.eml"
try "a bad number of threads" 2 'wants a number' check -j 0 "$tmp/hello.eml"
TAMIS_CONFIG=$conf TAMIS_RULES=$r
export TAMIS_CONFIG TAMIS_RULES
try "the environment names configuration and rules" 1 '^spam' \
	check "$tmp/hello.eml"
TAMIS_RULES=$tmp/absent.cf:
try "-r goes before the environment" 1 '^spam' check -r "$r" "$tmp/hello.eml"
unset TAMIS_CONFIG TAMIS_RULES

# ---- check: posts ----
try "--text" 1 '^spam .*hello.txt' \
	check -c "$conf" -r "$r" --text "$tmp/hello.txt"
try "a text is a post unless said" 1 '"surface":"post"' \
	check -c "$conf" -r "$r" --json --text "$tmp/hello.txt"
try "--surface" 1 '"surface":"review"' check -c "$conf" -r "$r" --json \
	--text --surface review "$tmp/hello.txt"
try "an unknown surface" 2 "no surface 'wall'" \
	check -c "$conf" -r "$r" --text --surface wall "$tmp/hello.txt"
try "mails have no --surface" 2 'goes with --text' \
	check --surface post "$tmp/hello.eml"
try "--text and --ndjson" 2 'exclude each other' \
	check --text --ndjson "$tmp/hello.txt"
try "--ndjson" 1 'posts.ndjson:3' \
	check -c "$conf" -r "$r" --ndjson "$tmp/posts.ndjson"
try "a post says its surface" 1 '"line":1,.*"surface":"comment"' \
	check -c "$conf" -r "$r" --ndjson --json "$tmp/posts.ndjson"
feed "$tmp/posts.ndjson" "posts from standard input" 1 '^ok .* -:3$' \
	check -c "$conf" -r "$r" --ndjson -
try "broken posts are named by line" 3 '^error +.*bad.ndjson:2: ' \
	check -c "$conf" -r "$r" --ndjson "$tmp/bad.ndjson"
hold "and the others are judged" grep -q '^ok .*:1$' "$tmp/out"
hold "what is JSON but no object too" \
	grep -q '^error .*:3: .*a JSON object' "$tmp/out"

# ---- check: order, threads, JSON ----
i=0
mkdir "$tmp/many"
while [ $i -lt 300 ]; do
	printf 'Subject: %s\n\nhello %s\n' $i $i >"$tmp/many/$((1000 + i)).eml"
	i=$((i + 1))
done
"$tamis" check -q -c "$conf" -r "$r" --json -j 8 "$tmp/many" >"$tmp/out"
sed 's/.*many.\([0-9]*\)\.eml".*/\1/' "$tmp/out" >"$tmp/order"
hold "results come in the order of the inputs" sort -c "$tmp/order"
hold "and all of them" test "$(wc -l <"$tmp/order")" -eq 300
if command -v jq >/dev/null; then
	hold "JSON has the members that are promised" jq -es 'length == 300 and all(
		(.file | type == "string") and .verdict == "advertising_spam"
		and .score == 6 and .threshold == 5 and .complete == true
		and .rules == [{name: "GREETS", score: 6, view: "body",
			match: "hello"}]
		and (.facts | type) == "object"
		and (.signals | type) == "object" and .urls == []
		and (.times_us.total | type) == "number")' "$tmp/out"
fi

# ---- explain ----
try "explain wants an operand" 2 'wants a file' explain
try "explain a mail" 0 '^advertising_spam  6\.0 of 5\.0 points' \
	explain -c "$conf" -r "$r" "$tmp/hello.eml"
hold "the match is marked" grep -q '>>hello<< you' "$tmp/out"
hold "the rule is described" grep -q 'It says hello' "$tmp/out"
hold "and has its place" grep -q 'test.cf:1$' "$tmp/out"
hold "the stages have times" grep -Eq '^  rules +[0-9]+  ' "$tmp/out"
try "explain how a mail came" 0 \
	'^  untrusted  198\.51\.100\.7  dsl\.example\.net, helo \[192\.168\.1\.7\]  by out\.example\.org  *ESMTPSA, auth' \
	explain -c "$conf" -r "$r" "$here/relays.eml"
try "explain a text" 0 '>>hello<< from a post' \
	explain -c "$conf" -r "$r" --text "$tmp/hello.txt"
try "explain posts" 0 'by file' \
	explain -c "$conf" -r "$r" --ndjson "$tmp/posts.ndjson"
feed "$tmp/hello.eml" "explain standard input" 0 '>>hello<< you' \
	explain -c "$conf" -r "$r" -
try "explain an absent file" 3 'No such file' \
	explain -c "$conf" -r "$r" "$tmp/absent.eml"
try "explain an unknown id" 3 '^tamis: |error: ' \
	explain -c "$conf" -r "$r" 01890000-0000-7000-8000-000000000000
printf 'Subject: \033]0;owned\007\n\nhello\n' >"$tmp/escape.eml"
try "a message cannot steer the terminal" 0 'subject .*u001b' \
	explain -c "$conf" -r "$r" "$tmp/escape.eml"
hold "not a single escape character" sh -c \
	"test -s '$tmp/out' && ! grep -q '$(printf '\033')' '$tmp/out'"

# ---- lint ----
try "good rules" 0 '^1 rules, 1 tests, 0 errors, 0 warnings' \
	lint -c "$conf" "$r"
try "bad rules" 1 'bad.cf:2: error: ' lint -c "$conf" "$tmp/bad.cf"
try "a test line that fails" 1 'failing.cf:4: error: ' \
	lint -c "$conf" "$tmp/failing.cf"
try "absent rules" 1 'absent.cf' lint -c "$conf" "$tmp/absent.cf"
try "lint as JSON" 1 '"diagnostics":\[\{"file":.*"severity":"error"' \
	lint -c "$conf" --json "$tmp/bad.cf"
printf 'loadplugin Example\n' >"$tmp/warn.cf"
cat "$r" >>"$tmp/warn.cf"
try "warnings are none of errors" 0 'warn.cf:1: warning: ' \
	lint -c "$conf" "$tmp/warn.cf"
try "--strict makes them so" 1 'warn.cf:1: warning: ' \
	lint --strict -c "$conf" "$tmp/warn.cf"
try "the rules of the configuration" 1 'no rules: nothing at' \
	lint -c "$tmp/norules.conf"
try "the starter rules" 0 ' 0 errors, 0 warnings' \
	lint --strict -c "$conf" "$here/../../rules"
try "the rules of the golden tests" 0 ' 0 errors, 0 warnings' \
	lint --strict -c "$conf" "$here/rules.cf"

# ---- rules ----
try "rules wants a word" 2 'wants' rules
try "rules list" 0 '^GREETS +body +6\.0 .*test.cf:1 +It says hello' \
	rules list -c "$conf" -r "$r"
try "rules list as JSON" 0 '"name":"GREETS","type":"body","score":6' \
	rules list -c "$conf" -r "$r" --json
try "rules show" 0 'definition body /hello/' \
	rules show GREETS -c "$conf" -r "$r"
try "rules show as JSON" 0 '"definition":"/hello/"' \
	rules show GREETS -c "$conf" -r "$r" --json
try "rules stats" 0 '^GREETS +[0-9.]+ +[0-9.]+ % +[1-9]' \
	rules stats "$tmp/hello.eml" -c "$conf" -r "$r"
try "rules stats as JSON" 0 '"messages":1,"rules":\[{"name":"GREETS"' \
	rules stats "$tmp/hello.eml" -c "$conf" -r "$r" --json
try "rules stats --hits" 0 '^GREETS +6 +1 +100.000 % +0 +0.000 % +1.000 +20' \
	rules stats --hits "$tmp/hello.eml" -c "$conf" -r "$r"
try "rules stats --never" 0 'since [-0-9: ]+; [0-9]+ of [0-9]+ rules were' \
	rules stats --never "$tmp/hello.eml" -c "$conf" -r "$r"
try "rules stats without a daemon" 3 'no daemon answers' \
	rules stats -c "$conf"
try "rules show of an unknown rule" 3 "no rule 'NOBODY'" \
	rules show GREETS NOBODY -c "$conf" -r "$r"

# ---- shadow rules ----
cat >"$tmp/shadow.cf" <<'TEXT'
body GREETS /hello/
describe GREETS It says hello
score GREETS 6
tflags GREETS shadow
TEXT
set -- -c "$conf" -r "$tmp/shadow.cf"
try "a shadow has no say" 0 \
	'"score":0,.*"rules":\[\],"shadow_rules":\[\{"name":"GREETS","score":6' \
	check --json "$tmp/hello.eml" "$@"
try "explain shows it apart" 0 '^shadow hits, which give no points$' \
	explain "$tmp/hello.eml" "$@"
try "rules show says so" 0 'shadow +yes: counted, and gives no points' \
	rules show GREETS "$@"
try "rules stats counts it" 0 '^GREETS +\(6\) +0 +0.000 % +1 +100.000 % +0.000' \
	rules stats --hits "$tmp/hello.eml" "$@"
try "lint names it" 0 'note: rule GREETS is a shadow' \
	lint -c "$conf" "$tmp/shadow.cf"
try "rules stats --hits without a daemon" 3 'no daemon answers' \
	rules stats --hits -c "$conf"

# ---- hits ----
mkdir "$tmp/logs"
cat >"$tmp/logs/ham.log" <<'TEXT'
# mass-check results from ann@mx.example.org
. -1 /mail/ham/1 HTML_MESSAGE,NICE,__SUB(3) time=990000000,scantime=0,format=f,reuse=no,set=0
.  0 /mail/ham/2  time=990000000,scantime=0,format=f,reuse=no,set=0
Y  6 /mail/ham/3 GREETS,HTML_MESSAGE,__SUB time=990000000,scantime=0,format=f,reuse=no,set=0
. -1 /mail/ham/4 NICE time=990000000,scantime=0,format=f,reuse=no,set=0
TEXT
cat >"$tmp/logs/spam.log" <<'TEXT'
Y 12 /mail/spam/1 BAD,GREETS,HTML_MESSAGE,__SUB time=990000000
.  1 /mail/spam/2 HTML_MESSAGE,__SUB time=990000000
TEXT
cat >"$tmp/hits.cf" <<'TEXT'
body GREETS /hello/
describe GREETS It says hello
score GREETS 6
body NICE /dear/
describe NICE It is kind
score NICE -1
body DEAD /impossible/
describe DEAD It hits nothing
score DEAD 2.5
TEXT
l=$tmp/logs
try "the head of the table" 0 \
	'^OVERALL% +SPAM% +HAM% +S/O +RANK +SCORE +NAME$' hits "$l"
hold "how much mail there is" grep -Eq \
	'^ +6 +2 +4 +0\.333 +- +- +\(all messages\)$' "$tmp/out"
hold "shares of all, of spam, of ham, and S/O" grep -Eq \
	'^ +33\.333 +50\.0000 +25\.0000 +0\.667 .* GREETS$' "$tmp/out"
hold "no sub-rules" test -z "$(grep __SUB "$tmp/out")"
hold "no points" grep -Eq ' - +HTML_MESSAGE$' "$tmp/out"
hold "the best rule is first" test "$(sed -n '4s/.* //p' "$tmp/out")" = BAD
hold "what hits ham is last" test "$(sed -n '$s/.* //p' "$tmp/out")" = NICE
try "rules give points" 0 ' 6\.0 +GREETS$' hits -r "$tmp/hits.cf" "$l"
hold "and say what is for ham" grep -Eq '^ .* 0\.000 +1\.00 +-1\.0 +NICE$' \
	"$tmp/out"
try "rules that hit nothing" 0 '^ +0\.000 +0\.0000 .* 2\.5 +DEAD$' \
	hits -r "$tmp/hits.cf" --never "$l"
try "of them logs know nothing" 2 'goes with --rules' hits --never "$l"
try "sub-rules" 0 '^ +66\.667 +100\.0000 +50\.0000 .*__SUB$' \
	hits --sub-rules "$l/ham.log" "$l/spam.log"
try "only some names" 0 '^ .*GREETS$' hits --name '^(GREETS|BAD)$' --sort name \
	--limit 1 --min-hits 2 "$l"
hold "and those only" test "$(wc -l <"$tmp/out")" -eq 4
try "sorted by ham" 0 '' hits --sort ham "$l"
hold "in this order" test "$(sed '1,3d; s/.* //' "$tmp/out" | tr '\n' ' ')" = \
	"HTML_MESSAGE NICE GREETS BAD "
try "a wrong word to sort by" 2 "cannot sort by 'love'" hits --sort love "$l"
try "a wrong expression" 2 "--name '\\('" hits --name '(' "$l"
try "wrongly judged mail" 0 '^ +2 +1 +1 .*\(all messages\)$' hits --wrong "$l"
try "as JSON" 0 '^\{"spam":2,"ham":4,"rules":\[\{"name":"BAD","spam":1,"ham":0,"overall_percent":16\.6667,"spam_percent":50,"ham_percent":0,"so":1,' \
	hits --json "$l"
try "which hit the same mail" 0 \
	'^ +50\.0 +1 +2 +1 +50\.0 +100\.0 +HTML_MESSAGE +GREETS$' \
	hits --overlap --min-hits 1 "$l"
hold "in spam apart" grep -q '^spam: 2 messages, 3 pairs of rules$' "$tmp/out"
hold "and in ham" grep -q '^ham: 4 messages, 1 pairs of rules$' "$tmp/out"
try "more in common" 0 'HTML_MESSAGE +__SUB$' \
	hits --overlap --sub-rules --min-hits 2 --min-overlap 99.5 "$l"
try "the same as JSON" 0 \
	'"spam_overlap":\[\{"a":"GREETS","b":"BAD","a_hits":1,"b_hits":1,"both":1,"jaccard":1\}' \
	hits --overlap --json --min-hits 1 "$l"
try "one table at a time" 2 'exclude each other' hits --overlap --wrong "$l"
try "a strange percentage" 2 'percentage above 0' \
	hits --overlap --min-overlap 101 "$l"
try "no logs" 2 'no logs' hits
cp "$l/ham.log" "$tmp/some.log"
try "a log without a label" 2 'does .*some.log hold ham or spam' \
	hits "$tmp/some.log"
try "an absent log" 3 'spam.log: error: No such file' hits "$tmp/absent/spam.log"
try "a folder without logs" 3 'ham.log: error: No such file' hits "$tmp/empty"
try "one kind of mail only" 0 'there is no spam' hits "$l/ham.log"
cp "$tamis" "$tmp/spam.log"
try "what is no log" 3 'spam.log:1: (warning: not a result|error: the line)' \
	hits "$tmp/spam.log"

# ---- rescore ----
# 600 mails of each kind: of a thousand ham (first number) and spam (second), so
# many hit each rule. What chance decides is the same each time.
make_logs() { # make_logs DIR NAME,HAM,SPAM...
	mkdir "$1"
	awk -v dir="$1" -v rules="$2" 'BEGIN {
		n = split(rules, list, " ")
		seed = 42
		for (i = 0; i < 1200; i++) {
			hits = ""
			for (k = 1; k <= n; k++) {
				split(list[k], f, ",")
				seed = (seed * 16807) % 2147483647
				if (seed % 1000 < f[2 + i % 2])
					hits = hits (hits ? "," : "") f[1]
			}
			printf ". 0 /mail/%d %s time=1\n", i, hits \
				>(dir "/" (i % 2 ? "spam.log" : "ham.log"))
		}
	}'
}
make_logs "$tmp/real" "CHEAP,2,400 PILLS,1,450 MONEY,2,500 NEWS,500,20 KEPT,5,300"
make_logs "$tmp/chance" "CHEAP,300,300 PILLS,250,250 MONEY,200,200 NEWS,50,50"
for i in CHEAP PILLS MONEY NEWS KEPT; do
	printf 'body %s /%s/\nscore %s %s\n' $i $i $i \
		"$(case $i in NEWS) echo -0.5 ;; *) echo 1.5 ;; esac)"
done >"$tmp/points.cf"
set -- rescore -c "$conf" -r "$tmp/points.cf"
try "rescore finds better points" 0 '^better: ' "$@" -k '^KE.T$' \
	--max-fp 1% -o "$tmp/new.cf" "$tmp/real"
hold "says what is kept" grep -q '5 rules hit, 4 fitted; kept: 1 by --keep$' \
	"$tmp/out"
hold "and what changes" grep -Eq '^CHEAP +1\.5 +[2-4]\.[0-9]+ ' "$tmp/out"
hold "has a picture" grep -Eq '^ +> 5 .*[0-9] +█' "$tmp/out"
hold "and a file" grep -Eq \
	'^score CHEAP [2-4]\.[0-9]+ # was 1\.5; hit [0-9]+ spam, [0-9]+ ham$' \
	"$tmp/new.cf"
hold "without what is kept" test -z "$(grep '^score KEPT' "$tmp/new.cf")"
try "which is a file of rules" 0 ' 0 errors, 0 warnings' \
	lint "$tmp/points.cf" "$tmp/new.cf"
cp "$tmp/new.cf" "$tmp/first.cf"
try "the same again" 0 '^better: ' "$@" -k '^KE.T$' --max-fp 1 \
	-o "$tmp/new.cf" "$tmp/real/spam.log" "$tmp/real/ham.log"
hold "is the same" cmp -s "$tmp/first.cf" "$tmp/new.cf"
try "rescore as JSON" 0 '"bounded":true,"better":true,"rules":\[{"name":' \
	"$@" --json --max-fp 1 "$tmp/real"
try "what is not better is refused" 1 '^not better: ' "$@" \
	-o "$tmp/none.cf" "$tmp/chance"
hold "and not written" test ! -e "$tmp/none.cf"
try "nor what is tried on mail of other sources" 1 '^not better: ' "$@" \
	--max-fp 1 --by-source "$tmp/real"
try "a few mails are too few" 3 '100 of each' "$@" "$tmp/logs"
try "rescore wants logs" 2 'no logs' "$@"
try "and an expression" 2 "keep" "$@" -k '(' "$tmp/real"
try "and a percentage" 2 'percentage' "$@" --max-fp many "$tmp/real"
try "and parts" 2 'folds' "$@" --folds 2 "$tmp/real"

# ---- config ----
try "config wants a word" 2 'wants one word' config
try "config of an unknown word" 2 "no 'chek'" config chek
try "config check" 0 'tamis.conf: no errors' config check -c "$conf"
try "config check of a bad file" 2 'bad.conf:1: error: .*threshold' \
	config check -c "$tmp/bad.conf"
try "config show names the origin" 0 'tamis.conf:2' config show -c "$conf"
try "config defaults" 0 'threshold' config defaults
cp "$tmp/out" "$tmp/defaults.conf"
try "the defaults are a configuration" 0 'no errors' \
	config check -c "$tmp/defaults.conf"

# ---- reload and status, without a daemon and with a simulated one ----
try "reload without a daemon" 3 'no daemon answers' reload -c "$conf"
try "status without a daemon" 3 'no daemon answers' status -c "$conf"
try "reload takes no operands" 2 'no operands' reload -c "$conf" x
try "status takes no operands" 2 'no operands' status -c "$conf" x

cat >"$tmp/server.py" <<'PYTHON'
import socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
print("ready", flush=True)
while True:
    peer, _ = listener.accept()
    asked = peer.makefile().readline()
    answer = open(sys.argv[2], "rb").read()
    if b"{" not in answer or '{"command":"' in asked:
        peer.sendall(answer)
    peer.close()
PYTHON
if command -v python3 >/dev/null; then
	python3 "$tmp/server.py" "$tmp/run/control.sock" "$tmp/answer" \
		>"$tmp/server" &
	server=$!
	while ! grep -qs ready "$tmp/server"; do
		kill -0 "$server" || exit 99
		sleep 0.05
	done
	cat >"$tmp/answer" <<'JSON'
{"ok":true,"version":"0.1.0","pid":4711,"started":"2026-11-23T03:00:00.000Z","ruleset":"sha256:00ff","rules":120,"reloads":3,"last_reload":{"time":"2026-11-23T03:10:00.000Z","ok":false,"error":"x.cf:3: error: no"},"scanners":[{"pid":4712,"started":"2026-11-23T03:00:00.000Z","restarts":1,"listen":"unix:/run/tamis/milter.sock","in_flight":2}],"reporter":{"pid":4713,"restarts":0},"counters":{"messages":52,"legitimate":40,"advertising_spam":10,"spool_lost":2,"smtp":50,"http":2}}
JSON
	try "status" 0 '^tamisd 0\.1\.0, pid 4711, up ' status -c "$conf"
	hold "status has the counters" \
		grep -Eq '^  advertising spam +10$' "$tmp/out"
	hold "status has the scanners" \
		grep -Eq '^scanner 1 +4712 .* 1 +2  unix:/run' "$tmp/out"
	hold "status has the last reload" \
		grep -q 'x.cf:3: error: no' "$tmp/out"
	try "status as JSON" 0 '^\{"ok":true,.*"pid":4711' \
		status -c "$conf" --json
	try "reload" 0 '^reloaded: 120 rules, ruleset sha256:00ff' \
		reload -c "$conf"
	cat >"$tmp/answer" <<'JSON'
{"ok":false,"error":"a.cf:1: error: first","diagnostics":["a.cf:1: error: first","b.cf:2: warning: second"]}
JSON
	try "a refused reload" 1 'b.cf:2: warning: second' reload -c "$conf"
	hold "the daemon keeps what it had" grep -q 'keeps' "$tmp/err"
	try "a refused reload as JSON" 1 '"ok":false' reload -c "$conf" --json
	echo 'nonsense' >"$tmp/answer"
	try "an answer that is no JSON" 3 'makes no sense' status -c "$conf"
	: >"$tmp/answer"
	try "no answer at all" 3 'makes no sense' status -c "$conf"
fi

# ---- SPF ----
cat >"$tmp/zone" <<'TEXT'
example.org TXT found 300 "v=spf1 include:b.example -all exp=why.example.org"
b.example TXT found 300 "v=spf1 ip4:192.0.2.0/28 ?all"
why.example.org TXT found 300 "%{i} is not ours"
wrong.example TXT found 300 "v=spf1 ip4:192.0.2.300 -all"
late.example TXT timed_out 0
1.2.0.192.in-addr.arpa PTR found 300 mx.example.org
mx.example.org A found 300 192.0.2.1
TEXT
cat >"$tmp/feed" <<'ZONE'
_ugifeed.example.org TXT found 300 "v=UGIFEED1; feed=https://feed.example.net/"
example.org._report._ugifeed.feed.example.net TXT found 300 "v=UGIFEED1"
_ugifeed.example.com TXT found 300 "v=UGIFEED1; feed=https://feed.example.net/"
_ugifeed.late.example TXT timed_out 0
ZONE
try "feed: a proof" 0 '^proven' feed discover --answers "$tmp/feed" example.org
try "feed: no proof" 1 '^unproven: its host has no record' \
	feed discover --answers "$tmp/feed" example.com
try "feed: a silent server" 3 '"state":"unanswered","why":"the record: timed_out"' \
	feed discover --answers "$tmp/feed" --json late.example
try "feed: another word" 2 'wants discover and a domain' feed show x
try "spf: a pass" 0 '^pass: "include:b.example" in the record of example.org' \
	spf --answers "$tmp/zone" 192.0.2.1 user@example.org mx.example.org
hold "spf: the client's name leads back" \
	grep -q 'mx.example.org, which leads back to it' "$tmp/out"
hold "spf: the way through the records" \
	grep -q '^        ip4:192.0.2.0/28 .* matches$' "$tmp/out"
try "spf: a fail is explained" 1 '^explanation  192.0.2.99 is not ours' \
	spf --answers "$tmp/zone" 192.0.2.99 '<user@example.org>'
try "spf: the null sender" 0 '"identity":"helo".*"iprev":"pass"' \
	spf --answers "$tmp/zone" --json 192.0.2.1 '<>' example.org
try "spf: a wrong term is named" 1 '"ip4:192.0.2.300" .* is wrong' \
	spf --answers "$tmp/zone" 192.0.2.1 a@wrong.example
try "spf: no answer" 3 '^temperror: no answer for the TXT records' \
	spf --answers "$tmp/zone" 192.0.2.1 a@late.example
"$tamis" spf --answers "$tmp/zone" --show-answers 192.0.2.99 a@example.org |
	sed '1,/^$/d; 1,/^$/d' >"$tmp/zone2"
try "spf: answers that were shown can be used" 1 '^fail' \
	spf --answers "$tmp/zone2" 192.0.2.99 a@example.org
try "spf: no address" 2 "no address" spf --answers "$tmp/zone" here a@b.c
try "spf: no sender" 2 "wanted" spf 192.0.2.1
try "spf: a file of answers that is not there" 3 'No such file' \
	spf --answers "$tmp/none" 192.0.2.1 a@b.c
try "spf: a wrong file of answers" 3 'test.cf:1: error: expected NAME' \
	spf --answers "$r" 192.0.2.1 a@b.c

# ---- DKIM ----
signed=$here/../../fuzz/corpus/dkim # answers, a dot, a mail
take() { # take NAME: answers and mail of a sample
	sed '/^\.$/q' "$signed/$1" | grep -v '^\.$' >"$tmp/zone"
	sed '1,/^\.$/d' "$signed/$1" >"$tmp/signed"
}
take bare-key
try "dkim: a valid signature" 0 '^DKIM   pass$' \
	dkim --answers "$tmp/zone" "$tmp/signed"
hold "dkim: the key is told" grep -q 'rsa-sha256, relaxed/relaxed, 1024-bit' \
	"$tmp/out"
hold "dkim: DMARC passes by it" grep -q '^DMARC  pass$' "$tmp/out"
echo 'a footer' >>"$tmp/signed"
try "dkim: a changed body" 1 '^DKIM   fail: the body has changed$' \
	dkim --answers "$tmp/zone" "$tmp/signed"
take chain
try "dkim: a chain" 1 '^ARC    pass$' dkim --answers "$tmp/zone" "$tmp/signed"
try "dkim: no mail" 2 'one MAIL is wanted' dkim
try "dkim: a mail that is not there" 3 'No such file' dkim \
	--answers "$tmp/zone" "$tmp/none"

# ---- learn ----
learned=$tmp/learn.conf
cat >"$learned" <<TEXT
tamisd { state_dir = $tmp/learned; }
classifier { size = 64k; messages_min = 10; }
TEXT
cat >"$tmp/bayes.cf" <<'TEXT'
body LEARNED_SPAM eval:check_bayes('0.9', '1.00')
describe LEARNED_SPAM The classifier says so
score LEARNED_SPAM 5
TEXT
i=0
while [ "$i" -lt 20 ]; do
	echo "{\"text\": \"claim your casino bonus number $i now\"}"
	i=$((i + 1))
done >"$tmp/spam.ndjson"
sed 's/claim your casino bonus/notes of our meeting/' "$tmp/spam.ndjson" \
	>"$tmp/ham.ndjson"
try "learn: before it, untrained" 0 '^state +untrained' \
	learn -c "$learned" --status
try "learn: an untrained classifier has no say" 0 \
	'"classifier":{"state":"untrained"}' check -c "$learned" --json \
	--rules "$tmp/bayes.cf" --ndjson "$tmp/spam.ndjson"
try "learn: spam" 0 '^20 learned as spam.* has 0 ham and 20 spam' \
	learn -c "$learned" --spam --ndjson "$tmp/spam.ndjson"
try "learn: ham" 0 'the model has 20 ham and 20 spam' \
	learn -c "$learned" --ham --ndjson "$tmp/ham.ndjson"
try "learn: again changes nothing" 0 '^0 learned.*20 known before' \
	learn -c "$learned" --ham --ndjson "$tmp/ham.ndjson"
try "learn: the status" 0 '"state":"trained","ham":20,"spam":20' \
	learn -c "$learned" --status --json
echo 'your casino bonus' >"$tmp/casino.txt"
try "learn: rules ask the classifier" 1 'LEARNED_SPAM' \
	check -c "$learned" --rules "$tmp/bayes.cf" --text "$tmp/casino.txt"
try "learn: explain has its reasons" 0 'word "casino"' \
	explain -c "$learned" --rules "$tmp/bayes.cf" --text "$tmp/casino.txt"
try "learn: the other class corrects" 0 '20 of them corrected.* 0 ham and 40' \
	learn -c "$learned" --spam --ndjson "$tmp/ham.ndjson"
try "learn: forget" 0 '^20 forgotten.* 0 ham and 20 spam' \
	learn -c "$learned" --forget --ndjson "$tmp/ham.ndjson"
try "learn: export" 0 '' learn -c "$learned" --export "$tmp/model"
try "learn: reset" 0 '' learn -c "$learned" --reset
try "learn: after it, nothing" 0 '"ham":0,"spam":0' \
	learn -c "$learned" --status --json
try "learn: import" 0 '' learn -c "$learned" --import "$tmp/model"
try "learn: what was imported" 0 '"ham":0,"spam":20' \
	learn -c "$learned" --status --json
printf 'v\t3\tdb_version # x\nv\t7\tnum_spam\nv\t9\tnum_nonspam\n' \
	>"$tmp/backup"
printf 't\t1\t0\t1600000000\t0123456789\ns\ts\tx@sa_generated\n' \
	>>"$tmp/backup"
try "learn: a backup of sa-learn" 1 '7 spam and 9 ham: 1 tokens, 1 messages' \
	learn -c "$learned" --import "$tmp/backup"
try "learn: rubbish" 3 'is no model of tamis' \
	learn -c "$learned" --import "$tmp/casino.txt"
try "learn: nothing to do" 2 'wants one of' learn -c "$learned"
try "learn: no messages" 2 'wants messages' learn -c "$learned" --spam
try "learn: no such file" 3 'No such file' learn -c "$learned" --ham "$tmp/no"

# ---- report and history, without a daemon ----
try "report wants a word" 2 'wants one word' report
try "report of an unknown word" 2 'wants one word' report empty
try "report status" 3 'has a daemon run' report status -c "$conf"
try "report flush" 3 'has a daemon run' report flush -t 1 -c "$conf"
try "history" 3 'history.db' history -c "$conf"
try "history of an unknown verdict" 2 "no verdict 'spam'" \
	history -c "$conf" --verdict spam
try "history takes no operands" 2 'no operands' history -c "$conf" x
try "a bad limit" 2 'wants a number' history -c "$conf" --limit all

echo "1..$n"
exit $failed
