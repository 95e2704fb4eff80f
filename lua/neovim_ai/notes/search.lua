--- One query after the other to the host: the newest counts, answers to older ones are dropped.
local M = {}

local buffers = require("neovim_ai.notes.buffers")
local client = require("neovim_ai.client")
local config = require("neovim_ai.config")
local door = require("neovim_ai.notes.door")

local LOOK_AGAIN = 400 -- ms; while the index grows the same query finds more
local IDLE = 120 -- ms without a key after which meaning is asked for, which takes its time
local FIRST = 20 -- rows of a first answer at most: some cost is by the row
local PAUSE = 250 -- ms without a key after which the others come: longer than between two keys
local TIMED = 512 -- queries whose times are kept

---@class (exact) neovim_ai.Timing
---@field query string
---@field asked number ns, as `vim.uv.hrtime()` has it
---@field shown number ns; the rows stood in the picker
---@field rows integer

--- How long the last queries took, oldest first, for measuring.
---@type neovim_ai.Timing[]
M.timings = {}

---@type neovim_ai.Search? the one whose rows are on the screen
local open

---@class (exact) neovim_ai.Search
---@field query string
---@field id? integer the request that runs
---@field show fun(found: neovim_ai.Found)
---@field first integer rows of a first answer: those that are seen
---@field asked boolean at all
---@field whole boolean all rows of this query were asked for, not the first only
---@field ended boolean
---@field outdated boolean the notes have changed since it was asked
local Search = {}
Search.__index = Search

---@param message neovim_ai.NotesFoundMessage
---@return string
local function status(message)
  local said = ("%d of %d"):format(#message.rows, math.max(message.total, #message.rows))
  local done, total = message.indexing.done, message.indexing.total
  if done and total and total > 0 then
    return ("%s · indexing %d of %d"):format(said, done, total)
  end
  return done and said .. " · indexing" or said
end

---@param query string
---@param asked number
---@param rows integer
local function note_time(query, asked, rows)
  local shown = vim.uv.hrtime()
  M.timings[#M.timings + 1] = { query = query, asked = asked, shown = shown, rows = rows }
  if #M.timings > TIMED then
    table.remove(M.timings, 1)
  end
end

--- Where nothing was found, offer to write it.
---@param query string
---@param rows neovim_ai.Row[]
local function offer_new(query, rows)
  local title = vim.trim(query)
  if #rows == 0 and title ~= "" then
    rows[1] = { create = title, heading_path = { "New note" }, snippet = title, matches = {} }
  end
end

--- What is near in meaning follows the rows that are there already, once nobody types.
---@param query string
function Search:_ask_for_meaning(query)
  local by = config.get("notes.embeddings.base_url") .. config.get("notes.embeddings.model")
  if vim.trim(query) == "" or by == "" then
    return
  end
  vim.defer_fn(function()
    if self.query == query and not self.ended and not self.id then
      self:ask(query, true)
    end
  end, IDLE)
end

--- The rows below the first ones, once nobody types.
---@param query string
function Search:_ask_for_the_rest(query)
  vim.defer_fn(function()
    if self.query == query and not self.ended and not self.id and not self.whole then
      self.whole = true
      self:ask(query)
    end
  end, PAUSE)
end

---@param message neovim_ai.NotesFoundMessage
---@param asked number
---@param meaning boolean it was asked for
function Search:_receive(message, asked, meaning)
  self.id = nil
  if not meaning then
    self:_ask_for_meaning(self.query)
  end
  local rows, said = message.rows, status(message)
  if not self.whole and #rows >= self.first and message.total > #rows then
    self:_ask_for_the_rest(self.query)
  end
  if next(message.indexing) ~= nil then
    self:_look_again()
  elseif message.problem == "" then
    offer_new(self.query, rows)
  end
  self.show({
    query = self.query,
    rows = rows,
    status = said,
    problem = message.problem ~= "" and message.problem or nil,
  })
  note_time(self.query, asked, #rows)
  if self.outdated then
    self:again()
  end
end

---@param err neovim_ai.Failure
function Search:_fail(err)
  self.id = nil
  if err.kind == "cancelled" then
    return
  end
  local problem = vim.trim(err.message .. " " .. (err.hint or ""))
  if not err.shown then
    require("neovim_ai.notify").keep(problem)
  end
  self.show({ query = self.query, rows = {}, status = "", problem = problem })
end

function Search:_look_again()
  local query = self.query
  vim.defer_fn(function()
    if self.query == query then
      self:again()
    end
  end, LOOK_AGAIN)
end

--- Ask the same once more, when it has been answered: there may be more by now.
function Search:again()
  if self.id then
    self.outdated = true -- the answer that is on its way may be from before
  elseif self.asked and not self.ended then
    self:ask(self.query)
  end
end

--- Ask; an earlier query that was not answered yet is ended.
---@param query string
---@param meaning? boolean what is near in meaning too
function Search:ask(query, meaning)
  local asked = vim.uv.hrtime()
  client.cancel(self.id)
  if query ~= self.query then
    self.whole = false
  end
  self.whole = self.whole or meaning == true
  self.query, self.asked, self.outdated = query, true, false
  local limit = config.get("notes.limit")
  buffers.tell(function() end)
  local id
  id = door.find({
    query = query,
    limit = self.whole and limit or math.min(limit, self.first),
    meaning = meaning,
  }, {
    result = function(message)
      if self.id == id and message.total >= 0 then
        self:_receive(message, asked, meaning == true)
      end
    end,
    error = function(err)
      if not id or self.id == id then
        self:_fail(err)
      end
    end,
  })
  self.id = id
end

--- Notes have changed: what is on the screen may not be all.
function M.refreshed()
  if open then
    open:again()
  end
end

--- Whether the newest query is still to be answered.
---@return boolean
function Search:waits()
  return self.id ~= nil
end

--- Ask no more.
function Search:stop()
  self.ended = true
  open = open ~= self and open or nil
  client.cancel(self.id)
  self.id = nil
end

---@param show fun(found: neovim_ai.Found) for the newest query only; more than once when the
---index grows
---@param seen? integer rows that there is room for
---@return neovim_ai.Search
function M.new(show, seen)
  open = setmetatable({
    query = "",
    show = show,
    first = math.min(seen or FIRST, FIRST),
    asked = false,
    ended = false,
    outdated = false,
    whole = false,
  }, Search)
  return open
end

return M
