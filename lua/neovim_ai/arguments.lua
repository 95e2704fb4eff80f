--- The arguments of `:AiDoc`: read, completed, and what is wrong with them said.
local M = {}

local STYLES = { "google", "numpy", "sphinx", "epytext", "plain" }
local DETAILS = { "1", "2", "3", "4", "5" }
local AUDIENCES = { "1", "2", "3", "4", "5" }
local VALUES = { style = STYLES, detail = DETAILS, audience = AUDIENCES }
local FLAGS = { "module", "rewrite" }
local KNOWN = { "module", "rewrite", "style=…", "detail=1-5", "audience=1-5", "-- what to say" }

---@param message string
---@param hint string
---@return nil
---@return neovim_ai.Failure
local function failure(message, hint)
  return nil, { kind = "usage", message = message, hint = hint }
end

--- Take one word into the options.
---@param options neovim_ai.DocOptions
---@param word string
---@return true?
---@return neovim_ai.Failure? err
local function take(options, word)
  local name, value = word:match("^(%w+)=(.*)$")
  if vim.list_contains(FLAGS, word) then
    options[word] = true
    return true
  elseif not VALUES[name] then
    local near = require("neovim_ai.spelling").near(name or word, vim.list_extend({
      "style",
      "detail",
      "audience",
    }, FLAGS))
    local meant = near and (" Did you mean '%s'?"):format(near) or ""
    local known = "Known: " .. table.concat(KNOWN, ", ") .. "."
    return failure((":AiDoc does not know '%s'.%s"):format(word, meant), known)
  elseif not vim.list_contains(VALUES[name], value) then
    local known = "Known: " .. name .. "=" .. table.concat(VALUES[name], ", " .. name .. "=") .. "."
    if name ~= "style" then
      local most = #VALUES[name]
      local said = "'%s' must be a number from 1 to %d, not '%s'."
      return failure(said:format(name, most, value), "")
    end
    return failure(("There is no docstring style '%s'."):format(value), known)
  end
  options[name] = name == "style" and value or tonumber(value)
  return true
end

--- Read `detail=3 rewrite -- what to say`.
---@param text string
---@return neovim_ai.DocOptions? options
---@return neovim_ai.Failure? err
function M.read(text)
  local options = {}
  local before, note = (" " .. text .. " "):match("^(.-) %-%- (.*)$")
  for word in (before or text):gmatch("%S+") do
    local taken, err = take(options, word)
    if not taken then
      return nil, err
    end
  end
  if note and vim.trim(note) ~= "" then
    options.note = vim.trim(note)
  end
  return options
end

--- Everything that may be written in one word, what the line has already left out.
---@param line string
---@return string[]
function M.candidates(line)
  if line:find(" %-%- ") then
    return {}
  end
  local all = {}
  for _, flag in ipairs(FLAGS) do
    if not line:find(" " .. flag .. " ", 1, true) then
      all[#all + 1] = flag
    end
  end
  for _, name in ipairs({ "style", "detail", "audience" }) do
    for _, value in ipairs(line:find(" " .. name .. "=%w+ ") and {} or VALUES[name]) do
      all[#all + 1] = name .. "=" .. value
    end
  end
  return all
end

return M
