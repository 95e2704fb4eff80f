--- `:NotesTodo`: what is still open, by file; done with a key, in the note's buffer.
local M = {}

local apply = require("neovim_ai.apply")
local client = require("neovim_ai.client")
local notify = require("neovim_ai.notify")
local place = require("neovim_ai.notes.place")

---@param todo neovim_ai.TodoMessage
---@return neovim_ai.Row
local function as_row(todo)
  return {
    path = todo.path,
    row = todo.row,
    row_of_best = todo.row,
    heading_path = todo.heading_path,
    snippet = todo.text,
    matches = {},
  }
end

--- Ask for all that are open.
---@param receive fun(rows: neovim_ai.Row[])
function M.all(receive)
  require("neovim_ai.notes.buffers").tell_all(function()
    client.request("notes_todos", {}, {
      label = "looking for open tasks",
      result = function(result)
        local open = vim.tbl_filter(function(todo)
          return todo.state == "open"
        end, result.todos)
        receive(vim.tbl_map(as_row, open))
      end,
    })
  end)
end

--- A note's buffer, loaded; one that was not open yet becomes one of the user's.
---@param path string
---@return integer
local function loaded(path)
  local buf = place.buffer(path)
  if not buf then
    buf = vim.fn.bufadd(path)
    vim.fn.bufload(buf)
  end
  require("neovim_ai.target").reread(buf)
  vim.bo[buf].buflisted = true
  return buf
end

--- Mark the task of a buffer's row done; the note is not written.
---@param buf integer
---@param row integer 0-based
---@param done fun()
local function mark(buf, row, done)
  local target = require("neovim_ai.target")
  local err = target.unwritable(buf)
  if err then
    return notify.error(err)
  end
  local tick = vim.api.nvim_buf_get_changedtick(buf)
  client.request("notes_todo_done", {
    buffer = target.buffer(buf, target.lines(buf)),
    row = row,
  }, {
    result = function(result)
      apply.edit(buf, result.edit, tick, function(problem)
        if problem then
          return notify.error(problem)
        end
        local name = vim.fs.basename(vim.api.nvim_buf_get_name(buf))
        notify.info(("Marked done in %s; :w writes it."):format(name))
        notify.event("NeovimAiNotesDone", { buf = buf, row = row })
        done()
      end)
    end,
  })
end

--- Whether a line holds this very open task, not one that has its words among others.
---@param line string
---@param text string what stands behind its mark
---@return boolean
local function holds(line, text)
  line = vim.trim(line)
  if not vim.endswith(line, text) then
    return false
  end
  local before = vim.trim(line:sub(1, #line - #text))
  return vim.endswith(before, "[ ]") or before:find("TODO[^%s]*$") ~= nil
    or before:find("FIXME[^%s]*$") ~= nil
    or before:find("TODO%b():?$") ~= nil
    or before:find("FIXME%b():?$") ~= nil
end

--- Where a task stands by now: nearest to where it stood when the notes were read.
---@param lines string[]
---@param row neovim_ai.Row
---@return integer? row 0-based
local function find(lines, row)
  local text, best = vim.trim(row.snippet), nil
  for number, line in ipairs(lines) do
    local far = math.abs(number - 1 - row.row)
    if (not best or far < math.abs(best - row.row)) and holds(line, text) then
      best = number - 1
    end
  end
  return best
end

--- Mark a row of the picker done.
---@param row neovim_ai.Row
---@param done fun()
function M.done(row, done)
  if not vim.uv.fs_stat(row.path) then
    local message = ("The note %s is gone."):format(vim.fn.fnamemodify(row.path, ":~"))
    return notify.error({ kind = "usage", message = message, hint = "Search again." })
  end
  local buf = loaded(row.path)
  local at = find(vim.api.nvim_buf_get_lines(buf, 0, -1, false), row)
  if not at then
    local message = "The task is no longer there as it was read; nothing was changed."
    return notify.error({ kind = "stale", message = message, hint = "Run :NotesTodo again." })
  end
  mark(buf, at, done)
end

--- Mark the task at the cursor done.
function M.done_here()
  mark(vim.api.nvim_get_current_buf(), vim.api.nvim_win_get_cursor(0)[1] - 1, function() end)
end

return M
