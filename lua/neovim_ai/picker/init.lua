--- What a picker is given and what it gives back; which picker it is, the user has chosen.
local M = {}

---@class (exact) neovim_ai.Row
---@field path? string
---@field row? integer
---@field end_row? integer
---@field heading_path string[]
---@field snippet string
---@field matches integer[][]
---@field kind? string
---@field score? number
---@field row_of_best? integer
---@field section? integer
---@field create? string the title of a note that would be written

---@class (exact) neovim_ai.Found
---@field query string
---@field rows neovim_ai.Row[]
---@field status string
---@field problem? string one line

---@class neovim_ai.Asking
---@field ask fun(self: neovim_ai.Asking, query: string)
---@field waits fun(self: neovim_ai.Asking): boolean the newest query is still to be answered
---@field stop fun(self: neovim_ai.Asking)
---@field remove? fun(self: neovim_ai.Asking, row: neovim_ai.Row) take a row out for good

---@class (exact) neovim_ai.Origin
---@field win integer
---@field buf integer
---@field row integer 0-based
---@field col integer bytes
---@field insert boolean somebody was typing there

---@class (exact) neovim_ai.Choice
---@field query string
---@field rows neovim_ai.Row[] all that are shown
---@field origin neovim_ai.Origin where the user came from

---@class (exact) neovim_ai.PickerAction
---@field key string
---@field name string
---@field run fun(row: neovim_ai.Row, choice: neovim_ai.Choice)
---@field alter? fun(row: neovim_ai.Row, done: fun()) for one that stays in the picker: the row is
---taken out of the list when it is done

---@class (exact) neovim_ai.Source
---@field title string
---@field query string what stands in the prompt at first
---@field search fun(show: fun(found: neovim_ai.Found), seen?: integer): neovim_ai.Asking `seen`:
---rows that there is room for
---@field actions neovim_ai.PickerAction[] the first is what <CR> does
---@field left fun(query: string) the picker was closed

---@class (exact) neovim_ai.Picker
---@field available fun(set_up: boolean): boolean installed; when asked, also set up by the user
---@field open fun(source: neovim_ai.Source, origin: neovim_ai.Origin)

local ORDER = { "snacks", "telescope", "fzf_lua", "mini" }

---@return string
local function chosen()
  local wanted = require("neovim_ai.config").get("notes.picker")
  if wanted == "auto" then
    for _, name in ipairs(ORDER) do
      if require("neovim_ai.picker." .. name).available(true) then
        return name
      end
    end
    return "float"
  elseif not require("neovim_ai.picker." .. wanted).available(false) then
    local message = ("The picker '%s' is not installed; this is our own."):format(wanted)
    require("neovim_ai.notify").warn(message, "See |neovim-ai-option-notes.picker|.")
    return "float"
  end
  return wanted
end

--- Where the user is.
---@return neovim_ai.Origin
local function here()
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  return {
    win = vim.api.nvim_get_current_win(),
    buf = vim.api.nvim_get_current_buf(),
    row = row - 1,
    col = col,
    insert = vim.api.nvim_get_mode().mode:sub(1, 1) == "i",
  }
end

--- Let the user pick.
---@param source neovim_ai.Source
function M.open(source)
  require("neovim_ai.notes.row").define_highlights()
  require("neovim_ai.picker." .. chosen()).open(source, here())
end

--- Run something in Normal mode of the window that the user came from: a picker's prompt has been
--- in Insert mode, and `:stopinsert` holds only once Neovim waits for the next key.
---@param origin neovim_ai.Origin
---@param run fun()
function M.back(origin, run)
  if vim.api.nvim_win_is_valid(origin.win) then
    vim.api.nvim_set_current_win(origin.win)
  end
  if vim.api.nvim_get_mode().mode:sub(1, 1) == "i" then
    vim.cmd.stopinsert()
  end
  vim.schedule(run)
end

--- Put the cursor somewhere in the buffer that the user came from; who was typing goes on there.
---@param origin neovim_ai.Origin
---@param col integer bytes
function M.go_on(origin, col)
  if vim.api.nvim_get_current_buf() ~= origin.buf then
    return
  end
  vim.api.nvim_win_set_cursor(0, { origin.row + 1, col })
  if origin.insert then
    vim.cmd.startinsert({ bang = col >= #vim.api.nvim_get_current_line() })
  end
end

return M
