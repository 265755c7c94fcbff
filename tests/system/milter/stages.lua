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
if not mt.eom_check(conn, MT_SMTPREPLY, "550", "5.7.1") then
	error("not refused with 550 5.7.1")
end
mt.disconnect(conn)
