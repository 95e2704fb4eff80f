--- The proposals there are, and which of them the user means.
local M = {}

local client = require("neovim_ai.client")
local preview = require("neovim_ai.preview")
local target = require("neovim_ai.target")

---@type neovim_ai.Proposal[]
local proposals = {}

---@type { at: string, what: string, qualname: string, lines: string[] }[] for `:AiLog`
M.past = {}

---@param proposal neovim_ai.Proposal
function M.add(proposal)
  proposals[#proposals + 1] = proposal
end

---@param proposal neovim_ai.Proposal
---@return boolean
function M.has(proposal)
  return vim.list_contains(proposals, proposal)
end

---@param proposal neovim_ai.Proposal
local function remove(proposal)
  proposals = vim.tbl_filter(function(other)
    return other ~= proposal
  end, proposals)
end

--- Keep the text of a proposal for `:AiLog`.
---@param proposal neovim_ai.Proposal
---@param what string
function M.remember(proposal, what)
  M.past[#M.past + 1] = {
    at = os.date("%H:%M:%S") --[[@as string]],
    what = what,
    qualname = proposal.qualname or "?",
    lines = proposal.message and proposal.message.docstring or {},
  }
end

--- Stop asking for it anew; what is offered stays.
---@param proposal neovim_ai.Proposal
function M.withdraw(proposal)
  local request = proposal.request
  proposal.request = nil
  client.cancel(request)
end

--- It is no longer offered.
---@param proposal neovim_ai.Proposal
---@param what string
function M.drop(proposal, what)
  if not M.has(proposal) then
    return
  end
  remove(proposal)
  M.withdraw(proposal)
  preview.hide(proposal)
  target.let_go(proposal.buf, proposal.mark)
  if proposal.message then
    M.remember(proposal, what)
  end
end

--- What an event says of it.
---@param proposal neovim_ai.Proposal
---@param hunk? string
---@return table
function M.told(proposal, hunk)
  return { buf = proposal.buf, qualname = proposal.qualname, row = proposal.row, hunk = hunk }
end

--- All of a buffer, those on their way included.
---@param buf integer
---@return neovim_ai.Proposal[]
function M.of(buf)
  return vim.tbl_filter(function(proposal)
    return proposal.buf == buf
  end, proposals)
end

--- The other proposals for the same definition.
---@param proposal neovim_ai.Proposal
---@return neovim_ai.Proposal[]
function M.rivals(proposal)
  return vim.tbl_filter(function(other)
    return other ~= proposal
      and other.qualname == proposal.qualname
      and other.ordinal == proposal.ordinal
  end, M.of(proposal.buf))
end

--- The proposals of a buffer that can be accepted; of all buffers without one given.
---@param buf? integer
---@return neovim_ai.Proposal[]
function M.offered(buf)
  return vim.tbl_filter(function(proposal)
    return proposal.message ~= nil and (not buf or proposal.buf == buf)
  end, proposals)
end

--- The same from top to bottom.
---@param buf integer
---@return neovim_ai.Proposal[]
function M.in_order(buf)
  local offered = M.offered(buf)
  for _, proposal in ipairs(offered) do
    target.row_of(proposal) -- brings `row` up to date
  end
  table.sort(offered, function(a, b)
    return a.row < b.row
  end)
  return offered
end

--- The proposal whose window the user is in.
---@return neovim_ai.Proposal?
function M.in_window()
  local buf = vim.api.nvim_get_current_buf()
  for _, proposal in ipairs(M.offered()) do
    if proposal.view.float and proposal.view.float.buf == buf then
      return proposal
    end
  end
end

--- The proposal whose definition, the innermost, holds the cursor of a window.
---@param win integer
---@return neovim_ai.Proposal?
function M.at_cursor(win)
  local row, best = vim.api.nvim_win_get_cursor(win)[1] - 1, nil
  for _, proposal in ipairs(M.offered(vim.api.nvim_win_get_buf(win))) do
    if target.holds(proposal, row) and (not best or proposal.row > best.row) then
      best = proposal
    end
  end
  return best
end

--- The proposal that the user means: whose window this is, whose definition holds the cursor, or
--- the only one of the buffer; and the hunk of it, where the cursor is on one.
---@return neovim_ai.Proposal?
---@return string? key
function M.here()
  local inside = M.in_window()
  if inside then
    return inside, inside.view.float.owners[vim.api.nvim_win_get_cursor(0)[1]]
  end
  local offered = M.offered(vim.api.nvim_get_current_buf())
  return M.at_cursor(0) or (#offered == 1 and offered[1] or nil)
end

--- Show the proposals of a buffer again after its text or its window changed.
---@param buf integer
function M.refresh(buf)
  for _, proposal in ipairs(M.of(buf)) do
    preview.show(proposal)
  end
end

--- Let the window of the proposal that the cursor came to take the place of another's.
local function follow()
  local proposal = #proposals > 0 and M.at_cursor(0)
  if proposal and proposal.view.place == "ready" then
    preview.open(proposal)
  end
end

local group = vim.api.nvim_create_augroup("neovim_ai_offers", {})
vim.api.nvim_create_autocmd({ "TextChanged", "TextChangedI", "BufWinEnter", "BufWritePost" }, {
  group = group,
  callback = vim.schedule_wrap(function(event)
    if vim.api.nvim_buf_is_loaded(event.buf) then
      M.refresh(event.buf)
    end
  end),
})
vim.api.nvim_create_autocmd("CursorMoved", { group = group, callback = follow })

return M
