--- Requests and their answers: ids, events in, cancel out.
local M = {}

local host = require("neovim_ai.host")
local status = require("neovim_ai.status")

---@class (exact) neovim_ai.Handlers
---@field label? string shown while it runs
---@field unseen? boolean it is a part of something that is shown instead
---@field buf? integer the buffer it is for
---@field elsewhere? boolean it was sent past the host
---@field event? fun(event: neovim_ai.Event)
---@field result fun(result: table)
---@field error? fun(err: neovim_ai.Failure) instead of showing it

---@type table<integer, neovim_ai.Handlers>
local pending = {}
local last_id = 0

---@type table? what the host said of itself
M.hello_result = nil

---@param handlers neovim_ai.Handlers
---@param err neovim_ai.Failure
local function fail(handlers, err)
  if handlers.error then
    handlers.error(err)
  elseif err.kind ~= "cancelled" and not err.shown then
    require("neovim_ai.notify").error(err)
  end
end

---@param id integer
---@return neovim_ai.Handlers?
local function take(id)
  local handlers = pending[id]
  pending[id] = nil
  status.finish(id)
  return handlers
end

--- Wait for what `receive` will bring, whoever is asked.
---@param handlers neovim_ai.Handlers
---@return integer id
function M.expect(handlers)
  last_id = last_id + 1
  pending[last_id] = handlers
  if handlers.label and not handlers.unseen then
    status.begin(last_id, handlers.label)
  end
  return last_id
end

---@param id integer
---@param method string
---@param params table
local function send(id, method, params)
  -- An empty Lua table would arrive as a list.
  local plain = next(params) and params or vim.empty_dict()
  host.send("neovim_ai_request", { id = id, method = method, params = plain })
end

--- Fail everything that waits, showing the reason once.
---@param err neovim_ai.Failure
local function fail_all(err)
  local failed = {}
  for id in pairs(pending) do
    failed[#failed + 1] = take(id)
  end
  local told = vim.tbl_extend("force", err, { shown = true })
  require("neovim_ai.notify").error(err)
  for _, handlers in ipairs(failed) do
    fail(handlers, told)
  end
end

host.on_gone = fail_all

--- Tell the host the settings.
local function hello()
  local id = M.expect({
    result = function(result)
      M.hello_result = result
    end,
    error = function(err)
      if not err.shown then
        -- With settings that it refused it would answer from elsewhere than the user chose.
        host.stop()
        fail_all(err)
      end
    end,
  })
  send(id, "hello", { settings = require("neovim_ai.config").settings() })
end

--- Have the host running, told the settings.
---@return neovim_ai.Failure? err
local function ready()
  local fresh, err = host.ensure()
  if fresh then
    hello()
  end
  return err
end

--- Ask the host, starting it when need be.
---@param method string
---@param params table
---@param handlers neovim_ai.Handlers
---@return integer? id nil when it could not even be started; the error has been handled
function M.request(method, params, handlers)
  local err = ready()
  if err then
    fail(handlers, err)
    return nil
  end
  local id = M.expect(handlers)
  send(id, method, params)
  return id
end

--- Ask the host what is expected already; nothing happens when it is no more.
---@param id integer
---@param method string
---@param params table
function M.ask(id, method, params)
  local err = pending[id] and ready()
  if err then
    fail(assert(take(id)), err)
  elseif pending[id] then
    send(id, method, params)
  end
end

--- The settings have changed: a host that runs is told.
function M.refresh()
  local _, runs = host.state()
  if runs then
    hello()
  end
end

---@param event neovim_ai.Event
local function receive(event)
  host.answered()
  local handlers = pending[event.id]
  if not handlers then
    return -- cancelled here before the host knew
  end
  if event.type == "result" then
    take(event.id)
    handlers.result(event.result)
  elseif event.type == "error" then
    take(event.id)
    fail(handlers, { kind = event.kind, message = event.message, hint = event.hint })
  elseif event.type == "phase" then
    status.phase(event.id, event.phase, event.detail)
  elseif handlers.event then
    handlers.event(event)
  end
end

--- Events from the host, in order; one that fails does not stop the next.
---@param events neovim_ai.Event[]
function M.receive(events)
  for _, event in ipairs(events) do
    local ok, problem = xpcall(receive, debug.traceback, event)
    if not ok then
      local notify = require("neovim_ai.notify")
      notify.said[#notify.said + 1] = tostring(problem)
      local message = "Something unexpected went wrong in the editor; your text is as it was."
      notify.error({ kind = "internal", message = message, hint = "See :AiLog." })
    end
  end
end

--- End a request at once; its handlers get the error `cancelled`.
---@param id? integer
function M.cancel(id)
  local handlers = id and take(id)
  if handlers then
    if not handlers.elsewhere then
      host.send("neovim_ai_cancel", id)
    end
    fail(handlers, { kind = "cancelled", message = "Stopped.", hint = "" })
  end
end

--- End all that waits for an answer: its host is about to be replaced.
function M.end_all()
  for _, id in ipairs(vim.tbl_keys(pending)) do
    M.cancel(id)
  end
end

--- End what runs for a buffer and what runs for none; everything without a buffer given.
---@param buf? integer
---@param alone? boolean only what runs for the buffer
---@return integer count
function M.cancel_all(buf, alone)
  local count = 0
  for _, id in ipairs(vim.tbl_keys(pending)) do
    local handlers = pending[id] or {}
    local of_none = not handlers.buf and not alone
    if handlers.label and (not buf or of_none or handlers.buf == buf) then
      count = count + 1
      M.cancel(id)
    end
  end
  return count
end

return M
