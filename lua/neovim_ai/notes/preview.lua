--- The section of a row, as text in a scratch buffer: nothing in it is run, followed or concealed.
local M = {}

local place = require("neovim_ai.notes.place")

local namespace = vim.api.nvim_create_namespace("neovim_ai_notes_preview")

local MOST = 400 -- lines above and below the best one
local AROUND = 12 -- lines, where a row is no whole section
local MARKDOWN = { md = true, markdown = true, mkd = true, mdx = true }

---@param buf integer
---@param lines string[]
local function write(buf, lines)
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
end

--- Colours of Markdown without its filetype, which would run what the user does with notes.
---@param buf integer
---@param path string
local function colour(buf, path)
  local wanted = MARKDOWN[(path:match("%.(%w+)$") or ""):lower()] or false
  if vim.b[buf].neovim_ai_coloured == wanted then
    return
  end
  vim.b[buf].neovim_ai_coloured = wanted
  if wanted then
    pcall(vim.treesitter.start, buf, "markdown") -- without a parser it stays plain
  else
    pcall(vim.treesitter.stop, buf)
  end
end

---@param row neovim_ai.Row
---@return table<string, true> in lower case
local function words(row)
  local found = {}
  for _, match in ipairs(row.matches) do
    local word = row.snippet:sub(match[1] + 1, match[2]):lower()
    if #word > 1 then
      found[word] = true
    end
  end
  return found
end

---@param buf integer
---@param line integer 0-based
---@param from integer
---@param to integer
local function mark(buf, line, from, to)
  vim.api.nvim_buf_set_extmark(buf, namespace, line, from, {
    end_col = to,
    hl_group = "NeovimAiMatch",
    priority = 250,
  })
end

--- Mark what matched, wherever it stands in the section.
---@param buf integer
---@param lines string[]
---@param row neovim_ai.Row
local function mark_words(buf, lines, row)
  for word in pairs(words(row)) do
    for index, line in ipairs(lines) do
      local lower, at = line:lower(), 1
      local from, to = lower:find(word, at, true)
      while from do
        mark(buf, index - 1, from - 1, to)
        from, to = lower:find(word, to + 1, true)
      end
    end
  end
end

--- The rows that are shown of a note, 0-based and inclusive.
---@param row neovim_ai.Row
---@param found neovim_ai.Place
---@return integer, integer
local function range(row, found)
  local moved = found.row - (row.row_of_best or row.row)
  local first = row.end_row and row.row + moved or found.row - AROUND
  local last = row.end_row and row.end_row + moved or found.row + AROUND
  first = math.max(first, found.row - MOST, 0)
  last = math.min(last, found.row + MOST, #found.lines - 1)
  return math.min(first, found.row), math.max(last, found.row)
end

--- Show a row's section in a scratch buffer.
---@param buf integer
---@param row neovim_ai.Row
---@return integer line 1-based, of the best line there
function M.fill(buf, row)
  if row.create then
    write(buf, { "Nothing in your notes says that.", "", "A new note: " .. row.create })
    return 1
  end
  local lines = place.lines(row.path)
  if not lines then
    write(buf, { "This note cannot be read any more:", row.path })
    return 1
  end
  local found = place.locate(lines, row)
  local first, last = range(row, found)
  local shown = vim.list_slice(lines, first + 1, last + 1)
  write(buf, shown)
  colour(buf, row.path)
  mark_words(buf, shown, row)
  local focus = found.row - first
  vim.api.nvim_buf_set_extmark(buf, namespace, focus, 0, { line_hl_group = "CursorLine" })
  return focus + 1
end

--- Bring a line of a preview into the middle of its window.
---@param win integer
---@param line integer 1-based
function M.centre(win, line)
  vim.wo[win].wrap = true
  vim.api.nvim_win_set_cursor(win, { line, 0 })
  vim.api.nvim_win_call(win, function()
    vim.cmd.normal({ "zz", bang = true })
  end)
end

--- Show nothing.
---@param buf integer
---@return integer line
function M.clear(buf)
  write(buf, {})
  return 1
end

--- Make a scratch buffer for previews.
---@return integer
function M.buffer()
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = "wipe"
  vim.bo[buf].modifiable = false
  return buf
end

return M
