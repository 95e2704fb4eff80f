--- Every option, once: its type, default and help line feed validation, `:help` and the host.

---@class (exact) neovim_ai.Option
---@field name string dotted path
---@field type string as `type()` names it, or `list`
---@field default any
---@field help string
---@field among? string[] the only values taken
---@field host? boolean sent to Python

---@type neovim_ai.Option[]
return {
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
    help = "The most tokens of one prompt; what stands around the code goes first; 0: no limit.",
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
    help = "Files that never leave for another machine: patterns of names, or of whole paths.",
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
    help = "Describe what callees raise: `auto`: in new docstrings where no linter forbids it.",
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
    name = "tests.env",
    type = "list",
    default = {},
    host = true,
    help = "Names of environment variables that tests may see in the sandbox beside LANG and TZ.",
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
    help = "An OpenAI-compatible address with `/embeddings`; setting it sends it your notes."
      .. " `proxy`, `ca_bundle`, `private` and `budget` hold for it too, and the key where it is"
      .. " the server of `base_url`.",
  },
  {
    name = "notes.embeddings.model",
    type = "string",
    default = "",
    host = true,
    help = "The name of the model there that finds by meaning. Without a `base_url`,"
      .. " `all-minilm-l6-v2` finds on this machine, once `neovim-ai model pull` has brought it.",
  },
}
