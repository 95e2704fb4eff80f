--- The one place that speaks to the user: one line, what happened and what to do.
local M = {}

---@type string[] everything said, for `:AiLog`
M.said = {}

local KEPT = 200
local PREFIX = "neovim-ai: "
local MARGIN = 4 -- columns beside a long message's window
local LEAST = 40 -- cells that a message gets on a narrow screen

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

--- Both ends of a text that is too wide: what happened stands at one, names at the other.
---@param text string
---@param width integer
---@return string
local function within(text, width)
  local count, kept, cut = vim.fn.strchars(text), width, text
  while vim.api.nvim_strwidth(cut) > width and kept > 1 do
    kept = kept - 1
    local head = math.floor(kept / 2)
    local tail = kept - head - 1
    cut = vim.fn.strcharpart(text, 0, head) .. "…" .. vim.fn.strcharpart(text, count - tail)
  end
  return cut
end

--- What is said, in two lines of the screen at most; the next step stays whole.
---@param message string
---@param hint string
---@return string
local function two_lines(message, hint)
  local room = 2 * (vim.o.columns - MARGIN) - vim.api.nvim_strwidth(PREFIX .. hint)
  return vim.trim(PREFIX .. within(message, math.max(room - 1, LEAST)) .. " " .. hint)
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

---@param message string
---@param hint string
---@param level integer
local function say(message, hint, level)
  message, hint = one_line(message), one_line(hint)
  M.keep(PREFIX .. message .. " " .. hint)
  -- Later: an error message given inside a command would be thrown at whoever ran it.
  vim.schedule(function()
    show(two_lines(message, hint), level)
  end)
end

---@param message string
---@param hint? string
function M.info(message, hint)
  say(message, hint or "", vim.log.levels.INFO)
end

---@param message string
---@param hint? string
function M.warn(message, hint)
  say(message, hint or "", vim.log.levels.WARN)
end

--- Show a failure, once, and tell whoever listens.
---@param err neovim_ai.Failure
function M.error(err)
  say(err.message, err.hint or "", vim.log.levels.ERROR)
  M.event("NeovimAiError", { kind = err.kind, message = err.message, hint = err.hint })
end

--- Fire a `User` autocommand.
---@param pattern string
---@param data table
function M.event(pattern, data)
  vim.api.nvim_exec_autocmds("User", { pattern = pattern, modeline = false, data = data })
end

return M
