--- Every option, once: its type, default and help line feed validation, `:help` and the host.
local M = {}

---@class (exact) neovim_ai.Option
---@field name string dotted path
---@field type string as `type()` names it, or `list`
---@field default any
---@field help string
---@field among? string[] the only values taken
---@field host? boolean sent to Python

---@type neovim_ai.Option[]
M.schema = {
  {
    name = "python",
    type = "string",
    default = "",
    help = "The interpreter that runs the host; empty: the plugin's own environment.",
  },
  {
    name = "keymaps",
    type = "boolean",
    default = false,
    help = "Map keys that begin with <LocalLeader>a in Python buffers; see |neovim-ai-maps|.",
  },
  {
    name = "prestart",
    type = "boolean",
    default = false,
    help = "Start the host when the first Python buffer opens, not at the first command.",
  },
  {
    name = "diagnostics.live",
    type = "boolean",
    default = false,
    help = "Show drift of docstrings as diagnostics while you edit Python buffers.",
  },
  {
    name = "diagnostics.debounce",
    type = "number",
    default = 300,
    help = "Milliseconds without a change after which a buffer is checked.",
  },
  {
    name = "code_actions",
    type = "boolean",
    default = false,
    help = "Offer to write and update docstrings as LSP code actions in Python buffers.",
  },
  {
    name = "provider",
    type = "string",
    default = "auto",
    among = { "auto", "local", "openai", "url" },
    host = true,
    help = "Who answers: `auto`, `local`, `openai` or `url`.",
  },
  {
    name = "base_url",
    type = "string",
    default = "",
    host = true,
    help = "An OpenAI-compatible address ending in `/v1`; setting it is consent to it.",
  },
  {
    name = "model",
    type = "string",
    default = "",
    host = true,
    help = "The model's name there; empty: the server's first or the default.",
  },
  {
    name = "api_key_env",
    type = "string",
    default = "OPENAI_API_KEY",
    host = true,
    help = "The environment variable that holds the key.",
  },
  {
    name = "api_key_cmd",
    type = "list",
    default = {},
    host = true,
    help = "A command as a list, run once, whose first line of output is the key.",
  },
  {
    name = "ca_bundle",
    type = "string",
    default = "",
    host = true,
    help = "A PEM file of certificate authorities; empty: the system's.",
  },
  {
    name = "proxy",
    type = "string",
    default = "",
    host = true,
    help = "A proxy's address; empty: the environment's.",
  },
  {
    name = "timeout.connect",
    type = "number",
    default = 10,
    host = true,
    help = "Seconds to wait for a connection.",
  },
  {
    name = "timeout.first_token",
    type = "number",
    default = 120,
    host = true,
    help = "Seconds to wait for the first token.",
  },
  {
    name = "timeout.idle",
    type = "number",
    default = 30,
    host = true,
    help = "Seconds of silence after which a stream is given up.",
  },
  {
    name = "max_prompt_tokens",
    type = "number",
    default = 6000,
    host = true,
    help = "The budget of one request, in tokens.",
  },
  {
    name = "budget.request",
    type = "number",
    default = 0,
    host = true,
    help = "The most tokens of one request to another machine; 0: no limit.",
  },
  {
    name = "budget.day",
    type = "number",
    default = 0,
    host = true,
    help = "The most tokens a day, of all your editors, from other machines; 0: no limit.",
  },
  {
    name = "private",
    type = "list",
    default = { ".env*", "*.pem", "*.key", "id_rsa", ".netrc" },
    host = true,
    help = "Files that never leave for another machine: patterns of names, or of paths with a `/`.",
  },
  {
    name = "docs.style",
    type = "string",
    default = "",
    among = { "", "google", "numpy", "sphinx", "epytext", "plain" },
    host = true,
    help = "Docstrings are `google`, `numpy`, `sphinx`, `epytext`, `plain`; empty: as the project.",
  },
  {
    name = "docs.width",
    type = "number",
    default = 0,
    host = true,
    help = "Longest line of a docstring; 0: as the project does.",
  },
  {
    name = "docs.callees",
    type = "string",
    default = "auto",
    among = { "auto", "always", "never" },
    host = true,
    help = "Describe exceptions of what is called: `auto`: in new docstrings, no linter forbidding.",
  },
  {
    name = "tests.python",
    type = "string",
    default = "",
    host = true,
    help = "The Python that runs your project's tests, or its environment's folder; empty: found.",
  },
  {
    name = "tests.budget",
    type = "number",
    default = 180,
    host = true,
    help = "Seconds that `:AiTest` may take.",
  },
  {
    name = "tests.runs",
    type = "number",
    default = 5,
    host = true,
    help = "Fresh processes that each new test must pass in.",
  },
  {
    name = "tests.dir",
    type = "string",
    default = "",
    host = true,
    help = "The folder of test files; empty: as the project does.",
  },
  {
    name = "tests.model",
    type = "boolean",
    default = true,
    host = true,
    help = "Let a model name tests and say what it expects; false: search and observation alone.",
  },
  {
    name = "notes.vaults",
    type = "list",
    default = {},
    host = true,
    help = "Files and folders that hold your notes.",
  },
  {
    name = "notes.picker",
    type = "string",
    default = "auto",
    among = { "auto", "float", "telescope", "fzf_lua", "snacks", "mini", "select" },
    help = "Which picker shows notes; `auto`: the one you have set up, else our own, `float`.",
  },
  {
    name = "notes.resume",
    type = "boolean",
    default = false,
    help = "Let `:NotesFind` without a query go on with the last one.",
  },
  {
    name = "notes.limit",
    type = "number",
    default = 50,
    host = true,
    help = "The most rows that a picker shows.",
  },
  {
    name = "notes.embeddings.base_url",
    type = "string",
    default = "",
    host = true,
    help = "An OpenAI-compatible address with `/embeddings`; setting it sends it your notes.",
  },
  {
    name = "notes.embeddings.model",
    type = "string",
    default = "",
    host = true,
    help = "The name of the model there that finds by meaning.",
  },
}

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

--- Set one option for as long as this Neovim runs, whatever `setup()` said.
---@param name string dotted path
---@param value any
function M.use(name, value)
  assert(not problem(assert(option(name), name), value), name)
  chosen[name] = value
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
