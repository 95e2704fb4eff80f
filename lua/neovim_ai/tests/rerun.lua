--- Accepted tests are run by neotest, where it is installed, once the user has saved them.
local M = {}

local GROUP = "neovim_ai_tests_rerun"

---@param path string
local function run(path)
  local ok, neotest = pcall(require, "neotest")
  if ok and type(neotest) == "table" and neotest.run then
    neotest.run.run(path)
  end
end

--- Once, at the next `:w` of a buffer.
---@param buf integer
function M.when_saved(buf)
  vim.api.nvim_create_autocmd("BufWritePost", {
    group = vim.api.nvim_create_augroup(GROUP .. buf, {}),
    buffer = buf,
    once = true,
    callback = function()
      run(vim.api.nvim_buf_get_name(buf))
    end,
  })
end

return M
