--- The single letters of a proposal's own window; nowhere else are there any.
local M = {}

local decide = require("neovim_ai.decide")
local offers = require("neovim_ai.offers")
local preview = require("neovim_ai.preview")
local steer = require("neovim_ai.steer")
local walk = require("neovim_ai.walk")

--- What its keys do; before it is complete nothing can be decided on it.
---@param proposal neovim_ai.Proposal
---@return table<string, fun()>
function M.of(proposal)
  local function when_offered(action, ...)
    local words = { ... }
    return function()
      if proposal.message then
        action(proposal, unpack(words))
      end
    end
  end
  local function on_hunk(action)
    return when_offered(function()
      action(proposal, select(2, offers.here()))
    end)
  end
  local function walked(by)
    return function()
      walk.step(by)
    end
  end
  return {
    a = on_hunk(decide.accept),
    r = on_hunk(decide.reject),
    e = on_hunk(steer.change),
    ["+"] = when_offered(steer.move, "detail", 1),
    ["-"] = when_offered(steer.move, "detail", -1),
    [">"] = when_offered(steer.move, "audience", 1),
    ["<"] = when_offered(steer.move, "audience", -1),
    ["]"] = walked(1),
    ["["] = walked(-1),
    q = function()
      preview.close(proposal)
    end,
  }
end

return M
