--- The `:Ai…` and `:Notes…` commands: their arguments and completion.
local M = {}

---@param arguments table
local function doc(arguments)
  local options, err = require("neovim_ai.arguments").read(arguments.args)
  if not options then
    return require("neovim_ai.notify").error(err)
  end
  local ai = require("neovim_ai")
  if arguments.bang then
    ai.doc_all(options)
  elseif arguments.range > 0 then
    ai.doc_all(options, arguments.line1, arguments.line2)
  else
    ai.doc(options)
  end
end

---@param arguments table
local function test(arguments)
  local read, err = require("neovim_ai.tests.options").read(arguments.args)
  if not read then
    return require("neovim_ai.notify").error(err)
  elseif read.kill then
    return require("neovim_ai").kill()
  end
  local options = read.options
  if arguments.bang then
    options.whole = true
  elseif arguments.range > 0 then
    options.start_row, options.end_row = arguments.line1 - 1, arguments.line2 - 1
  end
  require("neovim_ai").test(options)
end

local LOOK_FOR = { "examples", "age" }

---@param arguments table
local function check(arguments)
  local options = vim.empty_dict()
  for _, word in ipairs(arguments.fargs) do
    if not vim.list_contains(LOOK_FOR, word) then
      local message = (":AiCheck does not know '%s'."):format(word)
      local hint = "Known: " .. table.concat(LOOK_FOR, ", ") .. "."
      return require("neovim_ai.notify").error({ kind = "usage", message = message, hint = hint })
    end
    options[word] = true
  end
  require("neovim_ai").check(arguments.bang, options)
end

local FILTERS = { "todo:", "code:", "lang:", "math:", "link:", "in:", "path:" }

---@type table<string, fun(arguments: table)>
local runs = {
  doc = doc,
  test = test,
  accept = function(arguments)
    require("neovim_ai").accept(arguments.bang)
  end,
  reject = function(arguments)
    require("neovim_ai").reject(arguments.bang)
  end,
  next = function()
    require("neovim_ai").next()
  end,
  prev = function()
    require("neovim_ai").prev()
  end,
  stop = function(arguments)
    require("neovim_ai").stop(arguments.bang)
  end,
  check = check,
  status = function(arguments)
    require("neovim_ai").show_status(arguments.bang)
  end,
  log = function()
    require("neovim_ai").log()
  end,
  model = function(arguments)
    require("neovim_ai").model(arguments.fargs[1])
  end,
  install = function(arguments)
    require("neovim_ai").install(arguments.bang)
  end,
  notes_find = function(arguments)
    require("neovim_ai.notes").find(arguments.args)
  end,
  notes_ask = function(arguments)
    require("neovim_ai.notes").ask(arguments.args)
  end,
  notes_new = function(arguments)
    require("neovim_ai.notes").new(arguments.args)
  end,
  notes_links = function()
    require("neovim_ai.notes").links()
  end,
  notes_todo = function(arguments)
    require("neovim_ai.notes").todo(arguments.bang)
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
---@param line string
---@return string[]
function M.complete(name, lead, line)
  local all = {}
  if name == "doc" then
    all = require("neovim_ai.arguments").candidates(line)
  elseif name == "test" then
    all = require("neovim_ai.tests.options").WORDS
  elseif name == "check" then
    all = LOOK_FOR
  elseif name == "model" then
    all = require("neovim_ai.models").names()
  elseif name == "notes_find" then
    all = FILTERS
  end
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, lead)
  end, all)
end

return M
