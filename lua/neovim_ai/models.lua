--- `:AiModel`: pick who answers; a local model is pulled first when the user says yes.
local M = {}

local client = require("neovim_ai.client")
local notify = require("neovim_ai.notify")

local OPENAI = "api.openai.com"

---@type neovim_ai.ModelEntry[] as last heard
local known = {}

---@param use fun(models: neovim_ai.ModelEntry[])
local function ask(use)
  client.request("models", {}, {
    result = function(result)
      known = result.models
      use(known)
    end,
  })
end

--- Names for completion; the list of last time, asked for anew for the next.
---@return string[]
function M.names()
  if #known == 0 then
    ask(function() end)
    vim.wait(1000, function()
      return #known > 0
    end, 10)
  end
  local names = vim.tbl_map(function(model)
    return model.name
  end, known)
  return vim.list_extend(names, { "openai" })
end

---@param name string
local function use(name)
  client.request("model_use", { name = name }, {
    result = function()
      notify.info(("The local model is now %s."):format(name))
    end,
  })
end

---@param name string
local function pull(name)
  local id
  id = client.request("model_pull", { name = name }, {
    label = name,
    event = function(event)
      if event.type == "progress" then
        local share = event.total > 0 and ("%.0f%%"):format(100 * event.done / event.total)
        local megabytes = ("%.0f MB"):format(event.done / 1e6)
        require("neovim_ai.status").phase(id, event.what, share or megabytes)
      end
    end,
    result = function()
      use(name)
    end,
  })
end

--- A setting in `setup()` is stronger than what is chosen here: say so instead of wondering.
---@return string
local function overruled()
  local provider = require("neovim_ai.config").get("provider")
  if provider == "auto" or provider == "openai" then
    return ""
  end
  return ("But setup() says provider = '%s', which holds until it is removed."):format(provider)
end

--- Let OpenAI answer: from now on where the host remembers that, else while this Neovim runs.
local function switch_to_openai()
  local message = "OpenAI answers from now on: your code may be sent to %s."
  client.request("model_use", { name = "openai" }, {
    result = function()
      notify.info(message:format(OPENAI), overruled())
    end,
    error = function(err)
      if err.kind == "usage" then
        require("neovim_ai.config").use("provider", "openai")
        client.refresh()
        notify.info(message:format(OPENAI), "Set provider = 'openai' in setup() to keep it so.")
      elseif err.kind ~= "cancelled" and not err.shown then
        notify.error(err)
      end
    end,
  })
end

--- Ask whether code may be sent to OpenAI, and switch to it after a yes.
local function use_openai()
  local prompt = ("Send your code to %s when you ask for a docstring?"):format(OPENAI)
  vim.ui.select({ "Yes, from now on", "No" }, { prompt = prompt }, function(_, index)
    if index == 1 then
      client.request("consent", { host = OPENAI }, { result = switch_to_openai })
    end
  end)
end

---@param model neovim_ai.ModelEntry
---@return string
local function size(model)
  return ("%.1f GB"):format(model.bytes / 1e9)
end

---@param model neovim_ai.ModelEntry
local function take(model)
  if model.state == "pulled" then
    return use(model.name)
  end
  local prompt = ("%s is %s. Download %s?"):format(model.name, model.state, size(model))
  vim.ui.select({ "Yes, download it", "No" }, { prompt = prompt }, function(_, index)
    if index == 1 then
      pull(model.name)
    end
  end)
end

---@param model neovim_ai.ModelEntry
---@return string
local function row(model)
  if model.name == "openai" then
    return ("  openai  asks for a yes first  sends code to %s"):format(OPENAI)
  end
  return ("%s %s  %s  %s"):format(model.chosen and "●" or " ", model.name, size(model), model.state)
end

--- Use a model, or let the user pick one.
---@param name? string
function M.choose(name)
  if name == "openai" then
    return use_openai()
  end
  ask(function(models)
    for _, model in ipairs(models) do
      if model.name == name then
        return take(model)
      end
    end
    if name then
      local names = table.concat(M.names(), ", ")
      local message = ("There is no model '%s'."):format(name)
      return notify.error({ kind = "usage", message = message, hint = "Known: " .. names .. "." })
    end
    local openai = { name = "openai", bytes = 0, state = "remote", chosen = false }
    local all = vim.list_extend(vim.list_slice(models), { openai })
    vim.ui.select(all, { prompt = "Model", format_item = row }, function(model)
      if model and model.name == "openai" then
        use_openai()
      elseif model then
        take(model)
      end
    end)
  end)
end

return M
