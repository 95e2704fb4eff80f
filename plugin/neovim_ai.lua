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
command("AiTest", "test", {
  nargs = "*",
  bang = true,
  range = true,
  desc = "Propose tests for the definition at the cursor (range: in it, !: the file)",
})
command("NotesFind", "notes_find", { nargs = "*", desc = "Find notes as you type" })
command("NotesAsk", "notes_ask", { nargs = "*", desc = "An answer from your notes, cited" })
command("NotesNew", "notes_new", { nargs = "*", desc = "Begin a note" })
for name, run in pairs({
  AiAccept = { "accept", bang = true, desc = "Apply the hunk or proposal here (!: all here)" },
  AiReject = { "reject", bang = true, desc = "Drop the hunk or proposal here (!: all here)" },
  AiNext = { "next", desc = "Go to the next hunk or proposal" },
  AiPrev = { "prev", desc = "Go to the hunk or proposal before" },
  AiStop = { "stop", bang = true, desc = "Cancel what runs here (!: everywhere)" },
  AiCheck = {
    "check",
    nargs = "*",
    bang = true,
    desc = "Check docstrings against the code (!: the project)",
  },
  AiStatus = { "status", bang = true, desc = "What runs and its cost (!: what was sent)" },
  AiLog = { "log", desc = "What happened" },
  AiModel = { "model", nargs = "?", desc = "Choose who answers" },
  AiInstall = {
    "install",
    bang = true,
    desc = "Make or mend the Python environment (!: return when it is done)",
  },
  NotesLinks = { "notes_links", desc = "What links here, and links that lead nowhere" },
  NotesTodo = { "notes_todo", bang = true, desc = "Open tasks (!: in the quickfix list)" },
}) do
  local action = table.remove(run, 1)
  run.bar = true
  command(name, action, run)
end

-- `vim.keymap.set` would take twice the time of all the rest.
local function map(modes, action, to, options)
  for mode in modes:gmatch(".") do
    local plug = "<Plug>(neovim-ai-" .. action .. ")"
    vim.api.nvim_set_keymap(mode, plug, to, options or { noremap = true })
  end
end

map("n", "doc", "<Cmd>AiDoc<CR>")
map("nx", "doc-operator", "v:lua.require'neovim_ai'._begin_operator()", {
  noremap = true,
  expr = true,
})
map("n", "check", "<Cmd>AiCheck<CR>")
map("n", "test", "<Cmd>AiTest<CR>")
map("n", "kill", "<Cmd>AiTest kill<CR>")
for _, action in ipairs({ "Accept", "Reject", "Next", "Prev", "Stop" }) do
  map("ni", action:lower(), "<Cmd>Ai" .. action .. "<CR>")
end
for _, slider in ipairs({ "detail", "audience" }) do
  local move = "<Cmd>lua require('neovim_ai').move('" .. slider .. "', %d)<CR>"
  map("n", slider .. "-more", move:format(1))
  map("n", slider .. "-less", move:format(-1))
end
map("ni", "notes-find", "<Cmd>NotesFind<CR>")
for _, action in ipairs({ "Ask", "New", "Links", "Todo" }) do
  map("n", "notes-" .. action:lower(), "<Cmd>Notes" .. action .. "<CR>")
end
map("n", "notes-done", "<Cmd>lua require('neovim_ai.notes').done()<CR>")
map("n", "change", "<Cmd>lua require('neovim_ai').change()<CR>")
