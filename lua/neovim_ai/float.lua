--- A proposal as a diff in a window of its own, which the user may enter, scroll and close.
local M = {}

local namespace = vim.api.nvim_create_namespace("neovim_ai_float")

local HIGHLIGHTS = {
  ["+"] = "NeovimAiAdded",
  ["-"] = "NeovimAiRemoved",
  ["#"] = "NeovimAiEvidence",
  ["?"] = "NeovimAiDispute",
}
local MOST = 0.6 -- of the screen's height

---@class (exact) neovim_ai.Float
---@field win integer
---@field buf integer
---@field owners table<integer, string> the hunk of each line that belongs to one

---@class (exact) neovim_ai.FloatContent
---@field title string
---@field notes string[] above the diff
---@field footer string
---@field diff string[]
---@field owners table<integer, string> by line of the diff
---@field labels table<integer, string> a hunk's name beside its first line
---@field keys table<string, fun()>

--- What stands behind a line: the name of the hunk that begins there.
---@param content neovim_ai.FloatContent
---@param row integer 1-based, notes included
---@return string
local function behind(content, row)
  local label = content.labels[row - #content.notes]
  return label and ("  ◂ " .. label) or ""
end

---@param lines string[]
---@param content neovim_ai.FloatContent
---@return table
local function geometry(lines, content)
  local widest = 0
  for row, line in ipairs(lines) do
    widest = math.max(widest, vim.fn.strdisplaywidth(line .. behind(content, row)))
  end
  for _, line in ipairs({ content.title, content.footer }) do
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

--- Typed in one go, `]a` would be Neovim's own `]a` in spite of `nowait`: each pair is mapped too.
---@param buf integer
---@param keys table<string, fun()>
local function map(buf, keys)
  for key, action in pairs(keys) do
    vim.keymap.set("n", key, action, { buffer = buf, nowait = true })
    for _, bracket in ipairs({ "[", "]" }) do
      vim.keymap.set("n", bracket .. key, function()
        keys[bracket]()
        if vim.api.nvim_get_current_buf() == buf then
          action() -- else this window was left, and the keys of another hold
        end
      end, { buffer = buf, nowait = true })
    end
  end
end

---@param buf integer
---@param lines string[]
---@param content neovim_ai.FloatContent
local function fill(buf, lines, content)
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  for row, line in ipairs(lines) do
    local group = row <= #content.notes and "NeovimAiHint" or HIGHLIGHTS[line:sub(1, 1)]
    local label = behind(content, row)
    vim.api.nvim_buf_set_extmark(buf, namespace, row - 1, 0, {
      line_hl_group = group,
      virt_text = label ~= "" and { { label, "NeovimAiHint" } } or nil,
    })
  end
end

--- The hunks by the lines of the window.
---@param content neovim_ai.FloatContent
---@return table<integer, string>
local function shifted(content)
  local owners = {}
  for number, key in pairs(content.owners) do
    owners[number + #content.notes] = key
  end
  return owners
end

--- Open or update the window.
---@param float? neovim_ai.Float
---@param content neovim_ai.FloatContent
---@return neovim_ai.Float
function M.show(float, content)
  local lines = vim.list_extend({}, content.notes)
  vim.list_extend(lines, content.diff)
  local config = geometry(lines, content)
  if not M.is_open(float) then
    local buf = vim.api.nvim_create_buf(false, true)
    vim.bo[buf].bufhidden = "wipe"
    map(buf, content.keys)
    config.noautocmd = true
    float = { buf = buf, win = vim.api.nvim_open_win(buf, false, config), owners = {} }
    vim.wo[float.win].winfixbuf = true -- a file opened from in here belongs elsewhere
  else
    ---@cast float neovim_ai.Float
    vim.api.nvim_win_set_config(float.win, config)
  end
  fill(float.buf, lines, content)
  float.owners = shifted(content)
  return float
end

---@param float? neovim_ai.Float
---@return boolean
function M.is_open(float)
  return float ~= nil and vim.api.nvim_win_is_valid(float.win)
end

--- What `nvim_open_win` is to split: Neovim 0.10 refuses a floating window.
---@return integer win -1: all windows together
function M.splittable()
  return vim.api.nvim_win_get_config(0).relative ~= "" and -1 or 0
end

---@param float? neovim_ai.Float
function M.close(float)
  if float and vim.api.nvim_win_is_valid(float.win) then
    vim.api.nvim_win_close(float.win, true)
  end
end

return M
