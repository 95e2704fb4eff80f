--- Notes in telescope.nvim: a finder that asks the host, in its order.
local M = {}

local preview = require("neovim_ai.notes.preview")
local row_text = require("neovim_ai.notes.row")
local turns_of = require("neovim_ai.picker.turns")

---@param _ boolean
---@return boolean
function M.available(_)
  return (pcall(require, "telescope.pickers"))
end

---@param row neovim_ai.Row
---@param rows neovim_ai.Row[]
---@return table entry
local function entry(row, rows)
  return {
    value = row,
    ordinal = row.snippet,
    filename = row.path,
    lnum = row.row_of_best and row.row_of_best + 1 or nil,
    display = function(_, picker)
      local win = picker and picker.results_win
      local cells = win and vim.api.nvim_win_get_width(win) - 4 or 80
      local line = row_text.text(row, row_text.columns(rows, math.max(cells, 20)))
      local highlights = vim.tbl_map(function(mark)
        return { { mark[1], mark[2] }, mark[3] }
      end, line.marks)
      return line.text, highlights
    end,
  }
end

---@param turns neovim_ai.Turns
---@return table finder as `telescope.finders` makes them
local function finder(turns)
  local cached ---@type { query: string, rows: neovim_ai.Row[] }?
  local function pass(rows, process_result, process_complete)
    for index, row in ipairs(rows) do
      local one = entry(row, rows)
      one.index = index
      if process_result(one) then
        return
      end
    end
    process_complete()
  end
  return setmetatable({
    close = function() end,
    hold = function(query, rows)
      cached = { query = query, rows = rows }
    end,
  }, {
    __call = function(_, prompt, process_result, process_complete)
      local held = cached
      cached = nil
      if held and held.query == prompt then
        return pass(held.rows, process_result, process_complete)
      end
      turns:ask(prompt, function(rows)
        pass(rows, process_result, process_complete)
      end)
    end,
  })
end

---@return table previewer
local function previewer()
  return require("telescope.previewers").new_buffer_previewer({
    title = "Section",
    define_preview = function(self, chosen)
      local line = preview.fill(self.state.bufnr, chosen.value)
      local win = self.state.winid
      vim.schedule(function()
        if vim.api.nvim_win_is_valid(win) and vim.api.nvim_win_get_buf(win) == self.state.bufnr then
          preview.centre(win, line)
        end
      end)
    end,
  })
end

---@param turns neovim_ai.Turns
---@param actions neovim_ai.PickerAction[]
---@return fun(prompt: integer, map: function): boolean
local function mappings(turns, actions)
  local telescope = require("telescope.actions")
  local state = require("telescope.actions.state")
  return function(prompt, map)
    for _, action in ipairs(actions) do
      map({ "i", "n" }, action.key, function()
        local chosen = state.get_selected_entry()
        telescope.close(prompt)
        turns:act(action, chosen and chosen.value)
      end)
    end
    vim.api.nvim_create_autocmd("BufWipeout", {
      buffer = prompt,
      once = true,
      callback = function()
        turns:ended()
      end,
    })
    return true
  end
end

---@param source neovim_ai.Source
---@param origin neovim_ai.Origin
function M.open(source, origin)
  local picker, found
  local turns = turns_of.new(source, origin, function(rows)
    local state = picker and vim.api.nvim_buf_is_valid(picker.prompt_bufnr or -1)
    if state then
      found.hold(picker:_get_prompt(), rows)
      picker:refresh(found, { reset_prompt = false })
    end
  end)
  found = finder(turns)
  picker = require("telescope.pickers").new({}, {
    prompt_title = source.title,
    default_text = source.query,
    finder = found,
    sorter = require("telescope.sorters").empty(), -- they come in order
    previewer = previewer(),
    attach_mappings = mappings(turns, source.actions),
  })
  picker:find()
end

return M
