---@meta
--- Mirrors python/neovim_ai/protocol_tests.py, field by field; a test compares the two.

---@class (exact) neovim_ai.TestOptions
---@field start_row? integer
---@field end_row? integer
---@field whole? boolean
---@field model? boolean
---@field budget? number
---@field runs? integer

---@class (exact) neovim_ai.TestParams
---@field buffer neovim_ai.Buffer
---@field row integer
---@field col integer
---@field options neovim_ai.TestOptions
---@field buffers neovim_ai.Buffer[]

---@class (exact) neovim_ai.TestHunkMessage
---@field key string
---@field label string
---@field lines string[]
---@field provenance string
---@field sources string[]
---@field evidence string
---@field intent string
---@field target string
---@field test table

---@class (exact) neovim_ai.DisputeMessage
---@field key string
---@field target string
---@field row integer
---@field call string
---@field expected string
---@field observed string
---@field source string
---@field said string
---@field votes string[]
---@field can_be_pinned boolean
---@field case table

---@class (exact) neovim_ai.MutantMessage
---@field key string
---@field target string
---@field row integer
---@field operator string
---@field before string
---@field after string

---@class (exact) neovim_ai.RefusedMessage
---@field name string
---@field reason string

---@class (exact) neovim_ai.CoverageMessage
---@field lines integer
---@field lines_run integer
---@field branches integer
---@field branches_run integer
---@field percent number
---@field missing integer[]

---@class (exact) neovim_ai.TestProposalMessage
---@field status string
---@field reason string
---@field path string
---@field qualname string
---@field row integer
---@field end_row integer
---@field targets string[]
---@field digest string
---@field test_path string
---@field exists boolean
---@field hunks neovim_ai.TestHunkMessage[]
---@field disputes neovim_ai.DisputeMessage[]
---@field survivors neovim_ai.MutantMessage[]
---@field refused neovim_ai.RefusedMessage[]
---@field before neovim_ai.CoverageMessage
---@field after neovim_ai.CoverageMessage
---@field mutants integer
---@field killed integer
---@field notes string[]
---@field not_run string
---@field edits neovim_ai.EditMessage[]
---@field usage neovim_ai.UsageMessage
---@field seconds number
---@field model string
---@field route string

---@class (exact) neovim_ai.TestApplyParams
---@field proposal neovim_ai.TestProposalMessage
---@field buffer neovim_ai.Buffer
---@field test_buffer neovim_ai.Buffer
---@field keys string[]
---@field answers table<string, string>

---@class (exact) neovim_ai.BugMessage
---@field path string
---@field row integer
---@field message string

---@class (exact) neovim_ai.TestApplyResult
---@field path string
---@field exists boolean
---@field edits neovim_ai.EditMessage[]
---@field names string[]
---@field bugs neovim_ai.BugMessage[]
---@field verified string

---@class (exact) neovim_ai.TestKillParams
---@field buffer neovim_ai.Buffer
---@field test_buffer neovim_ai.Buffer
---@field mutant neovim_ai.MutantMessage

---@class (exact) neovim_ai.TestDraftEvent
---@field id integer
---@field type "test_draft"
---@field lines string[]
---@field percent integer
---@field killed integer
---@field mutants integer
