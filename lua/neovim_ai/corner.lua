--- Small windows in the top right corner that never take the focus.
local M = {}

local READ_FOR = 8000 -- ms a long message stays

---@class (exact) neovim_ai.Corner
---@field win integer
---@field buf integer

---@type table<string, neovim_ai.Corner>
local open = {}

local HIGHLIGHTS = { [vim.log.levels.ERROR] = "ErrorMsg", [vim.log.levels.WARN] = "WarningMsg" }

---@param text string
---@param row integer
---@return table
local function geometry(text, row)
  local width = math.min(vim.api.nvim_strwidth(text), math.max(vim.o.columns - 4, 1))
  return {
    relative = "editor",
    anchor = "NE",
    row = row,
    col = vim.o.columns,
    width = math.max(width, 1),
    height = math.max(math.ceil(vim.api.nvim_strwidth(text) / math.max(width, 1)), 1),
    style = "minimal",
    focusable = false,
    zindex = 60,
    noautocmd = true,
  }
end

--- Put one text into a named corner window, opening it when need be.
---@param name string
---@param text string
---@param row integer
---@param highlight string
function M.show(name, text, row, highlight)
  local corner = open[name]
  local config = geometry(text, row)
  if corner and vim.api.nvim_win_is_valid(corner.win) then
    config.noautocmd = nil -- only for a window that is being opened
    vim.api.nvim_win_set_config(corner.win, config)
  else
    local buf = vim.api.nvim_create_buf(false, true)
    vim.bo[buf].bufhidden = "wipe"
    corner = { buf = buf, win = vim.api.nvim_open_win(buf, false, config) }
    vim.wo[corner.win].winhighlight = "NormalFloat:" .. highlight
    open[name] = corner
  end
  vim.api.nvim_buf_set_lines(corner.buf, 0, -1, false, { text })
end

---@param name string
function M.hide(name)
  local corner = open[name]
  open[name] = nil
  if corner and vim.api.nvim_win_is_valid(corner.win) then
    vim.api.nvim_win_close(corner.win, true)
  end
end

--- Show a message that is too long for the message line, for as long as reading it takes.
---@param text string
---@param level integer
function M.say(text, level)
  M.show("message", text, 1, HIGHLIGHTS[level] or "Normal")
  local shown = open.message
  vim.defer_fn(function()
    if open.message == shown then
      M.hide("message")
    end
  end, READ_FOR)
end

return M
