---@meta
--- Mirrors python/neovim_ai/protocol.py, field by field; a test compares the two.

---@class (exact) neovim_ai.Buffer
---@field path string
---@field lines string[]
---@field encoding string

---@class (exact) neovim_ai.Request
---@field id integer
---@field method string
---@field params table

---@class (exact) neovim_ai.DocOptions
---@field style? string
---@field detail? integer
---@field audience? integer
---@field rewrite? boolean
---@field note? string
---@field kept? table<string, string>
---@field module? boolean

---@class (exact) neovim_ai.DocParams
---@field buffer neovim_ai.Buffer
---@field row integer
---@field col integer
---@field options neovim_ai.DocOptions

---@class (exact) neovim_ai.EditMessage
---@field start_row integer
---@field start_col integer
---@field end_row integer
---@field end_col integer
---@field lines string[]

---@class (exact) neovim_ai.HunkMessage
---@field key string
---@field label string
---@field edit neovim_ai.EditMessage

---@class (exact) neovim_ai.GateMessage
---@field name string
---@field held boolean
---@field saw string

---@class (exact) neovim_ai.UsageMessage
---@field prompt_tokens integer
---@field completion_tokens integer
---@field cached_tokens integer
---@field requests integer
---@field estimated boolean

---@class (exact) neovim_ai.ProposalMessage
---@field status string
---@field reason string
---@field path string
---@field qualname string
---@field ordinal integer
---@field row integer
---@field digest string
---@field style string
---@field texts table<string, string>
---@field fallbacks string[]
---@field hunks neovim_ai.HunkMessage[]
---@field options neovim_ai.DocOptions
---@field edit neovim_ai.EditMessage|vim.NIL
---@field docstring string[]
---@field before string[]
---@field gates neovim_ai.GateMessage[]
---@field evidence string[]
---@field usage neovim_ai.UsageMessage
---@field seconds number
---@field model string
---@field route string

---@class (exact) neovim_ai.ApplyParams
---@field buffer neovim_ai.Buffer
---@field row integer
---@field proposal neovim_ai.ProposalMessage
---@field keys? string[]

---@class (exact) neovim_ai.TargetsParams
---@field buffer neovim_ai.Buffer
---@field start_row? integer
---@field end_row? integer
---@field options neovim_ai.DocOptions

---@class (exact) neovim_ai.TargetEntry
---@field qualname string
---@field ordinal integer
---@field row integer
---@field end_row integer
---@field missing integer

---@class (exact) neovim_ai.PhaseEvent
---@field id integer
---@field type "phase"
---@field phase string
---@field detail string

---@class (exact) neovim_ai.TargetEvent
---@field id integer
---@field type "target"
---@field qualname string
---@field ordinal integer
---@field row integer
---@field header_end_row integer
---@field end_row integer
---@field update boolean
---@field facts string[]

---@class (exact) neovim_ai.DraftEvent
---@field id integer
---@field type "draft"
---@field start_row integer
---@field end_row integer
---@field lines string[]
---@field done integer
---@field total integer

---@class (exact) neovim_ai.ProgressEvent
---@field id integer
---@field type "progress"
---@field what string
---@field done integer
---@field total integer

---@class (exact) neovim_ai.ResultEvent
---@field id integer
---@field type "result"
---@field result table

---@class (exact) neovim_ai.ErrorEvent
---@field id integer
---@field type "error"
---@field kind string
---@field message string
---@field hint string

---@alias neovim_ai.Event
---| neovim_ai.PhaseEvent
---| neovim_ai.TargetEvent
---| neovim_ai.DraftEvent
---| neovim_ai.AnswerEvent
---| neovim_ai.TestDraftEvent
---| neovim_ai.ProgressEvent
---| neovim_ai.ResultEvent
---| neovim_ai.ErrorEvent

---@class (exact) neovim_ai.HelloParams
---@field settings table

---@class (exact) neovim_ai.ModelEntry
---@field name string
---@field bytes integer
---@field state string
---@field chosen boolean

---@class (exact) neovim_ai.HealthEntry
---@field section string
---@field level string
---@field message string
---@field advice string[]

---@class (exact) neovim_ai.CheckParams
---@field buffer neovim_ai.Buffer
---@field id string
---@field options? neovim_ai.CheckOptions
---@field unasked? boolean

--- What else to look for: examples that fail when run, docstrings older than their code.
---@class (exact) neovim_ai.CheckOptions
---@field examples? boolean
---@field age? boolean

---@class (exact) neovim_ai.FindingMessage
---@field kind string
---@field qualname string
---@field ordinal integer
---@field row integer
---@field key string
---@field message string
---@field severity string
---@field mendable boolean

--- What Lua itself says of a failure; an `ErrorEvent` without its id.
---@class neovim_ai.Failure
---@field kind string
---@field message string
---@field hint? string
---@field shown? boolean the user has read it already
