--- The `:Ai…` commands: their arguments and completion.
local M = {}

local STYLES = { "google", "numpy", "sphinx" }

--- `style=google` and the like.
---@param words string[]
---@return neovim_ai.DocOptions? options
---@return neovim_ai.Failure? err
local function doc_options(words)
  local options = {}
  for _, word in ipairs(words) do
    local name, value = word:match("^(%w+)=(.*)$")
    local message
    if name ~= "style" then
      message = (":AiDoc does not know '%s'."):format(word)
    elseif not vim.list_contains(STYLES, value) then
      message = ("There is no docstring style '%s'."):format(value)
    end
    if message then
      local hint = "Known: style=" .. table.concat(STYLES, ", style=") .. "."
      return nil, { kind = "usage", message = message, hint = hint }
    end
    options.style = value
  end
  return options
end

---@type table<string, fun(arguments: table)>
local runs = {
  doc = function(arguments)
    local options, err = doc_options(arguments.fargs)
    if err then
      return require("neovim_ai.notify").error(err)
    end
    require("neovim_ai").doc(options)
  end,
  accept = function(arguments)
    require("neovim_ai").accept(arguments.bang)
  end,
  reject = function(arguments)
    require("neovim_ai").reject(arguments.bang)
  end,
  stop = function(arguments)
    require("neovim_ai").stop(arguments.bang)
  end,
  status = function(arguments)
    require("neovim_ai.report").status(arguments.bang)
  end,
  log = function()
    require("neovim_ai.report").log()
  end,
  model = function(arguments)
    require("neovim_ai.models").choose(arguments.fargs[1])
  end,
  install = function()
    require("neovim_ai.install").run()
  end,
}

--- Run a command by its name.
---@param name string
---@param arguments table as `nvim_create_user_command` gives them
function M.run(name, arguments)
  runs[name](arguments)
end

--- Candidates for the word before the cursor.
---@param name string
---@param lead string
---@return string[]
function M.complete(name, lead)
  local all = {}
  if name == "doc" then
    all = vim.tbl_map(function(style)
      return "style=" .. style
    end, STYLES)
  elseif name == "model" then
    all = require("neovim_ai.models").names()
  end
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, lead)
  end, all)
end

return M
