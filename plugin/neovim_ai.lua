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
  options.complete = options.nargs
    and function(...)
      return require("neovim_ai.commands").complete(run, ...)
    end
  vim.api.nvim_create_user_command(name, function(arguments)
    require("neovim_ai.commands").run(run, arguments)
  end, options)
end

-- Without `bar`, so that a note may hold quotes and bars.
command("AiDoc", "doc", {
  nargs = "*",
  bang = true,
  range = true,
  desc = "Write or update the docstring at the cursor (range: in it, !: in the buffer)",
})
for name, run in pairs({
  AiAccept = { "accept", bang = true, desc = "Apply the hunk or proposal here (!: all here)" },
  AiReject = { "reject", bang = true, desc = "Drop the hunk or proposal here (!: all here)" },
  AiNext = { "next", desc = "Go to the next hunk or proposal" },
  AiPrev = { "prev", desc = "Go to the hunk or proposal before" },
  AiStop = { "stop", bang = true, desc = "Cancel what runs here (!: everywhere)" },
  AiCheck = { "check", bang = true, desc = "Check docstrings against the code (!: the project)" },
  AiStatus = { "status", bang = true, desc = "What runs and its cost (!: what was sent)" },
  AiLog = { "log", desc = "What happened" },
  AiModel = { "model", nargs = "?", desc = "Pick the local model" },
  AiInstall = { "install", desc = "Make or mend the Python environment" },
}) do
  local action = table.remove(run, 1)
  run.bar = true
  command(name, action, run)
end

local function map(modes, action, to, options)
  vim.keymap.set(modes, "<Plug>(neovim-ai-" .. action .. ")", to, options)
end

map("n", "doc", "<Cmd>AiDoc<CR>")
map({ "n", "x" }, "doc-operator", function()
  vim.o.operatorfunc = "v:lua.require'neovim_ai'._operator"
  return "g@"
end, { expr = true })
map("n", "check", "<Cmd>AiCheck<CR>")
for _, action in ipairs({ "Accept", "Reject", "Next", "Prev", "Stop" }) do
  map({ "n", "i" }, action:lower(), "<Cmd>Ai" .. action .. "<CR>")
end
for name, by in pairs({ more = 1, less = -1 }) do
  for _, slider in ipairs({ "detail", "audience" }) do
    local call = ("<Cmd>lua require('neovim_ai').move('%s', %d)<CR>"):format(slider, by)
    map("n", slider .. "-" .. name, call)
  end
end
map("n", "change", "<Cmd>lua require('neovim_ai').change()<CR>")
