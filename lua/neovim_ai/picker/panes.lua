--- The three windows of our picker: prompt, rows, preview. How they are made, moved and closed.
local M = {}

local layout = require("neovim_ai.picker.layout")
local preview = require("neovim_ai.notes.preview")
local row_text = require("neovim_ai.notes.row")

local namespace = vim.api.nvim_create_namespace("neovim_ai_picker")

---@class (exact) neovim_ai.PaneWindow
---@field win integer
---@field buf integer

---@class (exact) neovim_ai.Panes
---@field prompt neovim_ai.PaneWindow
---@field list neovim_ai.PaneWindow
---@field preview? neovim_ai.PaneWindow
---@field title string
---@field keys string what the keys do, for the lowest edge

---@return neovim_ai.Layout
local function computed()
  return layout.compute(vim.o.columns, vim.o.lines - vim.o.cmdheight)
end

---@param pane neovim_ai.Pane
---@param title? string
---@param footer? string
---@return table
local function config(pane, title, footer)
  local room = math.max(pane.width - 4, 1)
  return {
    relative = "editor",
    row = pane.row,
    col = pane.col,
    width = pane.width,
    height = pane.height,
    border = pane.border,
    title = title and (" " .. row_text.cut_end(title, room) .. " ") or nil,
    footer = footer and (" " .. row_text.cut_end(footer, room) .. " ") or nil,
    zindex = 45,
  }
end

---@param buf integer
---@param enter boolean
---@param options table
---@return neovim_ai.PaneWindow
local function open(buf, enter, options)
  options.focusable = enter
  options.noautocmd = true
  options.style = "minimal" -- here alone: later it would put our own options back
  local win = vim.api.nvim_open_win(buf, enter, options)
  vim.wo[win].winfixbuf = true
  vim.wo[win].winhighlight = "NormalFloat:Normal,FloatBorder:NeovimAiFile"
  return { win = win, buf = buf }
end

--- A prompt buffer is what completion and pairing plugins leave alone.
---@return integer
local function prompt_buffer()
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].buftype = "prompt"
  vim.bo[buf].bufhidden = "wipe"
  vim.bo[buf].complete = ""
  vim.fn.prompt_setprompt(buf, "")
  return buf
end

---@param panes neovim_ai.Panes
---@param placed neovim_ai.Layout
local function open_preview(panes, placed)
  panes.preview = open(preview.buffer(), false, config(placed.preview, "", panes.keys))
  vim.wo[panes.preview.win].wrap = true
  vim.wo[panes.preview.win].linebreak = true
  vim.wo[panes.preview.win].breakindent = true
end

--- Open them; the prompt has the focus and Insert mode.
---@param title string
---@param keys string
---@return neovim_ai.Panes
function M.open(title, keys)
  local placed = computed()
  local list = vim.api.nvim_create_buf(false, true)
  vim.bo[list].bufhidden = "wipe"
  local footer = not placed.preview and keys or nil
  local panes = {
    title = title,
    keys = keys,
    list = open(list, false, config(placed.list, nil, footer)),
    prompt = open(prompt_buffer(), true, config(placed.prompt, title)),
  }
  vim.wo[panes.list.win].cursorline = true
  vim.wo[panes.list.win].cursorlineopt = "line"
  vim.wo[panes.list.win].wrap = false
  vim.wo[panes.prompt.win].statuscolumn = "> "
  vim.wo[panes.prompt.win].wrap = false
  if placed.preview then
    open_preview(panes, placed)
  end
  return panes
end

--- Move them to where they belong on a screen of another size.
---@param panes neovim_ai.Panes
function M.resize(panes)
  local placed = computed()
  if panes.preview and not placed.preview then
    vim.api.nvim_win_close(panes.preview.win, true)
    panes.preview = nil
  end
  local lowest = not placed.preview and panes.keys or ""
  vim.api.nvim_win_set_config(panes.prompt.win, config(placed.prompt, panes.title))
  vim.api.nvim_win_set_config(panes.list.win, config(placed.list, nil, lowest))
  if panes.preview then
    vim.api.nvim_win_set_config(panes.preview.win, config(placed.preview, "", panes.keys))
  elseif placed.preview then
    open_preview(panes, placed)
  end
end

---@param panes neovim_ai.Panes
---@return boolean
function M.are_open(panes)
  return vim.api.nvim_win_is_valid(panes.prompt.win) and vim.api.nvim_win_is_valid(panes.list.win)
end

---@param panes neovim_ai.Panes
function M.close(panes)
  for _, one in ipairs({ panes.prompt, panes.list, panes.preview }) do
    if vim.api.nvim_win_is_valid(one.win) then
      vim.api.nvim_win_close(one.win, true)
    end
  end
end

--- Write the rows; a problem stands below them.
---@param panes neovim_ai.Panes
---@param found neovim_ai.Found
function M.write_rows(panes, found)
  local buf, cells = panes.list.buf, vim.api.nvim_win_get_width(panes.list.win)
  local columns = row_text.columns(found.rows, cells)
  local lines, texts = {}, {}
  for index, row in ipairs(found.rows) do
    texts[index] = row_text.text(row, columns)
    lines[index] = texts[index].text
  end
  if found.problem then
    lines[#lines + 1] = found.problem
  end
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  for index, text in ipairs(texts) do
    for _, mark in ipairs(text.marks) do
      vim.api.nvim_buf_set_extmark(buf, namespace, index - 1, mark[1], {
        end_col = mark[2],
        hl_group = mark[3],
      })
    end
  end
  if found.problem then
    vim.api.nvim_buf_set_extmark(buf, namespace, #lines - 1, 0, { line_hl_group = "WarningMsg" })
    vim.wo[panes.list.win].wrap = #found.rows == 0
  end
end

--- Say how many there are, at the end of the prompt.
---@param panes neovim_ai.Panes
---@param status string
function M.write_status(panes, status)
  vim.api.nvim_buf_clear_namespace(panes.prompt.buf, namespace, 0, -1)
  vim.api.nvim_buf_set_extmark(panes.prompt.buf, namespace, 0, 0, {
    virt_text = { { status, "NeovimAiFile" } },
    virt_text_pos = "right_align",
  })
end

--- The breadcrumb, its end first, and the file where there is room for it.
---@param win integer
---@param row? neovim_ai.Row
---@return string
local function preview_title(win, row)
  local room = math.max(vim.api.nvim_win_get_width(win) - 4, 1)
  local crumb = row and row_text.breadcrumb(row) or ""
  local file = row and row.path and (" · " .. vim.fn.fnamemodify(row.path, ":~")) or ""
  if vim.api.nvim_strwidth(crumb .. file) > room then
    file = ""
  end
  return " " .. row_text.cut_start(crumb, room) .. file .. " "
end

--- Show the section of a row, its best line in the middle.
---@param panes neovim_ai.Panes
---@param row? neovim_ai.Row
function M.write_preview(panes, row)
  local pane = panes.preview
  if not pane or not vim.api.nvim_win_is_valid(pane.win) then
    return
  end
  vim.api.nvim_win_set_config(pane.win, { title = preview_title(pane.win, row) })
  local line = row and preview.fill(pane.buf, row) or preview.clear(pane.buf)
  preview.centre(pane.win, line)
end

return M
