--- For other people's pickers, which ask once a query and take one answer: the first. Answers that
--- come later for the same query are told apart.
local M = {}

local picker = require("neovim_ai.picker")

---@class (exact) neovim_ai.Turns
---@field source neovim_ai.Source
---@field origin neovim_ai.Origin
---@field query string
---@field rows neovim_ai.Row[] as they were last found
---@field asking neovim_ai.Asking
---@field receive? fun(rows: neovim_ai.Row[])
---@field late fun(rows: neovim_ai.Row[])
---@field told? string the problem that was last told
local Turns = {}
Turns.__index = Turns

---@param found neovim_ai.Found
function Turns:_show(found)
  local more = #found.rows ~= #self.rows
  self.rows = found.rows
  if found.problem and found.problem ~= self.told then
    self.told = found.problem
    require("neovim_ai.notify").warn(found.problem)
  end
  local receive = self.receive
  self.receive = nil
  if receive then
    receive(found.rows)
  elseif more then
    self.late(found.rows)
  end
end

--- Ask; the answer to a query that is asked no more never comes.
---@param query string
---@param receive fun(rows: neovim_ai.Row[])
function Turns:ask(query, receive)
  self.query, self.receive = query, receive
  self.asking:ask(query)
end

--- The picker has gone.
function Turns:ended()
  self.asking:stop()
  self.source.left(self.query)
end

--- Do what a key stands for, once the other picker has closed itself.
---@param action neovim_ai.PickerAction
---@param row? neovim_ai.Row
function Turns:act(action, row)
  if not row then
    return
  end
  local choice = { query = self.query, rows = self.rows, origin = self.origin }
  picker.back(self.origin, function()
    if not action.alter then
      return action.run(row, choice)
    end
    action.alter(row, function()
      local asking = self.asking
      asking:remove(row)
      picker.open(vim.tbl_extend("force", self.source, {
        query = self.query,
        search = function(show)
          asking.show = show -- what was taken out stays out
          return asking
        end,
      }))
    end)
  end)
end

---@param source neovim_ai.Source
---@param origin neovim_ai.Origin
---@param late? fun(rows: neovim_ai.Row[]) what to do with an answer that comes later
---@return neovim_ai.Turns
function M.new(source, origin, late)
  local self = setmetatable({
    source = source,
    origin = origin,
    query = source.query,
    rows = {},
    late = late or function() end,
  }, Turns)
  self.asking = source.search(function(found)
    self:_show(found)
  end)
  return self
end

--- A row as coloured pieces.
---@param row neovim_ai.Row
---@param columns { crumb: integer, file: integer, snippet: integer }
---@return { [1]: string, [2]?: string }[]
function M.chunks(row, columns)
  local line = require("neovim_ai.notes.row").text(row, columns)
  local chunks, at = {}, 0
  for _, mark in ipairs(line.marks) do
    if mark[1] > at then
      chunks[#chunks + 1] = { line.text:sub(at + 1, mark[1]) }
    end
    chunks[#chunks + 1] = { line.text:sub(math.max(mark[1], at) + 1, mark[2]), mark[3] }
    at = math.max(mark[2], at)
  end
  if at < #line.text then
    chunks[#chunks + 1] = { line.text:sub(at + 1) }
  end
  return chunks
end

return M
