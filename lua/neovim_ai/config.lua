--- What the user has set, checked against the schema.
local M = {}

M.schema = require("neovim_ai.schema")

---@type table<string, any> values that differ from the defaults, by dotted path
local chosen = {}

---@param name string
---@return neovim_ai.Option?
local function option(name)
  for _, known in ipairs(M.schema) do
    if known.name == name then
      return known
    end
  end
end

---@param name string
---@return boolean
local function is_group(name)
  return vim.iter(M.schema):any(function(known)
    return vim.startswith(known.name, name .. ".")
  end)
end

---@param name string what was written
---@return string hint
local function suggestion(name)
  local names = vim.tbl_map(function(known)
    return known.name
  end, M.schema)
  local near = require("neovim_ai.spelling").near(name, names)
  return near and ("Did you mean '%s'?"):format(near) or "See :help neovim-ai-options."
end

---@param known neovim_ai.Option
---@param value any
---@return string? problem
local function problem(known, value)
  local is_list = type(value) == "table" and vim.islist(value)
  local right = known.type == "list" and is_list or type(value) == known.type
  if not right then
    return ("option '%s' must be a %s, not a %s."):format(known.name, known.type, type(value))
  end
  if known.among and not vim.list_contains(known.among, value) then
    local values = table.concat(known.among, ", "):gsub("^, ", "")
    return ("option '%s' must be one of %s, not '%s'."):format(known.name, values, value)
  end
end

--- Flatten what the user wrote, collecting what is wrong.
---@param values table
---@param prefix string
---@param taken table<string, any>
---@param errors string[]
local function collect(values, prefix, taken, errors)
  for key, value in pairs(values) do
    local name = prefix .. tostring(key)
    local known = option(name)
    if known then
      local wrong = problem(known, value)
      if wrong then
        errors[#errors + 1] = wrong
      else
        taken[name] = value
      end
    elseif type(value) == "table" and is_group(name) then
      collect(value, name .. ".", taken, errors)
    else
      errors[#errors + 1] = ("unknown option '%s'. %s"):format(name, suggestion(name))
    end
  end
end

--- Take the user's options; those that are wrong are named and left at their defaults.
---@param values? table
---@return string[] errors one line each
function M.set(values)
  local taken, errors = {}, {}
  if values ~= nil and type(values) ~= "table" then
    return { "setup() takes a table of options." }
  end
  collect(values or {}, "", taken, errors)
  table.sort(errors)
  chosen = taken
  return errors
end

---@param name string dotted path
---@return any
function M.get(name)
  if chosen[name] ~= nil then
    return chosen[name]
  end
  return assert(option(name), name).default
end

--- What Python is told, as nested tables.
---@return table
function M.settings()
  local settings = {}
  for _, known in ipairs(M.schema) do
    if known.host then
      local groups, inner = vim.split(known.name, ".", { plain = true }), settings
      local leaf = table.remove(groups)
      for _, group in ipairs(groups) do
        inner[group] = inner[group] or {}
        inner = inner[group]
      end
      inner[leaf] = M.get(known.name)
    end
  end
  return settings
end

return M
