#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Mass checks: what counts as mail, what the logs say, and a run that is killed
# and goes on. Prints TAP.
set -u

tamis=${TAMIS:-${top_builddir:-.}/tamis}
[ -x "$tamis" ] || {
	echo "Bail out! no $tamis: top_builddir names the build folder"
	exit 99
}
tamis=$(cd "$(dirname "$tamis")" && pwd)/$(basename "$tamis")
tmp=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; rm -rf "$tmp"' EXIT
unset TAMIS_CONFIG TAMIS_RULES
cd "$tmp" || exit 1

n=0
failed=0

# hold NAME COMMAND...: a test that the command succeeds.
hold() {
	name=$1
	shift
	n=$((n + 1))
	if "$@" >hold 2>&1; then
		echo "ok $n - $name"
	else
		failed=1
		echo "not ok $n - $name"
		sed "s/^/# /" hold
		[ ! -e err ] || sed 's/^/# err: /' err
	fi
}

# run CODE ARG...: a mass check with that exit code; what it says is in `err`.
run() {
	code=$1
	shift
	got=0
	"$tamis" masscheck -c conf -r rules.cf "$@" >out 2>err </dev/null ||
		got=$?
	hold "masscheck $* ends with $code" test "$got" -eq "$code"
}

says() { # says NAME PATTERN FILE
	hold "$1" grep -Eq -e "$2" "$3"
}

results() { # results FILE: how many lines are no comments
	grep -vc '^#' "$1"
}

echo "tamisd { state_dir = $tmp/state; run_dir = $tmp/run; }" >conf
cat >rules.cf <<'TEXT'
body __WORD /hello/
tflags __WORD multiple
body GREETS /hello/
describe GREETS It says hello
score GREETS 6
body SHOUTS /HELLO/
describe SHOUTS It shouts
tflags SHOUTS multiple
score SHOUTS 0.75
TEXT
sed 's/^score GREETS 6/score GREETS 7/' rules.cf >other.cf
mail() { # mail SUBJECT TEXT
	printf 'Received: from a.example.org by b.example.org;'
	printf ' Mon, 6 Apr 2026 10:00:00 +0000\nSubject: %s\n\n%s\n' "$1" "$2"
}
mkdir -p ham spam Maildir/cur Maildir/new Maildir/tmp sub
i=0
while [ $i -lt 30 ]; do
	i=$((i + 1))
	mail "$i" "good morning" >"ham/$((i + 100)).eml"
	mail "$i" "hello, hello HELLO HELLO" >"spam/$((i + 100)).eml"
done
mail cur hello >Maildir/cur/1:2,S
mail new hello >Maildir/new/2
mail tmp hello >Maildir/tmp/3
echo index >Maildir/dovecot.index
{
	echo "From ann@example.org Mon Apr  6 10:00:00 2026"
	mail first hello
	echo
	echo "From ann@example.org Mon Apr  6 10:00:01 2026"
	mail second "good morning"
} >box.mbox
cp box.mbox sub/box
mail "a name" hello >"sub/with a blank.eml"

# ---- what is written ----
run 0 --ham ham --spam spam -o whole
says "the summary says what was judged wrongly" \
	'^30 ham, 0 of them judged spam; 30 spam, 0 of them not judged' err
hold "a line each" test "$(results whole/ham.log)" -eq 30
hold "no unfinished logs are left" test ! -e whole/ham.log.part
says "ham has no points" \
	'^\.  0 ham/101\.eml  time=1775469600,format=f,reuse=no,set=0,score=0$' \
	whole/ham.log
says "spam has them, whole, exact, and how often" \
	'^Y  7 spam/101\.eml GREETS,SHOUTS,__WORD\(2\) time=1775469600,.*,score=7\.5,hits=SHOUTS:2$' \
	whole/spam.log
says "the rules are named" '^# rules: sha256:' whole/ham.log

# ---- what is mail ----
run 0 --spam Maildir --ham box.mbox -o kinds
hold "cur and new of a Maildir, nothing beside" \
	test "$(cut -c 6- kinds/spam.log | grep -o '^[^ ]*Maildir/[^ ]*' |
		tr '\n' ' ')" = "Maildir/cur/1:2,S Maildir/new/2 "
says "the first mail of a mailbox" '^Y  6 box\.mbox\.0 GREETS,__WORD time' \
	kinds/ham.log
says "and the second, by its place" \
	'^\.  0 box\.mbox\.[1-9][0-9]*  time=.*format=m,' kinds/ham.log
run 0 'ham:dir:ham' 'ham:mbox:sub/box' 'spam:dir:sub' 'spam:file:spam/10?.eml' \
	-o targets
hold "targets of mass-check: ham" test "$(results targets/ham.log)" -eq 32
hold "and spam" test "$(results targets/spam.log)" -eq 11
says "blanks of a path are none of the line" ' sub/with_a_blank\.eml ' \
	targets/spam.log
run 2 ham
says "a target without a label is refused" "is 'ham' ham or spam" err
run 2
says "and so is none at all" 'nothing to check' err
run 3 --ham /proc/self/mem --ham ham --spam absent -o unreadable
says "an unreadable mail is named" '/proc/self/mem: ' err
says "an absent folder is named" 'absent: No such file' err
says "and noted" '^# unreadable: /proc/self/mem: ' unreadable/ham.log
hold "the others are checked" test "$(results unreadable/ham.log)" -eq 30
run 2 --ham ham -o rules.cf
says "a folder that is none" 'rules\.cf: ' err

# ---- however many at once ----
run 0 -q -j 1 --ham ham --spam spam -o single
hold "quiet is quiet" test ! -s err
run 0 -j 7 --ham ham --spam spam -o many
hold "the logs do not depend on it" cmp single/spam.log many/spam.log

# ---- killed in the middle ----
# A pipe that nobody writes to holds a run up at its place.
mkdir part
mkfifo stuck.eml
"$tamis" masscheck -c conf -r rules.cf --ham ham --ham stuck.eml --ham Maildir \
	--spam spam -o part -j 2 >/dev/null 2>&1 </dev/null &
pid=$!
tries=0
until [ -e part/ham.log.part ] && [ "$(results part/ham.log.part)" -ge 30 ]; do
	tries=$((tries + 1))
	[ $tries -lt 200 ] || break
	sleep 0.05
done
run 2 --ham ham -o part
says "nobody writes where another does" 'another mass check writes it' err
kill -KILL $pid
wait $pid 2>/dev/null
pid=
hold "there are no logs yet" test ! -e part/ham.log
rm stuck.eml
mail stuck hello >stuck.eml
# The last line was not written to its end.
dd if=part/ham.log.part of=cut bs=1 \
	count=$(($(wc -c <part/ham.log.part) - 20)) 2>/dev/null
cp cut part/ham.log.part
set -- --ham ham --ham stuck.eml --ham Maildir --spam spam
"$tamis" masscheck -c conf -r other.cf "$@" -o part --resume >out 2>err
hold "other rules are no reason to go on" test $? -eq 2
says "and it says so" 'begun with other rules' err
hold "and leaves what is there" cmp cut part/ham.log.part
run 0 "$@" -o part --resume
says "what was done is not done again" '^29 of 63 mails are done already' err
run 0 "$@" -o anew
hold "ham.log is that of a run that was not killed" \
	cmp part/ham.log anew/ham.log
hold "and so is spam.log" cmp part/spam.log anew/spam.log
run 0 "$@" -o part --resume
says "with nothing to go on with all is done" '^0 of 63 mails' err

echo "1..$n"
exit $failed
