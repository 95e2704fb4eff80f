-- `make try` with a person: ask for the docstring of the function under the cursor, and say how to
-- take it.
vim.api.nvim_create_autocmd("VimEnter", {
  once = true,
  callback = vim.schedule_wrap(function()
    vim.cmd.AiDoc()
    vim.notify("A copy. :AiAccept takes it, :AiReject drops it. Then :sp README.md")
  end),
})
