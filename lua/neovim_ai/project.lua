--- `:AiCheck!`: all files of a project, by the command line, so that the editor's host stays free.
local M = {}

local diagnostics = require("neovim_ai.diagnostics")
local host = require("neovim_ai.host")
local notify = require("neovim_ai.notify")
local status = require("neovim_ai.status")

local ID = -1e6 -- no request and no batch has it
local running ---@type vim.SystemObj?

-- The plugin's own copy of the package, whatever the interpreter has installed.
local COMMAND_LINE = [[
import sys
sys.path.insert(0, sys.argv.pop(1))
from neovim_ai.cli import main
raise SystemExit(main())
]]

local MARKS = { "pyproject.toml", "setup.cfg", "setup.py", "pytest.ini", "tox.ini", ".git" }

--- The nearest folder with a mark: a list of them would mean the first mark there is anywhere.
---@return string
local function root()
  local function marks(name)
    return vim.list_contains(MARKS, name)
  end
  return vim.fs.root(0, marks) or vim.fn.getcwd()
end

---@param line string one JSON object
---@return table? item for the quickfix list
local function item(line)
  local ok, finding = pcall(vim.json.decode, line)
  if not ok or type(finding) ~= "table" or not finding.path then
    notify.keep("not understood: " .. line)
    return nil
  end
  return {
    filename = finding.path,
    lnum = finding.line,
    text = ("%s: %s"):format(finding.qualname, finding.message),
    type = diagnostics.type_of(finding),
  }
end

---@param directory string
---@param done vim.SystemCompleted
local function finish(directory, done)
  running = nil
  status.finish(ID)
  for line in vim.gsplit(vim.trim(done.stderr or ""), "\n") do
    notify.keep(line)
  end
  if done.signal ~= 0 then
    return
  elseif done.code > 1 or (done.code == 1 and done.stdout == "") then
    local said = vim.split(vim.trim(done.stderr or ""), "\n")
    local message = "The project could not be checked: " .. said[#said]
    return notify.error({ kind = "internal", message = message, hint = "See :AiLog." })
  end
  local items = {}
  for line in vim.gsplit(vim.trim(done.stdout or ""), "\n", { trimempty = true }) do
    items[#items + 1] = item(line)
  end
  diagnostics.list(items, vim.fn.fnamemodify(directory, ":~"))
end

--- End it.
---@return integer count
function M.stop()
  if not running then
    return 0
  end
  running:kill("sigterm")
  running = nil
  status.finish(ID)
  return 1
end

--- Check every Python file below the project's root as it is on the disk.
---@param options neovim_ai.CheckOptions
function M.check(options)
  if running then
    return notify.info("The project is being checked already.")
  end
  local python, err = host.find_python()
  if not python then
    return notify.error(err)
  end
  local directory, package = root(), vim.fs.joinpath(host.root(), "python")
  local words = { python, "-I", "-c", COMMAND_LINE, package, "check", "--format", "json" }
  for name in pairs(options) do
    words[#words + 1] = "--" .. name
  end
  words[#words + 1] = directory
  status.begin(ID, "checking the project")
  running = vim.system(words, { text = true }, function(done)
    vim.schedule(function()
      finish(directory, done)
    end)
  end)
end

return M
