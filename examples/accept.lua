-- `make try` without a terminal: ask, wait, accept, print the diff and what it cost.
local PATIENCE_MS = 15 * 60 * 1000

local seen = {}

local function remember(event)
  vim.api.nvim_create_autocmd("User", {
    pattern = event,
    callback = function(args)
      seen[event] = args.data or {}
    end,
  })
end

local function give_up(why)
  io.stderr:write("neovim-ai: " .. why .. "\n")
  vim.cmd.cquit()
end

local function wait_for(event)
  vim.wait(PATIENCE_MS, function()
    return seen[event] ~= nil or seen.NeovimAiError ~= nil
  end, 20)
  if seen.NeovimAiError then
    give_up(vim.trim((seen.NeovimAiError.message or "failed") .. " " .. (seen.NeovimAiError.hint or "")))
  end
  return seen[event] or give_up("no answer in 15 minutes")
end

local function buffer_text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\n") .. "\n"
end

local function run()
  vim.tbl_map(remember, { "NeovimAiProposal", "NeovimAiAccepted", "NeovimAiError" })
  local ai, before = require("neovim_ai"), buffer_text()
  io.stdout:write("asking the local model about ", vim.trim(vim.api.nvim_get_current_line()), "\n")
  ai.doc()
  local proposal = wait_for("NeovimAiProposal").proposal
  ai.accept()
  wait_for("NeovimAiAccepted")
  vim.cmd("silent write")
  local tokens = proposal.usage.prompt_tokens .. " + " .. proposal.usage.completion_tokens .. " tokens"
  io.stdout:write("\n", vim.diff(before, buffer_text(), { ctxlen = 2 }), "\n")
  io.stdout:write(table.concat(proposal.evidence, " · "), "\n")
  io.stdout:write(("%.1f s · %s · %s\n"):format(proposal.seconds, tokens, proposal.model))
  vim.cmd("qall!")
end

vim.api.nvim_create_autocmd("VimEnter", { once = true, callback = vim.schedule_wrap(run) })
