--- How a proposal looks. The text of the code's buffer is never touched here.
local M = {}

local diff = require("neovim_ai.diff")
local float = require("neovim_ai.float")
local hint = require("neovim_ai.hint")
local hunks = require("neovim_ai.hunks")
local target = require("neovim_ai.target")

local namespace = vim.api.nvim_create_namespace("neovim_ai_preview")

---@class (exact) neovim_ai.View
---@field place "none"|"inline"|"float"|"ready"|"closed"
---@field mark? integer
---@field float? neovim_ai.Float

local LINKS = {
  NeovimAiAdded = "DiffAdd",
  NeovimAiRemoved = "DiffDelete",
  NeovimAiEvidence = "Comment",
  NeovimAiHint = "NonText",
}

---@type neovim_ai.Proposal? whose window is open; a second one would cover it
local shown

local function define_highlights()
  for group, link in pairs(LINKS) do
    vim.api.nvim_set_hl(0, group, { link = link, default = true })
  end
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

--- The windows whose last line a mark's virtual lines stand below.
---@param buf integer
---@param mark integer
---@return integer[]
local function ending_with(buf, mark)
  local row = vim.api.nvim_buf_get_extmark_by_id(buf, namespace, mark, {})[1]
  return vim.tbl_filter(function(win)
    return row ~= nil and vim.fn.line("w$", win) <= row + 1
  end, vim.fn.win_findbuf(buf))
end

---@param proposal neovim_ai.Proposal
local function hide_inline(proposal)
  local view, buf = proposal.view, proposal.buf
  if view.mark and vim.api.nvim_buf_is_valid(buf) then
    local wins = ending_with(buf, view.mark)
    vim.api.nvim_buf_del_extmark(buf, namespace, view.mark)
    for _, win in ipairs(vim.api.nvim__redraw and wins or {}) do
      vim.api.nvim__redraw({ win = win, valid = false }) -- Neovim itself leaves them there
    end
  end
  view.mark = nil
end

---@param proposal neovim_ai.Proposal
local function hide_float(proposal)
  float.close(proposal.view.float)
  proposal.view.float = nil
  if shown == proposal then
    shown = nil
  end
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
  local what = proposal.message and "● docstring ready" or "○ docstring on its way"
  local text = ("  %s: %s"):format(what, table.concat(hint.actions(proposal), " · "))
  proposal.view.mark = vim.api.nvim_buf_set_extmark(proposal.buf, namespace, row, 0, {
    id = proposal.view.mark,
    virt_text = { { text, "NeovimAiHint" } },
  })
end

--- Let another take the window: what was shown is kept, with a mark where it belongs.
---@param proposal neovim_ai.Proposal
local function displace(proposal)
  proposal.view.place = "ready"
  hide_float(proposal)
  local row = target.row_of(proposal)
  if row then
    show_kept(proposal, row)
  end
end

---@param proposal neovim_ai.Proposal
local function show_float(proposal)
  if shown and shown ~= proposal then
    displace(shown)
  end
  shown = proposal
  local draft, view = proposal.draft, proposal.view
  local lines = diff.lines(
    vim.iter({ draft.above, draft.before, draft.below }):flatten():totable(),
    vim.iter({ draft.above, draft.lines, draft.below }):flatten():totable()
  )
  local owners, labels = hunks.owners(proposal, lines), {}
  for _, number in ipairs(hunks.starts(owners)) do
    labels[number] = hunks.label(proposal, owners[number])
  end
  local width = vim.o.columns - 4
  local notes = hint.joined(hint.evidence(proposal), width)
  vim.list_extend(notes, hint.joined(hint.in_window(proposal), width))
  view.float = float.show(view.float, {
    title = proposal.qualname ~= "" and proposal.qualname or "module",
    notes = notes,
    footer = table.concat(hint.actions(proposal), " · "),
    diff = lines,
    owners = owners,
    labels = labels,
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

--- Whether a proposal may open its window by itself: the most recent one may, or the one that the
--- cursor is in; never over a window that the user is in.
---@param proposal neovim_ai.Proposal
---@param win integer
---@return boolean
local function may_open(proposal, win)
  local other = shown and shown ~= proposal and float.is_open(shown.view.float) and shown
  if other and other.view.float.win == vim.api.nvim_get_current_win() then
    return false
  elseif proposal.view.place == "none" and not proposal.quiet then
    return true
  end
  return not other and target.holds(proposal, vim.api.nvim_win_get_cursor(win)[1] - 1)
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
  if new and fits(win, row, inline) then
    return "inline"
  end
  return may_open(proposal, win) and "float" or "ready"
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
  for _, phrases in ipairs({ hint.evidence(proposal), hint.in_code(proposal) }) do
    for _, note in ipairs(hint.joined(phrases, width)) do
      lines[#lines + 1] = indent .. note
    end
  end
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

--- Show it where it can be looked at, though its window was closed or another's is open.
---@param proposal neovim_ai.Proposal
function M.open(proposal)
  if proposal.view.place ~= "float" then
    if shown and shown ~= proposal then
      displace(shown)
    end
    proposal.view.place = "none"
  end
  M.show(proposal)
  if proposal.view.place == "ready" then
    proposal.view.place = "float"
    hide_inline(proposal)
    show_float(proposal)
  end
end

--- Take everything of it off the screen.
---@param proposal neovim_ai.Proposal
function M.hide(proposal)
  hide_inline(proposal)
  hide_float(proposal)
end

--- Close its window but keep it.
---@param proposal neovim_ai.Proposal
function M.close(proposal)
  proposal.view.place = "closed"
  hide_float(proposal)
  M.show(proposal)
end

return M
