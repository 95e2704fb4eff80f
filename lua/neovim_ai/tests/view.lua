--- How proposed tests look: each with its evidence, questions first, in a window of their own.
local M = {}

local float = require("neovim_ai.float")
local hint = require("neovim_ai.hint")
local offers = require("neovim_ai.tests.offers")

local LINKS = {
  NeovimAiAdded = "DiffAdd",
  NeovimAiRemoved = "DiffDelete",
  NeovimAiEvidence = "Comment",
  NeovimAiDispute = "DiagnosticWarn",
  NeovimAiHint = "NonText",
}

local function define_highlights()
  for group, link in pairs(LINKS) do
    vim.api.nvim_set_hl(0, group, { link = link, default = true })
  end
end

---@class (exact) neovim_ai.TestLines
---@field lines string[]
---@field owners table<integer, string>

---@param shown neovim_ai.TestLines
---@param key string
---@param mark string
---@param lines string[]
local function put(shown, key, mark, lines)
  for _, line in ipairs(lines) do
    shown.lines[#shown.lines + 1] = mark .. " " .. line
    shown.owners[#shown.lines] = key
  end
end

--- Both values, and the sentence that the expected one came from.
---@param dispute neovim_ai.DisputeMessage
---@return string[]
local function question(dispute)
  local where = ("%s, line %d"):format(dispute.source, dispute.row + 1)
  local lines = {
    "possible bug, or wrong expectation?  " .. dispute.call,
    ("  expected %s  (%s)"):format(dispute.expected, where),
    ("  got      %s"):format(dispute.observed),
  }
  if dispute.said ~= "" then
    lines[#lines + 1] = ("  “%s”"):format((dispute.said:gsub("%s+", " ")))
  end
  local pinned = dispute.can_be_pinned and " · i intended (pins what it did)" or ""
  lines[#lines + 1] = "  b bug (keeps it as a test that must fail)" .. pinned .. " · d drop"
  return lines
end

---@param offer neovim_ai.TestOffer
---@return neovim_ai.TestLines
local function finished(offer)
  local shown = { lines = {}, owners = {} }
  for _, dispute in ipairs(offers.questions_left(offer)) do
    put(shown, dispute.key, "?", question(dispute))
    shown.lines[#shown.lines + 1] = ""
  end
  for _, hunk in ipairs(offers.tests_left(offer)) do
    put(shown, hunk.key, "#", hint.joined(vim.split(hunk.evidence, " · "), vim.o.columns - 8))
    put(shown, hunk.key, "+", hunk.lines)
    shown.lines[#shown.lines + 1] = ""
  end
  for _, refused in ipairs(offer.message.refused) do
    shown.lines[#shown.lines + 1] = ("# not kept: %s (%s)"):format(refused.name, refused.reason)
  end
  return shown
end

---@param offer neovim_ai.TestOffer
---@return neovim_ai.TestLines
local function growing(offer)
  local shown = { lines = {}, owners = {} }
  for _, line in ipairs(offer.draft and offer.draft.lines or {}) do
    shown.lines[#shown.lines + 1] = "+ " .. line
  end
  return shown
end

--- What was measured of all tests together; where nothing was run that is said instead.
---@param message neovim_ai.TestProposalMessage
---@return string[] phrases
local function worth(message)
  if message.not_run ~= "" then
    return { "not run: " .. message.not_run }
  end
  local before, after = message.before, message.after
  local phrases = { ("%d of %d mutants killed"):format(message.killed, message.mutants) }
  if after.lines + after.branches > 0 then -- a test for one mutant measures none
    local share = "%.0f%% → %.0f%% lines and branches"
    table.insert(phrases, 1, share:format(before.percent, after.percent))
  end
  return phrases
end

---@param offer neovim_ai.TestOffer
---@return string[] phrases
local function summary(offer)
  local message, draft = offer.message, offer.draft
  if not message then
    local phrases = vim.list_extend({}, offer.facts)
    if draft then
      phrases[#phrases + 1] = ("%d%% covered so far"):format(draft.percent)
      phrases[#phrases + 1] = ("%d of %d mutants"):format(draft.killed, draft.mutants)
    end
    return phrases
  end
  local usage = message.usage
  local tokens = usage.prompt_tokens + usage.completion_tokens
  local phrases = vim.list_extend(worth(message), message.notes)
  if tokens > 0 then
    phrases[#phrases + 1] = ("%s%d tokens"):format(usage.estimated and "about " or "", tokens)
  end
  phrases[#phrases + 1] = ("%.1f s"):format(message.seconds)
  return phrases
end

---@param offer neovim_ai.TestOffer
---@return string[] phrases
local function keys_told(offer)
  if not offer.message then
    return {}
  end
  local phrases = { "a accept", "A accept all", "r reject", "] [ move", "q close and keep" }
  if #offers.questions_left(offer) > 0 then
    vim.list_extend(phrases, { "b bug", "i intended", "d drop" })
  end
  return phrases
end

---@param offer neovim_ai.TestOffer
---@param keys table<string, fun()>
local function open(offer, keys)
  local shown = offer.message and finished(offer) or growing(offer)
  local width = vim.o.columns - 6
  local notes = hint.joined(summary(offer), width)
  vim.list_extend(notes, hint.joined(keys_told(offer), width))
  local message = offer.message
  local file = message and vim.fn.fnamemodify(message.test_path, ":.") or ""
  local label = message and message.not_run ~= "" and "not run: " or ""
  local title = file ~= "" and ("%s → %s"):format(offer.title, file) or "tests of " .. offer.title
  offer.float = float.show(offer.float, {
    title = label .. title, -- its end is cut off where it is long
    notes = notes,
    footer = message and ":AiAccept · :AiReject" or ":AiStop",
    diff = shown.lines,
    owners = shown.owners,
    labels = {},
    keys = keys,
  })
end

--- Whose window stands where this one's would.
---@param offer neovim_ai.TestOffer
---@return neovim_ai.TestOffer?
local function in_the_way(offer)
  return vim.iter(offers.all()):find(function(other)
    return other ~= offer and float.is_open(other.float)
  end)
end

--- Open or update it; another's window makes room, and comes back when this is decided.
---@param offer neovim_ai.TestOffer
local function reveal(offer)
  local other = in_the_way(offer)
  if other then
    float.close(other.float)
    other.float = nil
  end
  offer.closed = false
  define_highlights()
  open(offer, require("neovim_ai.tests.keys").of(offer))
end

--- Show it as it is now. A window that the user closed stays closed; what grows takes no other's
--- place, and nothing that of a window which the user is in.
---@param offer neovim_ai.TestOffer
---@return boolean shown
function M.show(offer)
  if offer.float and not float.is_open(offer.float) then
    offer.closed, offer.float = true, nil
  end
  local other = in_the_way(offer)
  local busy = other and other.float.win == vim.api.nvim_get_current_win()
  if offer.closed or (other and (busy or not offer.message)) then
    return false
  end
  reveal(offer)
  return true
end

--- Show what waits for its turn, after another was decided.
---@param buf integer
function M.show_waiting(buf)
  for _, offer in ipairs(offers.offered()) do
    if offer.buf == buf and not offer.closed then
      M.show(offer)
      return
    end
  end
end

--- Close its window but keep it.
---@param offer neovim_ai.TestOffer
function M.close(offer)
  offer.closed = true
  float.close(offer.float)
  offer.float = nil
  require("neovim_ai.notify").info("The tests are kept:", ":AiNext shows them again.")
end

---@param offer neovim_ai.TestOffer
---@return integer[] lines where a test or a question begins
local function starts(offer)
  local owners = offer.float.owners
  local lines = vim.tbl_filter(function(line)
    return owners[line - 1] ~= owners[line]
  end, vim.tbl_keys(owners))
  table.sort(lines)
  return lines
end

--- Into its window, to its first line of a test from a place on, or the last before it.
---@param offer neovim_ai.TestOffer
---@param by 1|-1
---@param from number
---@return boolean found
local function enter(offer, by, from)
  reveal(offer)
  vim.api.nvim_set_current_win(offer.float.win)
  local all = starts(offer)
  for index = by == 1 and 1 or #all, by == 1 and #all or 1, by do
    if (all[index] - from) * by > 0 then
      vim.api.nvim_win_set_cursor(offer.float.win, { all[index], 0 })
      return true
    end
  end
  return false
end

--- Go into its window, to the test after the cursor or before it; at the end to the next offer's.
---@param offer neovim_ai.TestOffer
---@param by 1|-1
function M.step(offer, by)
  local inside = offer.float and vim.api.nvim_get_current_win() == offer.float.win
  local before = by == 1 and 0 or math.huge
  local from = inside and vim.api.nvim_win_get_cursor(0)[1] or before
  if not enter(offer, by, from) then
    enter(offers.beside(offer, by), by, before)
  end
end

--- The test or question that the cursor is on in its window, and those below.
---@param offer neovim_ai.TestOffer
---@return string[] keys none where the user is elsewhere
function M.from_cursor(offer)
  if not offer.float or vim.api.nvim_get_current_win() ~= offer.float.win then
    return {}
  end
  local owners, keys = offer.float.owners, {}
  for line = vim.api.nvim_win_get_cursor(0)[1], vim.api.nvim_buf_line_count(0) do
    if owners[line] and owners[line] ~= keys[#keys] then
      keys[#keys + 1] = owners[line]
    end
  end
  return keys
end

--- After some are gone: to the first that is left of those from the cursor on, or to the last.
---@param offer neovim_ai.TestOffer
---@param keys string[] as they were before
function M.stay(offer, keys)
  if not offer.float or vim.api.nvim_get_current_win() ~= offer.float.win then
    return
  end
  local all = starts(offer)
  for _, key in ipairs(keys) do
    for _, line in ipairs(all) do
      if offer.float.owners[line] == key then
        return vim.api.nvim_win_set_cursor(0, { line, 0 })
      end
    end
  end
  vim.api.nvim_win_set_cursor(0, { all[#all] or 1, 0 })
end

return M
