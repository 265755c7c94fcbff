-- SPDX-License-Identifier: Apache-2.0
-- Odd but legal: no address family, IPv6, null sender, no header, no body,
-- unknown commands, a message in two thousand chunks.
dofile(dir .. "/common.lua")

local conn = connect()
must(mt.conninfo(conn, "localhost", "unspec"), "connect")
must(mt.mailfrom(conn, "<>"), "null sender")
must(mt.rcptto(conn, "<bob@example.com>"), "rcpt")
must(mt.eom(conn), "end of an empty message")
accepted(conn)
mt.disconnect(conn)

conn = connect()
must(mt.conninfo(conn, "[2001:db8::1]", "2001:db8::1"), "connect")
if not mt.test_option(conn, SMFIP_NOUNKNOWN) then
	must(mt.unknown(conn, "XYZZY plugh"), "unknown command")
end
run(conn, {}, "helo")
accepted(conn)
mt.disconnect(conn)

conn = connect()
run(conn, {}, nil, "eoh")
for _ = 1, 2000 do
	must(mt.bodystring(conn, "sieve-"), "chunk")
	must(mt.bodystring(conn, "advert\r\n"), "chunk")
end
must(mt.eom(conn), "end of message")
judged_spam(conn)
mt.disconnect(conn)
