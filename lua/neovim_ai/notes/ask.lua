--- `:NotesAsk`: a thread of questions in a window of its own, answered while you watch.
local M = {}

local answer = require("neovim_ai.notes.answer")
local client = require("neovim_ai.client")
local notify = require("neovim_ai.notify")

local HEIGHT = 0.4 -- of the screen
local KEYS = "gf go to [n] · a ask further · q close"

---@class (exact) neovim_ai.Thread
---@field buf integer
---@field origin integer the window that notes are opened in
---@field turns neovim_ai.Turn[]
---@field written neovim_ai.Written
---@field id? integer the request that runs

---@type table<integer, neovim_ai.Thread> by buffer
local threads = {}

---@param thread neovim_ai.Thread
---@param begun? boolean a question was just added: it comes to the top
local function show(thread, begun)
  if not vim.api.nvim_buf_is_valid(thread.buf) then
    return
  end
  local written, last = answer.write(thread.turns)
  thread.written = written
  answer.show(thread.buf, written)
  local win = vim.fn.bufwinid(thread.buf)
  if begun and win ~= -1 then
    vim.api.nvim_win_set_cursor(win, { last + 1, 0 })
    vim.api.nvim_win_call(win, function()
      vim.cmd.normal({ "zt", bang = true })
    end)
  end
end

--- The window to open a note in: where the question came from, else the one before.
---@param thread neovim_ai.Thread
local function leave(thread)
  if vim.api.nvim_win_is_valid(thread.origin) and thread.origin ~= vim.fn.win_getid() then
    return vim.api.nvim_set_current_win(thread.origin)
  end
  vim.cmd("aboveleft new")
  thread.origin = vim.api.nvim_get_current_win()
end

--- The number meant: the one at the cursor, else the first of its line.
---@param thread neovim_ai.Thread
---@return neovim_ai.Row?
local function at_cursor(thread)
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local turn = thread.written.places[row]
  local line = vim.api.nvim_get_current_line()
  local first = line:match("%[(%d+)%]")
  local from, to, number = line:find("%[(%d+)%]")
  while from and col + 1 > to do
    from, to, number = line:find("%[(%d+)%]", to + 1)
  end
  local meant = thread.written.sources[row]
    or tonumber(from and from <= col + 1 and number or first)
  return turn and meant and answer.source(turn, meant)
end

---@param thread neovim_ai.Thread
local function go(thread)
  local row = at_cursor(thread)
  if not row then
    return notify.info("No source is at the cursor.", "Move it to a [n].")
  end
  leave(thread)
  require("neovim_ai.notes.visit").open(row, "edit")
end

---@param thread neovim_ai.Thread
local function ask_further(thread)
  vim.ui.input({ prompt = "Ask further: " }, function(question)
    if question and vim.trim(question) ~= "" then
      M._ask(thread, vim.trim(question))
    end
  end)
end

---@param thread neovim_ai.Thread
local function map(thread)
  local function key(lhs, run)
    vim.keymap.set("n", lhs, function()
      run(thread)
    end, { buffer = thread.buf, nowait = true })
  end
  key("gf", go)
  key("<CR>", go)
  key("a", ask_further)
  key("q", function()
    vim.api.nvim_buf_delete(thread.buf, { force = true })
  end)
end

--- Open a window for a new thread.
---@return neovim_ai.Thread
local function open()
  local origin = vim.api.nvim_get_current_win()
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = "wipe"
  vim.api.nvim_buf_set_name(buf, ("neovim-ai://ask/%d"):format(buf))
  local height = math.max(math.floor(vim.o.lines * HEIGHT), 5)
  local win = vim.api.nvim_open_win(buf, true, {
    split = "below",
    win = require("neovim_ai.float").splittable(),
    height = height,
  })
  for option, value in pairs({ wrap = true, linebreak = true, breakindent = true, list = false }) do
    vim.wo[win][0][option] = value
  end
  vim.wo[win][0].winbar = "%#NeovimAiFile# " .. KEYS
  local thread = { buf = buf, origin = origin, turns = {}, written = answer.write({}) }
  threads[buf] = thread
  map(thread)
  vim.api.nvim_create_autocmd("BufWipeout", {
    buffer = buf,
    once = true,
    callback = function()
      threads[buf] = nil
      client.cancel(thread.id)
    end,
  })
  return thread
end

---@param turns neovim_ai.Turn[] all but the last
---@return neovim_ai.TurnMessage[]
local function told(turns)
  local thread = {}
  for index = 1, #turns - 1 do
    if turns[index].message then
      thread[#thread + 1] = { question = turns[index].question, answer = answer.kept(turns[index]) }
    end
  end
  return thread
end

---@param thread neovim_ai.Thread
---@param turn neovim_ai.Turn
---@return neovim_ai.Handlers
local function handlers(thread, turn)
  return {
    label = "asking your notes",
    buf = thread.buf,
    event = function(event)
      if event.type == "answer" then
        turn.sentences = event.lines
        show(thread)
      end
    end,
    result = function(message)
      thread.id, turn.message, turn.sentences = nil, message, message.answer
      show(thread)
      notify.event("NeovimAiNotesAnswered", {
        buf = thread.buf,
        question = turn.question,
        in_notes = message.in_notes,
        struck = message.struck,
      })
    end,
    error = function(err)
      thread.id = nil
      turn.problem = vim.trim(err.message .. " " .. (err.hint or ""))
      show(thread)
      if err.kind ~= "cancelled" and not err.shown then
        notify.error(err)
      end
    end,
  }
end

--- Ask a question in a thread.
---@param thread neovim_ai.Thread
---@param question string
function M._ask(thread, question)
  client.cancel(thread.id)
  local turn = { question = question, sentences = {}, phase = "reading your notes" }
  thread.turns[#thread.turns + 1] = turn
  show(thread, true)
  require("neovim_ai.notes.buffers").tell_all(function()
    if threads[thread.buf] then
      local asked = { question = question, thread = told(thread.turns) }
      thread.id = client.request("notes_ask", asked, handlers(thread, turn))
    end
  end)
end

--- Ask: in the thread of this window, or in a new one.
---@param question string
function M.ask(question)
  answer.define_highlights()
  local here = threads[vim.api.nvim_get_current_buf()]
  M._ask(here or open(), question)
end

return M
