--- `:AiStatus` and `:AiLog`: what runs, what it cost, what happened, in a window to read.
local M = {}

local client = require("neovim_ai.client")
local host = require("neovim_ai.host")
local notify = require("neovim_ai.notify")

local TAIL = 400 -- lines of the log file

---@param title string
---@param lines string[]
local function open(title, lines)
  local buf = vim.api.nvim_create_buf(false, true)
  local plain = vim.split(table.concat(lines, "\n"), "\n")
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, plain)
  vim.bo[buf].bufhidden = "wipe"
  vim.bo[buf].modifiable = false
  vim.api.nvim_buf_set_name(buf, ("neovim-ai://%s/%d"):format(title, buf))
  local height = math.max(3, math.min(#plain, math.floor(vim.o.lines / 2)))
  vim.api.nvim_open_win(buf, true, {
    split = "below",
    win = require("neovim_ai.float").splittable(),
    height = height,
    style = "minimal",
  })
  vim.keymap.set("n", "q", "<Cmd>close<CR>", { buffer = buf, nowait = true })
end

---@return string[]
local function running()
  local lines = require("neovim_ai.status").lines()
  return #lines > 0 and vim.list_extend({ "Running:" }, lines) or { "Nothing is running." }
end

---@param what string
---@param buf integer
---@param row integer 0-based
---@return string
local function proposed(what, buf, row)
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buf), ":~:.")
  return ("Proposed: %s (%s, line %d)"):format(what, name, row + 1)
end

--- What is left to decide of proposed tests, and what becomes of them just now.
---@param offer neovim_ai.TestOffer
---@return string
local function state(offer)
  local offers, words = require("neovim_ai.tests.offers"), {}
  local tests, questions = #offers.tests_left(offer), #offers.questions_left(offer)
  if tests > 0 then
    words[1] = tests == 1 and "1 test" or ("%d tests"):format(tests)
  end
  if questions > 0 then
    local some = ("%d possible bugs"):format(questions)
    words[#words + 1] = questions == 1 and "1 possible bug" or some
  end
  words[#words + 1] = offer.message.not_run ~= "" and "not run: " .. offer.message.not_run or nil
  words[#words + 1] = offer.applying and "being accepted" or nil
  return table.concat(words, ", ")
end

---@return string[]
local function waiting()
  local lines = {}
  for _, proposal in ipairs(require("neovim_ai.offers").offered()) do
    lines[#lines + 1] = proposed(proposal.qualname, proposal.buf, proposal.row)
  end
  local tests = package.loaded["neovim_ai.tests.offers"]
  for _, offer in ipairs(tests and tests.offered() or {}) do
    local line = proposed("tests of " .. offer.title, offer.buf, offer.message.row)
    lines[#lines + 1] = line .. ": " .. state(offer)
  end
  return lines
end

---@param status table
---@return string[]
local function cost(status)
  if status.model == "" then
    return { "No model has been asked yet." }
  end
  local tokens = "%d requests, %d tokens sent, %d received%s"
  local estimated = status.estimated and " (estimated)" or ""
  return {
    ("Model: %s (%s)"):format(status.model, status.route),
    tokens:format(status.requests, status.prompt_tokens, status.completion_tokens, estimated),
  }
end

--- Show what runs and what it cost, or exactly what was last sent.
---@param sent? boolean
function M.status(sent)
  client.request("status", {}, {
    result = function(status)
      if not sent then
        return open("status", vim.iter({ running(), waiting(), cost(status) }):flatten():totable())
      end
      local text = status.sent
      if type(text) ~= "string" then
        text = vim.json.encode(text)
      end
      open("sent", { text ~= "" and text or "Nothing has been sent yet." })
    end,
  })
end

---@return string[]
local function past()
  local lines = {}
  for _, one in ipairs(require("neovim_ai.offers").past) do
    lines[#lines + 1] = ("%s %s: %s"):format(one.at, one.what, one.qualname)
    vim.list_extend(lines, one.lines)
  end
  return lines
end

---@param title string
---@param lines string[]
---@return string[]
local function section(title, lines)
  if #lines == 0 then
    return {}
  end
  return vim.list_extend({ "== " .. title }, lines)
end

---@return string[]
local function log_file()
  local path = (client.hello_result or {}).log
  if not path or vim.fn.filereadable(path) == 0 then
    return {}
  end
  return section(path, vim.fn.readfile(path, "", -TAIL))
end

--- Show what happened: proposals that are gone, messages, the host's last words, the log file.
function M.log()
  local function show()
    local _, _, stderr = host.state()
    local parts = {
      section("Proposals of this session", past()),
      section("Messages", notify.said),
      section("The host's last words", stderr),
      log_file(),
    }
    local lines = vim.iter(parts):flatten():totable()
    open("log", #lines > 0 and lines or { "Nothing has happened yet." })
  end
  if client.hello_result then
    return show()
  end
  -- Only the host knows where its log file is; without it the rest is shown all the same.
  client.request("ping", {}, { result = show, error = show })
end

return M
