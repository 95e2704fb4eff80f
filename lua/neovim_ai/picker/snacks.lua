--- Notes in snacks.nvim's picker: a live finder that waits for the host without blocking.
local M = {}

local preview = require("neovim_ai.notes.preview")
local row_text = require("neovim_ai.notes.row")
local turns_of = require("neovim_ai.picker.turns")

---@param set_up boolean
---@return boolean
function M.available(set_up)
  local ok, snacks = pcall(require, "snacks")
  if not ok or not set_up then
    return ok
  end
  return snacks.did_setup == true and snacks.config.get("picker", {}).enabled ~= false
end

---@param turns neovim_ai.Turns
---@return fun(options: table, context: table): function
local function finder(turns)
  return function(_, context)
    local rows, task
    -- Here and not in the task, which runs where Neovim may be asked for nothing.
    turns:ask(context.filter.search, function(found)
      rows = found
      if task then
        task:resume()
      end
    end)
    return function(add)
      task = context.async
      while not rows do
        task:suspend()
      end
      for index, row in ipairs(rows) do
        add({ text = row.snippet, row = row, rows = rows, file = row.path, sort = index })
      end
    end
  end
end

---@param item table
---@param picker table
---@return table
local function format(item, picker)
  local win = picker.list and picker.list.win and picker.list.win.win
  local valid = win and vim.api.nvim_win_is_valid(win)
  local cells = valid and vim.api.nvim_win_get_width(win) - 4 or 80
  return turns_of.chunks(item.row, row_text.columns(item.rows, math.max(cells, 20)))
end

---@param context table
local function show_preview(context)
  context.preview:reset()
  context.preview:set_title(row_text.breadcrumb(context.item.row))
  local line = preview.fill(context.buf, context.item.row)
  preview.centre(context.win, line)
end

---@param turns neovim_ai.Turns
---@param all neovim_ai.PickerAction[]
---@return table<string, function> actions
---@return table<string, table> keys
local function bound(turns, all)
  local actions, keys = {}, {}
  for _, action in ipairs(all) do
    local name = "neovim_ai_" .. action.name
    actions[name] = function(picker, item)
      picker:close()
      turns:act(action, item and item.row)
    end
    keys[action.key:lower():gsub("<cr>", "<CR>")] = { name, mode = { "i", "n" } }
  end
  return actions, keys
end

---@param source neovim_ai.Source
---@param origin neovim_ai.Origin
function M.open(source, origin)
  local turns = turns_of.new(source, origin)
  local actions, keys = bound(turns, source.actions)
  require("snacks").picker.pick({
    title = source.title,
    live = true,
    supports_live = false, -- there is nothing to match a second time
    search = source.query,
    finder = finder(turns),
    format = format,
    preview = show_preview,
    sort = { fields = { "sort" } },
    actions = actions,
    win = { input = { keys = keys }, list = { keys = keys } },
    on_close = function()
      turns:ended()
    end,
  })
end

return M
