--- The parts of an update that can be taken alone: which are left, and where the diff shows them.
local M = {}

local diff = require("neovim_ai.diff")
local drafts = require("neovim_ai.draft")

--- The hunks that are neither accepted nor rejected. A new docstring has none: it is one piece.
---@param proposal neovim_ai.Proposal
---@return neovim_ai.HunkMessage[]
function M.left(proposal)
  if not proposal.message or not proposal.update then
    return {}
  end
  return vim.tbl_filter(function(hunk)
    return not proposal.settled[hunk.key]
  end, proposal.message.hunks or {})
end

--- What `apply` is to be told: nothing while all of the proposal is meant.
---@param proposal neovim_ai.Proposal
---@return string[]?
function M.keys(proposal)
  if next(proposal.settled) == nil then
    return nil
  end
  return vim.tbl_map(function(hunk)
    return hunk.key
  end, M.left(proposal))
end

--- The lines that a hunk alone would add or remove, as a diff shows them.
---@param proposal neovim_ai.Proposal
---@param hunk neovim_ai.HunkMessage
---@return table<string, boolean>
local function own_lines(proposal, hunk)
  local draft = drafts.of_edit(proposal.asked.lines, 0, hunk.edit)
  local own = {}
  for _, line in ipairs(diff.lines(draft.before, draft.lines)) do
    own[line] = diff.changes(line) or nil
  end
  return own
end

---@param line string
---@param former? string the hunk of the line above
---@param lines table<string, table<string, boolean>> by hunk
---@param order neovim_ai.HunkMessage[]
---@return string?
local function owner(line, former, lines, order)
  if former and (lines[former][line] or not line:find("%S", 2)) then
    return former
  end
  for _, hunk in ipairs(order) do
    if lines[hunk.key][line] then
      return hunk.key
    end
  end
  return former
end

--- Give lines that no hunk alone would write (a heading, say) to the hunk below them.
---@param shown string[]
---@param owners table<integer, string>
local function adopt(shown, owners)
  for number = #shown - 1, 1, -1 do
    if not owners[number] and diff.changes(shown[number]) and diff.changes(shown[number + 1]) then
      owners[number] = owners[number + 1]
    end
  end
end

--- Give lines that no hunk alone would write to the one hunk that has none: another that was taken
--- before has changed the same line.
---@param shown string[]
---@param owners table<integer, string>
---@param order neovim_ai.HunkMessage[]
local function claim(shown, owners, order)
  local having = {}
  for _, key in pairs(owners) do
    having[key] = true
  end
  local bare = vim.tbl_filter(function(hunk)
    return not having[hunk.key]
  end, order)
  for number, line in ipairs(shown) do
    if #bare == 1 and diff.changes(line) then
      owners[number] = owners[number] or bare[1].key
    end
  end
end

--- Tell which hunk each changed line of a diff belongs to. The diff is of all hunks together, in
--- which each is where it would be alone but for headings that several of them need.
---@param proposal neovim_ai.Proposal
---@param shown string[]
---@return table<integer, string> owners the hunk's key by line number
function M.owners(proposal, shown)
  local order, lines, owners = M.left(proposal), {}, {}
  for _, hunk in ipairs(order) do
    lines[hunk.key] = own_lines(proposal, hunk)
  end
  for number, line in ipairs(shown) do
    if diff.changes(line) then
      owners[number] = owner(line, owners[number - 1], lines, order)
    end
  end
  claim(shown, owners, order)
  adopt(shown, owners)
  return owners
end

--- The first line of each hunk.
---@param owners table<integer, string>
---@return integer[] numbers ascending
function M.starts(owners)
  local numbers = vim.tbl_keys(owners)
  table.sort(numbers)
  return vim.tbl_filter(function(number)
    return owners[number - 1] ~= owners[number]
  end, numbers)
end

---@param proposal neovim_ai.Proposal
---@param key string
---@return string for people
function M.label(proposal, key)
  for _, hunk in ipairs(proposal.message.hunks) do
    if hunk.key == key then
      return hunk.label
    end
  end
  return key
end

return M
