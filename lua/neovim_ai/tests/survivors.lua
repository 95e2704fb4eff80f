--- Mutants that no test notices, as diagnostics on the lines of the code they change.
local M = {}

local namespace = vim.api.nvim_create_namespace("neovim_ai_mutants")

---@class (exact) neovim_ai.Survivor
---@field mutant neovim_ai.MutantMessage
---@field test_path string
---@field line string the code's line as it was when the mutant was tried

---@type table<integer, neovim_ai.Survivor[]> by buffer
local known = {}

---@param mutant neovim_ai.MutantMessage
---@return string
function M.told(mutant)
  return ("`%s` → `%s`"):format(mutant.before, mutant.after)
end

---@param buf integer
---@param row integer
---@return string?
local function line_at(buf, row)
  return vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1]
end

---@param buf integer
local function draw(buf)
  vim.diagnostic.set(namespace, buf, vim.tbl_map(function(survivor)
    local mutant = survivor.mutant
    return {
      lnum = mutant.row,
      col = #survivor.line:match("^%s*"),
      end_col = #survivor.line,
      severity = vim.diagnostic.severity.HINT,
      source = "neovim-ai",
      code = "survivor",
      message = ("no test notices %s (%s)"):format(M.told(mutant), mutant.operator),
    }
  end, known[buf] or {}))
end

--- What was true of a line is not known of another: forget those whose line has changed.
---@param buf integer
local function forget_changed(buf)
  local before = known[buf]
  if not before then
    return
  end
  known[buf] = vim.tbl_filter(function(survivor)
    return line_at(buf, survivor.mutant.row) == survivor.line
  end, before)
  if #known[buf] < #before then
    draw(buf)
  end
end

--- Show what a run left; of the definitions that it was about nothing older is kept.
---@param buf integer
---@param message neovim_ai.TestProposalMessage
function M.show(buf, message)
  if not vim.api.nvim_buf_is_loaded(buf) then
    return
  end
  local kept = vim.tbl_filter(function(survivor)
    return not vim.list_contains(message.targets, survivor.mutant.target)
  end, known[buf] or {})
  for _, mutant in ipairs(message.survivors) do
    local line = line_at(buf, mutant.row)
    if line then
      kept[#kept + 1] = { mutant = mutant, test_path = message.test_path, line = line }
    end
  end
  known[buf] = kept
  draw(buf)
end

--- The first survivor on a row.
---@param buf integer
---@param row integer 0-based
---@return neovim_ai.Survivor?
function M.at(buf, row)
  return vim.iter(known[buf] or {}):find(function(survivor)
    return survivor.mutant.row == row
  end)
end

local group = vim.api.nvim_create_augroup("neovim_ai_survivors", {})
vim.api.nvim_create_autocmd({ "TextChanged", "InsertLeave" }, {
  group = group,
  callback = function(event)
    forget_changed(event.buf)
  end,
})
vim.api.nvim_create_autocmd({ "BufDelete", "BufWipeout" }, {
  group = group,
  callback = function(event)
    known[event.buf] = nil
  end,
})

return M
