--- Our own picker, which all others are measured by.
local M = {}

local panes_of = require("neovim_ai.picker.panes")
local picker = require("neovim_ai.picker")

---@class (exact) neovim_ai.FloatPicker
---@field source neovim_ai.Source
---@field origin neovim_ai.Origin
---@field panes neovim_ai.Panes
---@field asking neovim_ai.Asking
---@field query string as it was last asked
---@field rows neovim_ai.Row[]
---@field found neovim_ai.Found what is shown
---@field shown_query? string whose rows these are
---@field selected integer 1-based
---@field wanted? fun() what to do once the newest query is answered
---@field previewed? neovim_ai.Row
---@field closed boolean
local Float = {}
Float.__index = Float

---@param row neovim_ai.Row
---@return string
local function identity(row)
  local heading = table.concat(row.heading_path, "\1")
  return table.concat({ row.path or "", heading, row.row or "", row.row_of_best or "" }, "\0")
end

--- Rows for the same query that came later: what stands at the cursor and above it stays there.
---@param old neovim_ai.Row[]
---@param selected integer
---@param new neovim_ai.Row[]
---@return neovim_ai.Row[]
function M.joined(old, selected, new)
  local rows, taken = {}, {}
  for index = 1, math.min(selected, #old) do
    if not old[index].create then
      rows[#rows + 1] = old[index]
      taken[identity(old[index])] = true
    end
  end
  for _, row in ipairs(new) do
    if not taken[identity(row)] and not (row.create and #rows > 0) then
      rows[#rows + 1] = row
    end
  end
  return rows
end

---@return neovim_ai.Row?
function Float:row()
  return self.rows[self.selected]
end

--- Show the selected row's section, after the rows themselves are on the screen.
function Float:_preview_soon()
  vim.schedule(function()
    if not self.closed and self:row() ~= self.previewed then
      self.previewed = self:row()
      panes_of.write_preview(self.panes, self.previewed)
    end
  end)
end

---@param index integer
function Float:_select(index)
  self.selected = math.max(math.min(index, #self.rows), 1)
  vim.api.nvim_win_set_cursor(self.panes.list.win, { self.selected, 0 })
  self:_preview_soon()
end

---@param by integer
function Float:move(by)
  self.wanted = nil
  local count = math.max(#self.rows, 1)
  local to = self.selected + by
  if math.abs(by) == 1 then
    to = (to - 1) % count + 1 -- from the last to the first
  end
  self:_select(to)
end

function Float:_draw()
  panes_of.write_rows(self.panes, self.found)
  panes_of.write_status(self.panes, self.found.status)
end

function Float:_resized()
  panes_of.resize(self.panes)
  self.previewed = nil
  self:_draw()
  self:_select(self.selected)
end

---@param found neovim_ai.Found
function Float:show(found)
  if self.closed or not panes_of.are_open(self.panes) then
    return
  end
  local late = found.query == self.shown_query and #self.rows > 0
  self.rows = late and M.joined(self.rows, self.selected, found.rows) or found.rows
  self.shown_query = found.query
  self.found = vim.tbl_extend("force", found, { rows = self.rows })
  self:_draw()
  self:_select(late and self.selected or 1)
  local wanted = self.wanted
  self.wanted = nil
  if wanted then
    wanted()
  end
end

---@return string
function Float:text()
  local lines = vim.api.nvim_buf_get_lines(self.panes.prompt.buf, 0, -1, false)
  return table.concat(lines, " ")
end

--- Ask about what was typed; for keys that follow at once Neovim tells of no change in between.
function Float:_typed()
  local text = self:text()
  if text ~= self.query then
    self.query, self.wanted = text, nil
    self.asking:ask(text)
  end
end

function Float:close()
  if self.closed then
    return
  end
  self.closed = true
  self.asking:stop()
  panes_of.close(self.panes)
  vim.api.nvim_del_augroup_by_name("neovim_ai_picker")
  self.source.left(self.query)
end

--- Close without having chosen: who was typing goes on typing.
function Float:cancel()
  self:close()
  picker.back(self.origin, function()
    if self.origin.insert then
      picker.go_on(self.origin, self.origin.col)
    end
  end)
end

---@param action neovim_ai.PickerAction
---@param row neovim_ai.Row
function Float:_alter(action, row)
  action.alter(row, function()
    if not self.closed then
      self.asking:remove(row)
      local at = self.selected
      self.shown_query = nil
      self.asking:ask(self.query)
      self:_select(at)
    end
  end)
end

--- Act on the selected row; when what was typed last is not answered yet, as soon as it is.
---@param action neovim_ai.PickerAction
function Float:act(action)
  self:_typed()
  if self.asking:waits() then
    self.wanted = function()
      self:act(action)
    end
    return
  end
  local row = self:row()
  if not row then
    return
  elseif action.alter then
    return self:_alter(action, row)
  end
  local choice = { query = self.query, rows = self.rows, origin = self.origin }
  self:close()
  picker.back(self.origin, function()
    action.run(row, choice)
  end)
end

---@param down boolean
function Float:scroll(down)
  local pane = self.panes.preview
  if pane and vim.api.nvim_win_is_valid(pane.win) then
    vim.api.nvim_win_call(pane.win, function()
      local keys = vim.keycode(down and "<C-d>" or "<C-u>")
      vim.cmd.normal({ keys, bang = true })
    end)
  end
end

---@return table<string, fun()>
function Float:_keys()
  local function moves(by)
    return function()
      self:move(by)
    end
  end
  local page = math.max(vim.api.nvim_win_get_height(self.panes.list.win) - 1, 2)
  local keys = {
    ["<C-n>"] = moves(1),
    ["<C-p>"] = moves(-1),
    ["<Down>"] = moves(1),
    ["<Up>"] = moves(-1),
    ["<PageDown>"] = moves(page),
    ["<PageUp>"] = moves(-page),
  }
  for key, down in pairs({ ["<C-d>"] = true, ["<C-u>"] = false }) do
    keys[key] = function()
      self:scroll(down)
    end
  end
  for _, key in ipairs({ "<Esc>", "<C-c>" }) do
    keys[key] = function()
      self:cancel()
    end
  end
  for _, action in ipairs(self.source.actions) do
    keys[action.key] = function()
      self:act(action)
    end
  end
  return keys
end

function Float:_map()
  local buf = self.panes.prompt.buf
  for key, run in pairs(self:_keys()) do
    vim.keymap.set({ "i", "n" }, key, run, { buffer = buf, nowait = true })
  end
  -- In a prompt buffer the key alone begins a window command.
  vim.keymap.set("i", "<C-w>", "<C-S-w>", { buffer = buf, nowait = true })
end

function Float:_watch()
  local group = vim.api.nvim_create_augroup("neovim_ai_picker", {})
  local buf = self.panes.prompt.buf
  local function on(events, options, run)
    options.group, options.callback = group, run
    vim.api.nvim_create_autocmd(events, options)
  end
  on({ "TextChangedI", "TextChangedP", "TextChanged" }, { buffer = buf }, function()
    self:_typed()
  end)
  on("WinLeave", { buffer = buf }, function()
    vim.schedule(function()
      self:close()
    end)
  end)
  on("VimResized", {}, function()
    self:_resized()
  end)
end

---@param actions neovim_ai.PickerAction[]
---@return string
local function hint(actions)
  local said = vim.tbl_map(function(action)
    local key = action.key:lower():gsub("<c%-(.)>", "^%1"):gsub("<cr>", "⏎")
    return key .. " " .. action.name
  end, actions)
  return table.concat(said, "  ")
end

---@return boolean
function M.available()
  return true
end

---@param source neovim_ai.Source
---@param origin neovim_ai.Origin
---@return neovim_ai.FloatPicker
function M.open(source, origin)
  local self = setmetatable({
    source = source,
    origin = origin,
    query = source.query,
    rows = {},
    found = { query = source.query, rows = {}, status = "" },
    selected = 1,
    closed = false,
  }, Float)
  self.panes = panes_of.open(source.title, hint(source.actions))
  self.asking = source.search(function(found)
    self:show(found)
  end, vim.api.nvim_win_get_height(self.panes.list.win))
  vim.api.nvim_buf_set_lines(self.panes.prompt.buf, 0, -1, false, { source.query })
  self:_map()
  self:_watch()
  vim.cmd.startinsert({ bang = true })
  self.asking:ask(source.query)
  return self
end

return M
