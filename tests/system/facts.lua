-- SPDX-License-Identifier: Apache-2.0
-- A mail from a client that a name server knows; `word` is in its body, and
-- `result` must be in Authentication-Results.
dofile(dir .. "/milter/common.lua")

local conn = connect()
run(conn, { word = word })
accepted(conn)
if not mt.eom_check(conn, MT_HDRINSERT, "Authentication-Results") then
	error("no Authentication-Results")
end
for piece in string.gmatch(results, "[^ ]+") do
	local value = mt.getheader(conn, "Authentication-Results", 0)
	if not string.find(value, piece, 1, true) then
		error("no " .. piece .. " in: " .. value)
	end
end
mt.disconnect(conn)
