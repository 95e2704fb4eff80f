--- How the user steers a proposal: more or less detail, another reader, a word on what to change.
local M = {}

local hint = require("neovim_ai.hint")
local hunks = require("neovim_ai.hunks")
local notify = require("neovim_ai.notify")

local LEAST = 1

--- The texts that stay when only some slots are asked for anew.
---@param proposal neovim_ai.Proposal
---@param except? string a slot's key
---@return table<string, string>
local function texts(proposal, except)
  local kept = vim.deepcopy(proposal.message.texts)
  if except then
    kept[except] = nil
  end
  return kept
end

---@param proposal neovim_ai.Proposal
---@param options neovim_ai.DocOptions
---@param kept table<string, string>
local function ask_again(proposal, options, kept)
  local changed = vim.tbl_extend("force", proposal.options, options)
  require("neovim_ai.proposal").ask_again(proposal, changed, kept)
end

--- Move a slider. More or less detail adds or drops slots and keeps the texts of the others;
--- another reader needs all of them anew.
---@param proposal neovim_ai.Proposal
---@param name "detail"|"audience"
---@param by integer
function M.move(proposal, name, by)
  local level = hint.level(proposal, name) + by
  local most = hint.MOST[name]
  if level < LEAST or level > most then
    local words = name:sub(1, 1):upper() .. name:sub(2)
    return notify.info(("%s goes from %d to %d."):format(words, LEAST, most))
  end
  ask_again(proposal, { [name] = level }, name == "detail" and texts(proposal) or {})
end

--- Ask what to change; with a hunk in that alone.
---@param proposal neovim_ai.Proposal
---@param hunk? string
function M.change(proposal, hunk)
  local what = hunk and (" in " .. hunks.label(proposal, hunk)) or ""
  vim.ui.input({ prompt = ("What should change%s? "):format(what) }, function(note)
    if note and vim.trim(note) ~= "" then
      ask_again(proposal, { note = vim.trim(note) }, hunk and texts(proposal, hunk) or {})
    end
  end)
end

return M
