-- SPDX-License-Identifier: Apache-2.0
-- 60 messages over one connection: nothing of one is left in the next.
dofile(dir .. "/common.lua")

local conn = connect()
run(conn, {}, nil, "helo")
for n = 1, 30 do
	run(conn, { word = "sieve-advert" }, "mail")
	judged_spam(conn)
	run(conn, {}, "mail")
	judged_clean(conn)
end
mt.disconnect(conn)
