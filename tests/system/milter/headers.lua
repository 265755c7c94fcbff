-- SPDX-License-Identifier: Apache-2.0
-- 3,000 header fields, some of them long (miltertest takes no more than 1 kB).
dofile(dir .. "/common.lua")

local long = string.rep("x", 900)
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
