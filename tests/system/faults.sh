#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Monstrous and broken mail, and clients that vanish: a verdict that makes
# sense, bounded memory, no crash.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

conf_set http.socket_mode 0666
tamisd_up
postfix_up "$MILTER" "header_size_limit = 10240000" \
	"message_size_limit = 209715200"

peak_kb() { # the most memory that any scanner has had at once
	local pid most=0 kb
	for pid in $(tamis status --json | jq '.scanners[].pid'); do
		kb=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status")
		((kb > most)) && most=$kb
	done
	echo "$most"
}

restarts() { tamis status --json | jq '[.scanners[].restarts] | add'; }

python3 - "$WORK" <<'PY'
import sys
work = sys.argv[1]
HEAD = b"From: ann@example.org\r\nTo: bob@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
WORD = b"this is about sieve-advert.\r\n"

def put(name, *pieces):
    with open(f"{work}/{name}.eml", "wb") as f:
        f.writelines(pieces)

put("large", HEAD, b"\r\n", WORD, b"line of text after line of text\r\n" * 1600000)
put("headers", HEAD, b"X-Filler: y\r\n" * 100000, b"\r\n", WORD)
put("long-header", HEAD, b"X-Long: " + b"y" * 90000 + b"\r\n\r\n", WORD)
put("folded-header", HEAD, b"X-Long: y" + b"\r\n y" * 90000 + b"\r\n\r\n", WORD)
put("long-line", HEAD, b"\r\n", WORD, b"a" * 5000000, b"\r\n")
put("parts", HEAD, b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n',
    b"--b\r\nContent-Type: text/plain\r\n\r\n" + WORD,
    b"--b\r\nContent-Type: text/plain\r\n\r\npart\r\n" * 10000, b"--b--\r\n")
put("levels", HEAD, b'Content-Type: multipart/mixed; boundary="b0"\r\n\r\n',
    b"--b0\r\nContent-Type: text/plain\r\n\r\n" + WORD,
    *(b'--b%d\r\nContent-Type: multipart/mixed; boundary="b%d"\r\n\r\n' % (n, n + 1)
      for n in range(1000)))
put("forwards", HEAD, b"Content-Type: text/plain\r\n\r\n", WORD,
    *(b"Content-Type: message/rfc822\r\n\r\n" for _ in range(1000)))
put("nuls", HEAD, b"X-Nul: a\0b\r\n\r\n", WORD, b"\0" * 1000, b"\r\nafter\0that\r\n")
put("eight-bit", HEAD, b"Content-Type: text/plain; charset=\xff\xfe\r\n\r\n", WORD,
    bytes(range(128, 256)) * 1000, b"\r\n")
put("urls", HEAD, b"\r\n", WORD, *(b"http://host%d.example.com/%d\r\n" % (n, n) for n in range(50000)))
put("html", HEAD, b"Content-Type: text/html\r\n\r\n", b"<p>" + WORD, b"<div><b>" * 200000, b"\r\n")
put("base64", HEAD, b"Content-Transfer-Encoding: base64\r\n\r\n",
    b"dGhpcyBpcyBhYm91dCBzaWV2ZS1hZHZlcnQuCg==\r\n", b"AAAA" * 19 * 60000 + b"\r\n")
put("empty")
put("no-body", b"Subject: sieve-advert")
PY

before_kb=$(peak_kb)
for name in large headers long-header folded-header long-line parts levels nuls eight-bit urls html \
	base64; do
	begin=$EPOCHREALTIME
	before=$(sink_count)
	reply=$(send "$WORK/$name.eml")
	took=$(awk -v a="$begin" -v b="$EPOCHREALTIME" \
		'BEGIN { printf "%.1f", b - a }')
	like "$name: accepted" "$reply" '^250 '
	wait_for 30 sink_has $((before + 1))
	is "$name: flagged" "$(header "$(sink_last)" X-Spam-Flag)" YES
	size=$(stat -c %s "$WORK/$name.eml")
	note "$name: $size bytes in $took s, peak $(peak_kb) kB"
done
for name in empty no-body forwards; do
	like "$name: accepted" "$(send "$WORK/$name.eml")" '^250 '
done
peak=$(peak_kb)
note "memory: $before_kb kB at first, at most $peak kB (VmHWM)"
limit_kb=600000
nm -D "$BUILD/tamisd" 2>/dev/null | grep -q __asan_init && limit_kb=2500000
ok "memory stays below $limit_kb kB" test "$peak" -lt "$limit_kb"

python3 - "$MX_PORT" <<'PY'
import socket, sys
steps = [b"EHLO x.example.net\r\n", b"MAIL FROM:<ann@example.org>\r\n",
         b"RCPT TO:<bob@example.com>\r\n", b"DATA\r\n",
         b"From: ann@example.org\r\nSubject: sieve-", b"advert\r\n\r\n",
         b"about sieve-advert\r\n" * 10000]
for stop in range(len(steps) + 1):
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as s:
            s.settimeout(5)
            s.recv(500)
            for step in steps[:stop]:
                s.sendall(step)
                if not step.startswith((b"From", b"advert", b"about")):
                    s.recv(2000)
PY
result $? "clients vanish after each command"
ok "the filter answers after that" sane sieve-advert advertising_spam
is "no scanner was restarted" "$(restarts)" 0
finish
