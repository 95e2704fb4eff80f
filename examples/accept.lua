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

local function fail_with_its_error()
  local err = seen.NeovimAiError
  give_up(vim.trim((err.message or "it failed") .. " " .. (err.hint or "")))
end

--- Wait for an event, an error, or for `over` to tell that nothing will come any more.
local function wait_for(event, over)
  local came = vim.wait(PATIENCE_MS, function()
    return seen[event] or seen.NeovimAiError or over()
  end, 20)
  if seen.NeovimAiError then
    fail_with_its_error()
  elseif not seen[event] then
    give_up(came and "no docstring was offered" or "no answer in 15 minutes")
  end
end

local function buffer_text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\n") .. "\n"
end

local function never()
  return false
end

local function show(before, proposal)
  local usage = proposal.usage
  local tokens = ("%d + %d tokens"):format(usage.prompt_tokens, usage.completion_tokens)
  local cost = { ("%.1f s"):format(proposal.seconds), tokens, proposal.model }
  io.stdout:write("\n", vim.diff(before, buffer_text(), { ctxlen = 2 }), "\n")
  io.stdout:write(table.concat(proposal.evidence, " · "), "\n", table.concat(cost, " · "), "\n")
end

local function run()
  vim.tbl_map(remember, { "NeovimAiProposal", "NeovimAiAccepted", "NeovimAiError" })
  local ai, before = require("neovim_ai"), buffer_text()
  io.stdout:write("asking the local model about: ", vim.trim(vim.api.nvim_get_current_line()), "\n")
  ai.doc()
  wait_for("NeovimAiProposal", function()
    return ai.status() == ""
  end)
  local proposal = require("neovim_ai.proposal").here().message
  ai.accept()
  wait_for("NeovimAiAccepted", never)
  vim.cmd("silent write")
  show(before, proposal)
  vim.cmd("qall!")
end

vim.api.nvim_create_autocmd("VimEnter", { once = true, callback = vim.schedule_wrap(run) })
