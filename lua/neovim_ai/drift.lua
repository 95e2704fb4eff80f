--- What docstrings say and the code does not: asked of the host, kept for whoever shows it.
local M = {}

local client = require("neovim_ai.client")
local target = require("neovim_ai.target")

---@type table<integer, neovim_ai.FindingMessage[]> by buffer, as last heard
local found = {}

---@type table<integer, integer> the request that runs for a buffer
local asking = {}

---@type table<integer, boolean> whether somebody waits for what that request finds
local awaited = {}

--- What is known of a buffer; nil when it was never checked.
---@param buf integer
---@return neovim_ai.FindingMessage[]?
function M.findings(buf)
  return found[buf]
end

---@param buf integer
function M.forget(buf)
  client.cancel(asking[buf])
  found[buf], asking[buf], awaited[buf] = nil, nil, nil
end

---@class (exact) neovim_ai.CheckHandlers
---@field label? string shown while it runs
---@field unasked? boolean nobody waits for it: it does not end a check that somebody waits for
---@field result fun(findings: neovim_ai.FindingMessage[])
---@field stale fun() the text has changed since it was asked about
---@field error fun(err: neovim_ai.Failure)

--- Check a buffer as it stands. A reply to text that has changed since is dropped; an earlier
--- request for the same buffer is ended, but for one that somebody waits for by one that nobody
--- does: where the text has changed meanwhile, the former is asked again by itself.
---@param buf integer
---@param handlers neovim_ai.CheckHandlers
---@param options? neovim_ai.CheckOptions
function M.check(buf, handlers, options)
  if handlers.unasked and asking[buf] and awaited[buf] then
    return
  end
  client.cancel(asking[buf])
  local tick = vim.api.nvim_buf_get_changedtick(buf)
  local id
  local function ends()
    if asking[buf] == id then
      asking[buf] = nil
    end
    return vim.api.nvim_buf_is_loaded(buf)
  end
  id = client.request("check", {
    buffer = target.buffer(buf, target.lines(buf)),
    id = tostring(buf),
    options = options,
    unasked = handlers.unasked,
  }, {
    label = handlers.label,
    buf = buf,
    result = function(result)
      if not ends() then
        return
      elseif vim.api.nvim_buf_get_changedtick(buf) ~= tick then
        return handlers.stale()
      end
      found[buf] = result.findings
      handlers.result(result.findings)
    end,
    error = function(err)
      ends()
      handlers.error(err)
    end,
  })
  asking[buf], awaited[buf] = id, not handlers.unasked
end

return M
