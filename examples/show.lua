-- `make try` with a person: ask for the docstring of the function under the cursor, and say how to
-- take it.
vim.api.nvim_create_autocmd("VimEnter", {
  once = true,
  callback = vim.schedule_wrap(function()
    vim.cmd.AiDoc()
    vim.notify("A copy to try things on. :AiAccept takes the proposal, :AiReject drops it.")
  end),
})
