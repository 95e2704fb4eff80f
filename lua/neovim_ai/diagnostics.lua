--- `:AiCheck`: drift of the docstrings as diagnostics and in the quickfix list.
local M = {}

local drift = require("neovim_ai.drift")
local notify = require("neovim_ai.notify")
local target = require("neovim_ai.target")

local namespace = vim.api.nvim_create_namespace("neovim_ai_drift")

local SEVERITIES = {
  error = vim.diagnostic.severity.ERROR,
  warning = vim.diagnostic.severity.WARN,
  info = vim.diagnostic.severity.INFO,
  hint = vim.diagnostic.severity.HINT,
}
local TYPES = { error = "E", warning = "W", info = "I", hint = "N" }

local ASKED_FOR = { example_fails = true, older_than_code = true }

---@type table<integer, neovim_ai.CheckOptions> buffers whose diagnostics are kept up to date
local shown = {}

---@type table<integer, neovim_ai.FindingMessage[]> by buffer, what only asking for it finds
local kept = {}

---@param buf integer
---@param findings neovim_ai.FindingMessage[]
---@param options? neovim_ai.CheckOptions what was asked for besides; nil keeps what that found
function M.show(buf, findings, options)
  local lines, last = target.lines(buf), vim.api.nvim_buf_line_count(buf) - 1
  shown[buf] = options or shown[buf] or {}
  if options then
    kept[buf] = vim.tbl_filter(function(finding)
      return ASKED_FOR[finding.kind]
    end, findings)
  else
    findings = vim.list_extend(vim.deepcopy(findings), kept[buf] or {})
  end
  vim.diagnostic.set(namespace, buf, vim.tbl_map(function(finding)
    local row = math.max(0, math.min(finding.row, last))
    return {
      lnum = row,
      col = #lines[row + 1]:match("^%s*"),
      end_lnum = row,
      end_col = #lines[row + 1],
      message = finding.message,
      severity = SEVERITIES[finding.severity] or SEVERITIES.warning,
      source = "neovim-ai",
      code = finding.kind,
    }
  end, findings))
end

--- Take the diagnostics of a buffer away.
---@param buf integer
function M.clear(buf)
  shown[buf], kept[buf] = nil, nil
  vim.diagnostic.reset(namespace, buf)
end

--- Check a buffer unasked and show what is found; a failure is for `:AiLog` alone.
---@param buf integer
---@param show boolean
---@param options? neovim_ai.CheckOptions
function M.check_quietly(buf, show, options)
  drift.check(buf, {
    unasked = true,
    result = function(findings)
      if show then
        M.show(buf, findings, options)
      end
    end,
    stale = function() end, -- the change that made it so asks again
    error = function(err)
      if err.kind ~= "cancelled" and not err.shown then
        notify.keep(err.message)
      end
    end,
  }, options)
end

--- Put findings into the quickfix list and say how many there are.
---@param items table[] as `setqflist()` takes them
---@param where string
function M.list(items, where)
  local title = "neovim-ai: docstrings of " .. where
  vim.fn.setqflist({}, " ", { title = title, items = items })
  if #items == 0 then
    return notify.info(("Each docstring of %s agrees with its code."):format(where))
  end
  local said = ("%d docstring entries of %s disagree with the code."):format(#items, where)
  if #items == 1 then
    said = ("1 docstring entry of %s disagrees with the code."):format(where)
  end
  notify.info(said, ":copen lists them.")
end

---@param finding neovim_ai.FindingMessage|table
---@return string letter for the quickfix list
function M.type_of(finding)
  return TYPES[finding.severity] or "W"
end

---@param buf integer
---@param options neovim_ai.CheckOptions
local function check_aloud(buf, options)
  drift.check(buf, {
    label = options.examples and "running examples" or "checking",
    result = function(findings)
      M.show(buf, findings, options)
      M.list(
        vim.tbl_map(function(finding)
          return {
            bufnr = buf,
            lnum = finding.row + 1,
            text = ("%s: %s"):format(finding.qualname, finding.message),
            type = M.type_of(finding),
          }
        end, findings),
        "this buffer"
      )
    end,
    stale = function()
      check_aloud(buf, options)
    end,
    error = function(err)
      if err.kind ~= "cancelled" and not err.shown then
        notify.error(err)
      end
    end,
  }, options)
end

--- Check the current buffer.
---@param options? neovim_ai.CheckOptions
function M.check_here(options)
  local buf = vim.api.nvim_get_current_buf()
  local err = target.not_python(buf)
  if err then
    return notify.error(err)
  end
  check_aloud(buf, options or vim.empty_dict())
end

--- What was shown must not outlive what was mended.
---@param buf integer
local function look_again(buf)
  if shown[buf] and vim.api.nvim_buf_is_loaded(buf) then
    M.check_quietly(buf, true, shown[buf])
  end
end

local group = vim.api.nvim_create_augroup("neovim_ai_diagnostics", {})
vim.api.nvim_create_autocmd("BufWritePost", {
  group = group,
  callback = function(event)
    look_again(event.buf)
  end,
})
vim.api.nvim_create_autocmd("User", {
  group = group,
  pattern = "NeovimAiAccepted",
  callback = function(event)
    look_again(event.data.buf)
  end,
})
vim.api.nvim_create_autocmd({ "BufDelete", "BufWipeout" }, {
  group = group,
  callback = function(event)
    shown[event.buf], kept[event.buf] = nil, nil
    drift.forget(event.buf)
  end,
})

return M
