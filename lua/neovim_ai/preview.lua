--- How a proposal looks. The text of the code's buffer is never touched here.
local M = {}

local float = require("neovim_ai.float")
local target = require("neovim_ai.target")

local namespace = vim.api.nvim_create_namespace("neovim_ai_preview")

---@class (exact) neovim_ai.View
---@field place "none"|"inline"|"float"|"closed"
---@field mark? integer
---@field float? neovim_ai.Float

local LINKS = {
  NeovimAiAdded = "DiffAdd",
  NeovimAiRemoved = "DiffDelete",
  NeovimAiEvidence = "Comment",
  NeovimAiHint = "NonText",
}

local function define_highlights()
  for group, link in pairs(LINKS) do
    vim.api.nvim_set_hl(0, group, { link = link, default = true })
  end
end

--- What a user types for an action: their own mapping, else the command.
---@param action "Accept"|"Reject"|"Stop"
---@param buf integer
---@return string
local function binding(action, buf)
  local plug = "<Plug>(neovim-ai-" .. action:lower() .. ")"
  local maps = vim.list_extend(vim.api.nvim_buf_get_keymap(buf, "n"), vim.api.nvim_get_keymap("n"))
  for _, map in ipairs(maps) do
    if map.rhs == plug then
      return map.lhs
    end
  end
  return ":Ai" .. action
end

---@param proposal neovim_ai.Proposal
---@return string[]
local function evidence(proposal)
  local message = proposal.message
  if not message then
    return proposal.facts
  end
  local said = vim.list_extend({}, message.evidence)
  local held = #vim.tbl_filter(function(gate)
    return gate.held
  end, message.gates)
  said[#said + 1] = ("%d of %d checks ✓"):format(held, #message.gates)
  local usage = message.usage
  local tokens = usage.prompt_tokens + usage.completion_tokens
  said[#said + 1] = ("%s%d tokens"):format(usage.estimated and "about " or "", tokens)
  said[#said + 1] = ("%.1f s"):format(message.seconds)
  return said
end

--- Join phrases into lines no wider than that, breaking between phrases only.
---@param phrases string[]
---@param width integer
---@return string[]
local function joined(phrases, width)
  local lines = {}
  for _, phrase in ipairs(phrases) do
    local longer = #lines > 0 and lines[#lines] .. " · " .. phrase
    if longer and vim.api.nvim_strwidth(longer) <= width then
      lines[#lines] = longer
    else
      lines[#lines + 1] = phrase
    end
  end
  return lines
end

---@param proposal neovim_ai.Proposal
---@return string
local function hint(proposal)
  local buf = proposal.buf
  if not proposal.message then
    return "stop " .. binding("Stop", buf)
  end
  return ("accept %s · reject %s"):format(binding("Accept", buf), binding("Reject", buf))
end

--- Virtual lines cannot be scrolled into, are cut at the window's edge and hidden by folds.
---@param win integer
---@param row integer the line they stand below
---@param lines string[]
---@return boolean
local function fits(win, row, lines)
  local info = vim.fn.getwininfo(win)[1]
  local shown_at = vim.fn.screenpos(win, row + 1, 1).row
  local folded = vim.api.nvim_win_call(win, function()
    return vim.fn.foldclosed(row + 1) ~= -1
  end)
  local last = info.winrow + info.winbar + info.height - 1
  local widest = 0
  for _, line in ipairs(lines) do
    widest = math.max(widest, vim.fn.strdisplaywidth(line))
  end
  return not folded
    and shown_at > 0
    and shown_at + #lines <= last
    and widest <= info.width - info.textoff
end

---@param proposal neovim_ai.Proposal
local function hide_inline(proposal)
  local view = proposal.view
  if view.mark and vim.api.nvim_buf_is_valid(proposal.buf) then
    vim.api.nvim_buf_del_extmark(proposal.buf, namespace, view.mark)
  end
  view.mark = nil
end

---@param proposal neovim_ai.Proposal
---@param row integer
---@param lines string[] the docstring, then notes
local function show_inline(proposal, row, lines)
  local virtual, tab = {}, (" "):rep(vim.bo[proposal.buf].tabstop)
  for number, line in ipairs(lines) do
    local group = number > #proposal.draft.lines and "NeovimAiHint" or "NeovimAiAdded"
    virtual[number] = { { (line:gsub("\t", tab)), group } }
  end
  local view = proposal.view
  view.mark = vim.api.nvim_buf_set_extmark(proposal.buf, namespace, row, 0, {
    id = view.mark,
    virt_lines = virtual,
  })
end

--- One mark at the line's end, for a proposal that is kept but not looked at.
---@param proposal neovim_ai.Proposal
---@param row integer
local function show_kept(proposal, row)
  local text = "  ◆ docstring: " .. hint(proposal)
  proposal.view.mark = vim.api.nvim_buf_set_extmark(proposal.buf, namespace, row, 0, {
    id = proposal.view.mark,
    virt_text = { { text, "NeovimAiHint" } },
  })
end

---@param proposal neovim_ai.Proposal
local function show_float(proposal)
  local draft = proposal.draft
  local keys = hint(proposal)
  if proposal.message then
    keys = keys .. " · in here: a accept, r reject, q close and keep"
  end
  proposal.view.float = float.show(proposal.view.float, {
    title = proposal.qualname,
    notes = joined(evidence(proposal), vim.o.columns - 4),
    footer = keys,
    before = vim.iter({ draft.above, draft.before, draft.below }):flatten():totable(),
    after = vim.iter({ draft.above, draft.lines, draft.below }):flatten():totable(),
    keys = proposal.keys,
  })
end

---@param buf integer
---@return integer? win
local function window_of(buf)
  local current = vim.api.nvim_get_current_win()
  if vim.api.nvim_win_get_buf(current) == buf then
    return current
  end
  local win = vim.fn.bufwinid(buf)
  return win ~= -1 and win or nil
end

--- Where to show it now; a window that was opened stays, one that the user closed stays closed.
---@param proposal neovim_ai.Proposal
---@param win integer
---@param row integer
---@param inline string[]
---@return string place
local function place(proposal, win, row, inline)
  local view = proposal.view
  if view.place == "float" then
    return float.is_open(view.float) and "float" or "closed"
  elseif view.place == "closed" then
    return "closed"
  end
  local new = not proposal.update and #proposal.draft.before == 0
  return new and fits(win, row, inline) and "inline" or "float"
end

--- The docstring and below it, at its indent, what stands with it.
---@param proposal neovim_ai.Proposal
---@param win integer
---@return string[]
local function with_notes(proposal, win)
  local lines = vim.list_extend({}, proposal.draft.lines)
  local indent = (lines[1] or ""):match("^%s*")
  local info = vim.fn.getwininfo(win)[1]
  local width = info.width - info.textoff - vim.fn.strdisplaywidth(indent)
  for _, note in ipairs(joined(evidence(proposal), width)) do
    lines[#lines + 1] = indent .. note
  end
  lines[#lines + 1] = indent .. hint(proposal)
  return lines
end

--- Show a proposal as it is now, or show it again after the text around it changed.
---@param proposal neovim_ai.Proposal
function M.show(proposal)
  local win = window_of(proposal.buf)
  local row = win and target.row_of(proposal)
  local draft = proposal.draft
  if not win or not row or not draft then
    return hide_inline(proposal)
  end
  define_highlights()
  local view = proposal.view
  local inline = with_notes(proposal, win)
  local count = vim.api.nvim_buf_line_count(proposal.buf)
  local below = math.max(0, math.min(row + draft.from, count) - 1)
  hide_inline(proposal) -- or its own lines would count against the room
  view.place = place(proposal, win, below, inline)
  if view.place == "inline" then
    show_inline(proposal, below, inline)
  elseif view.place == "float" then
    show_float(proposal)
  else
    show_kept(proposal, row)
  end
end

--- Take everything of it off the screen.
---@param proposal neovim_ai.Proposal
function M.hide(proposal)
  hide_inline(proposal)
  float.close(proposal.view.float)
  proposal.view.float = nil
end

--- Close its window but keep it.
---@param proposal neovim_ai.Proposal
function M.close(proposal)
  proposal.view.place = "closed"
  float.close(proposal.view.float)
  M.show(proposal)
end

return M
