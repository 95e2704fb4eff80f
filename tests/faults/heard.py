"""Every message of the plugin that is heard while faults are played: one or two lines, no more."""

from __future__ import annotations

from tests.editor.driver import Editor

LONGEST = 160
"""Characters of a message: two lines of a terminal that nobody has made wider."""

_LISTEN = """
if not Heard then
  local notify = vim.notify
  Heard = {}
  vim.notify = function(text, ...)
    Heard[#Heard + 1] = text
    return notify(text, ...)
  end
end
"""


class Heard:
    """What was heard in all editors of a run.

    Attributes:
        count: How many messages.
        longest: The longest of them.
    """

    count = 0
    longest = ""


def listen(editor: Editor) -> None:
    """Hear what is said in an editor from now on, each message as a whole."""
    editor.lua(_LISTEN)


def all_is_short(editor: Editor) -> None:
    """See that nothing that was said since the last look is long, or shows how it is made."""
    for text in editor.lua("local heard = Heard Heard = {} return heard"):
        assert text.startswith("neovim-ai: "), text
        assert "\n" not in text and len(text) <= LONGEST, f"{len(text)} characters: {text}"
        Heard.count += 1
        Heard.longest = max(Heard.longest, text, key=len)
    lines = editor.messages().splitlines()
    signs = ("Traceback", "stack traceback", "rror executing", "E5108")
    assert not any(sign in line for line in lines for sign in signs), lines
