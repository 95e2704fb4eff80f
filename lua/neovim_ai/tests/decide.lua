--- What the user decides on proposed tests: each is run once more where it will stand, then
--- inserted into the test file's buffer in one undo step. Saving stays the user's.
local M = {}

local apply = require("neovim_ai.apply")
local client = require("neovim_ai.client")
local file = require("neovim_ai.tests.file")
local notify = require("neovim_ai.notify")
local offers = require("neovim_ai.tests.offers")
local target = require("neovim_ai.target")
local view = require("neovim_ai.tests.view")

local BUGS = "neovim-ai: possible bugs"

---@param offer neovim_ai.TestOffer
---@param hunk? string
---@return table
local function told(offer, hunk)
  return { buf = offer.buf, qualname = offer.title, row = offer.row, hunk = hunk, tests = true }
end

---@param offer neovim_ai.TestOffer
---@param key string
---@return boolean
local function is_question(offer, key)
  return vim.iter(offer.message.disputes):any(function(dispute)
    return dispute.key == key
  end)
end

---@param offer neovim_ai.TestOffer
---@param keys string[]
---@param what "accepted"|"rejected"
local function settle(offer, keys, what)
  offers.remember(offer, what, keys)
  for _, key in ipairs(keys) do
    offer.settled[key] = true
  end
  if not offers.has(offer) then
    return -- its buffer was closed meanwhile
  elseif #offers.tests_left(offer) + #offers.questions_left(offer) == 0 then
    offers.drop(offer)
    return view.show_waiting(offer.buf)
  end
  local below = view.from_cursor(offer)
  view.show(offer)
  view.stay(offer, below)
end

---@param bugs neovim_ai.BugMessage[]
local function list_bugs(bugs)
  if #bugs == 0 then
    return
  end
  local items = vim.tbl_map(function(bug)
    return { filename = bug.path, lnum = bug.row + 1, text = bug.message, type = "W" }
  end, bugs)
  local ours = vim.fn.getqflist({ title = true }).title == BUGS
  vim.fn.setqflist({}, ours and "a" or " ", { title = BUGS, items = items })
end

---@param offer neovim_ai.TestOffer
---@param buf integer
---@param keys string[]
---@param result neovim_ai.TestApplyResult
local function taken(offer, buf, keys, result)
  file.show(buf)
  list_bugs(result.bugs)
  local name = vim.fn.fnamemodify(result.path, ":.")
  local count = #result.names
  local what = count == 1 and "1 test is" or ("%d tests are"):format(count)
  local unsaved = vim.bo[buf].modified and " (not saved)" or ""
  notify.info(("%s now in %s%s: %s."):format(what, name, unsaved, result.verified))
  require("neovim_ai.tests.rerun").when_saved(buf)
  for _, key in ipairs(keys) do
    notify.event("NeovimAiAccepted", told(offer, key))
  end
  settle(offer, keys, "accepted")
end

--- Whether none of some tests and answers was rejected while they were on their way.
---@param offer neovim_ai.TestOffer
---@param keys string[]
---@return boolean
local function still_wanted(offer, keys)
  return not vim.iter(keys):any(function(key)
    return offer.settled[key]
  end)
end

---@param err neovim_ai.Failure
local function failed(err)
  if err.kind ~= "cancelled" and not err.shown then
    notify.error(err)
  end
end

--- Why nothing can be taken now, if so; else the test file's buffer.
---@param offer neovim_ai.TestOffer
---@return integer? buf
---@return neovim_ai.Failure? err
local function place(offer)
  if not vim.api.nvim_buf_is_loaded(offer.buf) then
    local message = "The code's buffer is gone."
    return nil, { kind = "stale", message = message, hint = "Open it and run :AiTest again." }
  end
  local buf, err = file.load(offer.message.test_path)
  if buf then
    err = target.unwritable(buf)
  end
  return not err and buf or nil, err
end

--- Take some tests and answers.
---@param offer neovim_ai.TestOffer
---@param keys string[] tests
---@param answers table<string, "bug"|"intended"> by question
local function take(offer, keys, answers)
  if offer.applying then
    return
  end
  local buf, err = place(offer)
  if not buf then
    return failed(err --[[@as neovim_ai.Failure]])
  end
  offer.applying = true
  local tick = vim.api.nvim_buf_get_changedtick(buf)
  local settled = vim.list_extend(vim.list_extend({}, keys), vim.tbl_keys(answers))
  client.request("test_apply", {
    proposal = offer.message,
    buffer = target.buffer(offer.buf, target.lines(offer.buf)),
    test_buffer = file.told(buf),
    keys = keys,
    answers = next(answers) and answers or vim.empty_dict(),
  }, {
    label = "tests",
    buf = offer.buf,
    error = function(problem)
      offer.applying = false
      failed(problem)
    end,
    result = function(result)
      apply.edits(buf, result.edits, tick, function(problem)
        offer.applying = false
        if not still_wanted(offer, settled) then
          local hint = offers.has(offer) and "Accept what is left again." or ""
          return notify.info("It was rejected meanwhile; nothing was written.", hint)
        elseif problem then
          return failed(problem)
        end
        taken(offer, buf, settled, result)
      end, function()
        return still_wanted(offer, settled)
      end)
    end,
  })
end

--- Take one test; a question wants one of its own answers.
---@param offer neovim_ai.TestOffer
---@param key string
function M.accept(offer, key)
  if is_question(offer, key) then
    return notify.info("This is a question:", "b is a bug, i is intended, d drops it.")
  end
  take(offer, { key }, {})
end

--- Take every test that is left; questions stay.
---@param offer neovim_ai.TestOffer
function M.accept_all(offer)
  local keys = vim.tbl_map(function(hunk)
    return hunk.key
  end, offers.tests_left(offer))
  if #keys == 0 then
    return notify.info("Only questions are left:", "b is a bug, i is intended, d drops it.")
  end
  take(offer, keys, {})
end

--- Drop one test or question.
---@param offer neovim_ai.TestOffer
---@param key string
function M.reject(offer, key)
  notify.event("NeovimAiRejected", told(offer, key))
  settle(offer, { key }, "rejected")
end

--- Drop all of it.
---@param offer neovim_ai.TestOffer
function M.reject_all(offer)
  notify.event("NeovimAiRejected", told(offer))
  local left = vim.list_extend(offers.tests_left(offer), offers.questions_left(offer))
  offers.drop(offer, "rejected")
  for _, one in ipairs(left) do
    offer.settled[one.key] = true -- what is on its way to the file is to know
  end
  view.show_waiting(offer.buf)
end

--- Answer a question.
---@param offer neovim_ai.TestOffer
---@param key string
---@param answer "bug"|"intended"|"drop"
function M.answer(offer, key, answer)
  if not is_question(offer, key) then
    return notify.info("This is a test:", "a accepts, r rejects it.")
  elseif answer == "drop" then
    return M.reject(offer, key)
  end
  for _, dispute in ipairs(offer.message.disputes) do
    if dispute.key == key and answer == "intended" and not dispute.can_be_pinned then
      return notify.info("What it did cannot be written as a test:", "b is a bug, d drops it.")
    end
  end
  take(offer, {}, { [key] = answer })
end

return M
