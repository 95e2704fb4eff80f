--- A proposal as a diff in a window of its own, which the user may enter, scroll and close.
local M = {}

local namespace = vim.api.nvim_create_namespace("neovim_ai_float")

local HIGHLIGHTS = { ["+"] = "NeovimAiAdded", ["-"] = "NeovimAiRemoved" }
local MOST = 0.6 -- of the screen's height

---@class (exact) neovim_ai.Float
---@field win integer
---@field buf integer

---@class (exact) neovim_ai.FloatContent
---@field title string
---@field notes string[] above the diff
---@field footer string
---@field before string[]
---@field after string[]
---@field keys table<string, fun()>

--- The lines of a diff: `+ `, `- ` or two blanks before each.
---@param before string[]
---@param after string[]
---@return string[]
local function diff(before, after)
  ---@diagnostic disable-next-line: deprecated
  local compare = vim.text and vim.text.diff or vim.diff -- renamed in 0.12
  local function joined(lines)
    return #lines > 0 and table.concat(lines, "\n") .. "\n" or ""
  end
  local unified = compare(joined(before), joined(after), { ctxlen = 10000 })
  local lines = {}
  for line in unified:gmatch("[^\n]+") do
    if not line:find("^@@") then
      lines[#lines + 1] = line:sub(1, 1) .. " " .. line:sub(2)
    end
  end
  if #lines == 0 then
    for _, line in ipairs(after) do
      lines[#lines + 1] = "  " .. line
    end
  end
  return lines
end

---@param lines string[]
---@param content neovim_ai.FloatContent
---@return table
local function geometry(lines, content)
  local widest = 0
  for _, line in ipairs(vim.list_extend({ content.title, content.footer }, lines)) do
    widest = math.max(widest, vim.fn.strdisplaywidth(line))
  end
  local cursor = vim.fn.screenrow()
  local below = cursor <= vim.o.lines / 2 -- never over the cursor
  return {
    relative = "editor",
    anchor = below and "SE" or "NE",
    row = below and vim.o.lines - vim.o.cmdheight - 1 or 1,
    col = vim.o.columns,
    width = math.max(1, math.min(widest + 2, vim.o.columns - 4)),
    height = math.max(1, math.min(#lines, math.floor(vim.o.lines * MOST))),
    title = " " .. content.title .. " ",
    footer = " " .. content.footer .. " ",
    border = "rounded",
    style = "minimal",
    zindex = 40,
  }
end

---@param buf integer
---@param keys table<string, fun()>
local function map(buf, keys)
  for key, action in pairs(keys) do
    vim.keymap.set("n", key, action, { buffer = buf, nowait = true })
  end
end

---@param buf integer
---@param lines string[]
---@param notes integer how many of them
local function fill(buf, lines, notes)
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  for row, line in ipairs(lines) do
    local group = row <= notes and "NeovimAiHint" or HIGHLIGHTS[line:sub(1, 1)]
    if group then
      vim.api.nvim_buf_set_extmark(buf, namespace, row - 1, 0, { line_hl_group = group })
    end
  end
end

--- Open or update the window.
---@param float? neovim_ai.Float
---@param content neovim_ai.FloatContent
---@return neovim_ai.Float
function M.show(float, content)
  local lines = vim.list_extend({}, content.notes)
  vim.list_extend(lines, diff(content.before, content.after))
  local config = geometry(lines, content)
  if not float then
    local buf = vim.api.nvim_create_buf(false, true)
    vim.bo[buf].bufhidden = "wipe"
    map(buf, content.keys)
    config.noautocmd = true
    float = { buf = buf, win = vim.api.nvim_open_win(buf, false, config) }
  else
    vim.api.nvim_win_set_config(float.win, config)
  end
  fill(float.buf, lines, #content.notes)
  return float
end

---@param float? neovim_ai.Float
---@return boolean
function M.is_open(float)
  return float ~= nil and vim.api.nvim_win_is_valid(float.win)
end

---@param float? neovim_ai.Float
function M.close(float)
  if float and vim.api.nvim_win_is_valid(float.win) then
    vim.api.nvim_win_close(float.win, true)
  end
end

return M
