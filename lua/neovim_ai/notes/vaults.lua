--- The files and folders that hold the user's notes, as they are set.
local M = {}

---@type { from: string, paths: string[] }? made once, since every row asks for them
local known

---@return string[] absolute paths
function M.paths()
  local set = vim.tbl_map(tostring, require("neovim_ai.config").get("notes.vaults"))
  local from = table.concat({ vim.uv.cwd() or "", unpack(set) }, "\0")
  if not known or known.from ~= from then
    local paths = vim.tbl_map(function(vault)
      local path = vim.fs.normalize(vim.fn.fnamemodify(vault, ":p"))
      return #path > 1 and (path:gsub("/$", "")) or path
    end, set)
    known = { from = from, paths = paths }
  end
  return known.paths
end

--- Why nothing can be asked about notes, if so.
---@return neovim_ai.Failure?
function M.missing()
  if #require("neovim_ai.config").get("notes.vaults") > 0 then
    return nil
  end
  return {
    kind = "usage",
    message = "No notes are set up.",
    hint = 'Set notes = { vaults = { "~/notes.md" } } in setup(); a vault is a file or a folder.',
  }
end

--- The vault that holds a path.
---@param path string absolute
---@return string?
function M.of(path)
  local real = vim.uv.fs_realpath(path) or path
  for _, vault in ipairs(M.paths()) do
    local root = vim.uv.fs_realpath(vault) or vault
    if real == root or vim.startswith(real, root .. "/") then
      return root
    end
  end
end

--- A path as short as its vault allows.
---@param path string absolute
---@return string
function M.relative(path)
  for _, vault in ipairs(M.paths()) do
    if vim.startswith(path, vault .. "/") then
      return path:sub(#vault + 2)
    end
  end
  return vim.fs.basename(path)
end

return M
