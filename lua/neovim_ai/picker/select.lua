--- Notes with `vim.ui.select`, which cannot follow what is typed: one question, one list.
local M = {}

local row_text = require("neovim_ai.notes.row")
local turns_of = require("neovim_ai.picker.turns")

---@return boolean
function M.available()
  return true
end

---@param turns neovim_ai.Turns
---@param rows neovim_ai.Row[]
local function choose(turns, rows)
  if #rows == 0 then
    return require("neovim_ai.notify").info("Nothing was found.")
  end
  local columns = row_text.columns(rows, vim.o.columns - 6)
  vim.ui.select(rows, {
    prompt = turns.source.title,
    format_item = function(row)
      return row_text.text(row, columns).text
    end,
  }, function(row)
    turns:act(turns.source.actions[1], row)
  end)
end

---@param turns neovim_ai.Turns
---@param query string
local function ask(turns, query)
  turns:ask(query, function(rows)
    turns:ended()
    choose(turns, rows)
  end)
end

---@param source neovim_ai.Source
---@param origin neovim_ai.Origin
function M.open(source, origin)
  local turns = turns_of.new(source, origin)
  if source.query ~= "" then
    return ask(turns, source.query)
  end
  vim.ui.input({ prompt = source.title .. ": " }, function(query)
    if query then
      ask(turns, query)
    else
      turns:ended()
    end
  end)
end

return M
