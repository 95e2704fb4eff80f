--- Two texts as one list of lines: `+ `, `- ` or two blanks before each.
local M = {}

---@param lines string[]
---@return string
local function joined(lines)
  return #lines > 0 and table.concat(lines, "\n") .. "\n" or ""
end

--- All lines, those that stay included.
---@param before string[]
---@param after string[]
---@return string[]
function M.lines(before, after)
  ---@diagnostic disable-next-line: deprecated
  local compare = vim.text and vim.text.diff or vim.diff -- renamed in 0.12
  local unified = compare(joined(before), joined(after), { ctxlen = 10000 })
  local lines = {}
  for line in unified:gmatch("[^\n]+") do
    if not line:find("^@@") then
      lines[#lines + 1] = line:sub(1, 1) .. " " .. line:sub(2)
    end
  end
  if #lines == 0 then
    for _, line in ipairs(after) do
      lines[#lines + 1] = "  " .. line
    end
  end
  return lines
end

--- Whether a line of a diff is added or removed.
---@param line string
---@return boolean
function M.changes(line)
  return line:find("^[+-]") ~= nil
end

return M
