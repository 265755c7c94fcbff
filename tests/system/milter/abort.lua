-- SPDX-License-Identifier: Apache-2.0
-- ABORT after each stage; the next message of the connection is judged by
-- itself.
dofile(dir .. "/common.lua")

for _, stage in ipairs({ "mail", "rcpt", "data", "header", "eoh", "body" }) do
	local conn = connect()
	run(conn, {}, nil, "helo")
	run(conn, { word = "sieve-advert", subject = "sieve-advert" },
		"mail", stage)
	must(mt.abort(conn), "abort after " .. stage)
	run(conn, {}, "mail")
	judged_clean(conn)
	mt.disconnect(conn)
end
