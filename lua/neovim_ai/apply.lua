--- The only file that edits a user's buffer: one call, one undo step, in Normal mode.
local M = {}

local client = require("neovim_ai.client")
local target = require("neovim_ai.target")

local TRIES = 5 -- how often the text may change between asking and applying
local LOOK_AGAIN = 30 -- ms

--- Run something in Normal mode: now, or when the user comes back to it. An edit made while
--- somebody types would join their undo step, and one `u` would take both away; a window that
--- opens then would take what they type.
--- Looked at again and again, since leaving a "Press ENTER" prompt fires no `ModeChanged`.
---@param run fun()
---@param waiting? fun()
function M.in_normal(run, waiting)
  if vim.api.nvim_get_mode().mode == "n" then
    return run()
  end
  if waiting then
    waiting()
  end
  vim.defer_fn(function()
    M.in_normal(run)
  end, LOOK_AGAIN)
end

--- Start a new undo step: setting 'undolevels' closes the one that is open.
---@param buf integer
local function break_undo(buf)
  vim.bo[buf].undolevels = vim.bo[buf].undolevels
end

--- The edit in rows that exist: Python counts one more, empty, after the last line's end.
---@param buf integer
---@param edit neovim_ai.EditMessage
---@return integer, integer, integer, integer, string[]
local function within(buf, edit)
  local lines = vim.deepcopy(edit.lines)
  local start_row, start_col = edit.start_row, edit.start_col
  local end_row, end_col = edit.end_row, edit.end_col
  local count = vim.api.nvim_buf_line_count(buf)
  local blank = count == 1 and vim.api.nvim_buf_get_lines(buf, 0, 1, true)[1] == ""
  if blank and end_row == 0 and lines[#lines] == "" and #lines > 1 then
    table.remove(lines) -- an empty buffer has a line already, whose end the last text takes
  end
  if end_row == count then
    local last = #vim.api.nvim_buf_get_lines(buf, count - 1, count, true)[1]
    if lines[#lines] == "" and #lines > 1 then
      table.remove(lines)
    end
    if start_row == count then
      start_row, start_col = count - 1, last
      table.insert(lines, 1, "")
    end
    end_row, end_col = count - 1, last
  end
  return start_row, start_col, end_row, end_col, lines
end

--- One undo step, whatever the number of edits; of several the last in the text comes first.
---@param buf integer
---@param edits neovim_ai.EditMessage[]
local function write(buf, edits)
  break_undo(buf)
  for _, edit in ipairs(edits) do
    local start_row, start_col, end_row, end_col, lines = within(buf, edit)
    vim.api.nvim_buf_set_text(buf, start_row, start_col, end_row, end_col, lines)
  end
  break_undo(buf)
end

--- Why nothing may be written: the user has taken it back, or the buffer cannot be written to.
---@param buf integer
---@param wanted? fun(): boolean
---@return neovim_ai.Failure?
local function refused(buf, wanted)
  if wanted and not wanted() then
    return { kind = "cancelled", message = "Stopped.", hint = "" }
  end
  return target.unwritable(buf)
end

--- Apply edits that were computed from the text of a buffer as it stood at a tick.
--- Whoever types in another buffer meanwhile has an undo history of their own there.
---@param buf integer
---@param edits neovim_ai.EditMessage[] the last in the text first
---@param tick integer
---@param done fun(err?: neovim_ai.Failure)
---@param wanted? fun(): boolean asked last of all: the user may have taken it back
function M.edits(buf, edits, tick, done, wanted)
  local function run()
    local err = refused(buf, wanted)
    if not err and vim.api.nvim_buf_get_changedtick(buf) ~= tick then
      local message = "The text has changed meanwhile; nothing was written."
      err = { kind = "stale", message = message, hint = "Do it again." }
    end
    if not err then
      write(buf, edits)
    end
    done(err)
  end
  if vim.api.nvim_get_current_buf() == buf then
    M.in_normal(run)
  else
    run()
  end
end

--- The same for one edit.
---@param buf integer
---@param edit neovim_ai.EditMessage
---@param tick integer
---@param done fun(err?: neovim_ai.Failure)
function M.edit(buf, edit, tick, done)
  M.edits(buf, { edit }, tick, done)
end

--- Put the first text into a buffer that has none yet.
---@param buf integer
---@param lines string[]
function M.begin(buf, lines)
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
end

--- Ask for the edit that some hunks of a proposal would be in the text as it is by now.
---@param proposal neovim_ai.Proposal
---@param keys? string[] nil: all
---@param lines string[] the text
---@param handlers { result: fun(edit: neovim_ai.EditMessage), error: fun(err: neovim_ai.Failure) }
function M.rendered(proposal, keys, lines, handlers)
  client.request("apply", {
    buffer = target.buffer(proposal.buf, lines),
    row = target.row_of(proposal) or proposal.row,
    proposal = proposal.message,
    keys = keys,
  }, {
    buf = proposal.buf,
    error = handlers.error,
    result = function(result)
      handlers.result(result.edit)
    end,
  })
end

--- Apply a proposal to its buffer as it stands by then: Python finds the definition anew, compares
--- its facts, renders and verifies; the edit holds only for the very text that was sent.
---@param proposal neovim_ai.Proposal
---@param keys? string[] the hunks meant; nil: all
---@param wanted fun(): boolean the user has not taken it back
---@param done fun(err?: neovim_ai.Failure)
function M.apply(proposal, keys, wanted, done)
  local buf, tries = proposal.buf, 0
  local ask

  local function receive(asked_at, edit)
    local err = refused(buf, wanted)
    if err then
      done(err)
    elseif vim.api.nvim_buf_get_changedtick(buf) ~= asked_at then
      ask()
    else
      write(buf, { edit })
      done()
    end
  end

  ask = function()
    local err = refused(buf, wanted)
    tries = tries + 1
    if not err and tries > TRIES then
      local message = "The text changes faster than the docstring can be checked."
      err = { kind = "stale", message = message, hint = "Run :AiAccept again." }
    end
    if err then
      return done(err)
    end
    local tick = vim.api.nvim_buf_get_changedtick(buf)
    M.rendered(proposal, keys, target.lines(buf), {
      error = done,
      result = function(edit)
        M.in_normal(function()
          receive(tick, edit)
        end)
      end,
    })
  end

  M.in_normal(ask, function()
    require("neovim_ai.notify").info("The docstring is applied when you are back in Normal mode.")
  end)
end

return M
