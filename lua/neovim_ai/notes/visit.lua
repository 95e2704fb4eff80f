--- Going to a row: in this window or a new one, or all of them into the quickfix list.
local M = {}

local client = require("neovim_ai.client")
local notify = require("neovim_ai.notify")
local place = require("neovim_ai.notes.place")
local row_text = require("neovim_ai.notes.row")

local OPENERS = { edit = "", split = "split", vsplit = "vsplit", tab = "tab split" }

--- Tell the host that somebody went there; such sections win ties.
---@param row neovim_ai.Row
function M.remember(row)
  client.request("notes_chosen", { path = row.path, heading_path = row.heading_path }, {
    result = function() end,
    error = function(err)
      notify.keep(err.message)
    end,
  })
end

---@param path string
---@return neovim_ai.Failure?
local function show_file(path)
  local buf = place.buffer(path)
  local ok, problem
  if buf then
    ok, problem = pcall(vim.api.nvim_win_set_buf, 0, buf)
    vim.bo[buf].buflisted = true
  elseif not vim.uv.fs_stat(path) then
    local message = ("The note %s is gone."):format(vim.fn.fnamemodify(path, ":~"))
    return { kind = "usage", message = message, hint = "Search again." }
  else
    ok, problem = pcall(vim.cmd.edit, { args = { path }, magic = { file = false, bar = false } })
  end
  if not ok then
    local why = tostring(problem):match("E%d+: [^\n]*") or tostring(problem)
    return { kind = "usage", message = "The note cannot be opened here: " .. why, hint = "" }
  end
end

--- Put the cursor on a row's best line, wherever that is by now.
---@param row neovim_ai.Row
local function go(row)
  local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  local found = place.locate(lines, row)
  vim.api.nvim_win_set_cursor(0, { found.row + 1, found.col })
  vim.cmd.normal({ "zv", bang = true })
  vim.cmd.normal({ "zz", bang = true })
end

--- Open a row's note at its best line.
---@param row neovim_ai.Row
---@param how "edit"|"split"|"vsplit"|"tab"
---@return boolean opened
function M.open(row, how)
  vim.cmd.normal({ "m'", bang = true })
  if OPENERS[how] ~= "" then
    vim.cmd(OPENERS[how])
  end
  local err = show_file(row.path)
  if err then
    if OPENERS[how] ~= "" then
      vim.cmd.close()
    end
    notify.error(err)
    return false
  end
  go(row)
  M.remember(row)
  notify.event("NeovimAiNotesOpened", {
    buf = vim.api.nvim_get_current_buf(),
    path = row.path,
    heading_path = row.heading_path,
  })
  return true
end

---@param row neovim_ai.Row
---@return table item
local function quickfix_item(row)
  local lines = place.lines(row.path)
  local found = lines and place.locate(lines, row)
  return {
    filename = row.path,
    lnum = (found and found.row or row.row_of_best or row.row) + 1,
    col = (found and found.col or 0) + 1,
    text = row_text.breadcrumb(row) .. ": " .. vim.trim(row.snippet),
  }
end

--- Put rows into the quickfix list.
---@param rows neovim_ai.Row[]
---@param title string
function M.list(rows, title)
  local items = {}
  for _, row in ipairs(rows) do
    if row.path then
      items[#items + 1] = quickfix_item(row)
    end
  end
  vim.fn.setqflist({}, " ", { title = "neovim-ai: " .. title, items = items })
  vim.cmd("botright copen")
end

return M
