--- Notes that other programs write are found while Neovim is open: their folders are watched.
--- Where that cannot be (the system has no watch left, a disk of another machine) nothing is said:
--- all notes are looked at when Neovim gets the focus, as ever.
local M = {}

local vaults = require("neovim_ai.notes.vaults")

local SETTLE = 100 -- ms from the first that is heard until it is looked at, with what came since
local MANY = 50 -- notes; where more have changed all are looked at
local MOST_HEARD = 200 -- paths that are told apart
local MOST = 512 -- folders; the host names the most of a vault itself
-- As python/neovim_ai/notes/files.py has them; a test compares the two.
M.SUFFIXES = { ".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd" }

---@type table<string, uv.uv_fs_event_t> by folder
local watched = {}
---@type table<string, true> folders that appeared here and may hold no note yet
local appeared = {}
---@type table<string, true> paths that changed since it was last looked
local heard = {}
local count = 0 -- of `heard`
local look ---@type fun(paths?: string[])

---@param path string
---@return boolean
local function is_folder(path)
  local stat = vim.uv.fs_stat(path)
  return stat ~= nil and stat.type == "directory"
end

---@param path string
---@return boolean
local function is_note(path)
  local vault = vaults.of(path)
  local suffix = (path:match("%.[^./]+$") or ""):lower()
  return vault ~= nil and (vault == path or vim.list_contains(M.SUFFIXES, suffix))
end

---@param folder string
local function leave(folder)
  watched[folder]:close()
  watched[folder], appeared[folder] = nil, nil
end

--- Look at what was heard; a folder that came, went or was put in another's place at all notes.
local function settle()
  local all, paths = count >= MOST_HEARD, {}
  for path in pairs(heard) do
    local known = watched[path] ~= nil
    if known then
      leave(path)
    end
    local hidden = vim.startswith(vim.fs.basename(path), ".")
    if not hidden and vaults.of(path) and is_folder(path) then
      all, appeared[path] = true, M.watch(path) or nil
    elseif known then
      all = true
    elseif is_note(path) then
      paths[#paths + 1] = path
    end
  end
  heard, count = {}, 0
  if all or #paths > MANY then
    look()
  elseif #paths > 0 then
    look(paths)
  end
end

---@param path string
local function hear(path)
  if heard[path] or count >= MOST_HEARD then
    return
  end
  heard[path], count = true, count + 1
  if count == 1 then
    vim.defer_fn(settle, SETTLE)
  end
end

--- Watch a folder, not those in it; tells whether it can be.
---@param folder string
---@return boolean
function M.watch(folder)
  local handle = vim.tbl_count(watched) < MOST and vim.uv.new_fs_event()
  if not handle then
    return false
  end
  local started = handle:start(folder, {}, function(err, name)
    if not err then
      hear(name and (folder .. "/" .. name) or folder)
    end
  end)
  if not started then
    handle:close()
    return false
  end
  watched[folder] = handle
  return true
end

--- Watch these folders and no others, but those that appeared meanwhile.
---@param folders string[]
---@param changed fun(paths?: string[]) looks at notes that changed, at all of them without any
function M.follow(folders, changed)
  look = changed
  local wanted, had_any, came = {}, next(watched) ~= nil, false
  for _, folder in ipairs(folders) do
    wanted[folder] = true
  end
  for folder in pairs(watched) do
    if not wanted[folder] and not (appeared[folder] and is_folder(folder)) then
      leave(folder)
    end
  end
  for _, folder in ipairs(folders) do
    if not watched[folder] and M.watch(folder) then
      came = true
    end
  end
  if came and had_any then
    -- Something may have been written there before it was watched.
    changed()
  end
end

--- The folders that are watched now.
---@return string[]
function M.folders()
  return vim.tbl_keys(watched)
end

return M
