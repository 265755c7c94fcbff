-- SPDX-License-Identifier: Apache-2.0
-- One message of each kind, each on a connection of its own.
dofile(dir .. "/common.lua")

local conn = connect()
run(conn, {})
judged_clean(conn)
mt.disconnect(conn)

conn = connect()
run(conn, { word = "sieve-advert" })
judged_spam(conn)
mt.disconnect(conn)

conn = connect()
run(conn, { word = "sieve-reject" })
if mt.getreply(conn) ~= SMFIR_REPLYCODE then
	error("not refused with a reply code")
end
mt.disconnect(conn)
