--- The file of tests as a buffer: read before anything is asked, written only by the user.
local M = {}

local target = require("neovim_ai.target")

local GROUP = "neovim_ai_tests_file"

--- Load it, hidden; a file that does not exist yet is an empty buffer of its name.
---@param path string
---@return integer? buf
---@return neovim_ai.Failure? err
function M.load(path)
  local buf = vim.fn.bufadd(path)
  -- Another editor's swap file must not end in a question that nobody sees.
  local shortmess = vim.o.shortmess
  vim.opt.shortmess:append("A")
  local ok, problem = pcall(vim.fn.bufload, buf)
  vim.o.shortmess = shortmess
  if not ok then
    local message = ("%s cannot be opened: %s"):format(vim.fn.fnamemodify(path, ":."), problem)
    return nil, { kind = "disk", message = message, hint = "Open it yourself first." }
  end
  target.reread(buf)
  vim.bo[buf].buflisted = true
  if vim.bo[buf].filetype == "" then
    vim.bo[buf].filetype = "python"
  end
  return buf
end

---@param buf integer
---@return boolean
local function is_blank(buf)
  return vim.api.nvim_buf_line_count(buf) == 1
    and vim.api.nvim_buf_get_lines(buf, 0, 1, false)[1] == ""
end

--- As the host is told of it: no lines while there is no such file.
---@param buf integer
---@return neovim_ai.Buffer
function M.told(buf)
  return target.buffer(buf, is_blank(buf) and {} or target.lines(buf))
end

--- The Python buffers with changes that no file holds yet, one left out.
---@param but integer
---@return neovim_ai.Buffer[]
function M.unsaved(but)
  local found = {}
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    local named = vim.api.nvim_buf_get_name(buf) ~= ""
    if buf ~= but and named and vim.api.nvim_buf_is_loaded(buf) and vim.bo[buf].modified then
      if vim.bo[buf].buftype == "" and not target.not_python(buf) then
        found[#found + 1] = target.buffer(buf, target.lines(buf))
      end
    end
  end
  return found
end

--- Let the user see it without going there, and let `:w` make its folder.
---@param buf integer
function M.show(buf)
  local path = vim.api.nvim_buf_get_name(buf)
  vim.api.nvim_create_autocmd("BufWritePre", {
    group = vim.api.nvim_create_augroup(GROUP .. buf, {}),
    buffer = buf,
    callback = function()
      vim.fn.mkdir(vim.fn.fnamemodify(path, ":h"), "p")
    end,
  })
  if vim.fn.bufwinid(buf) == -1 then
    local height = math.floor(vim.o.lines / 3)
    vim.api.nvim_open_win(buf, false, { split = "below", win = -1, height = math.max(height, 1) })
  end
end

return M
