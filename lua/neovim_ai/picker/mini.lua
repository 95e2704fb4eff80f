--- Notes in mini.pick: what it would match itself is asked of the host.
local M = {}

local preview = require("neovim_ai.notes.preview")
local row_text = require("neovim_ai.notes.row")
local turns_of = require("neovim_ai.picker.turns")

local namespace = vim.api.nvim_create_namespace("neovim_ai_mini")

-- Its own keys for what ours do; the others stay as the user has them.
local REPLACED = {
  choose = "",
  choose_in_split = "",
  choose_in_tabpage = "",
  choose_in_vsplit = "",
  mark = "",
}

---@param set_up boolean
---@return boolean
function M.available(set_up)
  if set_up then
    return _G.MiniPick ~= nil -- it is part of a library that many have for other things
  end
  return (pcall(require, "mini.pick"))
end

---@param buf integer
---@param items { row: neovim_ai.Row }[]
local function show(buf, items)
  local rows = vim.tbl_map(function(item)
    return item.row
  end, items)
  local win = vim.fn.bufwinid(buf)
  local cells = win ~= -1 and vim.api.nvim_win_get_width(win) or 80
  local columns = row_text.columns(rows, math.max(cells, 20))
  local lines, marks = {}, {}
  for index, row in ipairs(rows) do
    local line = row_text.text(row, columns)
    lines[index] = line.text
    for _, mark in ipairs(line.marks) do
      marks[#marks + 1] = { index - 1, mark[1], mark[2], mark[3] }
    end
  end
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  for _, mark in ipairs(marks) do
    local options = { end_col = mark[3], hl_group = mark[4] }
    vim.api.nvim_buf_set_extmark(buf, namespace, mark[1], mark[2], options)
  end
end

---@param turns neovim_ai.Turns
---@return fun(texts: string[], indices: integer[], query: string[])
local function match(turns)
  return function(_, _, query)
    turns:ask(table.concat(query), function(rows)
      local items = vim.tbl_map(function(row)
        return { text = row.snippet, row = row }
      end, rows)
      _G.MiniPick.set_picker_items(items, { do_match = false })
    end)
  end
end

---@param actions neovim_ai.PickerAction[]
---@param choose fun(action: neovim_ai.PickerAction)
---@return table
local function mappings(actions, choose)
  local mapped = vim.deepcopy(REPLACED)
  for _, action in ipairs(actions) do
    mapped["neovim_ai_" .. action.name] = {
      char = action.key,
      func = function()
        choose(action)
        return true -- stops the picker
      end,
    }
  end
  return mapped
end

---@param source neovim_ai.Source
---@param origin neovim_ai.Origin
function M.open(source, origin)
  local mini = require("mini.pick")
  _G.MiniPick = _G.MiniPick or mini
  local turns, chosen = turns_of.new(source, origin), nil
  -- It waits here until it is closed, and goes on taking events meanwhile.
  vim.schedule(function()
    mini.set_picker_query(vim.fn.split(source.query, "\\zs"))
  end)
  mini.start({
    source = {
      name = source.title,
      items = {},
      match = match(turns),
      show = show,
      preview = function(buf, item)
        preview.fill(buf, item.row)
      end,
      choose = function() end,
    },
    mappings = mappings(source.actions, function(action)
      local matches = mini.get_picker_matches() or {}
      chosen = { action = action, row = matches.current and matches.current.row }
    end),
  })
  turns:ended()
  if chosen then
    turns:act(chosen.action, chosen.row)
  end
end

return M
