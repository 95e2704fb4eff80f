--- How a row reads in one line: breadcrumb, file, best line, with the matches marked.
local M = {}

local vaults = require("neovim_ai.notes.vaults")

M.SEPARATOR = " › "
local GAP = "  "
local CRUMB, FILE = 0.42, 0.22 -- of the width, at most

local SIGNS = { typo = "~", some = "~", meaning = "≈" } -- what is less than it was asked for
local HIGHLIGHTS = {
  NeovimAiBreadcrumb = "Title",
  NeovimAiFile = "Comment",
  NeovimAiMatch = "Search",
}

---@class (exact) neovim_ai.RowText
---@field text string
---@field marks { [1]: integer, [2]: integer, [3]: string }[] bytes from, to, highlight

--- Links to the user's colours, where they have none of their own.
function M.define_highlights()
  for group, link in pairs(HIGHLIGHTS) do
    vim.api.nvim_set_hl(0, group, { link = link, default = true })
  end
end

---@param text string
---@return integer
local function width(text)
  return text:find("[\128-\255]") and vim.api.nvim_strwidth(text) or #text
end

--- The byte after which `cells` cells of a text are full.
---@param text string
---@param cells integer
---@return integer
local function bytes_in(text, cells)
  if not text:find("[\128-\255]") then
    return math.max(math.min(cells, #text), 0)
  end
  local used, at = 0, 0
  for _, start in ipairs(vim.str_utf_pos(text)) do
    local char = text:sub(start, start + vim.str_utf_end(text, start))
    used = used + vim.api.nvim_strwidth(char)
    if used > cells then
      break
    end
    at = start + #char - 1
  end
  return at
end

--- Cut the end off.
---@param text string
---@param cells integer
---@return string
function M.cut_end(text, cells)
  if width(text) <= cells then
    return text
  end
  return text:sub(1, bytes_in(text, cells - 1)) .. "…"
end

--- Cut the beginning off, so that what is special remains.
---@param text string
---@param cells integer
---@return string
function M.cut_start(text, cells)
  local over = width(text) - cells
  if over <= 0 then
    return text
  end
  local from = bytes_in(text, over)
  while width(text:sub(from + 1)) >= math.max(cells, 1) and from < #text do
    from = from + 1 + vim.str_utf_end(text, from + 1)
  end
  return "…" .. text:sub(from + 1)
end

---@param text string
---@param cells integer
---@return string
local function pad(text, cells)
  return text .. (" "):rep(cells - width(text))
end

--- Control characters would move the columns; each becomes one byte that does not.
---@param text string
---@return string
local function plain(text)
  return (text:gsub("[%c]", " "))
end

---@param row neovim_ai.Row
---@return string
function M.breadcrumb(row)
  return plain(table.concat(row.heading_path, M.SEPARATOR))
end

---@param row neovim_ai.Row
---@return string
local function crumb(row)
  local sign = row.create and "+" or SIGNS[row.kind]
  return sign and (sign .. " " .. M.breadcrumb(row)) or M.breadcrumb(row)
end

---@param row neovim_ai.Row
---@return string
local function file(row)
  return row.path and plain(vaults.relative(row.path)) or ""
end

--- The widths of the columns, for rows that stand below each other.
---@param rows neovim_ai.Row[]
---@param cells integer
---@return { crumb: integer, file: integer, snippet: integer }
function M.columns(rows, cells)
  local crumbs, files = 0, 0
  for _, row in ipairs(rows) do
    crumbs = math.max(crumbs, width(crumb(row)))
    files = math.max(files, width(file(row)))
  end
  crumbs = math.min(crumbs, math.floor(cells * CRUMB))
  files = math.min(files, math.floor(cells * FILE))
  return { crumb = crumbs, file = files, snippet = cells - crumbs - files - 2 * #GAP }
end

--- The part of the best line that shows its first match, and by how much the matches move.
---@param row neovim_ai.Row
---@param cells integer
---@return string
---@return integer shift in bytes
local function excerpt(row, cells)
  local text = plain(row.snippet)
  local indent = #text:match("^%s*")
  local first = row.matches[1] and row.matches[1][1] or 0
  local lead = width(text:sub(indent + 1, first))
  if width(text) - indent <= cells or lead < cells * 2 / 3 then
    return M.cut_end(text:sub(indent + 1), cells), -indent
  end
  local from = indent + bytes_in(text:sub(indent + 1), lead - math.floor(cells / 3))
  return "…" .. M.cut_end(text:sub(from + 1), cells - 1), #"…" - from
end

--- A row as one line.
---@param row neovim_ai.Row
---@param columns { crumb: integer, file: integer, snippet: integer }
---@return neovim_ai.RowText
function M.text(row, columns)
  local head = pad(M.cut_start(crumb(row), columns.crumb), columns.crumb)
  local name = pad(M.cut_start(file(row), columns.file), columns.file)
  local line, shift = excerpt(row, math.max(columns.snippet, 1))
  local at = #head + #GAP + #name + #GAP
  local marks = {
    { 0, #head, "NeovimAiBreadcrumb" },
    { #head + #GAP, #head + #GAP + #name, "NeovimAiFile" },
  }
  for _, match in ipairs(row.matches) do
    local from, to = math.max(match[1] + shift, 0), math.min(match[2] + shift, #line)
    if from < to then
      marks[#marks + 1] = { at + from, at + to, "NeovimAiMatch" }
    end
  end
  return { text = head .. GAP .. name .. GAP .. line, marks = marks }
end

return M
