-- SPDX-License-Identifier: Apache-2.0
-- The mail server vanishes after each stage; the filter goes on.
dofile(dir .. "/common.lua")

for _, stage in ipairs({ "connect", "helo", "mail", "rcpt", "data", "header",
	"eoh", "body" }) do
	for _, polite in ipairs({ true, false }) do
		local gone = connect()
		run(gone, { word = "sieve-advert" }, nil, stage)
		mt.disconnect(gone, polite)
	end
end
local conn = connect()
run(conn, {})
judged_clean(conn)
mt.disconnect(conn)
