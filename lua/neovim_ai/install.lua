--- `:AiInstall`: make or mend the Python environment, with the installer that `make setup` uses.
local M = {}

local host = require("neovim_ai.host")
local notify = require("neovim_ai.notify")
local status = require("neovim_ai.status")

local ID = 0 -- no request has it
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
local function finish(done)
  running = nil
  status.finish(ID)
  local lines = vim.split(vim.trim(done.stderr ~= "" and done.stderr or done.stdout or ""), "\n")
  if done.code == 0 then
    require("neovim_ai.client").end_all()
    host.stop()
    return notify.info("The Python environment is ready.", "Run :AiDoc in a function.")
  end
  vim.list_extend(notify.said, lines)
  local message = (lines[#lines] or ""):gsub("^neovim%-ai: ", "")
  local hint = "See :AiLog."
  notify.error({ kind = "setup", message = "Installation failed: " .. message, hint = hint })
end

---@param output? string
local function show_step(_, output)
  local step = output and vim.trim(output):match("[^\n]+$")
  if step then
    status.phase(ID, (step:gsub("^neovim%-ai: ", "")))
  end
end

function M.run()
  if running then
    return notify.info("The installation is running already.")
  end
  local python = any_python()
  if not python then
    local hint = "Install Python 3.11 or newer first."
    return notify.error({ kind = "setup", message = "No Python was found.", hint = hint })
  end
  local script = vim.fs.joinpath(host.root(), "python", "neovim_ai", "install.py")
  status.begin(ID, "installing")
  local extras = "local,sandbox,notes"
  local command = { python, "-I", script, "--venv", host.environment(), "--extras", extras }
  local output = {}
  running = vim.system(command, {
    text = true,
    stdout = function(err, data)
      output[#output + 1] = data
      vim.schedule(function()
        show_step(err, data)
      end)
    end,
  }, vim.schedule_wrap(function(done)
    done.stdout = table.concat(output)
    finish(done)
  end))
end

return M
