--- A link to a section, put where the user was writing.
local M = {}

local apply = require("neovim_ai.apply")
local client = require("neovim_ai.client")
local notify = require("neovim_ai.notify")

--- The column before which it is written: where somebody types, or after the cursor's character.
---@param origin neovim_ai.Origin
---@return integer
local function column(origin)
  local line = vim.api.nvim_buf_get_lines(origin.buf, origin.row, origin.row + 1, false)[1] or ""
  if origin.insert or line == "" then
    return math.min(origin.col, #line)
  end
  local at = math.min(origin.col + 1, #line)
  return at + vim.str_utf_end(line, at)
end

--- Insert a link to a row.
---@param row neovim_ai.Row
---@param origin neovim_ai.Origin
function M.insert(row, origin)
  local err = require("neovim_ai.target").unwritable(origin.buf)
  if err then
    return notify.error(err)
  end
  local tick = vim.api.nvim_buf_get_changedtick(origin.buf)
  local from = vim.api.nvim_buf_get_name(origin.buf)
  client.request("notes_link_to", { row = row, from_path = from }, {
    result = function(result)
      local col = column(origin)
      apply.edit(origin.buf, {
        start_row = origin.row,
        start_col = col,
        end_row = origin.row,
        end_col = col,
        lines = { result.text },
      }, tick, function(problem)
        if problem then
          return notify.error(problem)
        end
        require("neovim_ai.picker").go_on(origin, col + #result.text)
        require("neovim_ai.notes.visit").remember(row)
      end)
    end,
  })
end

return M
