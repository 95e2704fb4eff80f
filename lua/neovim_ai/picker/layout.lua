--- Where the windows of our picker stand, on any size of screen.
local M = {}

local WIDE = 120 -- columns from which on the preview stands beside the rows
local HIGH = 16 -- lines from which on it stands below them, where it cannot stand beside
local ROOMY = 30 -- lines from which on the screen is not filled

---@class (exact) neovim_ai.Pane
---@field row integer
---@field col integer
---@field width integer
---@field height integer
---@field border string[]

---@class (exact) neovim_ai.Layout
---@field prompt neovim_ai.Pane
---@field list neovim_ai.Pane
---@field preview? neovim_ai.Pane

local ROUND = { "╭", "─", "╮", "│", "╯", "─", "╰", "├", "┤" }
local PLAIN = { "+", "-", "+", "|", "+", "-", "+", "+", "+" }

--- The frames of windows that share their edges.
---@return string[] top its bottom belongs to the window below
---@return string[] middle the same, below another window
---@return string[] bottom
---@return string[] whole
local function frames()
  -- A border's characters must be one cell wide.
  local b = vim.o.ambiwidth == "double" and PLAIN or ROUND
  local top = { b[1], b[2], b[3], b[4], "", "", "", b[4] }
  local middle = { b[8], b[2], b[9], b[4], "", "", "", b[4] }
  local bottom = { b[8], b[2], b[9], b[4], b[5], b[6], b[7], b[4] }
  local whole = { b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[4] }
  return top, middle, bottom, whole
end

---@param row integer
---@param col integer
---@param width integer
---@param height integer
---@param border string[]
---@return neovim_ai.Pane
local function pane(row, col, width, height, border)
  return {
    row = math.max(row, 0),
    col = math.max(col, 0),
    width = math.max(width, 1),
    height = math.max(height, 1),
    border = border,
  }
end

--- Lay out for a screen.
---@param columns integer
---@param lines integer without the command line
---@return neovim_ai.Layout
function M.compute(columns, lines)
  local top, middle, bottom, whole = frames()
  local width = columns >= 100 and math.floor(columns * 0.9) or columns - 2
  local height = lines >= ROOMY and math.floor(lines * 0.85) or lines - 1
  local row = math.floor((lines - height) / 2)
  local col = math.floor((columns - width) / 2)
  local inner = height - 4 -- three edges and the prompt
  if columns >= WIDE then
    local left = math.floor(width * 0.54)
    return {
      prompt = pane(row, col, left - 2, 1, top),
      list = pane(row + 2, col, left - 2, inner, bottom),
      preview = pane(row, col + left, width - left - 2, height - 2, whole),
    }
  elseif lines >= HIGH then
    local listed = math.ceil((inner - 1) * 0.5)
    return {
      prompt = pane(row, col, width - 2, 1, top),
      list = pane(row + 2, col, width - 2, listed, middle),
      preview = pane(row + 3 + listed, col, width - 2, inner - 1 - listed, bottom),
    }
  end
  return {
    prompt = pane(row, col, width - 2, 1, top),
    list = pane(row + 2, col, width - 2, inner, bottom),
  }
end

return M
