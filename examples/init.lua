-- The whole configuration of `make try`: this checkout's plugin, the local model, nothing of yours.
local here = vim.fs.dirname(vim.fs.normalize(debug.getinfo(1, "S").source:sub(2)))
vim.opt.runtimepath:prepend(vim.fs.dirname(here))
vim.o.number = true
vim.o.swapfile = false
vim.o.hlsearch = false
require("neovim_ai").setup({
  provider = "local",
  notes = { vaults = { vim.fn.fnamemodify(vim.fn.argv(0), ":p:h") .. "/notes" } },
})
