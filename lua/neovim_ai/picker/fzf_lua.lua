--- Notes in fzf-lua: fzf shows what the host found, and matches nothing itself.
local M = {}

local preview = require("neovim_ai.notes.preview")
local row_text = require("neovim_ai.notes.row")
local turns_of = require("neovim_ai.picker.turns")

-- Its own defaults: how wide it is, and from where on the preview takes its part beside the rows.
local WIDTH, BESIDE, LISTED = 0.8, 100, 0.4

---@param _ boolean
---@return boolean
function M.available(_)
  local ok = pcall(require, "fzf-lua")
  return ok and (vim.fn.executable("fzf") == 1 or vim.fn.executable("sk") == 1)
end

---@param rows neovim_ai.Row[]
---@param line? string
---@return neovim_ai.Row?
local function row_of(rows, line)
  return line and rows[tonumber(line:match("^(%d+)\t"))]
end

---@return integer cells
local function room()
  local width = vim.o.columns * WIDTH
  return math.max(math.floor(width > BESIDE and width * LISTED or width) - 4, 20)
end

--- A row as fzf takes it: its number, which is not shown, and coloured text.
---@param index integer
---@param row neovim_ai.Row
---@param columns { crumb: integer, file: integer, snippet: integer }
---@return string
local function line(index, row, columns)
  local colour = require("fzf-lua.utils").ansi_from_hl
  local text = vim.iter(turns_of.chunks(row, columns)):fold("", function(before, chunk)
    return before .. (chunk[2] and colour(chunk[2], chunk[1]) or chunk[1])
  end)
  return ("%d\t%s"):format(index, text)
end

---@param turns neovim_ai.Turns
---@return fun(words: string[]): function
local function contents(turns)
  return function(words)
    return function(add)
      turns:ask(words[1] or "", function(rows)
        local columns = row_text.columns(rows, room())
        for index, row in ipairs(rows) do
          add(line(index, row, columns))
        end
        add(nil)
      end)
    end
  end
end

---@param turns neovim_ai.Turns
---@return table class of previewers
local function previewer(turns)
  local Preview = require("fzf-lua.previewer.builtin").base:extend()
  function Preview:new(o, options)
    Preview.super.new(self, o, options)
    return setmetatable(self, Preview)
  end
  function Preview:populate_preview_buf(shown)
    local row = row_of(turns.rows, shown)
    if not row then
      return
    end
    local buf = self:get_tmp_buffer()
    local at = preview.fill(buf, row)
    self:set_preview_buf(buf)
    local win = self.win.preview_winid
    if win and vim.api.nvim_win_is_valid(win) then
      preview.centre(win, at)
    end
  end
  return Preview
end

---@param key string as Neovim writes it
---@return string
local function fzf_key(key)
  return (key:lower():gsub("<c%-(.)>", "ctrl-%1"):gsub("<cr>", "enter"))
end

---@param turns neovim_ai.Turns
---@param all neovim_ai.PickerAction[]
---@return table<string, function>
local function actions(turns, all)
  local bound = {}
  for _, action in ipairs(all) do
    bound[fzf_key(action.key)] = function(selected)
      turns:act(action, row_of(turns.rows, selected[1]))
    end
  end
  return bound
end

---@param source neovim_ai.Source
---@param origin neovim_ai.Origin
function M.open(source, origin)
  local turns = turns_of.new(source, origin)
  require("fzf-lua").fzf_live(contents(turns), {
    prompt = source.title .. "> ",
    query = source.query,
    exec_empty_query = true,
    previewer = previewer(turns),
    fzf_opts = {
      ["--ansi"] = true,
      ["--delimiter"] = "\t",
      ["--with-nth"] = "2..",
      ["--no-multi"] = true,
    },
    actions = actions(turns, source.actions),
    winopts = {
      on_close = function()
        turns:ended()
      end,
    },
  })
end

return M
