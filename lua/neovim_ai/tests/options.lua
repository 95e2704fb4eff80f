--- The arguments of `:AiTest`.
local M = {}

M.WORDS = { "kill", "nomodel", "budget=", "runs=" }
local KNOWN = "Known: kill, nomodel, budget=SECONDS, runs=N."
local NUMBERS = { budget = 1, runs = 1 }

---@class (exact) neovim_ai.TestArguments
---@field options neovim_ai.TestOptions
---@field kill boolean

---@param message string
---@return nil
---@return neovim_ai.Failure
local function failure(message)
  return nil, { kind = "usage", message = message, hint = KNOWN }
end

--- Read `nomodel budget=60`.
---@param text string
---@return neovim_ai.TestArguments? arguments
---@return neovim_ai.Failure? err
function M.read(text)
  local options, kill = {}, false
  for word in text:gmatch("%S+") do
    local name, value = word:match("^(%w+)=(.*)$")
    if word == "kill" then
      kill = true
    elseif word == "nomodel" then
      options.model = false
    elseif word == "--" then
      return failure(":AiTest takes no note after '--': tests are found by trying, not by words.")
    elseif not NUMBERS[name] then
      return failure((":AiTest does not know '%s'."):format(word))
    elseif not tonumber(value) or tonumber(value) < NUMBERS[name] then
      return failure(("'%s' must be a number from %d on, not '%s'."):format(
        name,
        NUMBERS[name],
        value
      ))
    else
      options[name] = tonumber(value)
    end
  end
  return { options = options, kill = kill }
end

return M
