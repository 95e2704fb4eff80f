--- What somebody meant who wrote something else.
local M = {}

---@param a string
---@param b string
---@return integer the edits between them
local function distance(a, b)
  local row = {}
  for j = 0, #b do
    row[j] = j
  end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local change = diagonal + (a:byte(i) == b:byte(j) and 0 or 1)
      diagonal = row[j]
      row[j] = math.min(change, row[j] + 1, row[j - 1] + 1)
    end
  end
  return row[#b]
end

--- The known word nearest to another, when one is near enough to be meant.
---@param word string
---@param known string[]
---@return string?
function M.near(word, known)
  local best, least = nil, math.max(2, math.floor(#word / 3)) + 1
  for _, candidate in ipairs(known) do
    local edits = distance(word, candidate)
    if edits < least then
      best, least = candidate, edits
    end
  end
  return best
end

return M
