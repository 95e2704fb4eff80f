--- The one place that speaks to the user: one line, what happened and what to do.
local M = {}

---@type string[] everything said, for `:AiLog`
M.said = {}

local KEPT = 200

---@param text string
---@return string
local function one_line(text)
  return vim.trim((text:gsub("%s+", " ")))
end

--- Neovim's own `vim.notify` ends in a "Press ENTER" prompt, which swallows a key press, when a
--- line is longer than the screen is wide. A user's own one (nvim-notify, noice) wraps it.
---@param text string
---@return boolean
local function would_prompt(text)
  -- A plugin's own may be a table that can be called.
  local source = type(vim.notify) == "function" and debug.getinfo(vim.notify, "S").source or ""
  -- Some builds, 0.12 of Debian for one, carry Neovim's own without a name.
  local stock = source:find("^@vim/") ~= nil or source:find("^=?%?$") ~= nil
  return stock and #vim.api.nvim_list_uis() > 0 and vim.api.nvim_strwidth(text) > vim.v.echospace
end

---@param line string
---@param level integer
local function show(line, level)
  if would_prompt(line) then
    require("neovim_ai.corner").say(line, level)
    line = vim.fn.strcharpart(line, 0, math.max(vim.v.echospace - 2, 1)) .. "…"
  end
  vim.notify(line, level)
end

--- Keep a line for `:AiLog` without showing it: nobody asked for what it is about.
---@param text string
function M.keep(text)
  M.said[#M.said + 1] = os.date("%H:%M:%S ") .. one_line(text)
  if #M.said > KEPT then
    table.remove(M.said, 1)
  end
end

---@param text string
---@param level integer
local function say(text, level)
  local line = "neovim-ai: " .. one_line(text)
  M.keep(line)
  -- Later: an error message given inside a command would be thrown at whoever ran it.
  vim.schedule(function()
    show(line, level)
  end)
end

---@param message string
---@param hint? string
function M.info(message, hint)
  say(message .. " " .. (hint or ""), vim.log.levels.INFO)
end

---@param message string
---@param hint? string
function M.warn(message, hint)
  say(message .. " " .. (hint or ""), vim.log.levels.WARN)
end

--- Show a failure, once, and tell whoever listens.
---@param err neovim_ai.Failure
function M.error(err)
  say(err.message .. " " .. (err.hint or ""), vim.log.levels.ERROR)
  M.event("NeovimAiError", { kind = err.kind, message = err.message, hint = err.hint })
end

--- Fire a `User` autocommand.
---@param pattern string
---@param data table
function M.event(pattern, data)
  vim.api.nvim_exec_autocmds("User", { pattern = pattern, modeline = false, data = data })
end

return M
