--- `:checkhealth neovim_ai`.
local M = {}

local WAIT = 30000 -- ms for the host, whose first import may be slow
local SLOW = 200 -- ms that `has('python3')` may take

local health = vim.health

---@return number ms
---@param run fun()
local function timed(run)
  local start = vim.uv.hrtime()
  run()
  return (vim.uv.hrtime() - start) / 1e6
end

local function check_editor()
  health.start("neovim-ai: editor")
  health.ok("Neovim " .. tostring(vim.version()))
  if vim.g.python3_host_prog then
    return health.ok("g:python3_host_prog is set: opening Python files does not search for it")
  end
  local spent = timed(function()
    vim.fn.has("python3")
  end)
  local message = "has('python3') took %.0f ms, and Neovim asks it at the first Python file"
  message = message:format(spent)
  if spent > SLOW then
    health.warn(message, { "Set g:python3_host_prog, or 0 to g:loaded_python3_provider." })
  else
    health.ok(message)
  end
end

--- Ask the host and wait for it.
---@param method string
---@return table? result
---@return neovim_ai.Failure? err
local function ask(method)
  local result, err
  require("neovim_ai.client").request(method, {}, {
    result = function(answer)
      result = answer
    end,
    error = function(failure)
      err = failure
    end,
  })
  local answered = vim.wait(WAIT, function()
    return result ~= nil or err ~= nil
  end, 5)
  if not answered then
    err = { kind = "timeout", message = "The host did not answer.", hint = "Run :AiInstall." }
  end
  return result, err
end

---@return boolean answers
local function check_host()
  health.start("neovim-ai: Python host")
  local python, missing = require("neovim_ai.host").find_python()
  if not python then
    health.error(missing.message, { missing.hint })
    return false
  end
  health.info("Python: " .. python)
  local _, err = ask("ping")
  if err then
    health.error(err.message, { err.hint })
    return false
  end
  local round_trip = timed(function()
    ask("ping")
  end)
  local hello = require("neovim_ai.client").hello_result or {}
  local versions = ("neovim-ai %s on Python %s"):format(hello.version, hello.python)
  health.ok(("%s answers in %.0f ms"):format(versions, round_trip))
  return true
end

local function check_rest()
  local result, err = ask("health")
  if err then
    health.start("neovim-ai: model")
    return health.error(err.message, { err.hint })
  end
  local section
  for _, entry in ipairs(result.entries) do
    if entry.section ~= section then
      section = entry.section
      health.start("neovim-ai: " .. section)
    end
    local say = health[entry.level] or health.info
    say(entry.message, #entry.advice > 0 and entry.advice or nil)
  end
end

--- In the words that Neovim had for it before 0.10.
local function tell_too_old()
  vim.fn["health#report_start"]("neovim-ai: editor")
  vim.fn["health#report_error"]("This Neovim is too old.", { "Install 0.10 or newer." })
end

function M.check()
  if vim.fn.has("nvim-0.10") == 0 then
    return tell_too_old()
  end
  check_editor()
  if check_host() then
    check_rest()
  end
end

return M
