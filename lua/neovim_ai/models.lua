--- `:AiModel`: pick who answers; a local model is pulled first when the user says yes.
local M = {}

local client = require("neovim_ai.client")
local notify = require("neovim_ai.notify")

local OPENAI = "api.openai.com"

---@type neovim_ai.ModelEntry[] as last heard
local known = {}

---@param use fun(models: neovim_ai.ModelEntry[], openai: boolean) with whether OpenAI is chosen
local function ask(use)
  client.request("models", {}, {
    result = function(result)
      known = result.models
      use(known, result.openai == true)
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

--- What `setup()` says is stronger than what is chosen here: say so instead of wondering.
---@param provider "local"|"openai"
---@return string
local function overruled(provider)
  local config = require("neovim_ai.config")
  local set, base_url = config.get("provider"), config.get("base_url")
  local strong ---@type string?
  if set ~= "auto" and set ~= provider then
    strong = ("provider = '%s'"):format(set)
  elseif set == "auto" and base_url ~= "" then
    strong = ("base_url = '%s'"):format(base_url)
  end
  return strong and ("But setup() says %s, which holds until it is removed."):format(strong) or ""
end

---@param name string
local function use(name)
  client.request("model_use", { name = name }, {
    result = function()
      notify.info(("The local model is now %s."):format(name), overruled("local"))
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

--- Let OpenAI answer from now on, until a local model is chosen.
local function switch_to_openai()
  local message = "OpenAI answers from now on: your code, and notes you ask about, may be sent to "
  client.request("model_use", { name = "openai" }, {
    result = function()
      notify.info(message .. OPENAI .. ".", overruled("openai"))
    end,
  })
end

--- Ask whether code may be sent to OpenAI, and switch to it after a yes.
local function use_openai()
  local prompt = ("Send your code, and notes you ask about, to %s?"):format(OPENAI)
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
    local mark = model.chosen and "●" or " "
    return ("%s openai  asks for a yes first  sends code to %s"):format(mark, OPENAI)
  end
  return ("%s %s  %s  %s"):format(model.chosen and "●" or " ", model.name, size(model), model.state)
end

--- Use a model, or let the user pick one.
---@param name? string
function M.choose(name)
  if name == "openai" then
    return use_openai()
  end
  ask(function(models, openai_chosen)
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
    local openai = { name = "openai", bytes = 0, state = "remote", chosen = openai_chosen }
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
