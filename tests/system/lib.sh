# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# Shared by the system tests: TAP, a private MTA in one temporary folder with
# smtp-sink behind it, tamisd and tamis-feedd with a configuration of their
# own, waiting with time-outs. Everything listens on loopback; every process
# started here is stopped here, by its process id.
#
# A test says `source "$(dirname "$0")/lib.sh"`, then ok/is/like, and ends with
# `finish`. Where things are:
#
#   $SRC      the source tree
#   $BUILD    where tamisd, tamis and tamis-feedd are (top_builddir)
#   $WORK     this test's own folder; its logs are kept when a test fails
set -uo pipefail
export LC_ALL=C

SRC=$(cd "${top_srcdir:-$(dirname "${BASH_SOURCE[0]}")/../..}" && pwd)
BUILD=$(cd "${top_builddir:-$SRC/build}" && pwd)
ARTIFACTS=${TAMIS_ARTIFACTS:-$SRC/build/artifacts}
FULL=${TAMIS_FULL:-}
NAME=$(basename "$0" .sh)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/tamis-$NAME-XXXXXX")
chmod 755 "$WORK"

# ---- TAP ----------------------------------------------------------------

n_tests=0 n_bad=0
EXPECTED_DEATHS=^$ # which `signal` lines of the log are the test's own doing

note() { printf '# %s\n' "$@"; }

result() { # result PASSED? DESCRIPTION
	n_tests=$((n_tests + 1))
	if [[ $1 == 0 ]]; then
		echo "ok $n_tests - $2"
	else
		n_bad=$((n_bad + 1))
		echo "not ok $n_tests - $2"
	fi
	return "$1"
}

ok() { # ok DESCRIPTION COMMAND...
	local description=$1 status=0
	shift
	"$@" >"$WORK/ok.out" 2>&1 || status=1
	result $status "$description" || sed 's/^/# /' "$WORK/ok.out" | tail -n 20
}

is() { # is DESCRIPTION GOT WANTED
	[[ $2 == "$3" ]]
	result $? "$1" || note "got:    $2" "wanted: $3"
}

like() { # like DESCRIPTION GOT REGULAR-EXPRESSION
	[[ $2 =~ $3 ]]
	result $? "$1" || note "got:    $2" "wanted: /$3/"
}

skip() { # skip DESCRIPTION WHY
	n_tests=$((n_tests + 1))
	echo "ok $n_tests - $1 # SKIP $2"
}

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

finish() { # also: whatever was started said nothing that a sanitizer says
	local reports
	daemons_down
	if compgen -G "$WORK/*d.log" >/dev/null; then
		reports=$(grep -E 'Sanitizer|runtime error:|terminated by signal' \
			"$WORK"/*d.log | grep -v "$EXPECTED_DEATHS" | head -n 5)
		is "no crash and no sanitizer report" "$reports" ""
	fi
	echo "1..$n_tests"
	exit $((n_bad > 0))
}

bail() { # the harness itself does not work
	result 1 "$*"
	finish
}

# ---- processes --------------------------------------------------------------

pids=()                             # of everything that was started
postfix_pid="" tamisd_pid="" feedd_pid="" # while they run

# stop PID [SECONDS]: TERM, and KILL if it is still there after that.
stop() {
	kill -TERM "$1" 2>/dev/null || return 0
	wait_for "${2:-10}" gone "$1" || kill -KILL "$1" 2>/dev/null
	wait "$1" 2>/dev/null
	return 0
}

gone() { # a process that has ended but was not waited for counts as gone
	[[ ! -r /proc/$1/stat ]] ||
		[[ $(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) == [ZX] ]]
}

# wait_for SECONDS COMMAND...: until it succeeds, looked at 20 times a second.
wait_for() {
	local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		((${EPOCHREALTIME/./} < end)) || return 1
		sleep 0.05
	done
}

free_port() {
	python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

cleanup() {
	local pid
	postfix_down
	daemons_down
	for pid in "${pids[@]}"; do stop "$pid"; done
	if ((n_bad)) && [[ -n ${TAMIS_ARTIFACTS:-} ]]; then
		mkdir -p "$ARTIFACTS/$NAME"
		find "$WORK" -maxdepth 3 \( -name '*.log' -o -name '*.conf' \) \
			-size -2000k -exec cp {} "$ARTIFACTS/$NAME/" \;
	fi
	[[ -n ${TAMIS_KEEP:-} ]] || rm -rf "$WORK"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- the next hop: takes and keeps what the MTA lets through --------------------

# sink_up: sets SINK_PORT; each message becomes a file in $WORK/sink.
sink_up() {
	SINK_PORT=$(free_port)
	mkdir -p "$WORK/sink" && chmod 777 "$WORK/sink"
	smtp-sink -u nobody -R "$WORK/sink" -d "m." "127.0.0.1:$SINK_PORT" \
		200 >"$WORK/sink.log" 2>&1 &
	sink_pid=$!
	pids+=("$sink_pid")
	wait_for 10 listens "$SINK_PORT" || bail "smtp-sink does not start"
}

sink_count() { find "$WORK/sink" -type f | wc -l; }

# The sink makes a file when a message begins and writes it until it ends.
sink_idle() {
	[[ -z $(find "/proc/$sink_pid/fd" -lname "$WORK/sink/*" 2>/dev/null) ]]
}

sink_has() { [[ $(sink_count) -ge $1 ]] && sink_idle; }

sink_clear() { find "$WORK/sink" -type f -delete; }

# sink_last: the file of the newest message.
sink_last() { find "$WORK/sink" -type f -printf '%T@ %p\n' | sort -n |
	tail -n 1 | cut -d' ' -f2; }

# send_load COUNT NAME: of the files in ${messages[@]}, 20 sessions at once;
# the replies go to NAME.tsv.
send_load() {
	python3 "$SRC/tests/system/smtpsend.py" -j 20 --unique --count "$1" \
		--sender "$2@example.org" "127.0.0.1:$MX_PORT" "${messages[@]}" \
		>"$WORK/$2.tsv"
}

replies() { # replies NAME REGULAR-EXPRESSION: how many messages got such one
	cut -f3 "$WORK/$1.tsv" | grep -cE "$2"
}

# sunk NAME: for each message of that load that arrived: its recipient.
sunk() {
	find "$WORK/sink" -type f -exec awk -v sender="<$1@example.org>" '
		FNR == 1 { from = 0 }
		/^X-Mail-Args: / { from = index($0, sender) }
		/^X-Rcpt-Args: / { if (from) print $2; nextfile }' {} +
}

# header FILE NAME: the values of all header fields of that name, unfolded.
header() {
	awk -v name="$2" '
		/^\r?$/ { exit }
		{ sub(/\r$/, "") }
		/^[ \t]/ { sub(/^[ \t]+/, " "); value = value $0; next }
		{ flush(); at = index($0, ":"); key = substr($0, 1, at - 1)
		  value = substr($0, at + 1); sub(/^ +/, "", value) }
		END { flush() }
		function flush() {
			if (tolower(key) == tolower(name)) print value
			key = ""
		}' "$1"
}

header_count() { header "$1" "$2" | grep -c ''; }

# ---- Postfix ----------------------------------------------------------------------

# postfix_up MILTERS [MAIN.CF-LINE...]: an instance of its own. Sets MX_PORT.
# Mail for example.com goes to smtp-sink; local submission: `submit`.
postfix_up() {
	local etc=$WORK/postfix/etc milters=$1
	shift
	[[ $EUID -eq 0 ]] || skip_all "Postfix can be started by root only"
	command -v postfix >/dev/null || skip_all "no Postfix"
	[[ -n ${SINK_PORT:-} ]] || sink_up
	MX_PORT=${MX_PORT:-$(free_port)}
	mkdir -p "$etc" "$WORK/postfix/data" "$WORK/postfix/spool"
	chown postfix "$WORK/postfix/data"
	postfix_main_cf "$milters" "$@" >"$etc/main.cf"
	postfix_master_cf >"$etc/master.cf"
	postfix -c "$etc" check >"$WORK/postfix/check.log" 2>&1
	/usr/lib/postfix/sbin/master -c "$etc" -w \
		>"$WORK/postfix/master.log" 2>&1 ||
		bail "Postfix does not start: $(cat "$WORK/postfix/master.log")"
	postfix_pid=$(tr -d ' ' <"$WORK/postfix/spool/pid/master.pid")
	wait_for 10 listens "$MX_PORT" || bail "Postfix does not listen"
}

postfix_main_cf() {
	cat <<-CONF
		compatibility_level = 3.6
		queue_directory = $WORK/postfix/spool
		data_directory = $WORK/postfix/data
		command_directory = /usr/sbin
		daemon_directory = /usr/lib/postfix/sbin
		mail_owner = postfix
		setgid_group = postdrop
		syslog_name = tamis-test
		maillog_file = $WORK/postfix/mail.log
		maillog_file_prefixes = $WORK/postfix
		inet_interfaces = 127.0.0.1
		inet_protocols = ipv4
		myhostname = mx.example.com
		mydestination =
		mynetworks =
		relay_domains = example.com
		relay_transport = smtp:[127.0.0.1]:$SINK_PORT
		default_transport = smtp:[127.0.0.1]:$SINK_PORT
		local_transport = error:no local delivery
		relay_recipient_maps =
		alias_maps =
		alias_database =
		smtpd_relay_restrictions = reject_unauth_destination
		smtpd_peername_lookup = no
		smtpd_client_connection_count_limit = 0
		smtpd_client_connection_rate_limit = 0
		smtpd_error_sleep_time = 0
		smtpd_hard_error_limit = 1000
		smtpd_tls_security_level = none
		smtp_tls_security_level = none
		smtp_generic_maps =
		default_destination_concurrency_limit = 20
		disable_dns_lookups = yes
		message_size_limit = 209715200
		mailbox_size_limit = 0
		bounce_queue_lifetime = 1h
		smtpd_milters = $1
		milter_default_action = tempfail
	CONF
	shift
	if [[ $# -gt 0 ]]; then printf '%s\n' "$@"; fi
}

postfix_master_cf() {
	cat <<-CONF
		127.0.0.1:$MX_PORT inet n - n - 100 smtpd
		pickup    unix  n - n 60 1 pickup
		cleanup   unix  n - n - 0 cleanup
		qmgr      unix  n - n 300 1 qmgr
		rewrite   unix  - - n - - trivial-rewrite
		bounce    unix  - - n - 0 bounce
		defer     unix  - - n - 0 bounce
		trace     unix  - - n - 0 bounce
		smtp      unix  - - n - - smtp
		error     unix  - - n - - error
		retry     unix  - - n - - error
		discard   unix  - - n - - discard
		showq     unix  n - n - - showq
		proxymap  unix  - - n - - proxymap
		anvil     unix  - - n - 1 anvil
		scache    unix  - - n - 1 scache
		tlsmgr    unix  - - n 1000? 1 tlsmgr
		postlog   unix-dgram n - n - 1 postlogd
	CONF
}

# postfix_set NAME=VALUE...: changes main.cf and takes it into use.
postfix_set() {
	local setting
	for setting; do
		postconf -c "$WORK/postfix/etc" -e "$setting"
	done
	postfix -c "$WORK/postfix/etc" reload >/dev/null 2>&1
	sleep 0.5
}

postfix_down() {
	[[ -n $postfix_pid ]] || return 0
	stop "$postfix_pid"
	postfix_pid=
}

postfix_queued() { # messages that are neither delivered nor on hold
	find "$WORK"/postfix/spool/{incoming,active,deferred,maildrop} \
		-type f 2>/dev/null | wc -l
}

postfix_held() { find "$WORK/postfix/spool/hold" -type f 2>/dev/null | wc -l; }

postfix_idle() { [[ $(postfix_queued) -eq 0 ]]; }

# submit FILE [RECIPIENT...]: local submission, as a program on the machine.
submit() {
	local file=$1
	shift
	sendmail -C "$WORK/postfix/etc" -i -f sender@example.org \
		"${@:-user@example.com}" <"$file"
}

# ---- the daemons ------------------------------------------------------------------

declare -A conf=()

# conf_set SECTION.KEY VALUE...: in $WORK/tamis.conf, with the next conf_write.
conf_set() {
	local key=$1 value list=""
	shift
	for value; do list+="${list:+, }\"$value\""; done
	conf[$key]=$list
}

conf_write() {
	local key section=""
	while read -r key; do
		if [[ ${key%.*} != "$section" ]]; then
			[[ -z $section ]] || echo "}"
			section=${key%.*}
			echo "$section {"
		fi
		printf '\t%s = %s;\n' "${key#*.}" "${conf[$key]}"
	done < <(printf '%s\n' "${!conf[@]}" | sort) >"$WORK/tamis.conf.new"
	echo "}" >>"$WORK/tamis.conf.new"
	mv "$WORK/tamis.conf.new" "$WORK/tamis.conf"
}

# What every test starts from. The rules are known words with known points.
conf_basis() {
	mkdir -p "$WORK"/{run,state,rules,feedd}
	chown nobody:nogroup "$WORK"/{run,state,feedd} 2>/dev/null
	cp "$SRC/tests/system/words.cf" "$WORK/rules/"
	conf_set node.name mx.example.com
	conf_set dns.enabled no # unless a test has servers of its own
	conf_set tamisd.user nobody
	conf_set tamisd.group nogroup
	conf_set tamisd.state_dir "$WORK/state"
	conf_set tamisd.run_dir "$WORK/run"
	conf_set milter.listen "unix:$WORK/run/milter.sock"
	conf_set milter.socket_mode 0666
	conf_set http.listen "unix:$WORK/run/http.sock"
	conf_set rule.paths "$WORK/rules"
	conf_set plan.subject_tag "[SPAM]"
	conf_set plan.reject_score 50
	conf_set feedd.user nobody
	conf_set feedd.group nogroup
	conf_set feedd.database "$WORK/feedd/feed.db"
	[[ $EUID -eq 0 ]] || conf_set tamisd.user ""
	[[ $EUID -eq 0 ]] || conf_set tamisd.group ""
}
conf_basis

MILTER=unix:$WORK/run/milter.sock

tamis() { # tamis SUB-COMMAND ARGUMENT...: with the test's configuration
	"$BUILD/tamis" "$@" -c "$WORK/tamis.conf"
}

counter() { # counter NAME: of `tamis status`
	tamis status --json | jq ".counters.$1"
}

# post JSON|@FILE [CURL-OPTION...]: POST /v1/check on the unix socket.
post() {
	local body=$1
	shift
	curl -s --max-time 60 --unix-socket "$WORK/run/http.sock" \
		-H 'Content-Type: application/json' --data-binary "$body" \
		"$@" http://localhost/v1/check
}

# sane WORD VERDICT: a post with that word is judged so, now.
sane() {
	[[ $(post "{\"text\":\"about $1\"}" | jq -r .verdict) == "$2" ]]
}

tamisd_up() {
	conf_write
	"$BUILD/tamisd" -f -c "$WORK/tamis.conf" >>"$WORK/tamisd.log" 2>&1 &
	tamisd_pid=$!
	pids+=($!)
	wait_for 60 up_or_gone "$tamisd_pid" tamis status
	tamis status >/dev/null 2>&1 || {
		sed 's/^/# /' "$WORK/tamisd.log"
		bail "tamisd does not start"
	}
}

up_or_gone() { # up_or_gone PID COMMAND...: works, or never will
	local pid=$1
	shift
	gone "$pid" || "$@"
}

tamisd_reload() { # with what conf_set has changed
	conf_write
	tamis reload
}

tamisd_down() { [[ -z $tamisd_pid ]] || stop "$tamisd_pid" 20; tamisd_pid=; }

# feedd_up: sets FEED_PORT; the collector and the statistics page.
feedd_up() {
	FEED_PORT=${FEED_PORT:-$(free_port)}
	conf_set feedd.listen "inet:$FEED_PORT@127.0.0.1"
	conf_write
	"$BUILD/tamis-feedd" -f -c "$WORK/tamis.conf" \
		>>"$WORK/feedd.log" 2>&1 &
	feedd_pid=$!
	pids+=($!)
	wait_for 60 up_or_gone "$feedd_pid" listens "$FEED_PORT"
	listens "$FEED_PORT" || {
		sed 's/^/# /' "$WORK/feedd.log"
		bail "tamis-feedd does not start"
	}
}

feedd_down() { [[ -z $feedd_pid ]] || stop "$feedd_pid" 20; feedd_pid=; }

daemons_down() {
	tamisd_down
	feedd_down
}

# ---- messages ---------------------------------------------------------------------

# mail NAME WORD [HEADER-LINE...]: writes $WORK/NAME.eml, prints its name.
# WORD is one of words.cf: how the message is judged.
mail() {
	local file=$WORK/$1.eml word=$2
	shift 2
	{
		cat <<-MAIL
			From: Ann Example <ann@example.org>
			To: Bob Example <bob@example.com>
			Subject: about $word
			Date: Mon, 06 Apr 2026 10:00:00 +0200
			Message-ID: <$RANDOM.$RANDOM@example.org>
			MIME-Version: 1.0
			Content-Type: text/plain; charset=us-ascii
		MAIL
		if [[ $# -gt 0 ]]; then printf '%s\n' "$@"; fi
		printf '\nDear Bob,\n\nthis is about %s.\n\nAnn\n' "$word"
	} >"$file"
	echo "$file"
}

# corpus: a folder of many messages. Real mail where there is some
# (TAMIS_CORPUS, or an archive beside the tree), else the samples.
corpus() {
	local dir=${TAMIS_CORPUS:-} archive=$SRC/../shared/corpus/mail.tar.zst
	if [[ -z $dir && -r $archive ]]; then
		dir=$SRC/build/corpus/mail
		[[ -d $dir ]] || {
			mkdir -p "$SRC/build/corpus.new"
			tar -C "$SRC/build/corpus.new" --zstd -xf "$archive"
			mv -T "$SRC/build/corpus.new" "$SRC/build/corpus"
		}
	fi
	echo "${dir:-$SRC/contrib/samples/mail}"
}

# choose COUNT: so many files of the corpus, or all, evenly spread over it.
choose() {
	find "$(corpus)" -type f ! -name '*.tsv' | sort >"$WORK/corpus.list"
	awk -v n="$(wc -l <"$WORK/corpus.list")" -v want="$1" '
		n <= want || int(NR * want / n) > int((NR - 1) * want / n)' \
		"$WORK/corpus.list"
}

# ---- sending ------------------------------------------------------------------------

# send FILE [OPTION...]: one message by SMTP; prints the reply to the last
# command. Options: those of tests/system/smtpsend.py.
send() {
	local file=$1
	shift
	python3 "$SRC/tests/system/smtpsend.py" "$@" "127.0.0.1:$MX_PORT" \
		"$file" | cut -f3-
}
