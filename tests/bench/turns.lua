-- 10,000 senders, words never seen before, an id of its own for each message.
local words = {"I", "was", "hurt", "when", "you", "came", "home", "late", "and", "nobody", "called", "it", "felt",
  "like", "waiting", "for", "nothing", "again", "maybe", "we", "could", "talk", "about", "Sunday", "plans", "the",
  "kitchen", "light", "stayed", "on", "because", "dinner", "went", "cold", "help", "so"}
local count = 0
local start = os.time()
math.randomseed(start)
request = function()
  count = count + 1
  local text = {}
  for i = 1, math.random(10, 40) do text[i] = words[math.random(#words)] end
  local body = string.format('{"sender":"p%d","message":"%s %d"}', math.random(10000), table.concat(text, " "), count)
  return wrk.format("POST", nil, {["Content-Type"] = "application/json", ["Idempotency-Key"] = start .. "-" .. count}, body)
end
