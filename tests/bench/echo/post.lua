-- A message of about 300 bytes, as a chat client sends it.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"sender":"someone","message":"' .. string.rep("when you come home late I worry ", 8) .. '"}'
