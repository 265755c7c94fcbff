#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench peers [-n COUNT] [DIR]`: SpamAssassin's rules, without the
# network, on the same messages: tamis check, SpamAssassin itself (its Perl
# modules, loaded once in each of two processes) and, where there is one
# (RSPAMD_PREFIX: below that folder), rspamd with its SpamAssassin plugin and
# two workers. CPU time of all processes of each, and messages a second.
set -euo pipefail
export TAMIS_NET=no # what others answer is not measured
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BENCH_BUILD:-$top/build}
stock=/usr/share/spamassassin
count=200
if [[ ${1:-} == -n ]]; then
	count=${2:?-n needs a number}
	shift 2
fi
dir=${1:-$top/contrib/samples/mail}
[[ -n ${1:-} || ! -d $top/build/corpus/mail ]] || dir=$top/build/corpus/mail
prefix=${RSPAMD_PREFIX:-}
work=$(mktemp -d)
rspamd_pid=""
stop() {
	if [[ -n $rspamd_pid ]]; then
		kill "$rspamd_pid" 2>/dev/null || true
		wait "$rspamd_pid" 2>/dev/null || true
	fi
	rm -rf "$work"
}
trap stop EXIT

find "$dir" -type f ! -name '*.tsv' ! -name '*.ndjson' | sort |
	awk -v want="$count" '{ path[NR] = $0 }
		END { for (i = 0; i < want && i < NR; i++)
			print path[int(i * NR / (want < NR ? want : NR)) + 1] }' \
		>"$work/list"
mapfile -t files <"$work/list"
printf '%d messages\n\n%-40s %10s %10s %10s\n' "${#files[@]}" \
	"" "CPU ms" "mails/s" "start CPU s"
printf 'Subject: x\n\nx\n' >"$work/one.eml"

# row NAME CPU-SECONDS SECONDS START-CPU-SECONDS [ROUNDS]: of the whole run
row() {
	awk -v name="$1" -v cpu="$2" -v s="$3" -v start="$4" \
		-v n="$((${#files[@]} * ${5:-1}))" 'BEGIN {
		printf "%-40s %10.2f %10.1f %10.2f\n", name, \
			(cpu - start) * 1000 / n, n / s, start }'
}

timed() { # timed COMMAND...: prints "CPU-SECONDS SECONDS"
	TIMEFORMAT='%U %S %R'
	{ time "$@" >"$work/out" 2>"$work/err" || [[ $? -lt 2 ]]; } 2>&1 |
		awk '{ print $1 + $2, $3 }'
}

sa_check() { # two processes, as -j 2
	perl -MMail::SpamAssassin -e '
		open my $list, "<", shift or die;
		chomp(my @files = <$list>);
		for my $process (0, 1) {
			next if fork;
			my $sa = Mail::SpamAssassin->new({ local_tests_only => 1,
				dont_copy_prefs => 1 });
			$sa->init(0);
			for (my $i = $process; $i < @files; $i += 2) {
				open my $f, "<:raw", $files[$i] or die;
				my $mail = $sa->parse([<$f>]);
				my $status = $sa->check($mail);
				$status->finish;
				$mail->finish;
			}
			exit 0;
		}
		1 while wait > 0;' "$1"
}

# Its start takes as long as hundreds of messages: the median of several starts
# is taken off many rounds of the messages, or its noise would be the figure.
rounds=10
start=$(for _ in {1..9}; do
	timed "$build/tamis" check -j 2 --rules "$stock" "$work/one.eml"
done | sort -n | awk '{ cpu[NR] = $1 } END { print cpu[(NR + 1) / 2] }')
many=()
for ((i = 0; i < rounds; i++)); do
	many+=("${files[@]}")
done
read -r cpu seconds < <(timed "$build/tamis" check -j 2 --rules "$stock" "${many[@]}")
row "tamis check -j 2" "$cpu" "$seconds" "$start" "$rounds"

printf '%s\n' "$work/one.eml" "$work/one.eml" >"$work/start"
read -r start _ < <(timed sa_check "$work/start")
read -r cpu seconds < <(timed sa_check "$work/list")
row "SpamAssassin, 2 processes" "$cpu" "$seconds" "$start"

rspamd=$prefix/usr/bin/rspamd
[[ -x $rspamd ]] || { echo "no rspamd at $rspamd" && exit 0; }
run=$work/rspamd
mkdir -p "$run"/{db,log,sa}
cp -a "$prefix/etc/rspamd" "$run/etc"
mkdir -p "$run/etc/local.d"
cp "$stock"/[0-9]*.cf "$run/sa/"
cd "$run/etc/local.d"
port=$((20000 + RANDOM % 10000))
echo 'enabled = false;' >worker-proxy.inc
printf 'bind_socket = "127.0.0.1:%s";\ncount = 2;\n' "$port" >worker-normal.inc
echo "bind_socket = \"$run/controller.sock mode=0600\";" >worker-controller.inc
echo 'dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }' >options.inc
for module in rbl spf dkim dmarc arc asn mx_check fuzzy_check url_redirector greylist; do
	echo 'enabled = false;' >"$module.conf"
done
echo "ruleset = \"$run/sa/*.cf\";" >spamassassin.conf
cd "$top"
share=$prefix/usr/share/rspamd
LD_LIBRARY_PATH=$prefix/usr/lib/rspamd:$prefix/usr/lib/$(uname -m)-linux-gnu \
	"$rspamd" -f -i -c "$run/etc/rspamd.conf" --var=CONFDIR="$run/etc" \
	--var=LOCAL_CONFDIR="$run/etc" --var=DBDIR="$run/db" \
	--var=RUNDIR="$run" --var=LOGDIR="$run/log" --var=SHAREDIR="$share" \
	--var=RULESDIR="$share/rules" --var=PLUGINSDIR="$share/plugins" \
	--var=LUALIBDIR="$share/lualib" --var=WWWDIR="$share/www" \
	>"$work/rspamd.log" 2>&1 &
rspamd_pid=$!

cpu_of_rspamd() { # seconds, the process and its children
	local pid
	for pid in "$rspamd_pid" $(pgrep -P "$rspamd_pid"); do
		cat "/proc/$pid/stat" 2>/dev/null || true
	done | awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, "")
		cpu += $12 + $13 + $14 + $15 } END { print cpu / hz }'
}

ask() { # ask LIST: all of its messages, two at a time
	local part
	for part in 0 1; do
		awk -v part="$part" -v port="$port" 'NR % 2 == part {
			if (n++) print "next"
			printf "url = \"http://127.0.0.1:%s/checkv2\"\n", port
			printf "data-binary = \"@%s\"\nsilent\nmax-time = 60\n", $0
			print "output = \"/dev/null\"" }' "$1" >"$work/ask.$part"
	done
	curl -K "$work/ask.0" & curl -K "$work/ask.1" &
	wait $! %-
}

echo "$work/one.eml" >"$work/one"
for _ in {1..600}; do
	curl -s --max-time 5 --data-binary @"$work/one.eml" \
		"http://127.0.0.1:$port/checkv2" >"$work/answer" && break
	sleep 0.2
done
# Until its helper has compiled the expressions: no CPU used for 5 s.
before=-1 quiet=0
for _ in {1..180}; do
	sleep 1
	now=$(cpu_of_rspamd)
	quiet=$(awk -v a="$now" -v b="$before" -v q="$quiet" \
		'BEGIN { print a - b < 0.1 ? q + 1 : 0 }')
	before=$now
	[[ $quiet -lt 5 ]] || break
done
begin=$EPOCHREALTIME
ask "$work/list" >/dev/null 2>&1 || true
end=$EPOCHREALTIME
after=$(cpu_of_rspamd)
row "rspamd, spamassassin plugin, 2 workers" "$after" \
	"$(awk -v a="$begin" -v b="$end" 'BEGIN { print b - a }')" "$before"
