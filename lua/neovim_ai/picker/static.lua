--- Rows that are all here already, filtered by the words of the query.
local M = {}

---@class (exact) neovim_ai.StaticSearch
---@field rows neovim_ai.Row[]
---@field show fun(found: neovim_ai.Found)
local Static = {}
Static.__index = Static

---@param row neovim_ai.Row
---@param words string[] in lower case
---@return integer[][]? matches nil when one is missing
local function matches(row, words)
  local text = row.snippet:lower()
  local around = (table.concat(row.heading_path, " ") .. " " .. (row.path or "")):lower()
  local found = {}
  for _, word in ipairs(words) do
    local from, to = text:find(word, 1, true)
    if from then
      found[#found + 1] = { from - 1, to }
    elseif not around:find(word, 1, true) then
      return nil
    end
  end
  return found
end

---@param query string
function Static:ask(query)
  local words = vim.split(query:lower(), "%s+", { trimempty = true })
  local rows = {}
  for _, row in ipairs(self.rows) do
    local found = matches(row, words)
    if found then
      row.matches = found
      rows[#rows + 1] = row
    end
  end
  self.show({ query = query, rows = rows, status = ("%d of %d"):format(#rows, #self.rows) })
end

---@return boolean
function Static.waits()
  return false
end

function Static.stop() end

--- Take a row out for good.
---@param row neovim_ai.Row
function Static:remove(row)
  self.rows = vim.tbl_filter(function(other)
    return other ~= row
  end, self.rows)
end

---@param rows neovim_ai.Row[]
---@param show fun(found: neovim_ai.Found)
---@return neovim_ai.StaticSearch
function M.new(rows, show)
  return setmetatable({ rows = rows, show = show }, Static)
end

return M
