--- The tests that are proposed, and which of them the user means.
local M = {}

local client = require("neovim_ai.client")
local float = require("neovim_ai.float")

---@class (exact) neovim_ai.TestOffer
---@field buf integer the code's buffer
---@field options neovim_ai.TestOptions
---@field row integer where it was asked
---@field mutant? string the only one that a test is asked to notice
---@field about? string what it is of, once that is known: a definition, some rows, all
---@field title string
---@field facts string[]
---@field draft? neovim_ai.TestDraftEvent
---@field message? neovim_ai.TestProposalMessage
---@field settled table<string, boolean> tests and questions that are decided on
---@field applying boolean
---@field closed boolean the user closed its window
---@field request? integer
---@field float? neovim_ai.Float

---@type neovim_ai.TestOffer[]
local offers = {}

---@param offer neovim_ai.TestOffer
function M.add(offer)
  offers[#offers + 1] = offer
end

--- Take down what it is of.
---@param offer neovim_ai.TestOffer
---@param qualname string empty for several definitions
function M.identify(offer, qualname)
  local first, last = offer.options.start_row, offer.options.end_row
  local several = first and ("rows %d to %d"):format(first, last or first) or "all"
  offer.about = qualname ~= "" and qualname or several
end

---@param offer neovim_ai.TestOffer
---@return neovim_ai.TestOffer[] others of the same, of which none is being accepted just now
local function rivals(offer)
  return vim.tbl_filter(function(other)
    return other ~= offer
      and not other.applying
      and other.about == offer.about
      and other.mutant == offer.mutant
      and other.buf == offer.buf
  end, offers)
end

--- It asks for the same once more: what has not brought anything yet is given up.
---@param offer neovim_ai.TestOffer
function M.supersede(offer)
  for _, other in ipairs(rivals(offer)) do
    if not other.message then
      M.drop(other)
    end
  end
end

--- It is complete: what was offered for the same before makes room.
---@param offer neovim_ai.TestOffer
function M.replace(offer)
  for _, other in ipairs(rivals(offer)) do
    M.drop(other, "replaced")
  end
end

---@param offer neovim_ai.TestOffer
---@return boolean
function M.has(offer)
  return vim.list_contains(offers, offer)
end

--- Keep the text of tests and questions for `:AiLog`.
---@param offer neovim_ai.TestOffer
---@param what string
---@param keys? string[] only these
function M.remember(offer, what, keys)
  local lines = {}
  for _, dispute in ipairs(M.questions_left(offer)) do
    if not keys or vim.list_contains(keys, dispute.key) then
      local said = "# possible bug? %s: expected %s, got %s"
      lines[#lines + 1] = said:format(dispute.call, dispute.expected, dispute.observed)
    end
  end
  for _, hunk in ipairs(M.tests_left(offer)) do
    if not keys or vim.list_contains(keys, hunk.key) then
      vim.list_extend(lines, hunk.lines)
      lines[#lines + 1] = ""
    end
  end
  if #lines > 0 then
    local past = require("neovim_ai.offers").past
    local at = os.date("%H:%M:%S") --[[@as string]]
    past[#past + 1] =
      { at = at, what = what, qualname = "tests of " .. offer.title, lines = lines }
  end
end

--- It is no longer offered; what is asked for it is given up.
---@param offer neovim_ai.TestOffer
---@param what? string why, for the log, where anything of it is left
function M.drop(offer, what)
  if not M.has(offer) then
    return
  end
  offers = vim.tbl_filter(function(other)
    return other ~= offer
  end, offers)
  if what then
    M.remember(offer, what)
  end
  local request = offer.request
  offer.request = nil
  client.cancel(request)
  float.close(offer.float)
  offer.float = nil
end

--- All there are, those on their way included.
---@return neovim_ai.TestOffer[]
function M.all()
  return offers
end

--- All that can be decided on.
---@return neovim_ai.TestOffer[]
function M.offered()
  return vim.tbl_filter(function(offer)
    return offer.message ~= nil
  end, offers)
end

--- The tests that are neither accepted nor rejected.
---@param offer neovim_ai.TestOffer
---@return neovim_ai.TestHunkMessage[]
function M.tests_left(offer)
  return vim.tbl_filter(function(hunk)
    return not offer.settled[hunk.key]
  end, offer.message and offer.message.hunks or {})
end

--- The questions without an answer.
---@param offer neovim_ai.TestOffer
---@return neovim_ai.DisputeMessage[]
function M.questions_left(offer)
  return vim.tbl_filter(function(dispute)
    return not offer.settled[dispute.key]
  end, offer.message and offer.message.disputes or {})
end

---@param offer neovim_ai.TestOffer
---@param buf integer
---@return boolean
local function concerns(offer, buf)
  local name = vim.api.nvim_buf_get_name(buf)
  return offer.buf == buf or (name ~= "" and offer.message.test_path == name)
end

--- How sure it is that the user means it: they see it, they stand in its code, it is the newest.
---@param offer neovim_ai.TestOffer
---@param row integer 0-based
---@return integer
local function meant(offer, row)
  local inside = offer.buf == vim.api.nvim_get_current_buf()
    and row >= offer.message.row
    and row <= offer.message.end_row
  return (float.is_open(offer.float) and 2 or 0) + (inside and 1 or 0)
end

--- The offer that the user means: whose window this is, or whose code or test file; and the test
--- or question of it that the cursor is on.
---@return neovim_ai.TestOffer?
---@return string? key
function M.here()
  local buf = vim.api.nvim_get_current_buf()
  local line = vim.api.nvim_win_get_cursor(0)[1]
  local best
  for _, offer in ipairs(M.offered()) do
    if offer.float and offer.float.buf == buf then
      return offer, offer.float.owners[line]
    elseif concerns(offer, buf) then
      best = best and meant(best, line - 1) > meant(offer, line - 1) and best or offer
    end
  end
  return best
end

--- The offer for the same code that stands after another, or before it; itself where it is alone.
---@param offer neovim_ai.TestOffer
---@param by 1|-1
---@return neovim_ai.TestOffer
function M.beside(offer, by)
  local own = vim.tbl_filter(function(other)
    return other.buf == offer.buf
  end, M.offered())
  for at, other in ipairs(own) do
    if other == offer then
      return own[(at - 1 + by) % #own + 1]
    end
  end
  return offer
end

--- Whether the user is in the window of one.
---@return boolean
function M.in_window()
  local offer = M.here()
  return offer ~= nil
    and offer.float ~= nil
    and offer.float.buf == vim.api.nvim_get_current_buf()
end

vim.api.nvim_create_autocmd({ "BufDelete", "BufWipeout" }, {
  group = vim.api.nvim_create_augroup("neovim_ai_test_offers", {}),
  callback = function(event)
    for _, offer in ipairs(vim.list_extend({}, offers)) do
      if offer.buf == event.buf then
        M.drop(offer, "buffer closed")
      end
    end
  end,
})

return M
