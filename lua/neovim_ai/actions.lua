--- Code actions of LSP, answered by a client inside this Neovim from what Lua knows already: a slow
--- client would delay everyone's.
local M = {}

local drift = require("neovim_ai.drift")
local outline = require("neovim_ai.outline")
local target = require("neovim_ai.target")

local GROUP, NAME, COMMAND = "neovim_ai_actions", "neovim-ai", "neovim_ai.doc"
local FIX, WRITE, TEST = "quickfix", "refactor.rewrite", "refactor.test"
local AUTOMATIC = 2 -- LSP's CodeActionTriggerKind
local NO_METHOD = -32601

---@class (exact) neovim_ai.Place
---@field buf integer
---@field row integer
---@field act "doc"|"test"|"kill"

--- Whether a kind is asked for: `refactor` asks for `refactor.rewrite` too.
---@param kind string
---@param only? string[]
---@return boolean
local function wanted(kind, only)
  if not only or #only == 0 then
    return true
  end
  return vim.iter(only):any(function(asked)
    return asked == "" or kind == asked or vim.startswith(kind, asked .. ".")
  end)
end

---@param buf integer
---@param qualname string
---@return string? title nil when nothing drifted there that a proposal could mend
local function fix_title(buf, qualname)
  local drifted = vim.tbl_filter(function(finding)
    return finding.qualname == qualname and finding.mendable
  end, drift.findings(buf) or {})
  if #drifted == 0 then
    return nil
  end
  local what = drifted[1].message:gsub("%.$", ""):gsub("^The docstring ", "")
  local more = #drifted > 1 and (" (and %d more)"):format(#drifted - 1) or ""
  return "Update docstring: " .. what .. more
end

---@param buf integer
---@param row integer
---@return string? title nil where every known mutant is noticed
local function kill_title(buf, row)
  local survivors = package.loaded["neovim_ai.tests.survivors"]
  local survivor = survivors and survivors.at(buf, row)
  return survivor and "Kill this mutant: " .. survivors.told(survivor.mutant) or nil
end

---@param title string
---@param kind string
---@param place neovim_ai.Place
---@return table
local function action(title, kind, place)
  local command = { title = title, command = COMMAND, arguments = { place } }
  return { title = title, kind = kind, command = command }
end

---@param params table as LSP's `textDocument/codeAction` has them
---@return table[]
local function offered(params)
  local buf = vim.uri_to_bufnr(params.textDocument.uri)
  local context = params.context or {}
  local here = outline.at(target.lines(buf), params.range.start.line)
  if not here then
    return {}
  end
  local all = {}
  local function offer(title, kind, act, row)
    if title and wanted(kind, context.only) then
      all[#all + 1] = action(title, kind, { buf = buf, row = row, act = act })
    end
  end
  local title = fix_title(buf, here.qualname)
  offer(title, FIX, "doc", here.row)
  if context.triggerKind ~= AUTOMATIC then
    offer(kill_title(buf, params.range.start.line), FIX, "kill", params.range.start.line)
    offer(not title and not here.documented and "Write docstring", WRITE, "doc", here.row)
    offer("Generate tests", TEST, "test", here.row)
  end
  return all
end

---@param place neovim_ai.Place
local function run(place)
  local err = target.unwritable(place.buf)
  if err then
    return require("neovim_ai.notify").error(err)
  end
  local lines = target.lines(place.buf)
  local col = #(lines[place.row + 1] or ""):match("^%s*")
  local asked = { buf = place.buf, row = place.row, col = col, lines = lines }
  if place.act == "doc" then
    require("neovim_ai.proposal").ask(asked, {})
  elseif place.act == "test" then
    require("neovim_ai.tests.ask").ask(asked, {})
  else
    local survivor = require("neovim_ai.tests.survivors").at(place.buf, place.row)
    if survivor then
      require("neovim_ai.tests.ask").kill(asked, survivor)
    end
  end
end

local ANSWERS = {
  initialize = function()
    local provider = { codeActionKinds = { FIX, WRITE, TEST } }
    return { capabilities = { codeActionProvider = provider }, serverInfo = { name = NAME } }
  end,
  ["textDocument/codeAction"] = offered,
  shutdown = function()
    return vim.NIL
  end,
}

--- What `vim.lsp` takes for a server.
---@param dispatchers vim.lsp.rpc.Dispatchers
---@return table
local function server(dispatchers)
  local closing, last = false, 0
  local function close()
    if not closing then
      closing = true
      dispatchers.on_exit(0, 0)
    end
  end
  return {
    request = function(method, params, answer, answered)
      last = last + 1
      local id, give = last, ANSWERS[method]
      -- Later: Neovim notes the request as pending only after this returns.
      vim.schedule(function()
        if give then
          answer(nil, give(params))
        else
          answer({ code = NO_METHOD, message = "no such method: " .. method })
        end
        if answered then
          answered(id)
        end
      end)
      return true, id
    end,
    notify = function(method)
      if method == "exit" then
        close()
      end
      return true
    end,
    is_closing = function()
      return closing
    end,
    terminate = close,
  }
end

---@param buf integer
local function attach(buf)
  if target.not_python(buf) or vim.bo[buf].buftype ~= "" then
    return
  end
  vim.lsp.start({
    name = NAME,
    cmd = server,
    commands = {
      [COMMAND] = function(command)
        run(command.arguments[1])
      end,
    },
  }, {
    bufnr = buf,
    reuse_client = function(client) -- 0.10 reuses none without a root by itself
      return client.name == NAME and not client:is_stopped()
    end,
  })
end

--- Begin with the next Python buffer, and with those that are shown.
function M.enable()
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup(GROUP, {}),
    pattern = "python",
    callback = vim.schedule_wrap(function(event)
      if vim.api.nvim_buf_is_loaded(event.buf) then
        attach(event.buf)
      end
    end),
  })
  for _, win in ipairs(vim.api.nvim_list_wins()) do
    attach(vim.api.nvim_win_get_buf(win))
  end
end

--- End it.
function M.disable()
  vim.api.nvim_create_augroup(GROUP, {})
  for _, client in ipairs(vim.lsp.get_clients({ name = NAME })) do
    -- 0.11 made it a method.
    local stop = vim.fn.has("nvim-0.11") == 1 and client.stop
    if stop then
      stop(client, true)
    else
      vim.lsp.stop_client(client.id, true)
    end
  end
end

return M
