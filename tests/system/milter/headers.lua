-- SPDX-License-Identifier: Apache-2.0
-- Header fields of 60,000 bytes, and 3,000 of them.
dofile(dir .. "/common.lua")

local long = string.rep("x", 60000)
local conn = connect()
run(conn, { headers = { { "X-Long", long }, { "X-Long", long } } })
judged_clean(conn)

local many = {}
for n = 1, 3000 do
	many[n] = { "X-Number", "" .. n }
end
run(conn, { headers = many, word = "sieve-advert" }, "mail")
judged_spam(conn)
mt.disconnect(conn)
