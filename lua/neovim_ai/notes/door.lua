--- The editor's own way to the notes' process. Through the host it takes longer than the answer
--- itself: that way is taken until the host has told where the door is, or when something fails.
local M = {}

local buffers = require("neovim_ai.notes.buffers")
local client = require("neovim_ai.client")
local fresh = require("neovim_ai.notes.fresh")

local TRIES = 3 -- doors in a row that did not open, after which no other is asked for
local PLAIN = { luanil = { object = true, array = true } }

local pipe ---@type uv.uv_pipe_t?
local is_open = false
local columns = {} ---@type string[] names of a row's values, as the process told them
local leads_to ---@type string? the host and the notes that it was made for
local failures = 0
---@type table<integer, { params: neovim_ai.NotesFindParams, handlers: neovim_ai.Handlers }>
local waiting = {}

---@param call string
---@param id integer
---@param params table
---@return string
local function line(call, id, params)
  return vim.json.encode({ id = id, call = call, params = params }) .. "\n"
end

--- An answer as the host would have passed it on.
---@param message table
---@return neovim_ai.NotesFoundMessage
local function found(message)
  local rows = {}
  for index, values in ipairs(message.rows) do
    local row = {}
    for at, name in ipairs(columns) do
      row[name] = values[at]
    end
    rows[index] = row
  end
  local going = message.indexing
  message.rows = rows
  message.indexing = going and { done = going[1], total = going[2] } or {}
  return message
end

--- Ask the host what is still to be answered; the next question asks for another door.
---@param closed uv.uv_pipe_t
local function fall(closed)
  if not closed:is_closing() then
    closed:close()
  end
  if pipe ~= closed then
    return
  end
  failures = is_open and 0 or failures + 1
  pipe, is_open = nil, false
  local left = waiting
  waiting = {}
  for id, one in pairs(left) do
    one.handlers.elsewhere = nil
    client.ask(id, "notes_find", one.params)
  end
end

---@param message table
---@param from uv.uv_pipe_t
local function take(message, from)
  if from ~= pipe then
    return
  elseif message.id == 0 then
    if message.error then
      return fall(from)
    end
    is_open, failures, columns = true, 0, message.result
  elseif waiting[message.id] then
    waiting[message.id] = nil
    local event = { id = message.id, type = "result" }
    if message.error then
      event = vim.tbl_extend("force", event, message.error, { type = "error" })
    else
      event.result = found(message.result)
    end
    client.receive({ event })
  end
end

--- What takes the process's lines, as they come in pieces.
---@param from uv.uv_pipe_t
---@return fun(err?: string, chunk?: string)
local function reader(from)
  local begun = ""
  return function(err, chunk)
    if err or not chunk then
      return vim.schedule(function()
        fall(from)
      end)
    end
    begun = begun .. chunk
    local stop = begun:find("\n", 1, true)
    while stop do
      local ok, message = pcall(vim.json.decode, begun:sub(1, stop - 1), PLAIN)
      begun = begun:sub(stop + 1)
      stop = begun:find("\n", 1, true)
      vim.schedule(function()
        if ok then
          take(message, from)
        else
          fall(from) -- a text that is none: the host makes one of it
        end
      end)
    end
  end
end

---@param door neovim_ai.DoorMessage
local function open(door)
  local made = assert(vim.uv.new_pipe(false))
  pipe, is_open, leads_to = made, false, fresh.who()
  made:connect(door.socket, function(err)
    if err then
      return vim.schedule(function()
        fall(made)
      end)
    end
    made:read_start(reader(made))
    made:write(line("join", 0, { invitation = door.invitation }))
  end)
end

---@return boolean
local function wants_door()
  if leads_to ~= fresh.who() then
    failures = 0
  end
  return not pipe and failures < TRIES
end

---@param params neovim_ai.NotesFindParams
---@param handlers neovim_ai.Handlers
---@return integer? id
local function through_host(params, handlers)
  local asked = vim.tbl_extend("force", params, { door = wants_door() or nil })
  return client.request("notes_find", asked, {
    result = function(message)
      handlers.result(message)
      if message.door and not pipe then
        open(message.door)
      end
    end,
    error = handlers.error,
  })
end

--- Whether questions need not pass through the host now.
---@return boolean
function M.is_open()
  return is_open
end

--- Ask which sections answer a query, by the shortest way there is.
---@param params neovim_ai.NotesFindParams
---@param handlers neovim_ai.Handlers
---@return integer? id as `client.request` gives it
function M.find(params, handlers)
  if pipe and leads_to ~= fresh.who() then
    fall(pipe) -- other notes were set, or another host runs
  end
  -- A buffer that the host is still passing on must be there before the question.
  if not (pipe and is_open and buffers.are_told()) then
    return through_host(params, handlers)
  end
  handlers.elsewhere = true
  local id = client.expect(handlers)
  waiting[id] = { params = params, handlers = handlers }
  pipe:write(line("find", id, params))
  return id
end

return M
