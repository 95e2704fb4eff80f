--- Many definitions, one request after the other, so that each finds the prompt of the one before
--- in the server's cache.
local M = {}

local client = require("neovim_ai.client")
local notify = require("neovim_ai.notify")
local status = require("neovim_ai.status")
local target = require("neovim_ai.target")

-- Failures of one definition; after any other the rest would fail alike.
local ITS_OWN =
  { "syntax", "gate", "no_target", "context", "truncated", "refused", "filtered", "empty" }

---@class (exact) neovim_ai.Queued a definition whose turn is to come
---@field buf integer
---@field mark integer
---@field row integer
---@field qualname string

---@class (exact) neovim_ai.Batch
---@field id integer in the status, where requests are positive
---@field buf integer
---@field options neovim_ai.DocOptions
---@field queue neovim_ai.Queued[]
---@field total integer
---@field done integer
---@field proposed integer
---@field failed string[] names
---@field started integer ns

---@type table<integer, neovim_ai.Batch> by id
local running = {}
local last_id = 0

---@param batch neovim_ai.Batch
local function finish(batch)
  running[batch.id] = nil
  status.finish(batch.id)
  for _, queued in ipairs(batch.queue) do
    target.let_go(queued.buf, queued.mark)
  end
  batch.queue = {}
end

---@param batch neovim_ai.Batch
---@return string
local function time_left(batch)
  if batch.done == 0 then
    return ""
  end
  local seconds = (vim.uv.hrtime() - batch.started) / 1e9 / batch.done * (batch.total - batch.done)
  if seconds > 90 then
    return (" · %.0f min left"):format(seconds / 60)
  end
  return (" · %.0f s left"):format(seconds)
end

---@param batch neovim_ai.Batch
local function show_progress(batch)
  local at = math.min(batch.done + 1, batch.total)
  status.phase(batch.id, ("%d of %d functions%s"):format(at, batch.total, time_left(batch)))
end

---@param batch neovim_ai.Batch
local function conclude(batch)
  finish(batch)
  local message = ("%d of %d docstrings are proposed"):format(batch.proposed, batch.total)
  if #batch.failed > 0 then
    message = ("%s (not: %s)"):format(message, table.concat(batch.failed, ", "))
  end
  local hint = batch.proposed > 0 and ":AiNext shows them, :AiAccept! takes all." or "See :AiLog."
  notify.info(message .. ".", hint)
end

---@param batch neovim_ai.Batch
---@param queued neovim_ai.Queued
---@return neovim_ai.Target? nil when the definition is gone
local function take(batch, queued)
  if target.unwritable(batch.buf) then
    return nil
  end
  local row = target.row_of(queued)
  target.let_go(queued.buf, queued.mark)
  local lines = target.lines(batch.buf)
  return row
    and { buf = batch.buf, row = row, col = #(lines[row + 1] or ""):match("^%s*"), lines = lines }
end

---@param batch neovim_ai.Batch
local function go_on(batch)
  local queued = table.remove(batch.queue, 1)
  if not queued then
    return conclude(batch)
  end
  show_progress(batch)
  local asked = take(batch, queued)
  local function ended(outcome, err)
    batch.done = batch.done + 1
    batch.proposed = batch.proposed + (outcome == "proposed" and 1 or 0)
    if outcome == "refused" or (err and err.kind ~= "cancelled") then
      batch.failed[#batch.failed + 1] = queued.qualname
    end
    if err and err.kind ~= "cancelled" and not vim.list_contains(ITS_OWN, err.kind) then
      finish(batch)
      return not err.shown and notify.error(err)
    end
    -- Later: one that failed at once would otherwise nest the next ever deeper.
    vim.schedule(function()
      if running[batch.id] then
        go_on(batch)
      end
    end)
  end
  if not asked then
    return ended("failed", { kind = "no_target", message = "It is gone." })
  end
  require("neovim_ai.proposal").ask(asked, vim.deepcopy(batch.options), ended)
end

---@param asked neovim_ai.Target
---@param options neovim_ai.DocOptions
---@param entries neovim_ai.TargetEntry[]
local function start(asked, options, entries)
  if #entries == 0 then
    return notify.info("Each docstring there is complete: nothing to do.")
  end
  last_id = last_id - 1
  ---@type neovim_ai.Batch
  local batch = {
    id = last_id,
    buf = asked.buf,
    options = options,
    queue = {},
    total = #entries,
    done = 0,
    proposed = 0,
    failed = {},
    started = vim.uv.hrtime(),
  }
  for number, entry in ipairs(entries) do
    batch.queue[number] = {
      buf = asked.buf,
      mark = target.hold(asked.buf, entry.row),
      row = entry.row,
      qualname = entry.qualname,
    }
  end
  running[batch.id] = batch
  status.begin(batch.id, "docstrings")
  go_on(batch)
end

--- Ask for what is missing in some lines, or in the whole buffer.
---@param asked neovim_ai.Target
---@param options neovim_ai.DocOptions
---@param first? integer 1-based
---@param last? integer
function M.run(asked, options, first, last)
  client.request("targets", {
    buffer = target.buffer(asked.buf, asked.lines),
    start_row = first and first - 1,
    end_row = last and last - 1,
    options = next(options) and options or vim.empty_dict(),
  }, {
    label = "docstrings",
    buf = asked.buf,
    result = function(result)
      if vim.api.nvim_buf_is_loaded(asked.buf) then
        if result.estimate and result.estimate ~= vim.NIL then
          notify.info(("%d docstrings take %s."):format(#result.targets, result.estimate))
        end
        start(asked, options, result.targets)
      end
    end,
  })
end

--- Let what is asked be the last of it; what is offered stays.
---@param buf? integer every buffer's without it
---@return integer unasked definitions whose turn had not come
function M.stop(buf)
  local unasked = 0
  for _, batch in pairs(running) do
    if not buf or batch.buf == buf then
      unasked = unasked + #batch.queue
      finish(batch)
    end
  end
  return unasked
end

return M
