-- SPDX-License-Identifier: Apache-2.0
-- What claims to be our mark is removed, however often it is there.
dofile(dir .. "/common.lua")

local conn = connect()
run(conn, { headers = {
	{ "X-Spam-Flag", "YES" }, { "X-Spam-Status", "No, forged" },
	{ "x-spam-status", "No, forged again" }, { "X-SPAM-LEVEL", "***" },
} })
judged_clean(conn)
for _, name in ipairs({ "X-Spam-Flag", "X-Spam-Status", "X-Spam-Level" }) do
	if not mt.eom_check(conn, MT_HDRDELETE, name) then
		error(name .. " is not removed")
	end
end
mt.disconnect(conn)
