--- A proposal's life: asked, shown, accepted, rejected, stale.
local M = {}

local client = require("neovim_ai.client")
local drafts = require("neovim_ai.draft")
local notify = require("neovim_ai.notify")
local preview = require("neovim_ai.preview")
local status = require("neovim_ai.status")
local target = require("neovim_ai.target")

---@class (exact) neovim_ai.Proposal
---@field buf integer
---@field asked neovim_ai.Target
---@field mark integer
---@field row integer where its definition was last seen
---@field view neovim_ai.View
---@field keys table<string, fun()>
---@field facts string[]
---@field applying boolean
---@field update boolean there is a docstring already
---@field request? integer
---@field qualname? string
---@field ordinal? integer
---@field asked_row? integer the definition's row in the text that was asked about
---@field end_row? integer the same of its end
---@field draft? neovim_ai.Draft
---@field message? neovim_ai.ProposalMessage

---@type neovim_ai.Proposal[]
local proposals = {}

---@type { at: string, what: string, qualname: string, lines: string[] }[] for `:AiLog`
M.past = {}

---@param proposal neovim_ai.Proposal
---@param what string
local function remember(proposal, what)
  local lines = proposal.message and proposal.message.docstring or {}
  M.past[#M.past + 1] = {
    at = os.date("%H:%M:%S") --[[@as string]],
    what = what,
    qualname = proposal.qualname or "?",
    lines = lines,
  }
end

---@param proposal neovim_ai.Proposal
---@param what string
local function drop(proposal, what)
  if not vim.list_contains(proposals, proposal) then
    return
  end
  proposals = vim.tbl_filter(function(other)
    return other ~= proposal
  end, proposals)
  preview.hide(proposal)
  target.let_go(proposal.buf, proposal.mark)
  if proposal.message then
    remember(proposal, what)
  end
end

---@param proposal neovim_ai.Proposal
---@return table
local function told(proposal)
  return { buf = proposal.buf, qualname = proposal.qualname, row = proposal.row }
end

--- Of two for one definition the later stays.
---@param proposal neovim_ai.Proposal
local function replace_earlier(proposal)
  for _, other in ipairs(proposals) do
    local same = other ~= proposal
      and other.buf == proposal.buf
      and other.qualname == proposal.qualname
      and other.ordinal == proposal.ordinal
    if same then
      client.cancel(other.request)
      drop(other, "replaced")
    end
  end
end

---@param proposal neovim_ai.Proposal
---@param event neovim_ai.TargetEvent
local function on_target(proposal, event)
  -- Lines typed since the request have moved the mark, and with it the definition, alike.
  local moved = (target.row_of(proposal) or proposal.asked.row) - proposal.asked.row
  proposal.qualname, proposal.ordinal = event.qualname, event.ordinal
  proposal.asked_row, proposal.end_row = event.row, event.end_row
  proposal.row = event.row + moved
  proposal.facts, proposal.update = event.facts, event.update
  proposal.mark = target.hold(proposal.buf, proposal.row, proposal.mark)
  status.rename(proposal.request or 0, event.qualname)
  replace_earlier(proposal)
  local after_header = event.header_end_row + 1
  if not event.update then
    local asked = proposal.asked.lines
    proposal.draft = drafts.new(asked, event.row, after_header, after_header, {})
    preview.show(proposal)
  end
end

---@param proposal neovim_ai.Proposal
---@param event neovim_ai.DraftEvent
local function on_draft(proposal, event)
  if proposal.asked_row then
    local asked = proposal.asked.lines
    local from, to = event.start_row, event.end_row
    proposal.draft = drafts.new(asked, proposal.asked_row, from, to, event.lines)
    status.phase(proposal.request or 0, ("writing, %d of %d"):format(event.done, event.total))
    preview.show(proposal)
  end
end

---@param proposal neovim_ai.Proposal
---@param message neovim_ai.ProposalMessage
local function on_result(proposal, message)
  proposal.request = nil
  if message.status ~= "proposed" or message.edit == vim.NIL then
    drop(proposal, message.status)
    local say = message.status == "refused" and notify.warn or notify.info
    return say(("%s: %s"):format(message.qualname, message.reason))
  end
  proposal.message = message
  proposal.draft = drafts.of_edit(proposal.asked.lines, message.row, message.edit)
  preview.show(proposal)
  notify.event("NeovimAiProposal", told(proposal))
end

---@param proposal neovim_ai.Proposal
---@param options neovim_ai.DocOptions
local function send(proposal, options)
  local asked = proposal.asked
  proposal.request = client.request("doc", {
    buffer = target.buffer(asked.buf, asked.lines),
    row = asked.row,
    col = asked.col,
    options = next(options) and options or vim.empty_dict(),
  }, {
    label = "docstring",
    buf = asked.buf,
    event = function(event)
      if event.type == "target" then
        on_target(proposal, event)
      elseif event.type == "draft" then
        on_draft(proposal, event)
      end
    end,
    result = function(message)
      on_result(proposal, message)
    end,
    error = function(err)
      drop(proposal, "failed")
      if err.kind ~= "cancelled" and not err.shown then
        notify.error(err)
      end
    end,
  })
end

--- Ask for a docstring.
---@param asked neovim_ai.Target
---@param options neovim_ai.DocOptions
function M.ask(asked, options)
  ---@type neovim_ai.Proposal
  local proposal = {
    buf = asked.buf,
    asked = asked,
    mark = target.hold(asked.buf, asked.row),
    row = asked.row,
    view = { place = "none" },
    facts = {},
    applying = false,
    update = false,
    keys = {},
  }
  proposal.keys = {
    a = function()
      M.accept(proposal)
    end,
    r = function()
      M.reject(proposal)
    end,
    q = function()
      preview.close(proposal)
    end,
  }
  proposals[#proposals + 1] = proposal
  send(proposal, options)
end

---@param proposal neovim_ai.Proposal
function M.accept(proposal)
  if proposal.applying then
    return
  end
  proposal.applying = true
  require("neovim_ai.apply").apply(proposal, function(err)
    proposal.applying = false
    if err then
      -- It stays: the text may come back, or the user copies from it.
      if err.kind == "stale" then
        remember(proposal, "stale")
      end
      if err.kind ~= "cancelled" and not err.shown then
        notify.error(err)
      end
      return
    end
    drop(proposal, "accepted")
    notify.event("NeovimAiAccepted", told(proposal))
  end)
end

---@param proposal neovim_ai.Proposal
function M.reject(proposal)
  drop(proposal, "rejected")
  notify.event("NeovimAiRejected", told(proposal))
end

--- The proposals of a buffer that can be accepted; of all buffers without one given.
---@param buf? integer
---@return neovim_ai.Proposal[]
function M.offered(buf)
  return vim.tbl_filter(function(proposal)
    return proposal.message ~= nil and (not buf or proposal.buf == buf)
  end, proposals)
end

--- The proposal that the user means: whose window this is, whose definition holds the cursor, or
--- the only one of the buffer.
---@return neovim_ai.Proposal?
function M.here()
  local buf = vim.api.nvim_get_current_buf()
  for _, proposal in ipairs(M.offered()) do
    if proposal.view.float and proposal.view.float.buf == buf then
      return proposal
    end
  end
  local row, best = vim.api.nvim_win_get_cursor(0)[1] - 1, nil
  local offered = M.offered(buf)
  for _, proposal in ipairs(offered) do
    local start = target.row_of(proposal) or proposal.row
    local length = proposal.end_row - proposal.asked_row
    if row >= start and row <= start + length and (not best or start > best.row) then
      best = proposal
    end
  end
  return best or (#offered == 1 and offered[1] or nil)
end

--- Show the proposals of a buffer again after its text or its window changed.
---@param buf integer
function M.refresh(buf)
  for _, proposal in ipairs(proposals) do
    if proposal.buf == buf then
      preview.show(proposal)
    end
  end
end

--- A buffer is gone: nothing can be applied to it any more.
---@param buf integer
function M.forget(buf)
  client.cancel_all(buf)
  for _, proposal in ipairs(proposals) do
    if proposal.buf == buf then
      drop(proposal, "buffer closed")
    end
  end
end

local group = vim.api.nvim_create_augroup("neovim_ai_proposals", {})
vim.api.nvim_create_autocmd({ "TextChanged", "TextChangedI", "BufWinEnter", "BufWritePost" }, {
  group = group,
  callback = vim.schedule_wrap(function(event)
    if vim.api.nvim_buf_is_loaded(event.buf) then
      M.refresh(event.buf)
    end
  end),
})
vim.api.nvim_create_autocmd({ "BufDelete", "BufWipeout" }, {
  group = group,
  callback = function(event)
    M.forget(event.buf)
  end,
})

return M
