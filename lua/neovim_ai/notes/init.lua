--- The user's notes: what each command does, as functions.
local M = {}

local notify = require("neovim_ai.notify")

local last_query = ""

---@param how "edit"|"split"|"vsplit"|"tab"
---@return fun(row: neovim_ai.Row)
local function opens(how)
  return function(row)
    if row.create then
      return M.new(row.create)
    end
    require("neovim_ai.notes.visit").open(row, how)
  end
end

--- The keys that every list of notes has.
---@param title string
---@return neovim_ai.PickerAction[]
local function actions(title)
  local function lists(_, choice)
    local of = choice.query ~= "" and (": " .. choice.query) or ""
    require("neovim_ai.notes.visit").list(choice.rows, title .. of)
  end
  local function links(row, choice)
    if row.path then
      require("neovim_ai.notes.link").insert(row, choice.origin)
    end
  end
  return {
    { key = "<CR>", name = "edit", run = opens("edit") },
    { key = "<C-s>", name = "split", run = opens("split") },
    { key = "<C-v>", name = "vsplit", run = opens("vsplit") },
    { key = "<C-t>", name = "tab", run = opens("tab") },
    { key = "<C-q>", name = "quickfix", run = lists },
    { key = "<C-y>", name = "link", run = links },
  }
end

--- Whether notes are set up; says so otherwise.
---@return boolean
local function ready()
  local err = require("neovim_ai.notes.vaults").missing()
  if err then
    notify.error(err)
    return false
  end
  require("neovim_ai.notes.fresh").enable()
  return true
end

--- Pick among rows that are all here; they come when the user may be typing.
---@param title string
---@param rows neovim_ai.Row[]
---@param more? neovim_ai.PickerAction
local function pick(title, rows, more)
  local all = actions(title)
  if more then
    table.insert(all, 2, more)
  end
  require("neovim_ai.apply").in_normal(function()
    require("neovim_ai.picker").open({
      title = title,
      query = "",
      actions = all,
      left = function() end,
      search = function(show)
        return require("neovim_ai.picker.static").new(rows, show)
      end,
    })
  end)
end

--- Find notes in the picker.
---@param query? string without one the last, where `notes.resume` is set
function M.find(query)
  if not ready() then
    return
  end
  local resumed = require("neovim_ai.config").get("notes.resume") and last_query or ""
  require("neovim_ai.picker").open({
    title = "Notes",
    query = query and query ~= "" and query or resumed,
    actions = actions("notes"),
    left = function(said)
      last_query = said
    end,
    search = function(show, seen)
      local search = require("neovim_ai.notes.search").new(show, seen)
      require("neovim_ai.notes.fresh").look(function()
        search:again()
      end, true)
      return search
    end,
  })
end

--- Begin a note in a buffer; asks for a title where none is given.
---@param title? string
function M.new(title)
  if ready() then
    require("neovim_ai.notes.new").new(title or "")
  end
end

--- Pick among what links to the place of the cursor; broken links become diagnostics.
function M.links()
  if ready() then
    require("neovim_ai.notes.links").here(function(rows)
      pick("Links to here", rows)
    end)
  end
end

--- Pick among the open tasks of all notes.
---@param quickfix? boolean put them into the quickfix list at once
function M.todo(quickfix)
  if not ready() then
    return
  end
  local todo = require("neovim_ai.notes.todo")
  todo.all(function(rows)
    if #rows == 0 then
      return notify.info("No task is open in your notes.")
    elseif quickfix then
      return require("neovim_ai.notes.visit").list(rows, "open tasks")
    end
    pick("Open tasks", rows, { key = "<C-x>", name = "done", alter = todo.done })
  end)
end

--- Mark the open task at the cursor done; the note is not written.
function M.done()
  if ready() then
    require("neovim_ai.notes.todo").done_here()
  end
end

--- Ask a question that the notes answer; asks for it where none is given. In the window of an
--- answer it goes on with the thread.
---@param question? string
function M.ask(question)
  if not ready() then
    return
  end
  local ask = require("neovim_ai.notes.ask").ask
  if question and vim.trim(question) ~= "" then
    return ask(vim.trim(question))
  end
  vim.ui.input({ prompt = "Ask your notes: " }, function(said)
    if said and vim.trim(said) ~= "" then
      ask(vim.trim(said))
    end
  end)
end

--- How long the last queries took, oldest first: from the key press's handler to the rows in the
--- picker, by the clock of `vim.uv.hrtime()`.
---@return neovim_ai.Timing[]
function M.timings()
  return require("neovim_ai.notes.search").timings
end

return M
