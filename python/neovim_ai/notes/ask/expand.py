"""Other words for a question whose own words find nothing: the model's, if the notes hold them."""

from __future__ import annotations

from collections.abc import Sequence

from neovim_ai.llm.model import Begun, Field, Model, Prompt, Usage
from neovim_ai.notes.ask.asking import ask
from neovim_ai.notes.ask.model import Show
from neovim_ai.notes.ask.words import content, stem, stems
from neovim_ai.notes.model import Section

SYSTEM = """\
You help to find a note. For a question you name other words that the note which answers it may use:
synonyms, names of tools, technical terms. Single words, separated by commas.

Question: Where does the web server write what happened?
words: logs, nginx, apache, log file, access.log
Question: How do I get rid of a branch that is merged?
words: git, delete, remove, prune, branch -d"""

_WORDS = Field("words", max_tokens=40)
_MOST = 10


async def other_words(model: Model, question: str, show: Show) -> tuple[tuple[str, ...], Usage]:
    """Ask for other words; those of the question are left out.

    Raises:
        AiError: What the model raised.
    """
    task = f"Question: {question}"
    prompt = Prompt(SYSTEM, "", task, begun=Begun(SYSTEM, task, lambda _, asked: f"{asked.name}:"))
    reply = await ask(model, prompt, (_WORDS,), show)
    own = stems(question)
    words = [word for word in content(reply.text(_WORDS.name)) if stem(word) not in own]
    return tuple(words[:_MOST]), reply.usage


def known(words: Sequence[str], sections: Sequence[Section]) -> tuple[str, ...]:
    """Return the words that stand in some section that they found."""
    held = frozenset[str]().union(
        *(stems(f"{' '.join(s.heading_path)} {s.text}") for s in sections)
    )
    return tuple(word for word in words if stem(word) in held)
