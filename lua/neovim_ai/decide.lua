--- What the user decides on a proposal: accept, reject, all of it or a hunk.
local M = {}

local apply = require("neovim_ai.apply")
local client = require("neovim_ai.client")
local drafts = require("neovim_ai.draft")
local hunks = require("neovim_ai.hunks")
local notify = require("neovim_ai.notify")
local offers = require("neovim_ai.offers")
local preview = require("neovim_ai.preview")
local target = require("neovim_ai.target")

---@class (exact) neovim_ai.Task
---@field buf integer
---@field live boolean nobody has said stop

---@type table<neovim_ai.Task, true> what the user accepted and is not written yet
local tasks = {}

---@param buf integer
---@return neovim_ai.Task
local function begin(buf)
  local task = { buf = buf, live = true }
  tasks[task] = true
  return task
end

--- Show what is left of it, as it would be in the text as it is now.
---@param proposal neovim_ai.Proposal
local function show_rest(proposal)
  local lines = target.lines(proposal.buf)
  local row = target.row_of(proposal) or proposal.row
  proposal.applying = true -- or a second key press would take what is no longer shown right
  apply.rendered(proposal, hunks.keys(proposal), lines, {
    result = function(edit)
      if not offers.has(proposal) then
        return
      end
      proposal.applying = false
      proposal.draft = drafts.of_edit(lines, row, edit)
      preview.show(proposal)
      require("neovim_ai.walk").stay(proposal)
    end,
    error = function(err)
      proposal.applying = false
      if err.kind ~= "cancelled" and not err.shown then
        notify.error(err)
      end
    end,
  })
end

--- It is decided upon, or a hunk of it is.
---@param proposal neovim_ai.Proposal
---@param hunk? string
---@param what string
local function settle(proposal, hunk, what)
  if hunk then
    proposal.settled[hunk] = true
    proposal.taken = proposal.taken or what == "accepted"
    if #hunks.left(proposal) > 0 then
      return show_rest(proposal)
    end
  end
  offers.drop(proposal, what == "rejected" and proposal.taken and "accepted in part" or what)
end

--- Apply a proposal, or one hunk of it.
---@param proposal neovim_ai.Proposal
---@param hunk? string
---@param done? fun()
function M.accept(proposal, hunk, done)
  done = done or function() end
  -- One of several that waited for its turn may have been rejected meanwhile.
  if proposal.applying or not offers.has(proposal) then
    return done()
  end
  proposal.applying = true
  offers.withdraw(proposal)
  local task = begin(proposal.buf)
  local function wanted()
    return task.live and offers.has(proposal)
  end
  apply.apply(proposal, hunk and { hunk } or hunks.keys(proposal), wanted, function(err)
    tasks[task] = nil
    proposal.applying = false
    if not err then
      settle(proposal, hunk, "accepted")
      notify.event("NeovimAiAccepted", offers.told(proposal, hunk))
      return done()
    end
    -- It stays: the text may come back, or the user copies from it.
    if err.kind == "stale" then
      offers.remember(proposal, "stale")
    end
    if err.kind ~= "cancelled" and not err.shown then
      notify.error(err)
    end
    done()
  end)
end

--- Drop a proposal, or one hunk of it.
---@param proposal neovim_ai.Proposal
---@param hunk? string
---@param done? fun()
function M.reject(proposal, hunk, done)
  -- All of it can go while it is being accepted: what is not written by then will not be.
  if not proposal.applying or not hunk then
    settle(proposal, hunk, "rejected")
    notify.event("NeovimAiRejected", offers.told(proposal, hunk))
  end
  if done then
    done()
  end
end

--- A buffer is gone: nothing can be applied to it any more.
---@param buf integer
function M.forget(buf)
  require("neovim_ai.batch").stop(buf)
  client.cancel_all(buf, true)
  for _, proposal in ipairs(offers.of(buf)) do
    offers.drop(proposal, "buffer closed")
  end
end

--- Take several, one after the other: each is rendered in the text that the one before left.
---@param proposals neovim_ai.Proposal[]
---@param decide fun(proposal: neovim_ai.Proposal, hunk?: string, done: fun())
function M.each(proposals, decide)
  local number = 0
  local task = begin(proposals[1].buf)
  local function go_on()
    number = number + 1
    if proposals[number] and task.live then
      decide(proposals[number], nil, vim.schedule_wrap(go_on))
    else
      tasks[task] = nil
    end
  end
  go_on()
end

--- Write nothing more of what was accepted; of all buffers without one given.
---@param buf? integer
---@return boolean stopped there was something
function M.stop(buf)
  local stopped = false
  for task in pairs(tasks) do
    if not buf or task.buf == buf then
      task.live, stopped = false, true
    end
  end
  return stopped
end

--- Whether something that the user accepted is still to be written.
---@return boolean
function M.going()
  return next(tasks) ~= nil
end

local group = vim.api.nvim_create_augroup("neovim_ai_decide", {})
vim.api.nvim_create_autocmd({ "BufDelete", "BufWipeout" }, {
  group = group,
  callback = function(event)
    M.forget(event.buf)
  end,
})

return M
