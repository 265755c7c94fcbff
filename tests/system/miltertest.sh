#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The milter protocol step by step, by scripts that play the mail server
# (tests/system/milter/*.lua): what a well-behaved Postfix never does.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"
command -v miltertest >/dev/null || skip_all "no miltertest"

port=$(free_port)
conf_set milter.listen "$MILTER" "inet:$port@127.0.0.1"
tamisd_up
for script in "$SRC"/tests/system/milter/*.lua; do
	name=$(basename "$script" .lua)
	[[ $name != common && $name != probe ]] || continue
	ok "$name: $(sed -n '2s/^-- //p' "$script")" timeout 120 \
		miltertest -w -D "socket=$MILTER" -D "dir=${script%/*}" \
		-s "$script"
done
ok "over TCP as well" timeout 60 miltertest -w \
	-D "socket=inet:$port@127.0.0.1" -D "dir=$SRC/tests/system/milter" \
	-s "$SRC/tests/system/milter/stages.lua"

ok "40 connections that say nothing" python3 - "$port" <<'PY'
import socket, sys
held = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(40)]
PY
ok "bytes that are no milter protocol" python3 - "$port" <<'PY'
import os, socket, sys
for junk in (b"GET / HTTP/1.0\r\n\r\n", b"\xff\xff\xff\xffO", b"\0\0\0\0", b"\0\0\0\1Q",
             b"\0\0\0\5O\0\0\0\6", os.urandom(4096)):
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as s:
        s.settimeout(20)
        try:
            s.sendall(junk)
            s.shutdown(socket.SHUT_WR)
            while s.recv(4096):
                pass
        except OSError:
            pass
PY
ok "the filter goes on after all that" timeout 60 miltertest -w \
	-D "socket=$MILTER" -D "dir=$SRC/tests/system/milter" \
	-s "$SRC/tests/system/milter/stages.lua"
finish
