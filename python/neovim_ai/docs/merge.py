"""Adds what is missing to a docstring; every byte a person wrote stays where it is."""

from __future__ import annotations

from collections.abc import Sequence

from neovim_ai.docs.literal import Literal
from neovim_ai.docs.model import Filled, House
from neovim_ai.docs.plan import insertions
from neovim_ai.docs.read.document import Docstring
from neovim_ai.errors import AiError, Kind
from neovim_ai.source.model import Definition, Facts, ParameterKind
from neovim_ai.source.text import Edit, SourceText, Span


def merge(
    source: SourceText,
    definition: Definition,
    docstring: Docstring,
    house: House,
    filled: Sequence[Filled],
    facts: Facts | None = None,
) -> tuple[Edit, ...]:
    """Return the edits that add texts to a docstring, in that docstring's own style.

    They only insert. Texts of what the docstring describes already must not be given.

    Args:
        source: The text the docstring stands in.
        definition: What it documents.
        docstring: As `reader.read` gave it for this very source.
        house: Decides what the docstring itself leaves open.
        filled: The texts to add.
        facts: Give the order of the parameters; without them that of `filled` counts.

    Raises:
        AiError: `gate` when a text cannot be added without changing what is there.
    """
    parameters = facts.parameters if facts else ()
    keywords = next((p.name for p in parameters if p.kind is ParameterKind.VAR_KEYWORD), "")
    planned = insertions(docstring, house, filled, [p.name for p in parameters], keywords)
    if not planned:
        return ()
    put = docstring.literal.fitted([(one.offset, one.text) for one in planned])
    edits = docstring.literal.inserted(put, docstring.literal.newline or source.newline)
    _require_kept(source, definition, docstring, edits, put)
    return edits


def _require_kept(
    source: SourceText,
    definition: Definition,
    docstring: Docstring,
    edits: Sequence[Edit],
    put: Sequence[tuple[int, str]],
) -> None:
    """Read the result again: its value must be the old one with the texts in their places.

    Raises:
        AiError: `gate` when it is not.
    """
    wanted, at = "", 0
    for offset, text in put:
        wanted += docstring.value[at:offset] + text
        at = offset
    wanted += docstring.value[at:]
    span = docstring.literal.span
    grown = sum(len(edit.text.encode("utf-8", "surrogatepass")) for edit in edits)
    after = Literal.read(source.apply(edits), Span(span.start, span.end + grown))
    if after.value != wanted:
        raise AiError(
            Kind.GATE,
            f"The docstring of `{definition.name}` cannot take new text without changing.",
            "Nothing was changed; :AiDoc rewrite writes it anew.",
        )
