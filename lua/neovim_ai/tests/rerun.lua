--- Accepted tests are run by neotest, where it is installed, once the user has saved them.
local M = {}

local notify = require("neovim_ai.notify")

local GROUP = "neovim_ai_tests_rerun"

--- Before its own `setup()` neotest can run nothing, and has no `run`.
---@param path string
local function run(path)
  local ok, neotest = pcall(require, "neotest")
  if not ok or type(neotest) ~= "table" or not neotest.run then
    return
  end
  local ran, problem = pcall(neotest.run.run, path)
  if not ran then
    local first = tostring(problem):match("^[^\n]*")
    notify.warn("neotest could not run the tests:", first)
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
