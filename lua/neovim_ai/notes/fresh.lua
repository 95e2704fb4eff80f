--- Notes that changed on the disk are found again: after a save, when their folder says so, and
--- when Neovim gets the focus.
local M = {}

local client = require("neovim_ai.client")
local vaults = require("neovim_ai.notes.vaults")

local enabled = false
local looked ---@type string? which host has looked at which notes

local refresh ---@type fun(paths?: string[])

--- Watch where the notes are, as far as that is known.
---@param folders? string[]
local function follow(folders)
  if folders and #folders > 0 then
    require("neovim_ai.notes.watch").follow(folders, refresh)
  end
end

---@param paths? string[] nil: look at all of them
function refresh(paths)
  if vaults.missing() then
    return
  end
  client.request("notes_refresh", { paths = paths }, {
    result = function(result)
      follow(result.folders)
      if (result.changed or 0) > 0 then
        require("neovim_ai.notes.search").refreshed()
      end
    end,
    error = function(err)
      -- Nobody asked; whoever searches next is told.
      require("neovim_ai.notify").keep(err.message)
    end,
  })
end

--- Which host it is, asked about which notes.
---@return string
function M.who()
  local _, _, _, starts = require("neovim_ai.host").state()
  return starts .. "\0" .. table.concat(vaults.paths(), "\0")
end

--- Go on once the host has looked at all notes: at once, when it has already.
---@param done fun()
---@param quiet? boolean whoever asks goes on meanwhile, and will hear of what is wrong there
function M.look(done, quiet)
  if looked == M.who() and select(2, require("neovim_ai.host").state()) then
    return done()
  end
  client.request("notes_refresh", {}, {
    label = not quiet and "reading your notes" or nil,
    result = function(result)
      follow(result.folders)
      looked = M.who()
      done()
    end,
    error = quiet and function()
      done() -- the answer tells what is wrong
    end or nil,
  })
end

--- Look at a note again that was just written; nothing happens when it is none.
---@param path string
function M.saved(path)
  if vaults.of(path) then
    refresh({ path })
  end
end

--- Look at all notes again, in the background.
function M.all()
  refresh(nil)
end

--- Begin; from the first question on, since the host looks at all of them when it starts.
function M.enable()
  if enabled then
    return
  end
  enabled = true
  local group = vim.api.nvim_create_augroup("neovim_ai_notes", {})
  vim.api.nvim_create_autocmd("BufWritePost", {
    group = group,
    callback = function(event)
      M.saved(vim.api.nvim_buf_get_name(event.buf))
    end,
  })
  vim.api.nvim_create_autocmd("FocusGained", {
    group = group,
    callback = function()
      M.all()
    end,
  })
end

return M
