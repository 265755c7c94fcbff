-- SPDX-License-Identifier: Apache-2.0
-- Shared by the scripts for miltertest: a message step by step, each step
-- checked. `socket` and `dir` are set on the command line.

-- miltertest says nothing about errors of a script.
local throw = error
function error(what, level)
	mt.echo(what)
	throw(what, level)
end

function must(result, what)
	if result ~= nil then
		error(what .. ": " .. tostring(result), 2)
	end
end

function connect()
	local conn = mt.connect(socket, 40, 0.05)
	if conn == nil then
		error("no connection to " .. socket, 2)
	end
	return conn
end

-- The steps of a message in their order; stages(conn, m)[n] does one of them.
-- m: word (see words.cf), recipients, headers { { name, value }, ... }
function stages(conn, m)
	return {
		{ "connect", function()
			must(mt.conninfo(conn, "client.example.net",
				"192.0.2.7"), "connect")
		end },
		{ "helo", function()
			must(mt.helo(conn, "client.example.net"), "helo")
		end },
		{ "mail", function()
			mt.macro(conn, SMFIC_MAIL, "i", "4ABCDEF")
			must(mt.mailfrom(conn, "<ann@example.org>"), "mail")
		end },
		{ "rcpt", function()
			for n = 1, m.recipients or 1 do
				must(mt.rcptto(conn, "<bob" .. n ..
					"@example.com>"), "rcpt")
			end
		end },
		{ "data", function()
			must(mt.data(conn), "data")
		end },
		{ "header", function()
			must(mt.header(conn, "From", "ann@example.org"), "header")
			must(mt.header(conn, "Subject", "about " ..
				(m.subject or "news")), "header")
			for _, h in ipairs(m.headers or {}) do
				must(mt.header(conn, h[1], h[2]), "header")
			end
		end },
		{ "eoh", function()
			must(mt.eoh(conn), "end of header")
		end },
		{ "body", function()
			must(mt.bodystring(conn, "this is about " ..
				(m.word or "news") .. ".\r\n"), "body")
		end },
		{ "eom", function()
			must(mt.eom(conn), "end of message")
		end },
	}
end

-- Runs the stages from..to (names; nil: from the first, to the last).
function run(conn, m, from, to)
	local on = from == nil
	for _, stage in ipairs(stages(conn, m)) do
		on = on or stage[1] == from
		if on then
			stage[2]()
		end
		if stage[1] == to then
			return
		end
	end
end

function accepted(conn)
	local reply = mt.getreply(conn)
	if reply ~= SMFIR_CONTINUE and reply ~= SMFIR_ACCEPT then
		error("not accepted: " .. string.char(reply), 2)
	end
end

function added(conn, name)
	return mt.eom_check(conn, MT_HDRINSERT, name) or
		mt.eom_check(conn, MT_HDRADD, name)
end

function marked(conn)
	accepted(conn)
	if not added(conn, "X-Spam-Status") then
		error("no X-Spam-Status", 2)
	end
end

function judged_clean(conn)
	marked(conn)
	if added(conn, "X-Spam-Flag") then
		error("clean mail is flagged", 2)
	end
end

function judged_spam(conn)
	marked(conn)
	if not added(conn, "X-Spam-Flag") then
		error("advertising is not flagged", 2)
	end
end
