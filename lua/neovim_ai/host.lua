--- The Python host: found, started, watched. The only file that knows channels.
local M = {}

local TRIES = 3 -- crashes before a first reply after which it stays down
local KEPT = 100 -- lines of the host's last words

-- `_exit`: when the editor is gone a thread that still downloads must not keep the process.
-- A host that cannot take or send a message ends. pynvim would send a reply that nobody asked for,
-- of which Neovim dies (0.11.4), or show a traceback with all that was asked, code too, or go on
-- without the message, and who waits for it would wait for ever.
local BOOT = [[
import asyncio, os, sys, traceback
if sys.version_info < (3, 11):
    sys.exit("Python %d.%d is too old" % sys.version_info[:2])
sys.path = [p for p in sys.path if p]
import pynvim
from pynvim.msgpack_rpc.async_session import AsyncSession
from pynvim.msgpack_rpc.msgpack_stream import MsgpackStream
from pynvim.plugin.host import Host
def end(error):
    try:
        traceback.print_exception(error)
    finally:
        os._exit(70)
def take(self, message):
    kind = message[0]
    self._handlers[kind](message)
def feed(self, data, feed=MsgpackStream._on_data):
    try:
        feed(self, data)
    except Exception as error:
        end(error)
def failed(self, said):
    if sys.exc_info()[0]:
        end(sys.exc_info()[1])
    sys.stderr.write(said)
def lost(self, context, tell=asyncio.BaseEventLoop.call_exception_handler):
    if isinstance(context.get("exception"), MemoryError):
        end(context["exception"])
    tell(self, context)
AsyncSession._on_message, MsgpackStream._on_data, Host._on_async_err = take, feed, failed
asyncio.BaseEventLoop.call_exception_handler = lost
try:
    pynvim.start_host()
except (EOFError, OSError):
    pass
os._exit(0)
]]

---@class (exact) neovim_ai.Host
---@field channel? integer
---@field python? string the interpreter that runs, or ran last
---@field answered boolean
---@field crashes integer in a row, none of which answered
---@field starts integer how often it was started
---@field stderr string[]
local host = { answered = false, crashes = 0, starts = 0, stderr = {} }

---@type fun(err: neovim_ai.Failure) called when the host ended by itself
M.on_gone = function() end

---@return string the plugin's own directory
function M.root()
  return vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p:h:h:h")
end

---@param environment string
---@return string
local function interpreter(environment)
  local inside = vim.fn.has("win32") == 1 and "Scripts/python.exe" or "bin/python"
  return vim.fs.joinpath(environment, inside)
end

--- Where `:AiInstall` puts the environment.
---@return string
function M.environment()
  return vim.fs.joinpath(vim.fn.stdpath("data") --[[@as string]], "neovim-ai", "venv")
end

--- The interpreters to run the host with, best first.
---@return string[]
local function candidates()
  local configured = require("neovim_ai.config").get("python")
  if configured ~= "" then
    return { vim.fn.expand(configured) }
  end
  return {
    interpreter(vim.fs.joinpath(M.root(), ".venv")),
    interpreter(M.environment()),
    vim.fn.expand(vim.g.python3_host_prog or ""),
    "pynvim-python",
    "python3",
    "python",
  }
end

---@return string? python
---@return neovim_ai.Failure? err
function M.find_python()
  for _, python in ipairs(candidates()) do
    if python ~= "" and vim.fn.executable(python) == 1 then
      return python
    end
  end
  local configured = require("neovim_ai.config").get("python")
  if configured ~= "" then
    local message = ("The option 'python' names '%s', which cannot be run."):format(configured)
    return nil, { kind = "setup", message = message, hint = "Correct it or remove it." }
  end
  return nil, { kind = "setup", message = "No Python was found.", hint = "Run :AiInstall." }
end

---@return neovim_ai.Failure why the host ended, from its last words
local function last_words()
  local text = table.concat(host.stderr, "\n")
  local old = text:match("Python (%d+%.%d+) is too old")
  if old then
    local message = "The Python at %s is %s, and 3.11 or newer is needed."
    local hint = "Run :AiInstall, or see :checkhealth neovim_ai."
    return { kind = "setup", message = message:format(host.python, old), hint = hint }
  end
  local missing = text:match("No module named '([^']+)'")
  if missing then
    return {
      kind = "setup",
      message = ("The Python at %s lacks the package '%s'."):format(host.python, missing),
      hint = "Run :AiInstall, or see :checkhealth neovim_ai.",
    }
  end
  if text:find("MemoryError", 1, true) then
    return {
      kind = "memory",
      message = "The Python host ran out of memory and ended; nothing was changed.",
      hint = "Close something that takes much; the next command starts it again.",
    }
  end
  return {
    kind = "internal",
    message = "The Python host ended unexpectedly; nothing was changed.",
    hint = "The next command starts it again; :AiLog has its last words.",
  }
end

---@param id integer
---@param code integer
local function on_exit(id, code)
  if host.channel ~= id then
    return -- stopped by us
  end
  host.channel = nil
  host.crashes = host.answered and 0 or host.crashes + 1
  host.stderr[#host.stderr + 1] = ("[exit %d]"):format(code)
  if vim.v.exiting == vim.NIL then
    M.on_gone(last_words())
  end
end

---@param lines string[]
local function on_stderr(_, lines)
  for _, line in ipairs(lines) do
    if line ~= "" then
      host.stderr[#host.stderr + 1] = line
    end
  end
  while #host.stderr > KEPT do
    table.remove(host.stderr, 1)
  end
end

--- Start the host unless it runs.
---@return boolean fresh it was started just now
---@return neovim_ai.Failure? err
function M.ensure()
  if host.channel then
    return false
  end
  if host.crashes >= TRIES then
    local err = last_words()
    err.hint = "It failed three times and stays down: run :AiInstall or :checkhealth neovim_ai."
    return false, err
  end
  local python, err = M.find_python()
  if not python then
    return false, err
  end
  local file = vim.fs.joinpath(M.root(), "rplugin", "python3", "neovim_ai_host.py")
  host.python, host.answered, host.stderr = python, false, {}
  -- `-I`: neither PYTHONPATH nor an active environment nor the working directory leaks in.
  local ok, channel = pcall(vim.fn.jobstart, { python, "-I", "-c", BOOT, file }, {
    rpc = true,
    on_exit = on_exit,
    on_stderr = on_stderr,
  })
  if not ok or channel <= 0 then
    local message = ("The Python at %s cannot be started."):format(python)
    return false, { kind = "setup", message = message, hint = "Run :AiInstall." }
  end
  host.channel, host.starts = channel, host.starts + 1
  return true
end

--- Send to the running host; a channel that has just closed is reported by `on_exit`.
---@param method string
---@param message any
---@return boolean sent
function M.send(method, message)
  return host.channel ~= nil and (pcall(vim.rpcnotify, host.channel, method, message))
end

--- It has answered: whatever happens next is not a broken installation.
function M.answered()
  host.answered, host.crashes = true, 0
end

--- End the host; the next request starts it anew.
function M.stop()
  local channel = host.channel
  host.channel, host.crashes = nil, 0
  if channel then
    vim.fn.jobstop(channel)
  end
end

---@return string? python
---@return boolean running
---@return string[] stderr the last lines
---@return integer starts another number is another host, which knows nothing of what was said
function M.state()
  return host.python, host.channel ~= nil, host.stderr, host.starts
end

return M
