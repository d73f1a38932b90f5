-- Asks mtlsgate about a request, for HAProxy 2.6 with Lua, as Debian packages
-- it. Sets txn.mtlsgate to "granted" or ends the request with the denial; on
-- any error it sets nothing, and haproxy.cfg then denies.

-- The socket of the frontend mtlsgate_ask, which haproxy.cfg names. (HAProxy's
-- own client for Lua, core.httpclient, cannot connect to one.)
local SOCKET = os.getenv("MTLSGATE_ASK")
local IDENTITY = {
	["remote-user"] = "txn.mtlsgate_user",
	["remote-email"] = "txn.mtlsgate_email",
	["remote-groups"] = "txn.mtlsgate_groups",
}
local SHOWN = {
	"content-type", "cache-control", "www-authenticate",
	"x-mtlsgate-reason", "x-mtlsgate-decision",
}

-- Nothing that a client sent may end a header: haproxy.cfg decodes this.
local function escape(text)
	return (text:gsub("[^%w]", function(c)
		return string.format("%%%02X", c:byte())
	end))
end

local function question(txn)
	local lines = {
		"GET / HTTP/1.0",
		"x-ask-uri: " .. escape(txn.sf:url()),
		"x-ask-method: " .. escape(txn.sf:method()),
		"x-ask-peer: " .. txn.sf:src(),
	}
	local cert = txn:get_var("txn.mtlsgate_cert")
	if cert then
		table.insert(lines, "x-ask-cert: " .. cert)
		table.insert(lines, "x-ask-verify: " .. txn.sf:ssl_c_verify())
	end
	return table.concat(lines, "\r\n") .. "\r\n\r\n"
end

-- The status, the headers, and the body; nothing if the headers are not whole.
local function read_answer(text)
	local head, body = text:match("^(.-\r\n)\r\n(.*)$")
	local status = head and head:match("^HTTP/1%.[01] (%d%d%d) ")
	local headers = {}
	if not status then
		return nil
	end
	for name, value in head:gmatch("\r?\n?([%w-]+): ?([^\r\n]*)\r\n") do
		headers[name:lower()] = value
	end
	return tonumber(status), headers, body
end

local function deny(txn, status, headers, body)
	local reply = txn:reply({ status = status, body = body })
	for _, name in ipairs(SHOWN) do
		if headers[name] then
			reply:add_header(name, headers[name])
		end
	end
	txn:done(reply)
end

local function ask(txn)
	local socket = core.tcp()
	socket:settimeout(10)
	if not socket:connect(SOCKET) or not socket:send(question(txn)) then
		return
	end
	local text = socket:receive("*a")
	socket:close()
	local status, headers, body = read_answer(text or "")
	if status == 401 or status == 403 then
		deny(txn, status, headers, body)
	elseif status == 200 then
		for name, var in pairs(IDENTITY) do
			if (headers[name] or "") ~= "" then
				txn:set_var(var, headers[name])
			end
		end
		txn:set_var("txn.mtlsgate", "granted")
	end
end

core.register_action("mtlsgate_ask", { "http-req" }, ask, 0)
