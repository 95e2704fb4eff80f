--- What runs, as a line: for the corner of the screen and for a statusline.
local M = {}

local FRAMES = { "⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏" }
local TICK = 100 -- ms between two frames
local QUIET = 150 -- ms of work that nothing is shown of

---@class (exact) neovim_ai.Running
---@field label string
---@field phase string
---@field started integer ms

---@type table<integer, neovim_ai.Running>
local running = {}
local timer ---@type uv.uv_timer_t?
local frame = 1
local in_statusline = false

---@return integer
local function now()
  return math.floor(vim.uv.hrtime() / 1e6)
end

---@return neovim_ai.Running[] oldest first
local function by_age()
  local jobs = {}
  for _, id in ipairs(vim.tbl_keys(running)) do
    jobs[#jobs + 1] = running[id]
  end
  table.sort(jobs, function(a, b)
    return a.started < b.started
  end)
  return jobs
end

---@param jobs neovim_ai.Running[]
---@return string
local function line(jobs)
  local first = jobs[1]
  local text = FRAMES[frame] .. " " .. first.label
  if first.phase ~= "" then
    text = text .. ": " .. first.phase
  end
  return #jobs > 1 and ("%s (+%d)"):format(text, #jobs - 1) or text
end

--- For a statusline: empty while nothing runs.
---@return string
function M.text()
  in_statusline = true
  local jobs = by_age()
  return #jobs > 0 and line(jobs) or ""
end

--- One line for each running job, oldest first.
---@return string[]
function M.lines()
  return vim.tbl_map(function(job)
    local seconds = (now() - job.started) / 1000
    local phase = job.phase ~= "" and job.phase or "starting"
    return ("%s: %s (%.0f s)"):format(job.label, phase, seconds)
  end, by_age())
end

local function draw()
  local jobs = by_age()
  frame = frame % #FRAMES + 1
  if #jobs > 0 and now() - jobs[1].started >= QUIET then
    require("neovim_ai.corner").show("status", line(jobs), 0, "Comment")
  end
  if in_statusline then
    vim.cmd.redrawstatus()
  end
end

---@param id integer
---@param label string
function M.begin(id, label)
  running[id] = { label = label, phase = "", started = now() }
  if not timer then
    timer = assert(vim.uv.new_timer())
    timer:start(QUIET, TICK, vim.schedule_wrap(function()
      if timer then
        draw()
      end
    end))
  end
end

---@param id integer
---@param phase string
---@param detail? string
function M.phase(id, phase, detail)
  if running[id] then
    running[id].phase = detail and detail ~= "" and (phase .. " " .. detail) or phase
  end
end

---@param id integer
---@param label string
function M.rename(id, label)
  if running[id] then
    running[id].label = label
  end
end

---@param id integer
function M.finish(id)
  running[id] = nil
  if next(running) == nil and timer then
    timer:stop()
    timer:close()
    timer = nil
    require("neovim_ai.corner").hide("status")
    if in_statusline then
      vim.cmd.redrawstatus()
    end
  end
end

return M
