#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The reporter syslog where journald listens: what it sends, read by a program of
# ours, and by journalctl from what a real journald wrote. Both listen below a
# /run of this test's own.
if [[ -z ${TAMIS_OWN_RUN:-} ]]; then
	unshare -m true 2>/dev/null || {
		echo "1..0 # SKIP no mount namespace may be made here"
		exit 0
	}
	exec env TAMIS_OWN_RUN=yes unshare -m "$BASH" "$0" "$@"
fi
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

journald=/lib/systemd/systemd-journald
mount -t tmpfs tmpfs /run 2>/dev/null || skip_all "/run cannot be mounted"
mkdir -p /run/systemd/journal /run/log/journal

has_entries() { # has_entries NUMBER
	[[ $(wc -l <"$WORK/entries") -ge $1 ]]
}

entry() { # entry VERDICT FILTER: of what came
	jq -r "select(.TAMIS_VERDICT == \"$1\") | $2" "$WORK/entries"
}

spam() { # prints the identifier
	post '{"text":"about sieve-advert","ip":"192.0.2.9"}' | jq -r .id
}

# ---- by a reader of ours ----

: >"$WORK/entries"
python3 "$SRC/tests/system/journal.py" /run/systemd/journal/socket \
	"$WORK/entries" 2>"$WORK/journal.log" &
reader=$!
pids+=("$reader")
wait_for 10 test -S /run/systemd/journal/socket || bail "no socket"

conf_set report.syslog yes
tamisd_up
post '{"text":"about news","ip":"192.0.2.7"}' >/dev/null
id=$(spam)
ok "an entry for each verdict" wait_for 20 has_entries 2
is "with fields of its own" \
	"$(entry advertising_spam \
		'[.TAMIS_ID, .TAMIS_ACTION, .PRIORITY, .SYSLOG_FACILITY] |
		join(" ")')" \
	"$id $(tamis history --json | jq -r "select(.id == \"$id\").plan.action") 6 2"
like "the score is a number" "$(entry advertising_spam .TAMIS_SCORE)" \
	'^[0-9]+\.[0-9]{4}$'
like "the line is for people" "$(entry advertising_spam .MESSAGE)" \
	"^verdict=advertising_spam score=.* id=$id .*client=192.0.2.9"
is "and one line" \
	"$(entry advertising_spam .MESSAGE | wc -l)" 1
is "legitimate posts are there, too" "$(entry legitimate .PRIORITY)" 6
is "nothing else, and all of it readable" \
	"$(wc -l <"$WORK/entries") $(cat "$WORK/journal.log")" "2 "

stop "$reader"
rm -f /run/systemd/journal/socket

# ---- by the real one ----

if [[ -x $journald ]] && command -v journalctl >/dev/null; then
	"$journald" >"$WORK/journal.log" 2>&1 &
	journal_pid=$!
	pids+=("$journal_pid")
	wait_for 20 test -S /run/systemd/journal/socket ||
		bail "journald does not start"
	ids=()
	for _ in 1 2 3 4 5; do
		ids+=("$(spam)")
	done
	tamis report flush >/dev/null
	stop "$journal_pid"
	read_back() {
		journalctl -D /run/log/journal -o json --no-pager \
			"TAMIS_VERDICT=$1"
	}
	is "journald has each once" \
		"$(read_back advertising_spam | jq -r .TAMIS_ID | sort)" \
		"$(printf '%s\n' "${ids[@]}" | sort)"
	is "and no other" "$(read_back legitimate | wc -l)" 0
	is "as entries of mail, for people" \
		"$(read_back advertising_spam |
			jq -r '[.SYSLOG_FACILITY, .PRIORITY] | join(" ")' |
			sort -u)" "2 6"
else
	skip "journald has each once" "no systemd-journald"
fi
finish
