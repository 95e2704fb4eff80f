--- Notes that are being edited: the host searches them as they stand, and is told only of changes.
local M = {}

local client = require("neovim_ai.client")
local host = require("neovim_ai.host")
local vaults = require("neovim_ai.notes.vaults")

---@type table<integer, { path: string, tick: integer }> what the host knows, by buffer
local told = {}
local told_host -- which start of the host that was
local on_their_way = 0 -- changes that the host has not said to know

--- Forget what an earlier host knew.
local function check_host()
  local _, running, _, starts = host.state()
  if not running or starts ~= told_host then
    told = {}
  end
  told_host = running and starts or starts + 1 -- the next request starts it
end

---@param buf integer
---@return boolean
local function is_unsaved_note(buf)
  return vim.api.nvim_buf_is_loaded(buf)
    and vim.bo[buf].modified
    and vim.bo[buf].buftype == ""
    and vaults.of(vim.api.nvim_buf_get_name(buf)) ~= nil
end

---@param buf integer
---@return neovim_ai.NoteBufferMessage
local function message(buf)
  local tick = vim.api.nvim_buf_get_changedtick(buf)
  told[buf] = { path = vim.api.nvim_buf_get_name(buf), tick = tick }
  return {
    path = told[buf].path,
    lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false),
    tick = tick,
  }
end

--- The unsaved notes that the host does not know as they stand, and those that are saved by now.
--- What is returned counts as told.
---@return neovim_ai.NoteBufferMessage[]
function M.changed()
  check_host()
  local messages = {}
  for buf, known in pairs(told) do
    if not vim.api.nvim_buf_is_valid(buf) or not is_unsaved_note(buf) then
      messages[#messages + 1] = { path = known.path, tick = known.tick }
      told[buf] = nil
    end
  end
  for _, info in ipairs(vim.fn.getbufinfo({ bufloaded = 1, bufmodified = 1 })) do
    local known = told[info.bufnr]
    if not (known and known.tick == info.changedtick) and is_unsaved_note(info.bufnr) then
      messages[#messages + 1] = message(info.bufnr)
    end
  end
  return messages
end

--- Whether the host knows all that was told.
---@return boolean
function M.are_told()
  return on_their_way == 0
end

--- Tell the host of all changes, then go on. Never as a part of a question: the next key ends that
--- one, and the host may not have looked at it yet.
---@param done fun()
function M.tell(done)
  local waiting = M.changed()
  if #waiting == 0 then
    return done()
  end
  local left = #waiting
  on_their_way = on_their_way + left
  local function one_less()
    left, on_their_way = left - 1, on_their_way - 1
    if left == 0 then
      done()
    end
  end
  for _, one in ipairs(waiting) do
    client.request("notes_buffer", one, { result = one_less, error = one_less })
  end
end

--- Go on once the host knows all notes as they stand, on the disk and in buffers; for questions
--- that cannot carry buffers themselves and are asked once.
---@param done fun()
function M.tell_all(done)
  require("neovim_ai.notes.fresh").look(function()
    M.tell(done)
  end)
end

return M
