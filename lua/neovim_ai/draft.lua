--- A docstring on its way, as whole rows relative to its definition.
local M = {}

---@class (exact) neovim_ai.Draft
---@field from integer first row that it replaces or stands before, counted from `def`
---@field before string[] the rows that it replaces
---@field lines string[]
---@field above string[] rows around it, for a diff to be read in
---@field below string[]

local CONTEXT = 3 -- rows

--- From the rows that some lines are to replace. Rows that stay as they are do not count, so that
--- a new docstring replaces nothing however it was sent.
---@param asked string[] the buffer that the rows count in
---@param def_row integer
---@param from integer
---@param to integer exclusive
---@param lines string[]
---@return neovim_ai.Draft
function M.new(asked, def_row, from, to, lines)
  local before = vim.list_slice(asked, from + 1, to)
  local first, last, last_before = 1, #lines, #before
  while first <= last_before and first <= last and before[first] == lines[first] do
    first = first + 1
  end
  while last_before >= first and last >= first and before[last_before] == lines[last] do
    last, last_before = last - 1, last_before - 1
  end
  if last_before < first then
    before, lines, from = {}, vim.list_slice(lines, first, last), from + first - 1
  end
  local behind = from + #before
  return {
    from = from - def_row,
    before = before,
    lines = lines,
    above = vim.list_slice(asked, math.max(from + 1 - CONTEXT, 1), from),
    below = vim.list_slice(asked, behind + 1, behind + CONTEXT),
  }
end

--- From an edit, widened to whole rows.
---@param asked string[]
---@param def_row integer
---@param edit neovim_ai.EditMessage
---@return neovim_ai.Draft
function M.of_edit(asked, def_row, edit)
  local lines = vim.list_extend({}, edit.lines)
  local first, last = asked[edit.start_row + 1] or "", asked[edit.end_row + 1] or ""
  lines[1] = first:sub(1, edit.start_col) .. lines[1]
  lines[#lines] = lines[#lines] .. last:sub(edit.end_col + 1)
  return M.new(asked, def_row, edit.start_row, edit.end_row + 1, lines)
end

return M
