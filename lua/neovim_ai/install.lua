--- `:AiInstall`: make or mend the Python environment, with the installer that `make setup` uses.
--- With `!`, as a plugin manager's build step, it returns when that is done.
local M = {}

local host = require("neovim_ai.host")
local notify = require("neovim_ai.notify")
local status = require("neovim_ai.status")

local ID = 0 -- no request has it
local LONGEST = 3600 * 1000 -- ms; a slow line takes minutes
local running ---@type vim.SystemObj?

--- A Python that can run the installer, which looks for a new enough one itself.
---@return string?
local function any_python()
  for _, name in ipairs({ vim.g.python3_host_prog or "", "python3", "python", "py" }) do
    local python = vim.fn.expand(name)
    if python ~= "" and vim.fn.executable(python) == 1 then
      return python
    end
  end
end

---@param done vim.SystemCompleted
---@return neovim_ai.Failure? err
local function conclude(done)
  running = nil
  status.finish(ID)
  if done.code == 0 then
    require("neovim_ai.client").end_all()
    host.stop()
    return nil
  end
  local lines = vim.split(vim.trim(done.stderr ~= "" and done.stderr or done.stdout or ""), "\n")
  vim.list_extend(notify.said, lines)
  local why = done.signal ~= 0 and "it was stopped." or lines[#lines]:gsub("^neovim%-ai: ", "")
  return { kind = "setup", message = "Installation failed: " .. why, hint = "See :AiLog." }
end

--- Start the installer, which tells its steps in lines that begin with our name.
---@param python string
---@param on_step fun(step: string)
---@param on_exit fun(done: vim.SystemCompleted)
local function start(python, on_step, on_exit)
  local script = vim.fs.joinpath(host.root(), "python", "neovim_ai", "install.py")
  local extras = "local,sandbox,notes"
  local command = { python, "-I", script, "--venv", host.environment(), "--extras", extras }
  local output, rest = {}, ""
  running = vim.system(command, {
    text = true,
    stdout = function(_, data)
      output[#output + 1] = data
      rest = rest .. (data or "")
      for line in rest:gmatch("([^\n]*)\n") do
        local step = line:match("^neovim%-ai: (.*)")
        if step then
          on_step(step)
        end
      end
      rest = rest:match("[^\n]*$")
    end,
  }, function(done)
    done.stdout = table.concat(output)
    on_exit(done)
  end)
end

---@param python string
local function in_background(python)
  status.begin(ID, "installing")
  start(python, function(step)
    vim.schedule(function()
      status.phase(ID, step)
    end)
  end, vim.schedule_wrap(function(done)
    local err = conclude(done)
    if err then
      return notify.error(err)
    end
    notify.info("The Python environment is ready.", "Run :AiDoc in a function.")
  end))
end

--- What a plugin manager shows of a step that failed: our line, without a stack of calls.
---@param message string
local function fail(message)
  local line = {
    __tostring = function()
      return "neovim-ai: " .. message
    end,
  }
  error(setmetatable({}, line), 0)
end

---@param step string
local function say(step)
  local line = "neovim-ai: " .. step
  if #vim.api.nvim_list_uis() > 0 then
    vim.cmd.redraw()
    line = vim.fn.strcharpart(line, 0, vim.v.echospace) -- else it would wait for <CR>
  end
  vim.api.nvim_echo({ { line } }, true, {})
end

--- Install and return when that is done. Nothing else that was scheduled runs meanwhile: whoever
--- called, a plugin manager's coroutine perhaps, is not to be called in its middle.
---@param python string
local function until_done(python)
  local steps, done = {}, nil ---@type string[], vim.SystemCompleted?
  start(python, function(step)
    steps[#steps + 1] = step
  end, function(completed)
    done = completed
  end)
  local ended = vim.wait(LONGEST, function()
    while #steps > 0 do
      say(table.remove(steps, 1))
    end
    return done ~= nil
  end, 50, true)
  if not ended or not done then
    running:kill("sigterm")
    running = nil
    return fail("The installation was stopped; :AiInstall goes on with it.")
  end
  local err = conclude(done)
  if err then
    fail(err.message .. " " .. err.hint)
  end
end

--- Make or mend the environment.
---@param wait? boolean return when it is done, and raise what failed; so it is anyway where Neovim
---  has no screen or is still starting, since it may end before
function M.run(wait)
  if running then
    return notify.info("The installation is running already.")
  end
  local waits = wait or #vim.api.nvim_list_uis() == 0 or vim.v.vim_did_enter == 0
  local python = any_python()
  if python then
    return (waits and until_done or in_background)(python)
  end
  local message, hint = "No Python was found.", "Install Python 3.11 or newer first."
  if waits then
    fail(message .. " " .. hint)
  end
  notify.error({ kind = "setup", message = message, hint = hint })
end

return M
