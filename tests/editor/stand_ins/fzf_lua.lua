-- Stands in for fzf-lua, as its documentation describes live contents, actions and previewers.
local options, contents, lines, closed
local reloads = 0

local Base = {}
Base.__index = Base

function Base.extend(parent)
  local class = setmetatable({ super = parent }, { __index = parent })
  class.__index = class
  return class
end

function Base.new(self)
  local buf = vim.api.nvim_create_buf(false, true)
  local place = { relative = "editor", row = 1, col = 1, width = 20, height = 5 }
  self.win = { preview_winid = vim.api.nvim_open_win(buf, false, place) }
  return self
end

function Base.get_tmp_buffer()
  return vim.api.nvim_create_buf(false, true)
end

function Base:set_preview_buf(buf)
  vim.api.nvim_win_set_buf(self.win.preview_winid, buf)
end

local function reload(query)
  reloads = reloads + 1
  local mine = reloads
  lines = {}
  contents({ query })(function(line)
    if line and mine == reloads then
      lines[#lines + 1] = line
    end
  end)
end

package.loaded["fzf-lua"] = {
  fzf_live = function(what, wanted)
    contents, options, closed = what, wanted, false
    assert(wanted.fzf_opts["--with-nth"] == "2..")
    reload(wanted.query)
  end,
}
package.loaded["fzf-lua.utils"] = {
  ansi_from_hl = function(_, text)
    return "\27[1m" .. text .. "\27[0m"
  end,
}
package.loaded["fzf-lua.previewer.builtin"] = { base = Base }

local executable = vim.fn.executable
vim.fn.executable = function(name)
  return name == "fzf" and 1 or executable(name)
end

_G.StandIn = {
  type = reload,
  is_open = function()
    return closed == false
  end,
  rows = function()
    return vim.tbl_map(function(line)
      return (line:gsub("^%d+\t", ""):gsub("\27%[%d+m", ""))
    end, lines)
  end,
  press = function(key)
    local name = key:gsub("<C%-(.)>", "ctrl-%1"):gsub("<CR>", "enter")
    closed = true
    options.winopts.on_close()
    options.actions[name]({ lines[1] }, options)
  end,
  preview = function()
    local previewer = options.previewer.new(setmetatable({}, options.previewer), {}, options)
    previewer:populate_preview_buf(lines[1])
    local win = previewer.win.preview_winid
    local buf = vim.api.nvim_win_get_buf(win)
    vim.api.nvim_win_close(win, true)
    return vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  end,
}
