--- `:NotesNew`: a note from its template, in a buffer; nothing is on the disk until it is written.
local M = {}

local apply = require("neovim_ai.apply")
local client = require("neovim_ai.client")
local notify = require("neovim_ai.notify")
local place = require("neovim_ai.notes.place")
local vaults = require("neovim_ai.notes.vaults")

--- Its folder may be new as well: it is made when the note is written.
---@param buf integer
---@param path string
local function make_folder_on_write(buf, path)
  vim.api.nvim_create_autocmd("BufWritePre", {
    buffer = buf,
    once = true,
    callback = function()
      vim.fn.mkdir(vim.fs.dirname(path), "p")
    end,
  })
end

---@param note { path: string, lines: string[] }
local function show(note)
  local begun = place.buffer(note.path)
  local words = { args = { note.path }, magic = { file = false, bar = false } }
  local ok, problem
  if begun then
    ok, problem = pcall(vim.api.nvim_win_set_buf, 0, begun)
  else
    ok, problem = pcall(vim.cmd.edit, words)
  end
  if not ok then
    local why = tostring(problem):match("E%d+: [^\n]*") or tostring(problem)
    return notify.error({ kind = "usage", message = "No note was begun: " .. why, hint = "" })
  end
  local buf = vim.api.nvim_get_current_buf()
  if not begun then
    apply.begin(buf, note.lines)
    make_folder_on_write(buf, note.path)
  end
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(buf), 0 })
  notify.event("NeovimAiNotesNew", { buf = buf, path = note.path })
end

---@param title string
---@param vault? string
local function begin(title, vault)
  client.request("notes_new", { title = title, vault = vault }, {
    result = function(note)
      apply.in_normal(function()
        show(note)
      end)
    end,
  })
end

---@param title string
local function in_vault(title)
  local folders = vim.tbl_filter(function(path)
    return vim.fn.isdirectory(path) == 1
  end, vaults.paths())
  if #folders < 2 then
    return begin(title, folders[1])
  end
  vim.ui.select(folders, {
    prompt = "New note in",
    format_item = function(path)
      return vim.fn.fnamemodify(path, ":~")
    end,
  }, function(folder)
    if folder then
      begin(title, folder)
    end
  end)
end

--- Begin a note, asking for what is missing.
---@param title string
function M.new(title)
  if vim.trim(title) ~= "" then
    return in_vault(vim.trim(title))
  end
  vim.ui.input({ prompt = "Title of the new note: " }, function(said)
    if said and vim.trim(said) ~= "" then
      in_vault(vim.trim(said))
    end
  end)
end

return M
