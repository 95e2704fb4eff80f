--- What stands with a proposal: what was found and checked, how far the sliders are, which keys do
--- what. Only bindings that hold are named.
local M = {}

M.MOST = { detail = 5, audience = 5 } -- of each slider
local DEFAULTS = { detail = 2, audience = 3 }

--- What a user types for an action: their own mapping, if any.
---@param action string as in `<Plug>(neovim-ai-…)`
---@param buf integer
---@return string?
local function mapped(action, buf)
  local plug = "<Plug>(neovim-ai-" .. action .. ")"
  local maps = vim.list_extend(vim.api.nvim_buf_get_keymap(buf, "n"), vim.api.nvim_get_keymap("n"))
  for _, map in ipairs(maps) do
    if map.rhs == plug then
      return map.lhs
    end
  end
end

---@param action "Accept"|"Reject"|"Stop"
---@param buf integer
---@return string
local function binding(action, buf)
  return mapped(action:lower(), buf) or (":Ai" .. action)
end

---@param proposal neovim_ai.Proposal
---@param name "detail"|"audience"
---@return integer
function M.level(proposal, name)
  local said = proposal.message and proposal.message.options or {}
  return proposal.options[name] or said[name] or DEFAULTS[name]
end

---@param proposal neovim_ai.Proposal
---@param name "detail"|"audience"
---@return string
local function slider(proposal, name)
  local level = M.level(proposal, name)
  return ("%s %s%s"):format(name, ("▮"):rep(level), ("▯"):rep(M.MOST[name] - level))
end

---@param proposal neovim_ai.Proposal
---@param name "detail"|"audience"
---@return string
local function slider_in_code(proposal, name)
  local words = { slider(proposal, name) }
  words[#words + 1] = mapped(name .. "-less", proposal.buf)
  words[#words + 1] = mapped(name .. "-more", proposal.buf)
  return table.concat(words, " ")
end

--- Join phrases into lines no wider than that, breaking between phrases only.
---@param phrases string[]
---@param width integer
---@return string[]
function M.joined(phrases, width)
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

--- What was found, checked and spent.
---@param proposal neovim_ai.Proposal
---@return string[] phrases
function M.evidence(proposal)
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

--- What can be typed in the code's buffer.
---@param proposal neovim_ai.Proposal
---@return string[] phrases
function M.actions(proposal)
  local buf = proposal.buf
  if not proposal.message then
    return { "stop " .. binding("Stop", buf) }
  end
  return { "accept " .. binding("Accept", buf), "reject " .. binding("Reject", buf) }
end

--- The same with the sliders, and the keys that the user mapped for them.
---@param proposal neovim_ai.Proposal
---@return string[] phrases
function M.in_code(proposal)
  local phrases = M.actions(proposal)
  if proposal.message then
    phrases[#phrases + 1] = slider_in_code(proposal, "detail")
    phrases[#phrases + 1] = slider_in_code(proposal, "audience")
  end
  return phrases
end

--- What can be typed in the proposal's own window.
---@param proposal neovim_ai.Proposal
---@return string[] phrases
function M.in_window(proposal)
  if not proposal.message then
    return {}
  end
  local several = next(proposal.message.hunks or {}) and proposal.update
  local what = several and " this part, or all" or ""
  return {
    "a accept" .. what,
    "r reject",
    slider(proposal, "detail") .. " - +",
    slider(proposal, "audience") .. " < >",
    "e say what to change",
    "[ ] move",
    "q close and keep",
  }
end

return M
