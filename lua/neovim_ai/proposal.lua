--- How a proposal comes to be: asked, shown while it grows, asked again.
local M = {}

local client = require("neovim_ai.client")
local drafts = require("neovim_ai.draft")
local notify = require("neovim_ai.notify")
local offers = require("neovim_ai.offers")
local preview = require("neovim_ai.preview")
local status = require("neovim_ai.status")
local target = require("neovim_ai.target")

---@class (exact) neovim_ai.Proposal
---@field buf integer
---@field asked neovim_ai.Target what the draft and the message are about
---@field options neovim_ai.DocOptions as the user set them last
---@field mark integer
---@field row integer where its definition was last seen
---@field view neovim_ai.View
---@field keys table<string, fun()>
---@field facts string[]
---@field applying boolean
---@field update boolean there is a docstring already
---@field quiet boolean one of many: opens no window by itself
---@field settled table<string, boolean> hunks that were accepted or rejected
---@field taken boolean a hunk of it was accepted
---@field request? integer
---@field qualname? string
---@field ordinal? integer
---@field asked_row? integer the definition's row in the text that was asked about
---@field end_row? integer the same of its end
---@field draft? neovim_ai.Draft
---@field message? neovim_ai.ProposalMessage

---@class (exact) neovim_ai.Asking
---@field asked neovim_ai.Target
---@field ended? fun(outcome: string, err?: neovim_ai.Failure) instead of telling the user
---@field id? integer
---@field target? neovim_ai.TargetEvent

---@param proposal neovim_ai.Proposal
---@param asking neovim_ai.Asking
local function locate(proposal, asking)
  local event, asked = asking.target, asking.asked
  -- Lines typed since the request have moved the mark, and with it the definition, alike.
  local moved = (target.row_of(proposal) or asked.row) - asked.row
  proposal.qualname, proposal.ordinal = event.qualname, event.ordinal
  proposal.asked_row, proposal.end_row = event.row, event.end_row
  proposal.row = event.row + moved
  proposal.facts, proposal.update = event.facts, event.update
  proposal.asked = asked
  proposal.mark = target.hold(proposal.buf, proposal.row, proposal.mark)
  for _, earlier in ipairs(offers.rivals(proposal)) do
    offers.drop(earlier, "replaced")
  end
end

---@param proposal neovim_ai.Proposal
---@param asking neovim_ai.Asking
---@param event neovim_ai.TargetEvent
local function on_target(proposal, asking, event)
  asking.target = event
  status.rename(asking.id or 0, event.qualname ~= "" and event.qualname or "module")
  if proposal.message then
    return -- what is shown stays until the new one is whole
  end
  locate(proposal, asking)
  local after_header = event.header_end_row + 1
  if not event.update then
    local asked = asking.asked.lines
    proposal.draft = drafts.new(asked, event.row, after_header, after_header, {})
    preview.show(proposal)
  end
end

---@param proposal neovim_ai.Proposal
---@param asking neovim_ai.Asking
---@param event neovim_ai.DraftEvent
local function on_draft(proposal, asking, event)
  if not asking.target then
    return
  end
  status.phase(asking.id or 0, ("writing, %d of %d"):format(event.done, event.total))
  if not proposal.message then
    local asked = asking.asked.lines
    local from, to = event.start_row, event.end_row
    proposal.draft = drafts.new(asked, proposal.asked_row, from, to, event.lines)
    preview.show(proposal)
  end
end

--- Nothing came of it: what was offered before stays as it is.
---@param proposal neovim_ai.Proposal
---@param outcome string
local function came_to_nothing(proposal, outcome)
  if not proposal.message then
    return offers.drop(proposal, outcome)
  end
  proposal.options = vim.deepcopy(proposal.message.options or {})
  preview.show(proposal)
end

---@param proposal neovim_ai.Proposal
---@param asking neovim_ai.Asking
---@param message neovim_ai.ProposalMessage
local function on_result(proposal, asking, message)
  proposal.request = nil
  local ended = asking.ended
  if message.status ~= "proposed" or message.edit == vim.NIL then
    came_to_nothing(proposal, message.status)
    if ended then
      return ended(message.status)
    end
    local say = message.status == "refused" and notify.warn or notify.info
    return say(("%s: %s"):format(message.qualname, message.reason))
  end
  if proposal.message then
    locate(proposal, asking)
  end
  proposal.message, proposal.settled = message, {}
  proposal.draft = drafts.of_edit(proposal.asked.lines, message.row, message.edit)
  preview.show(proposal)
  notify.event("NeovimAiProposal", offers.told(proposal))
  if ended then
    ended("proposed")
  end
end

---@param proposal neovim_ai.Proposal
---@param asking neovim_ai.Asking
---@param err neovim_ai.Failure
local function on_error(proposal, asking, err)
  -- One that was withdrawn for another must not undo what the other set.
  if proposal.request == asking.id then
    proposal.request = nil
    came_to_nothing(proposal, "failed")
  end
  if asking.ended then
    asking.ended("failed", err)
  elseif err.kind ~= "cancelled" and not err.shown then
    notify.error(err)
  end
end

---@param proposal neovim_ai.Proposal
---@param asking neovim_ai.Asking
---@param options neovim_ai.DocOptions
local function send(proposal, asking, options)
  local asked = asking.asked
  asking.id = client.request("doc", {
    buffer = target.buffer(asked.buf, asked.lines),
    row = asked.row,
    col = asked.col,
    options = next(options) and options or vim.empty_dict(),
  }, {
    label = "docstring",
    unseen = proposal.quiet,
    buf = asked.buf,
    event = function(event)
      if event.type == "target" then
        on_target(proposal, asking, event)
      elseif event.type == "draft" then
        on_draft(proposal, asking, event)
      end
    end,
    result = function(message)
      on_result(proposal, asking, message)
    end,
    error = function(err)
      on_error(proposal, asking, err)
    end,
  })
  proposal.request = asking.id
end

--- Ask for a docstring.
---@param asked neovim_ai.Target
---@param options neovim_ai.DocOptions
---@param ended? fun(outcome: string, err?: neovim_ai.Failure) for one of many
function M.ask(asked, options, ended)
  ---@type neovim_ai.Proposal
  local proposal = {
    buf = asked.buf,
    asked = asked,
    options = options,
    mark = target.hold(asked.buf, asked.row),
    row = asked.row,
    view = { place = "none" },
    facts = {},
    applying = false,
    update = false,
    quiet = ended ~= nil,
    settled = {},
    taken = false,
    keys = {},
  }
  proposal.keys = require("neovim_ai.keys").of(proposal)
  offers.add(proposal)
  send(proposal, { asked = asked, ended = ended }, options)
end

--- Ask anew, keeping some texts; what is offered stays until the answer is there.
---@param proposal neovim_ai.Proposal
---@param options neovim_ai.DocOptions
---@param kept table<string, string> by slot
function M.ask_again(proposal, options, kept)
  if not offers.has(proposal) then
    return notify.warn("This proposal is gone.", "Run :AiDoc again.")
  end
  offers.withdraw(proposal)
  local row = target.row_of(proposal) or proposal.row
  local lines = target.lines(proposal.buf)
  local col = #(lines[row + 1] or ""):match("^%s*")
  local asked = { buf = proposal.buf, row = row, col = col, lines = lines }
  proposal.options, proposal.quiet = options, false
  local sent = vim.tbl_extend("force", options, { kept = next(kept) and kept or nil })
  send(proposal, { asked = asked }, sent)
  preview.show(proposal)
end

-- What scripts ask for.
M.offered, M.here = offers.offered, offers.here

return M
