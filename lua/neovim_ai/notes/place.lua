--- Where a row's text stands by now: in its buffer when it is open, else in its file. Rows are
--- found again by what they say, since line numbers are as old as the answer that brought them.
local M = {}

local LARGEST = 32 * 1024 * 1024 -- bytes that are read for a preview

---@class (exact) neovim_ai.Place
---@field lines string[] all of the note
---@field row integer 0-based, of the best line
---@field col integer bytes, of the first match
---@field exact boolean the best line was found

---@type { path: string, stamp: string, lines: string[] }? the file read last
local kept

---@param text string
---@return string
local function squashed(text)
  return vim.trim((text:gsub("%s+", " ")))
end

---@param path string
---@return string[]?
local function read(path)
  local stat = vim.uv.fs_stat(path)
  if not stat or stat.type ~= "file" or stat.size > LARGEST then
    return nil
  end
  local stamp = ("%d.%d %d"):format(stat.mtime.sec, stat.mtime.nsec, stat.size)
  if kept and kept.path == path and kept.stamp == stamp then
    return kept.lines
  end
  local file = io.open(path, "rb")
  local text = file and file:read("*a")
  if file then
    file:close()
  end
  if not text then
    return nil
  end
  text = text:gsub("^\239\187\191", ""):gsub("\r\n", "\n"):gsub("\n$", "")
  kept = { path = path, stamp = stamp, lines = vim.split(text, "\n", { plain = true }) }
  return kept.lines
end

--- The loaded buffer of a file, by whatever name it was opened.
---@param path string
---@return integer?
function M.buffer(path)
  local real = vim.uv.fs_realpath(path) or path
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    local name = vim.api.nvim_buf_is_loaded(buf) and vim.api.nvim_buf_get_name(buf) or ""
    if name ~= "" and (name == path or vim.uv.fs_realpath(name) == real) then
      return buf
    end
  end
end

--- The lines of a note as it stands.
---@param path string
---@return string[]?
function M.lines(path)
  local buf = M.buffer(path)
  return buf and vim.api.nvim_buf_get_lines(buf, 0, -1, false) or read(path)
end

--- The index nearest to another of a line that holds something.
---@param lines string[]
---@param near integer 1-based
---@param holds fun(line: string): boolean
---@return integer?
local function nearest(lines, near, holds)
  for away = 0, math.max(near - 1, #lines - near) do
    for _, at in ipairs(away == 0 and { near } or { near - away, near + away }) do
      if lines[at] and holds(lines[at]) then
        return at
      end
    end
  end
end

---@param lines string[]
---@param near integer
---@param heading string
---@return integer?
local function heading_line(lines, near, heading)
  local wanted = squashed(heading):lower()
  return nearest(lines, near, function(line)
    local text = line:match("^%s*#+%s*(.-)[%s#]*$") or line
    return squashed(text):lower() == wanted
  end)
end

--- Find a row's best line in a note.
---@param lines string[]
---@param row neovim_ai.Row
---@return neovim_ai.Place
function M.locate(lines, row)
  local near = math.min((row.row_of_best or row.row) + 1, #lines)
  local words = vim.trim((row.snippet:gsub("^…", ""):gsub("…$", "")))
  local squeezed = squashed(words)
  local at = words ~= ""
    and nearest(lines, near, function(line)
      return line:find(words, 1, true) ~= nil or squashed(line):find(squeezed, 1, true) ~= nil
    end)
  local line = at and lines[at]
  if line then
    local lead = #row.snippet:match("^[%s…]*")
    local start = (line:find(words, 1, true) or line:find("%S") or 1) - 1
    local first = row.matches[1] and math.max(row.matches[1][1] - lead, 0) or 0
    return { lines = lines, row = at - 1, col = math.min(start + first, #line), exact = true }
  end
  local heading = row.heading_path[#row.heading_path]
  at = heading and heading_line(lines, near, heading) or math.max(near, 1)
  return { lines = lines, row = at - 1, col = 0, exact = false }
end

return M
