--- The definition around a row, read off the lines alone: good enough to offer something at once,
--- never to change anything by.
local M = {}

local LOOK = 200 -- rows that a signature may take

---@class (exact) neovim_ai.Outlined
---@field row integer 0-based, of `def` or `class`
---@field qualname string
---@field documented boolean

---@param line string
---@return integer? indent
---@return string? name
local function definition(line)
  for _, pattern in ipairs({
    "^(%s*)def%s+([^%s(%[:]+)",
    "^(%s*)async%s+def%s+([^%s(%[:]+)",
    "^(%s*)class%s+([^%s(%[:]+)",
  }) do
    local blank, name = line:match(pattern)
    if name then
      return #blank, name
    end
  end
end

--- The row after a signature: the first line that ends in a colon with its brackets closed.
---@param lines string[]
---@param row integer
---@return integer
local function after_signature(lines, row)
  local open = 0
  for at = row, math.min(row + LOOK, #lines - 1) do
    local line = lines[at + 1]:gsub("#.*$", "")
    local _, opened = line:gsub("[%(%[{]", "")
    local _, closed = line:gsub("[%)%]}]", "")
    open = open + opened - closed
    if open <= 0 then
      return at + 1
    end
  end
  return row + 1
end

---@param lines string[]
---@param row integer of the definition
---@return boolean
local function documented(lines, row)
  for at = after_signature(lines, row), #lines - 1 do
    local line = lines[at + 1]
    if line:find("%S") and not line:find("^%s*#") then
      return line:find("^%s*[rRuUbBfF]*[\"']") ~= nil
    end
  end
  return false
end

---@param lines string[]
---@param row integer
---@return integer indent of the text at a row, or of the text above it
local function indent_at(lines, row)
  for at = row, 0, -1 do
    if lines[at + 1]:find("%S") then
      return #lines[at + 1]:match("^%s*")
    end
  end
  return 0
end

--- The innermost definition whose signature or body holds a row.
---@param lines string[]
---@param row integer
---@return neovim_ai.Outlined?
function M.at(lines, row)
  row = math.min(row, #lines - 1)
  local names, found, limit = {}, nil, indent_at(lines, row)
  for at = row, 0, -1 do
    local line = lines[at + 1]
    local indent, name = definition(line)
    if indent and (indent < limit or (not found and row < after_signature(lines, at))) then
      table.insert(names, 1, name)
      found, limit = found or at, indent
    elseif not indent and line:find("^%s*[^%s#)%]}]") then
      -- Shallower code ends what stands above it, but for a bracket that closes a signature.
      limit = math.min(limit, #line:match("^%s*"))
    end
  end
  if not found then
    return nil
  end
  return { row = found, qualname = table.concat(names, "."), documented = documented(lines, found) }
end

return M
