#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The spamd protocol with the real spamc: each command, each flag. Where the
# real spamd is installed, both serve the same rules, and their exit codes and
# outputs must be the same but for dates, versions and boundaries.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

command -v spamc >/dev/null || skip_all "no spamc"
spamd=/usr/sbin/spamd
[[ -x $spamd && $EUID -eq 0 ]] || spamd=

port=$(free_port)
their_port=$(free_port)
conf_set reputation.enabled no # what is compared with spamd has none
conf_set spamd.listen "inet:$port@127.0.0.1" "unix:$WORK/run/spamd.sock"
conf_set spamd.socket_mode 0666
conf_set spamd.message_bytes_max 1M
conf_set spamd.timeout 3s
conf_set spamd.tell yes

# Templates, in the language of both.
templates() { # templates REPORT_SAFE
	cat >"$WORK/rules/templates.cf" <<-CF
		report_safe $1
		clear_report_template
		report Judged on _HOSTNAME_: _YESNO_, with _SCORE_ of _REQD_ points.
		report
		report _SUMMARY_
		report Questions: _CONTACTADDRESS_
		report_contact postmaster@example.com
		report_hostname mx.example.com
		clear_headers
		add_header spam Flag _YESNOCAPS_
		add_header all Level _STARS(*)_
		add_header all Status "_YESNO_, score=_SCORE_ required=_REQD_ tests=_TESTS_"
		add_header all Client _REMOTEHOSTNAME_ _REMOTEHOSTADDR_
		rewrite_header Subject [SPAM]
	CF
}

# ---- the mails ----

mail spam sieve-advert >/dev/null
mail ham nothing >/dev/null
mail suspect sieve-suspect >/dev/null
sed 's/$/\r/' "$WORK/spam.eml" >"$WORK/crlf.eml"
printf 'Subject: none\n\nabout sieve-advert' >"$WORK/unfinished.eml"
printf 'From: ann@example.org\nTo: bob@example.com\n\nabout sieve-advert\n' \
	>"$WORK/subjectless.eml"
{ cat "$WORK/spam.eml"; seq 20000; } >"$WORK/long.eml"
{
	printf 'EHLO mx.example.org\nMAIL FROM:<ann@example.org>\n'
	printf 'RCPT TO:<bob@example.com>\nDATA\n'
	cat "$WORK/spam.eml"
	printf '.\nQUIT\n'
} >"$WORK/bsmtp"
mails=(spam ham suspect crlf unfinished subjectless long)

# ---- the real spamd ----

their_pid=
theirs_up() {
	[[ -n $spamd ]] || return 0
	mkdir -p "$WORK/site" "$WORK/home"
	chmod a+rX "$WORK" "$WORK/rules" "$WORK/site"
	chown nobody "$WORK/home"
	echo "loadplugin Mail::SpamAssassin::Plugin::Check" \
		>"$WORK/site/init.pre"
	"$spamd" -L -x -u nobody -m 2 --min-children=1 -i 127.0.0.1 \
		-p "$their_port" -C "$WORK/rules" \
		--siteconfigpath="$WORK/site" --allow-tell -H "$WORK/home" \
		-s "$WORK/their.log" >"$WORK/their.out" 2>&1 &
	their_pid=$!
	pids+=("$their_pid")
	wait_for 60 listens "$their_port" || bail "spamd does not start"
}

theirs_down() {
	[[ -z $their_pid ]] || stop "$their_pid"
	their_pid=
}

# ---- asking both ----

# normal: without what must differ.
normal() {
	sed -E -e 's/[A-Z][a-z]{2}, [ 0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} [-+][0-9]{4}/DATE/' \
		-e 's/=_[0-9A-Fa-f]+(\.[0-9A-Fa-f]+)+/=_BOUNDARY/g' \
		-e 's/^Received: from localhost by .*/Received: from localhost/' \
		-e 's/4\.0\.1(-tamis)? ?(\([^)]*\))?/VERSION/g' \
		-e 's/ on [-a-zA-Z0-9.]+$/ on HOST/'
}

ask() { # ask PORT MAIL FLAG...: output and exit code
	local to=$1 file=$2
	shift 2
	spamc -d 127.0.0.1 -p "$to" "$@" <"$file" 2>&1
	printf '\nexit %s\n' $?
}

# both DESCRIPTION MAIL FLAG...: the same answer of both.
both() {
	local description=$1 file=$2
	shift 2
	ask "$port" "$file" "$@" | normal >"$WORK/ours.txt"
	if [[ -z $spamd ]]; then
		skip "$description as spamd answers" "no spamd"
		return
	fi
	ask "$their_port" "$file" "$@" | normal >"$WORK/theirs.txt"
	cmp -s "$WORK/ours.txt" "$WORK/theirs.txt"
	result $? "$description as spamd answers" ||
		diff "$WORK/theirs.txt" "$WORK/ours.txt" | sed 's/^/# /' |
		head -n 20
}

out() { # out FLAG... <MAIL: what our spamc prints, in one line
	spamc -d 127.0.0.1 -p "$port" "$@" 2>&1 | tr '\n' '|'
}

status() { # status FLAG... <MAIL: its exit code
	spamc -d 127.0.0.1 -p "$port" "$@" >/dev/null 2>&1
	echo $?
}

# ---- without spamd: what is known of the answers ----

templates 1
tamisd_up
is "check: score and threshold" "$(out -c <"$WORK/spam.eml")" "10.0/5.0|"
is "check: exit code of spam" "$(status -c <"$WORK/spam.eml")" 1
is "check: exit code of ham" "$(status -c <"$WORK/ham.eml")" 0
is "symbols" "$(out -y <"$WORK/spam.eml")" W_ADVERT
is "no symbols" "$(out -y <"$WORK/ham.eml")" ""
is "ping" "$(out -K </dev/null)" "SPAMD/1.5 0|"
like "report" "$(out -R <"$WORK/spam.eml")" \
	'^10\.0/5\.0\|Judged on mx\.example\.com: Yes, with 10\.0 of 5\.0 '
is "no report on ham" "$(out -r <"$WORK/ham.eml")" ""
like "process" "$(out <"$WORK/spam.eml")" 'Subject: \[SPAM\] about sieve-advert'
is "unix socket" "$(spamc -U "$WORK/run/spamd.sock" -c <"$WORK/spam.eml")" \
	"10.0/5.0"
like "the log names user and message" "$(grep -m1 user=carol <(
	spamc -d 127.0.0.1 -p "$port" -u carol -c <"$WORK/spam.eml" >/dev/null
	sleep 0.2
	cat "$WORK/tamisd.log"))" \
	'via=spamd user=carol message_id=<[0-9.]+@example.org> '
is "counted by way" "$(($(counter spamd) > 5 && $(counter smtp) == 0))" 1

# ---- each flag, both daemons ----

# Not -L: this spamd has no Bayes that could learn, and tamisd learns.
flags=(-c -y -R -r "" --headers -E "-x -E" "-x -c" "-u ann -y"
	"-C report" "-C revoke" "-s 100" "-e cat")
for safe in 1 0 2; do
	templates $safe
	tamisd_reload >/dev/null
	theirs_up
	for name in "${mails[@]}"; do
		for flag in "${flags[@]}"; do
			# The templates matter to few.
			[[ $safe == 1 || $flag =~ ^(|--headers|-R)$ ]] || continue
			# shellcheck disable=SC2086
			both "safe $safe, $name: spamc $flag" "$WORK/$name.eml" $flag
		done
	done
	both "safe $safe: spamc -K" /dev/null -K
	both "safe $safe: spamc -B" "$WORK/bsmtp" -B
	both "safe $safe: an empty mail" /dev/null -R
	[[ $safe == 2 ]] || theirs_down
done

# ---- requests that spamc never makes ----

talk() { # talk PORT OPTION...: the answer's first line, its text left out
	local to=$1
	shift
	python3 "$SRC/tests/system/spamdtalk.py" "127.0.0.1:$to" "$@" |
		head -n 1 | tr -d '\r' | sed -E 's/^(SPAMD\S* [0-9]+ [A-Z_]*).*/\1/'
}

# talks DESCRIPTION WANTED OPTION...: ours; and of spamd the same.
talks() {
	local description=$1 want=$2
	shift 2
	is "$description" "$(talk "$port" "$@")" "$want"
	[[ -z $spamd ]] || is "$description: spamd, too" \
		"$(talk "$their_port" "$@")" "$want"
}

eml=$WORK/spam.eml
ok="SPAMD/1.1 0 EX_OK"
talks "version 1.0" "$ok" --version 1.0 "$eml"
talks "version 1.2" "$ok" --version 1.2 "$eml"
talks "without a length" "$ok" --length none "$eml"
talks "a length that is too large" "SPAMD/1.0 76 B" --length 99999 "$eml"
talks "a length that is too small" "SPAMD/1.0 76 B" --length 5 "$eml"
talks "a length that is no number" "SPAMD/1.0 76 B" --length x "$eml"
talks "a field without colon" "SPAMD/1.0 76 B" --field nonsense "$eml"
talks "an unknown field" "$ok" --field "X-Unknown: 1" "$eml"
talks "an unknown compression" "SPAMD/1.0 76 B" --field "Compress: lzma" "$eml"
talks "compressed" "$ok" --zlib "$eml"
talks "compressed, damaged" "SPAMD/1.0 69 S" --zlib --cut 9 "$eml"
talks "compressed, no length" "SPAMD/1.0 69 S" --zlib --length none "$eml"
talks "an unknown command" "SPAMD/1.0 76 B" --command LEARN "$eml"
talks "not the protocol" "SPAMD/1.0 76 B" --line "GET / HTTP/1.0" "$eml"
talks "skip" "(nothing)" --command SKIP --length none
talks "skip, version 1.2" "(nothing)" --command SKIP --version 1.2
talks "ping, version 1.2" "SPAMD/1.5 0 PONG" --command PING --version 1.2
talks "tell, set and remove" "SPAMD/1.0 76 B" --command TELL \
	--field "Set: local" --field "Remove: local" "$eml"
for version in 1.0 1.1 1.2 1.3 1.5; do
	for command in PROCESS SYMBOLS REPORT REPORT_IFSPAM HEADERS CHECK; do
		for to in "$port" ${spamd:+"$their_port"}; do
			python3 "$SRC/tests/system/spamdtalk.py" \
				--command $command --version $version \
				"127.0.0.1:$to" "$eml" | normal |
				sed 's/^Content-length: .*/Content-length: N/' \
					>"$WORK/answer.$to"
		done
		[[ -n $spamd ]] || cp "$WORK/answer.$port" "$WORK/answer.$their_port"
		ok "$command $version: the same bytes" \
			diff -a "$WORK/answer.$their_port" "$WORK/answer.$port"
	done
done
theirs_down

# ---- limits: ours alone ----

ours() { talk "$port" "$@"; }
is "too large" "$(ours --zeros 2000000)" "SPAMD/1.0 98 S"
is "too large, and does not say so" "$(ours --zeros 2000000 --length none)" \
	"SPAMD/1.0 98 S"
is "a small thing that unpacks to a large one" \
	"$(ours --zlib --zeros 50000000)" "SPAMD/1.0 98 S"
head -c 1500000 /dev/zero | tr '\0' x >"$WORK/large.eml"
spamc -d 127.0.0.1 -p "$port" -s 2000000 <"$WORK/large.eml" >"$WORK/passed.eml"
ok "spamc lets pass what is too large" cmp "$WORK/passed.eml" "$WORK/large.eml"
is "the end need not be said" "$(ours --no-end "$eml")" "$ok"
is "slow, but in time" "$(ours --pause 1 "$eml")" "$ok"
begin=$SECONDS
is "too slow" "$(ours --no-end --length 99999 "$eml")" "SPAMD/1.0 79 T"
is "and not for long" "$((SECONDS - begin < 8))" 1
is "late ones are counted" "$(counter spamd_late)" 1
for _ in $(seq 50); do
	python3 -c 'import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.send(b"CHECK SPAMC/1.5\r\nContent-length: 5000\r\n\r\nx")
s.close()' "$port"
done
is "after clients that went away" "$(ours "$eml")" "$ok"
conf_set spamd.tell no
conf_set spamd.connections_max 2
tamisd_reload >/dev/null
is "TELL is not for everybody" "$(ours --command TELL --field "Set: local" \
	"$eml")" "SPAMD/1.0 69 S"
for _ in 1 2 3 4 5 6; do
	ours --pause 0.3 "$eml" >>"$WORK/waiting.txt" &
	waiting+=($!)
done
wait "${waiting[@]}"
is "more than there is room for wait" "$(grep -c "$ok" "$WORK/waiting.txt")" 6

# ---- nothing is lost ----

conf_set spamd.connections_max 200
conf_set spamd.timeout 30s
tamisd_reload >/dev/null
load() { # load NAME COUNT: so many checks one after the other
	local i
	for ((i = 0; i < $2; i++)); do
		status -x -c <"$WORK/spam.eml"
	done >"$WORK/$1.txt"
}
load reload 60 &
pid=$!
for _ in 1 2 3; do tamis reload >/dev/null; done
wait "$pid"
is "reloads lose nothing" "$(sort "$WORK/reload.txt" | uniq -c | tr -s ' ')" \
	" 60 1"
before=$(counter spamd_connections)
# shellcheck disable=SC2317 # by wait_for
connected() { (($(counter spamd_connections) == before + 10)); }
for _ in $(seq 10); do
	ours --pause 4 "$eml" >>"$WORK/stop.txt" &
	stopping+=($!)
done
wait_for 10 connected
tamisd_down
wait "${stopping[@]}"
is "a stop answers what has begun" "$(grep -c "$ok" "$WORK/stop.txt")" 10

# ---- who may connect ----

conf_set spamd.listen "inet:$port@0.0.0.0"
conf_write
like "an open address needs an allow list" "$(
	"$BUILD/tamisd" --check -c "$WORK/tamis.conf" 2>&1)" 'spamd\.allow'
finish
