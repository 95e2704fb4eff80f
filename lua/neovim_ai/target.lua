--- Where the user is, and where a definition stands now.
local M = {}

local namespace = vim.api.nvim_create_namespace("neovim_ai_target")

---@class (exact) neovim_ai.Target
---@field buf integer
---@field row integer 0-based
---@field col integer bytes
---@field lines string[] the buffer when it was asked about

---@param buf integer
---@return boolean
local function is_python(buf)
  local filetype = vim.bo[buf].filetype
  if filetype == "" then
    return vim.api.nvim_buf_get_name(buf):find("%.pyi?$") ~= nil
  end
  return vim.list_contains(vim.split(filetype, ".", { plain = true }), "python")
end

--- Why nothing could be written into a buffer, if so.
---@param buf integer
---@return neovim_ai.Failure?
function M.unwritable(buf)
  local function failure(message, hint)
    return { kind = "read_only", message = message, hint = hint }
  end
  if not vim.api.nvim_buf_is_valid(buf) or not vim.api.nvim_buf_is_loaded(buf) then
    return failure("The buffer is gone.", "Open the file and run :AiDoc again.")
  elseif not vim.bo[buf].modifiable then
    return failure("This buffer cannot be changed ('modifiable' is off).", "Run :set modifiable.")
  elseif vim.bo[buf].readonly then
    return failure("This buffer is read-only.", "Run :set noreadonly if you may change it.")
  end
end

--- Why a buffer cannot be read as Python, if so.
---@param buf integer
---@return neovim_ai.Failure?
function M.not_python(buf)
  if is_python(buf) then
    return nil
  end
  local filetype = vim.bo[buf].filetype
  local message = "This buffer is not Python."
  if filetype ~= "" then
    message = ("This buffer is not Python (its filetype is '%s')."):format(filetype)
  end
  return { kind = "not_python", message = message, hint = "Open a Python file." }
end

--- What the cursor is on.
---@return neovim_ai.Target?
---@return neovim_ai.Failure? err
function M.at_cursor()
  local buf = vim.api.nvim_get_current_buf()
  local err = M.not_python(buf) or M.unwritable(buf)
  if err then
    return nil, err
  end
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  return { buf = buf, row = row - 1, col = col, lines = M.lines(buf) }
end

---@param buf integer
---@return string[]
function M.lines(buf)
  return vim.api.nvim_buf_get_lines(buf, 0, -1, false)
end

--- A buffer as the host is told of it.
---@param buf integer
---@param lines string[]
---@return neovim_ai.Buffer
function M.buffer(buf, lines)
  local encoding = vim.bo[buf].fileencoding
  return {
    path = vim.api.nvim_buf_get_name(buf),
    lines = lines,
    encoding = encoding ~= "" and encoding or "utf-8",
  }
end

--- Keep hold of a row while the text around it changes.
---@param buf integer
---@param row integer
---@param mark? integer an earlier mark to move
---@return integer mark
function M.hold(buf, row, mark)
  row = math.max(0, math.min(row, vim.api.nvim_buf_line_count(buf) - 1))
  return vim.api.nvim_buf_set_extmark(buf, namespace, row, 0, { id = mark })
end

---@param buf integer
---@param mark integer
function M.let_go(buf, mark)
  if vim.api.nvim_buf_is_valid(buf) then
    vim.api.nvim_buf_del_extmark(buf, namespace, mark)
  end
end

---@param line string
---@param name string
---@return boolean
local function defines(line, name)
  local found = line:match("^%s*def%s+([^%s(%[:]+)")
    or line:match("^%s*async%s+def%s+([^%s(%[:]+)")
    or line:match("^%s*class%s+([^%s(%[:]+)")
  return found == name
end

--- The row nearest to another where something of a name is defined.
---@param buf integer
---@param name string
---@param row integer
---@return integer?
local function nearest(buf, name, row)
  local lines = M.lines(buf)
  for away = 0, #lines do
    for _, at in ipairs({ row - away, row + away }) do
      if lines[at + 1] and defines(lines[at + 1], name) then
        return at
      end
    end
  end
end

--- Where a proposal's definition stands: at its mark, or the nearest of its name, since marks do
--- not survive a reload or a formatter that replaces the text. Good for showing things and as a
--- hint; before anything is changed Python finds the definition by its qualified name.
---@param proposal neovim_ai.Proposal|neovim_ai.Queued
---@return integer? row nil when it is gone
function M.row_of(proposal)
  local buf, mark = proposal.buf, proposal.mark
  local name = (proposal.qualname or ""):match("[^.]+$")
  local held = vim.api.nvim_buf_get_extmark_by_id(buf, namespace, mark, {})[1]
  local line = held and vim.api.nvim_buf_get_lines(buf, held, held + 1, false)[1]
  if not name or (line and defines(line, name)) then
    proposal.row = held or proposal.row
    return proposal.row
  end
  local found = nearest(buf, name, proposal.row)
  if found then
    proposal.row = found
    M.hold(buf, found, mark)
  end
  return found
end

--- Whether a proposal's definition holds a row.
---@param proposal neovim_ai.Proposal
---@param row integer
---@return boolean
function M.holds(proposal, row)
  local start = M.row_of(proposal) or proposal.row
  local length = (proposal.end_row or 0) - (proposal.asked_row or 0)
  return row >= start and row <= start + length
end

--- Read a buffer without changes of the user's anew where its file has changed: an edit of the
--- text as it was read once would take back what is on the disk by now.
---@param buf integer
function M.reread(buf)
  if not vim.bo[buf].modified then
    vim.cmd(("silent! checktime %d"):format(buf))
  end
end

return M
