--- The public API. `setup()` is optional; every command is also a function here.
local M = {}

local KEYS = {
  d = "doc",
  o = "doc-operator",
  a = "accept",
  r = "reject",
  n = "next",
  p = "prev",
  e = "change",
  c = "check",
  t = "test",
  k = "kill",
  s = "stop",
}

local function map_keys()
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("neovim_ai_keymaps", {}),
    pattern = "python",
    callback = function(event)
      for key, action in pairs(KEYS) do
        vim.keymap.set("n", "<LocalLeader>a" .. key, ("<Plug>(neovim-ai-%s)"):format(action), {
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

--- Begin or end what runs by itself; nothing is loaded in order to end it.
---@param module string
---@param on boolean
local function switch(module, on)
  if on then
    require(module).enable()
  elseif package.loaded[module] then
    require(module).disable()
  end
end

--- Set options; see |neovim-ai-options|. What is wrong is named and left at its default.
---@param options? table
function M.setup(options)
  if vim.fn.has("nvim-0.10") == 0 then
    return -- plugin/neovim_ai.lua says what is needed, once
  end
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
  local actions = config.get("code_actions")
  switch("neovim_ai.live", actions or config.get("diagnostics.live"))
  switch("neovim_ai.actions", actions)
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

--- Write or update each docstring that lacks something, one after the other.
---@param options? neovim_ai.DocOptions
---@param first? integer 1-based line; the whole buffer without it
---@param last? integer
function M.doc_all(options, first, last)
  assert(options == nil or type(options) == "table", "doc_all() takes a table of options")
  local asked, err = require("neovim_ai.target").at_cursor()
  if not asked then
    return require("neovim_ai.notify").error(err)
  end
  require("neovim_ai.batch").run(asked, options or {}, first, last or first)
end

--- Tests for the definition at the cursor, each with its evidence.
---@param options? neovim_ai.TestOptions `start_row` and `end_row` (0-based) for all in a range,
---  `whole` for the file
function M.test(options)
  assert(options == nil or type(options) == "table", "test() takes a table of options")
  local asked, err = require("neovim_ai.target").at_cursor()
  if not asked then
    return require("neovim_ai.notify").error(err)
  end
  require("neovim_ai.tests.ask").ask(asked, options or {})
end

--- A test that notices the surviving mutant of the cursor's line.
function M.kill()
  local asked, err = require("neovim_ai.target").at_cursor()
  if not asked then
    return require("neovim_ai.notify").error(err)
  end
  local survivor = require("neovim_ai.tests.survivors").at(asked.buf, asked.row)
  if not survivor then
    local hint = ":AiTest shows where there are any, as diagnostics."
    return require("neovim_ai.notify").warn("No surviving mutant is known on this line.", hint)
  end
  require("neovim_ai.tests.ask").kill(asked, survivor)
end

--- Begin the operator: what the map returns is typed, and the motion follows.
---@return string
function M._begin_operator()
  vim.o.operatorfunc = "v:lua.require'neovim_ai'._operator"
  return "g@"
end

--- The operator's function; `.` repeats it as Neovim does.
---@param _ string how the text was selected
function M._operator(_)
  M.doc_all({}, vim.fn.line("'["), vim.fn.line("']"))
end

--- Check the docstrings of the buffer against its code, without a model.
---@param project? boolean all of the project
---@param options? neovim_ai.CheckOptions
function M.check(project, options)
  if project then
    return require("neovim_ai.project").check(options or {})
  end
  require("neovim_ai.diagnostics").check_here(options)
end

local function nothing_here()
  local offered = require("neovim_ai.offers").offered(vim.api.nvim_get_current_buf())
  local hint = #offered > 0 and "Move the cursor into its definition." or "Run :AiDoc first."
  require("neovim_ai.notify").warn("There is no proposal here.", hint)
end

--- The proposed tests that the user means, if no docstring is meant.
---@return neovim_ai.TestOffer?
---@return string? key
local function tests_here()
  local tests = package.loaded["neovim_ai.tests.offers"]
  local offers = require("neovim_ai.offers")
  if not tests then
    return nil
  end
  if tests.in_window() or #offers.offered(vim.api.nvim_get_current_buf()) == 0 then
    return tests.here()
  end
end

---@param offer neovim_ai.TestOffer
---@param key? string
---@param all? boolean
---@param decide "accept"|"reject"
local function decide_tests(offer, key, all, decide)
  local act = require("neovim_ai.tests.decide")
  local whole = all or not key
  act[whole and decide .. "_all" or decide](offer, key)
end

---@param all? boolean
---@param decide "accept"|"reject"
local function decide_here(all, decide)
  local offer, key = tests_here()
  if offer then
    return decide_tests(offer, key, all, decide)
  end
  local offers = require("neovim_ai.offers")
  local proposal, hunk = offers.here()
  local act = require("neovim_ai.decide")[decide]
  local chosen = {}
  if all then
    local buf = proposal and proposal.buf or vim.api.nvim_get_current_buf()
    chosen = offers.in_order(buf)
  end
  if proposal and not all then
    act(proposal, hunk)
  elseif #chosen > 0 then
    require("neovim_ai.decide").each(chosen, act)
  else
    nothing_here()
  end
end

--- Apply the hunk or proposal here, or all of this buffer.
---@param all? boolean
function M.accept(all)
  decide_here(all, "accept")
end

--- Drop the hunk or proposal here, or all of this buffer.
---@param all? boolean
function M.reject(all)
  decide_here(all, "reject")
end

---@param by 1|-1
local function step(by)
  local offer = tests_here()
  if offer then
    require("neovim_ai.tests.view").step(offer, by)
  elseif not require("neovim_ai.walk").step(by) then
    nothing_here()
  end
end

--- Go to the next hunk, test or proposal of the buffer.
function M.next()
  step(1)
end

--- Go to the hunk or proposal before.
function M.prev()
  step(-1)
end

--- Ask anew with more or less detail, or for another reader.
---@param name "detail"|"audience"
---@param by integer 1 or -1
function M.move(name, by)
  local proposal = require("neovim_ai.offers").here()
  if not proposal then
    return nothing_here()
  end
  require("neovim_ai.steer").move(proposal, name, by)
end

--- Say what to change in the hunk or proposal here, and ask anew.
function M.change()
  local proposal, hunk = require("neovim_ai.offers").here()
  if not proposal then
    return nothing_here()
  end
  require("neovim_ai.steer").change(proposal, hunk)
end

--- Cancel what runs for this buffer, or everything.
---@param all? boolean
function M.stop(all)
  local inside = require("neovim_ai.offers").in_window() or tests_here()
  local buf = not all and (inside and inside.buf or vim.api.nvim_get_current_buf()) or nil
  local unasked = require("neovim_ai.batch").stop(buf)
  local count = require("neovim_ai.client").cancel_all(buf)
  if package.loaded["neovim_ai.project"] then
    count = count + require("neovim_ai.project").stop()
  end
  local decide = package.loaded["neovim_ai.decide"]
  local unwritten = decide and decide.stop(buf)
  local stopped = count + unasked > 0 or unwritten
  local message = count > 0 and ("Stopped %d."):format(count) or "Stopped."
  if not stopped then
    message = "Nothing is running here."
  end
  local rest = unasked > 0 and ("%d more were not asked for."):format(unasked) or ""
  require("neovim_ai.notify").info(message, rest)
end

--- Show what runs and its cost, or exactly what was last sent.
---@param sent? boolean
function M.show_status(sent)
  require("neovim_ai.report").status(sent)
end

--- Show what happened.
function M.log()
  require("neovim_ai.report").log()
end

--- Choose who answers.
---@param name? string a local model's, or `openai`; asked for without it
function M.model(name)
  require("neovim_ai.models").choose(name)
end

--- Make or mend the Python environment.
---@param wait? boolean return when it is done, and raise what failed
function M.install(wait)
  require("neovim_ai.install").run(wait)
end

--- What runs, for a statusline; empty when nothing does.
---@return string
function M.status()
  local status = package.loaded["neovim_ai.status"]
  return status and status.text() or ""
end

return M
