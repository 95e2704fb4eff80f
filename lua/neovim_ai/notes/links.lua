--- `:NotesLinks`: what links here, and the links of this note that lead nowhere, as diagnostics.
local M = {}

local client = require("neovim_ai.client")
local notify = require("neovim_ai.notify")

local namespace = vim.api.nvim_create_namespace("neovim_ai_notes_links")

---@param link neovim_ai.BacklinkMessage
---@return neovim_ai.Row
local function as_row(link)
  local lines = require("neovim_ai.notes.place").lines(link.path)
  local line = lines and lines[link.row + 1] or ""
  return {
    path = link.path,
    row = link.row,
    row_of_best = link.row,
    heading_path = link.heading_path,
    snippet = line:find(link.text, 1, true) and line or link.text,
    matches = {},
  }
end

---@param buf integer
---@param broken neovim_ai.BrokenLinkMessage[]
local function show_broken(buf, broken)
  local last = vim.api.nvim_buf_line_count(buf) - 1
  vim.diagnostic.set(namespace, buf, vim.tbl_map(function(link)
    return {
      lnum = math.min(link.row, last),
      col = link.col,
      end_lnum = math.min(link.row, last),
      end_col = link.end_col,
      message = ("This link leads nowhere: %s"):format(link.target),
      severity = vim.diagnostic.severity.WARN,
      source = "neovim-ai",
      code = "broken_link",
    }
  end, broken))
end

---@param count integer
---@return string
local function said_of(count)
  if count == 0 then
    return ""
  end
  return count == 1 and "1 link of this note leads nowhere."
    or ("%d links of this note lead nowhere."):format(count)
end

--- Ask what links to the cursor's place, and look at the links of its note.
---@param receive fun(rows: neovim_ai.Row[]) when something links here
function M.here(receive)
  local buf = vim.api.nvim_get_current_buf()
  local path = vim.api.nvim_buf_get_name(buf)
  if not require("neovim_ai.notes.vaults").of(path) then
    local message = "This buffer is none of your notes."
    local hint = "Open one of them; |neovim-ai-option-notes.vaults| names them."
    return notify.error({ kind = "usage", message = message, hint = hint })
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  require("neovim_ai.notes.buffers").tell_all(function()
    client.request("notes_links", { path = path, row = row }, {
      label = "looking for links",
      buf = buf,
      result = function(result)
        if vim.api.nvim_buf_is_loaded(buf) then
          show_broken(buf, result.broken)
        end
        local nowhere = said_of(#result.broken)
        if #result.backlinks == 0 then
          return notify.info("Nothing links here.", nowhere)
        elseif nowhere ~= "" then
          notify.info(nowhere)
        end
        receive(vim.tbl_map(as_row, result.backlinks))
      end,
    })
  end)
end

return M
