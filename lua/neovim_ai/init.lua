--- The public API. `setup()` is optional; every command is also a function here.
local M = {}

local function map_keys()
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("neovim_ai_keymaps", {}),
    pattern = "python",
    callback = function(event)
      for key, action in pairs({ ad = "doc", aa = "accept", ar = "reject", as = "stop" }) do
        vim.keymap.set("n", "<LocalLeader>" .. key, ("<Plug>(neovim-ai-%s)"):format(action), {
          buffer = event.buf,
          desc = "neovim-ai: " .. action,
        })
      end
    end,
  })
end

local function start_early()
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("neovim_ai_prestart", {}),
    pattern = "python",
    once = true,
    callback = vim.schedule_wrap(function()
      require("neovim_ai.client").request("ping", {}, { result = function() end })
    end),
  })
end

--- Set options; see |neovim-ai-options|. What is wrong is named and left at its default.
---@param options? table
function M.setup(options)
  local config = require("neovim_ai.config")
  for _, problem in ipairs(config.set(options)) do
    require("neovim_ai.notify").error({ kind = "usage", message = problem })
  end
  if config.get("keymaps") then
    map_keys()
  end
  if config.get("prestart") then
    start_early()
  end
  if package.loaded["neovim_ai.client"] then
    require("neovim_ai.client").refresh()
  end
end

--- Write or update the docstring of the definition at the cursor.
---@param options? neovim_ai.DocOptions
function M.doc(options)
  assert(options == nil or type(options) == "table", "doc() takes a table of options")
  local asked, err = require("neovim_ai.target").at_cursor()
  if not asked then
    return require("neovim_ai.notify").error(err)
  end
  require("neovim_ai.proposal").ask(asked, options or {})
end

---@param all? boolean
---@param act fun(proposal: neovim_ai.Proposal)
local function with_offered(all, act)
  local proposal = require("neovim_ai.proposal")
  local chosen = { proposal.here() }
  if all then
    chosen = proposal.offered(vim.api.nvim_get_current_buf())
  end
  if #chosen == 0 then
    local several = #proposal.offered(vim.api.nvim_get_current_buf()) > 0
    local hint = several and "Move the cursor into its definition." or "Run :AiDoc first."
    require("neovim_ai.notify").warn("There is no proposal here.", hint)
  end
  for _, one in ipairs(chosen) do
    act(one)
  end
end

--- Apply the proposal here, or all of this buffer.
---@param all? boolean
function M.accept(all)
  with_offered(all, require("neovim_ai.proposal").accept)
end

--- Drop the proposal here, or all of this buffer.
---@param all? boolean
function M.reject(all)
  with_offered(all, require("neovim_ai.proposal").reject)
end

--- Cancel what runs for this buffer, or everything.
---@param all? boolean
function M.stop(all)
  local client = require("neovim_ai.client")
  local count = client.cancel_all(not all and vim.api.nvim_get_current_buf() or nil)
  local message = count == 0 and "Nothing is running here." or ("Stopped %d."):format(count)
  require("neovim_ai.notify").info(message)
end

--- What runs, for a statusline; empty when nothing does.
---@return string
function M.status()
  local status = package.loaded["neovim_ai.status"]
  return status and status.text() or ""
end

return M
