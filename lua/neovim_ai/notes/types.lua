---@meta
--- Mirrors python/neovim_ai/protocol_notes.py, field by field; a test compares the two.

---@class (exact) neovim_ai.NoteBufferMessage
---@field path string
---@field lines? string[]
---@field tick integer

---@class (exact) neovim_ai.NotesFindParams
---@field query string
---@field limit integer
---@field meaning? boolean
---@field door? boolean

---@class (exact) neovim_ai.DoorMessage
---@field socket string
---@field invitation string

---@class (exact) neovim_ai.NoteRowMessage
---@field path string
---@field row integer
---@field end_row integer
---@field heading_path string[]
---@field snippet string
---@field matches integer[][]
---@field kind string
---@field score number
---@field row_of_best integer
---@field section integer

---@class (exact) neovim_ai.NotesFoundMessage
---@field rows neovim_ai.NoteRowMessage[]
---@field total integer
---@field indexing table<string, integer>
---@field seconds number
---@field problem string
---@field door? neovim_ai.DoorMessage

---@class (exact) neovim_ai.TodoMessage
---@field path string
---@field row integer
---@field state string
---@field text string
---@field heading_path string[]

---@class (exact) neovim_ai.BacklinkMessage
---@field path string
---@field row integer
---@field text string
---@field heading_path string[]

---@class (exact) neovim_ai.BrokenLinkMessage
---@field row integer
---@field col integer
---@field end_col integer
---@field target string

---@class (exact) neovim_ai.TurnMessage
---@field question string
---@field answer string

---@class (exact) neovim_ai.NotesAskParams
---@field question string
---@field thread neovim_ai.TurnMessage[]

---@class (exact) neovim_ai.CitationMessage
---@field number integer
---@field path string
---@field row integer
---@field heading_path string[]
---@field quote string

---@class (exact) neovim_ai.SentenceMessage
---@field sentence string
---@field struck boolean
---@field citations neovim_ai.CitationMessage[]

---@class (exact) neovim_ai.NotesAnswerMessage
---@field answer neovim_ai.SentenceMessage[]
---@field struck integer
---@field in_notes boolean
---@field sections neovim_ai.NoteRowMessage[]
---@field seconds number
---@field usage neovim_ai.UsageMessage
---@field model string

---@class (exact) neovim_ai.AnswerEvent
---@field id integer
---@field type "answer"
---@field lines neovim_ai.SentenceMessage[]
