--- The single letters of the window of proposed tests; nowhere else are there any.
local M = {}

local decide = require("neovim_ai.tests.decide")
local offers = require("neovim_ai.tests.offers")
local view = require("neovim_ai.tests.view")

---@param offer neovim_ai.TestOffer
---@return table<string, fun()>
function M.of(offer)
  local function on_one(act, ...)
    local words = { ... }
    return function()
      local _, key = offers.here()
      if key then
        act(offer, key, unpack(words))
      end
    end
  end
  return {
    a = on_one(decide.accept),
    r = on_one(decide.reject),
    b = on_one(decide.answer, "bug"),
    i = on_one(decide.answer, "intended"),
    d = on_one(decide.answer, "drop"),
    A = function()
      decide.accept_all(offer)
    end,
    ["]"] = function()
      view.step(offer, 1)
    end,
    ["["] = function()
      view.step(offer, -1)
    end,
    q = function()
      view.close(offer)
    end,
  }
end

return M
