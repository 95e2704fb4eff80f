--- Checks while somebody edits: debounced, and only when the text has come to rest.
local M = {}

local config = require("neovim_ai.config")
local target = require("neovim_ai.target")

local GROUP = "neovim_ai_live"

---@type table<integer, integer> how often a buffer has changed; only the last change is checked
local changes = {}

---@param buf integer
local function check(buf)
  local show = config.get("diagnostics.live")
  require("neovim_ai.diagnostics").check_quietly(buf, show)
end

--- Check a buffer once nothing has happened to it for a while.
---@param buf integer
local function soon(buf)
  if target.not_python(buf) or vim.bo[buf].buftype ~= "" then
    return
  end
  local mine = (changes[buf] or 0) + 1
  changes[buf] = mine
  vim.defer_fn(function()
    if changes[buf] == mine and vim.api.nvim_buf_is_loaded(buf) then
      check(buf)
    end
  end, config.get("diagnostics.debounce"))
end

--- Begin with the buffers that are shown.
function M.enable()
  vim.api.nvim_create_autocmd({ "TextChanged", "InsertLeave", "FileType" }, {
    group = vim.api.nvim_create_augroup(GROUP, {}),
    callback = function(event)
      soon(event.buf)
    end,
  })
  vim.api.nvim_create_autocmd({ "BufDelete", "BufWipeout" }, {
    group = GROUP,
    callback = function(event)
      changes[event.buf] = nil
    end,
  })
  for _, win in ipairs(vim.api.nvim_list_wins()) do
    soon(vim.api.nvim_win_get_buf(win))
  end
end

--- End it and take what it showed away.
function M.disable()
  vim.api.nvim_create_augroup(GROUP, {})
  for buf in pairs(changes) do
    if vim.api.nvim_buf_is_valid(buf) then
      require("neovim_ai.diagnostics").clear(buf)
    end
  end
  changes = {}
end

return M
