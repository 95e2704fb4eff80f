--- From hunk to hunk and from proposal to proposal of a buffer.
local M = {}

local float = require("neovim_ai.float")
local hunks = require("neovim_ai.hunks")
local offers = require("neovim_ai.offers")
local preview = require("neovim_ai.preview")

--- The first line of the hunk that comes next in a proposal's window.
---@param proposal neovim_ai.Proposal
---@param line integer where the cursor is
---@param by 1|-1
---@return integer?
local function next_hunk(proposal, line, by)
  local starts = hunks.starts(proposal.view.float.owners)
  for index = by == 1 and 1 or #starts, by == 1 and #starts or 1, by do
    if (starts[index] - line) * by > 0 then
      return starts[index]
    end
  end
end

---@param proposal neovim_ai.Proposal
---@param by 1|-1
local function enter(proposal, by)
  local win = proposal.view.float.win
  vim.api.nvim_set_current_win(win)
  local from = by == 1 and 0 or vim.api.nvim_buf_line_count(proposal.view.float.buf) + 1
  vim.api.nvim_win_set_cursor(win, { next_hunk(proposal, from, by) or 1, 0 })
end

--- Go to a proposal: into its window, or to its definition where it stands between the lines.
---@param proposal neovim_ai.Proposal
---@param by 1|-1
local function go(proposal, by)
  local win = vim.fn.bufwinid(proposal.buf)
  if win == -1 then
    return
  end
  vim.api.nvim_set_current_win(win)
  -- Its definition may be deleted, and the text end above where it stood.
  local last = vim.api.nvim_buf_line_count(proposal.buf)
  vim.api.nvim_win_set_cursor(win, { math.min(proposal.row + 1, last), 0 })
  preview.open(proposal)
  if float.is_open(proposal.view.float) then
    enter(proposal, by)
  end
end

---@param list neovim_ai.Proposal[]
---@param here? neovim_ai.Proposal
---@param row integer
---@param by 1|-1
---@return neovim_ai.Proposal?
local function neighbour(list, here, row, by)
  for index = by == 1 and 1 or #list, by == 1 and #list or 1, by do
    local proposal = list[index]
    if proposal ~= here and (proposal.row - row) * by > 0 then
      return proposal
    end
  end
  return by == 1 and list[1] or list[#list] -- from the last to the first
end

--- Go to the next hunk or proposal, or the one before.
---@param by 1|-1
---@return boolean found
function M.step(by)
  local inside = offers.in_window()
  local list = offers.in_order(inside and inside.buf or vim.api.nvim_get_current_buf())
  if #list == 0 then
    return false
  end
  local line = vim.api.nvim_win_get_cursor(0)[1]
  local hunk = inside and next_hunk(inside, line, by)
  if hunk then
    vim.api.nvim_win_set_cursor(0, { hunk, 0 })
    return true
  end
  local at = not inside and offers.at_cursor(0)
  if at and by == 1 and float.is_open(at.view.float) then
    go(at, by) -- it is looked at from outside: its first hunk comes next
  else
    go(assert(neighbour(list, inside, inside and inside.row or line - 1, by)), by)
  end
  return true
end

--- After a hunk is gone: to the one that came into its place.
---@param proposal neovim_ai.Proposal
function M.stay(proposal)
  if offers.in_window() == proposal then
    local win = proposal.view.float.win
    local line = vim.api.nvim_win_get_cursor(win)[1]
    local to = next_hunk(proposal, line - 1, 1) or next_hunk(proposal, line, -1)
    vim.api.nvim_win_set_cursor(win, { to or line, 0 })
  end
end

return M
