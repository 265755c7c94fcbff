-- SPDX-License-Identifier: Apache-2.0
-- One clean message: is mail judged at this moment? (Not a test by itself.)
dofile(dir .. "/common.lua")

local conn = connect()
run(conn, {})
judged_clean(conn)
mt.disconnect(conn)
