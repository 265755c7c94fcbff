-- SPDX-License-Identifier: Apache-2.0
-- A thousand recipients.
dofile(dir .. "/common.lua")

local conn = connect()
run(conn, { recipients = 1000, word = "sieve-advert" })
judged_spam(conn)
mt.disconnect(conn)
