--- How a thread of questions and answers reads: sentences with their numbers, struck ones as such,
--- and below them where each stands. Text alone: nothing in it is followed, fetched or concealed.
local M = {}

local row_text = require("neovim_ai.notes.row")
local vaults = require("neovim_ai.notes.vaults")

local namespace = vim.api.nvim_create_namespace("neovim_ai_answer")

local HIGHLIGHTS = {
  NeovimAiQuestion = "Title",
  NeovimAiStruck = "@markup.strikethrough",
  NeovimAiCitation = "Identifier",
}

---@class (exact) neovim_ai.Turn
---@field question string
---@field sentences neovim_ai.SentenceMessage[]
---@field message? neovim_ai.NotesAnswerMessage once it is complete
---@field phase string
---@field problem? string why there is no answer

---@class (exact) neovim_ai.Written
---@field lines string[]
---@field marks { [1]: integer, [2]: integer, [3]: integer, [4]: string }[] row, bytes, highlight
---@field places table<integer, neovim_ai.Turn> the turn of each 1-based line
---@field sources table<integer, integer> the number that a line explains

--- Links to the user's colours, where they have none of their own.
function M.define_highlights()
  row_text.define_highlights()
  for group, link in pairs(HIGHLIGHTS) do
    vim.api.nvim_set_hl(0, group, { link = link, default = true })
  end
end

---@param text string
---@return string
local function one_line(text)
  return vim.trim((text:gsub("[%s%c]+", " ")))
end

---@param written neovim_ai.Written
---@param turn neovim_ai.Turn
---@param text string
---@param highlight? string
---@return integer row 0-based
local function add(written, turn, text, highlight)
  local row = #written.lines
  written.lines[row + 1] = text
  written.places[row + 1] = turn
  if highlight then
    written.marks[#written.marks + 1] = { row, 0, #text, highlight }
  end
  return row
end

---@param written neovim_ai.Written
---@param row integer
---@param text string
local function mark_numbers(written, row, text)
  local from, to = text:find("%[%d+%]")
  while from do
    written.marks[#written.marks + 1] = { row, from - 1, to, "NeovimAiCitation" }
    from, to = text:find("%[%d+%]", to + 1)
  end
end

---@param written neovim_ai.Written
---@param turn neovim_ai.Turn
---@param sentence neovim_ai.SentenceMessage
local function add_sentence(written, turn, sentence)
  local text = one_line(sentence.sentence)
  if sentence.struck then
    add(written, turn, "✗ " .. text, "NeovimAiStruck")
    return
  end
  for _, citation in ipairs(sentence.citations) do
    local number = ("[%d]"):format(citation.number)
    if not text:find(number, 1, true) then
      text = text .. " " .. number
    end
  end
  mark_numbers(written, add(written, turn, text), text)
end

---@param written neovim_ai.Written
---@param turn neovim_ai.Turn
---@param number integer
---@param source { path: string, row: integer, heading_path: string[] }
---@param quote string
local function add_source(written, turn, number, source, quote)
  local where = ("%s:%d"):format(vaults.relative(source.path), source.row + 1)
  local text = ("[%d] %s · %s"):format(number, row_text.breadcrumb(source), where)
  local row = add(written, turn, text)
  mark_numbers(written, row, text:match("^%[%d+%]"))
  written.sources[row + 1] = number
  written.sources[add(written, turn, "    " .. one_line(quote), "NeovimAiFile") + 1] = number
end

--- What a turn cites, by number.
---@param turn neovim_ai.Turn
---@return table<integer, neovim_ai.CitationMessage>
---@return integer[] numbers in order
local function cited(turn)
  local found, numbers = {}, {}
  for _, sentence in ipairs(turn.sentences) do
    for _, citation in ipairs(sentence.struck and {} or sentence.citations) do
      if not found[citation.number] then
        found[citation.number] = citation
        numbers[#numbers + 1] = citation.number
      end
    end
  end
  table.sort(numbers)
  return found, numbers
end

--- What stands behind a number of a turn.
---@param turn neovim_ai.Turn
---@param number integer
---@return neovim_ai.Row?
function M.source(turn, number)
  local citation = cited(turn)[number]
  if citation then
    return {
      path = citation.path,
      row = citation.row,
      row_of_best = citation.row,
      heading_path = citation.heading_path,
      snippet = citation.quote,
      matches = {},
    }
  end
  return turn.message and #turn.message.answer == 0 and turn.message.sections[number] or nil
end

---@param count integer
---@return string
local function struck_line(count)
  local said = count == 1 and "1 sentence is struck out" or ("%d sentences are struck out")
  return said:format(count) .. ": your notes do not say so."
end

---@param message neovim_ai.NotesAnswerMessage
---@return string?
local function headline(message)
  if message.model == "" then
    return #message.sections > 0 and "No model is there to answer; these sections fit best:"
      or "Not in your notes."
  elseif not message.in_notes then
    return "Not in your notes." .. (#message.sections > 0 and " Nearest to it:" or "")
  end
end

---@param message neovim_ai.NotesAnswerMessage
---@return string
local function cost_line(message)
  local tokens = message.usage.prompt_tokens + message.usage.completion_tokens
  local parts = { ("%.1f s"):format(message.seconds) }
  if message.model ~= "" then
    table.insert(parts, 1, message.model)
    parts[#parts + 1] = ("%s%d tokens"):format(message.usage.estimated and "about " or "", tokens)
  end
  return table.concat(parts, " · ")
end

---@param written neovim_ai.Written
---@param turn neovim_ai.Turn
local function add_ending(written, turn)
  local message = turn.message
  if turn.problem then
    add(written, turn, turn.problem, "WarningMsg")
  elseif not message then
    add(written, turn, "… " .. turn.phase, "NeovimAiFile")
  else
    if message.struck > 0 then
      add(written, turn, struck_line(message.struck), "NeovimAiFile")
    end
    add(written, turn, cost_line(message), "NeovimAiFile")
  end
end

---@param written neovim_ai.Written
---@param turn neovim_ai.Turn
local function add_turn(written, turn)
  add(written, turn, one_line(turn.question), "NeovimAiQuestion")
  add(written, turn, "")
  local said = turn.message and headline(turn.message)
  if said then
    add(written, turn, said)
  end
  for _, sentence in ipairs(turn.sentences) do
    add_sentence(written, turn, sentence)
  end
  local sources, numbers = cited(turn)
  if #turn.sentences > 0 then
    add(written, turn, "")
  end
  for _, number in ipairs(numbers) do
    add_source(written, turn, number, sources[number], sources[number].quote)
  end
  if turn.message and #turn.message.answer == 0 then
    for number, section in ipairs(turn.message.sections) do
      add_source(written, turn, number, section, section.snippet)
    end
  end
  add_ending(written, turn)
end

--- Write a thread as lines.
---@param turns neovim_ai.Turn[]
---@return neovim_ai.Written
---@return integer row 0-based, where the last turn begins
function M.write(turns)
  local written, last = { lines = {}, marks = {}, places = {}, sources = {} }, 0
  for index, turn in ipairs(turns) do
    if index > 1 then
      written.lines[#written.lines + 1] = ""
    end
    last = #written.lines
    add_turn(written, turn)
  end
  return written, last
end

--- Show what was written in a scratch buffer.
---@param buf integer
---@param written neovim_ai.Written
function M.show(buf, written)
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, written.lines)
  vim.bo[buf].modifiable = false
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  for _, mark in ipairs(written.marks) do
    vim.api.nvim_buf_set_extmark(buf, namespace, mark[1], mark[2], {
      end_col = mark[3],
      hl_group = mark[4],
    })
  end
end

--- What has been answered, without what was struck: a later question may build on it.
---@param turn neovim_ai.Turn
---@return string
function M.kept(turn)
  local kept = {}
  for _, sentence in ipairs(turn.sentences) do
    if not sentence.struck then
      kept[#kept + 1] = one_line(sentence.sentence)
    end
  end
  return table.concat(kept, " ")
end

return M
