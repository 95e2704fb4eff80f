--- Asking for tests: what is wanted, how they grow, what comes of it.
local M = {}

local client = require("neovim_ai.client")
local file = require("neovim_ai.tests.file")
local notify = require("neovim_ai.notify")
local offers = require("neovim_ai.tests.offers")
local status = require("neovim_ai.status")
local survivors = require("neovim_ai.tests.survivors")
local target = require("neovim_ai.target")
local view = require("neovim_ai.tests.view")

---@param asked neovim_ai.Target
---@param options neovim_ai.TestOptions
---@param mutant? string
---@return neovim_ai.TestOffer
local function begin(asked, options, mutant)
  ---@type neovim_ai.TestOffer
  local offer = {
    buf = asked.buf,
    options = options,
    row = asked.row,
    mutant = mutant,
    title = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(asked.buf), ":t"),
    facts = {},
    settled = {},
    applying = false,
    closed = false,
  }
  offers.add(offer)
  return offer
end

---@param offer neovim_ai.TestOffer
---@param event neovim_ai.Event
local function on_event(offer, event)
  if event.type == "target" then
    offer.title = event.qualname ~= "" and event.qualname or offer.title
    offer.facts = event.facts
    offers.identify(offer, event.qualname)
    offers.supersede(offer)
    status.rename(offer.request or 0, "tests of " .. offer.title)
  elseif event.type == "test_draft" then
    offer.draft = event
    view.show(offer)
  end
end

---@param message neovim_ai.TestProposalMessage
---@return string
local function told(message)
  local count, questions = #message.hunks, #message.disputes
  local words = { count == 1 and "1 test is proposed" or ("%d tests are proposed"):format(count) }
  if questions > 0 then
    words[2] = questions == 1 and "1 possible bug" or ("%d possible bugs"):format(questions)
  end
  words[#words + 1] = message.not_run ~= "" and "not run" or nil
  return table.concat(words, ", ")
end

---@param offer neovim_ai.TestOffer
---@param message neovim_ai.TestProposalMessage
local function on_result(offer, message)
  offer.request = nil
  if not offers.has(offer) then
    return
  end
  survivors.show(offer.buf, message)
  if message.status == "unchanged" or #message.hunks + #message.disputes == 0 then
    offers.drop(offer)
    return notify.info(("%s: %s."):format(offer.title, message.reason))
  end
  offer.message = message
  offers.identify(offer, message.qualname)
  offers.replace(offer)
  local shown = view.show(offer)
  notify.event("NeovimAiProposal", {
    buf = offer.buf,
    qualname = message.qualname,
    row = message.row,
    tests = true,
  })
  local hint = ":AiAccept! takes the tests, :AiNext goes to the next."
  if not shown then
    hint = "they wait, :AiNext goes on to them."
  end
  notify.info(("%s for %s:"):format(told(message), offer.title), hint)
end

---@param offer neovim_ai.TestOffer
---@param err neovim_ai.Failure
local function on_error(offer, err)
  offer.request = nil
  offers.drop(offer)
  if err.kind ~= "cancelled" and not err.shown then
    notify.error(err)
  end
end

---@param offer neovim_ai.TestOffer
---@param method "test"|"test_kill"
---@param params table
local function send(offer, method, params)
  offer.request = client.request(method, params, {
    label = "tests",
    buf = offer.buf,
    event = function(event)
      on_event(offer, event)
    end,
    result = function(message)
      on_result(offer, message)
    end,
    error = function(err)
      on_error(offer, err)
    end,
  })
end

--- Why code of this buffer cannot be tested, if so: tests import a file.
---@param buf integer
---@return neovim_ai.Failure?
local function untestable(buf)
  if vim.api.nvim_buf_get_name(buf) == "" then
    return { kind = "usage", message = "This buffer has no file name.", hint = "Save it first." }
  end
end

--- Ask for tests of what the cursor is on, of some rows, or of the whole file.
---@param asked neovim_ai.Target
---@param options neovim_ai.TestOptions
function M.ask(asked, options)
  local err = untestable(asked.buf)
  if err then
    return notify.error(err)
  end
  send(begin(asked, options), "test", {
    buffer = target.buffer(asked.buf, asked.lines),
    row = asked.row,
    col = asked.col,
    options = next(options) and options or vim.empty_dict(),
    buffers = file.unsaved(asked.buf),
  })
end

--- Ask for a test that notices one mutant.
---@param asked neovim_ai.Target
---@param survivor neovim_ai.Survivor
function M.kill(asked, survivor)
  local buf, err = file.load(survivor.test_path)
  if not buf then
    return notify.error(err --[[@as neovim_ai.Failure]])
  end
  send(begin(asked, {}, survivor.mutant.key), "test_kill", {
    buffer = target.buffer(asked.buf, asked.lines),
    test_buffer = file.told(buf),
    mutant = survivor.mutant,
  })
end

return M
