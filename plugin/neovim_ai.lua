-- Stubs only: nothing is loaded before a command or a map is used.
if vim.g.loaded_neovim_ai then
  return
end
vim.g.loaded_neovim_ai = 1

if vim.fn.has("nvim-0.10") == 0 then
  vim.api.nvim_echo({ { "neovim-ai: needs Neovim 0.10 or newer.", "WarningMsg" } }, true, {})
  return
end

local function command(name, run, options)
  options.bar = true
  options.complete = options.nargs
    and function(...)
      return require("neovim_ai.commands").complete(run, ...)
    end
  vim.api.nvim_create_user_command(name, function(arguments)
    require("neovim_ai.commands").run(run, arguments)
  end, options)
end

command("AiDoc", "doc", { nargs = "*", desc = "Write or update the docstring at the cursor" })
command("AiAccept", "accept", { bang = true, desc = "Apply the proposal here (!: all here)" })
command("AiReject", "reject", { bang = true, desc = "Drop the proposal here (!: all here)" })
command("AiStop", "stop", { bang = true, desc = "Cancel what runs here (!: everywhere)" })
command("AiStatus", "status", { bang = true, desc = "What runs and its cost (!: what was sent)" })
command("AiLog", "log", { desc = "What happened" })
command("AiModel", "model", { nargs = "?", desc = "Pick the local model" })
command("AiInstall", "install", { desc = "Make or mend the Python environment" })

vim.keymap.set("n", "<Plug>(neovim-ai-doc)", "<Cmd>AiDoc<CR>")
for _, action in ipairs({ "Accept", "Reject", "Stop" }) do
  local plug = "<Plug>(neovim-ai-" .. action:lower() .. ")"
  vim.keymap.set({ "n", "i" }, plug, "<Cmd>Ai" .. action .. "<CR>")
end
