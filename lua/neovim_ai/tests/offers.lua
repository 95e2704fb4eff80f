--- The tests that are proposed, and which of them the user means.
local M = {}

local client = require("neovim_ai.client")
local float = require("neovim_ai.float")

---@class (exact) neovim_ai.TestOffer
---@field buf integer the code's buffer
---@field options neovim_ai.TestOptions
---@field row integer where it was asked
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
  for _, other in ipairs(vim.list_extend({}, offers)) do
    if other.buf == offer.buf then
      M.drop(other)
    end
  end
  offers[#offers + 1] = offer
end

---@param offer neovim_ai.TestOffer
---@return boolean
function M.has(offer)
  return vim.list_contains(offers, offer)
end

--- It is no longer offered; what is asked for it is given up.
---@param offer neovim_ai.TestOffer
function M.drop(offer)
  offers = vim.tbl_filter(function(other)
    return other ~= offer
  end, offers)
  local request = offer.request
  offer.request = nil
  client.cancel(request)
  float.close(offer.float)
  offer.float = nil
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

--- The offer that the user means: whose window this is, or whose code or test file; and the test
--- or question of it that the cursor is on.
---@return neovim_ai.TestOffer?
---@return string? key
function M.here()
  local buf = vim.api.nvim_get_current_buf()
  local name = vim.api.nvim_buf_get_name(buf)
  for _, offer in ipairs(M.offered()) do
    if offer.float and offer.float.buf == buf then
      return offer, offer.float.owners[vim.api.nvim_win_get_cursor(0)[1]]
    elseif offer.buf == buf or (name ~= "" and offer.message.test_path == name) then
      return offer
    end
  end
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
        M.drop(offer)
      end
    end
  end,
})

return M
