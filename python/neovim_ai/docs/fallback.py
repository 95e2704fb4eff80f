"""Short true texts from the facts, for slots that a model left without a usable answer."""

from __future__ import annotations

import ast
import re

from neovim_ai.docs.imperative import imperative
from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.docs.wording import condition, lexicon, words
from neovim_ai.source.model import Definition, DefinitionKind, Facts, Parameter, Raise, Value

_DUNDERS = {
    "__init__": "Set up a new instance.",
    "__new__": "Create a new instance.",
    "__repr__": "Return the representation for developers.",
    "__str__": "Return the text for people.",
    "__eq__": "Tell whether the other object is equal.",
    "__ne__": "Tell whether the other object differs.",
    "__lt__": "Tell whether this sorts before the other object.",
    "__hash__": "Return the hash.",
    "__len__": "Return the number of items.",
    "__iter__": "Iterate over the items.",
    "__next__": "Return the next item.",
    "__contains__": "Tell whether an item is held.",
    "__getitem__": "Return the item of a key or index.",
    "__setitem__": "Set the item of a key or index.",
    "__delitem__": "Remove the item of a key or index.",
    "__enter__": "Enter the context.",
    "__exit__": "Leave the context.",
    "__call__": "Call the instance.",
    "__bool__": "Tell whether the instance counts as true.",
    "__getattr__": "Look up an attribute that is not set.",
}
# Names of functions that are no verbs; linters refuse them as the first word of a summary (D401).
_THINGS = lexicon(
    "attribute callback class constructor coroutine decorator factory function generator handler "
    "helper inner main method module object property utility wrapped wrapper"
)
_QUESTION = frozenset({"is", "has", "can", "should", "was", "are", "needs", "supports"})
_LONGEST = 60


def fallback(slot: Slot, facts: Facts, definition: Definition) -> str:
    """Return one true sentence about a slot, however plain.

    Args:
        slot: What lacks a text.
        facts: What the code says of the definition.
        definition: What is documented.
    """
    if slot.kind is SlotKind.PARAMETER:
        return _parameter(slot, facts)
    if slot.kind is SlotKind.RAISES and slot.via:
        return f"If {slot.via.partition(':')[0]} raises it."
    if slot.kind is SlotKind.RAISES:
        if facts.is_abstract and slot.name.endswith("NotImplementedError"):
            return "If a subclass does not override this."
        escaping = [r for r in facts.raises if r.exception == slot.name and r.escapes]
        return settled(slot, facts) or _raise(escaping)
    if slot.kind is SlotKind.RETURNS:
        return _returned(facts, definition)
    if slot.kind is SlotKind.YIELDS:
        return _expressions(facts.yields) or f"Each of the {_subject(definition)} in turn."
    if slot.kind is SlotKind.ATTRIBUTE:
        return f"The {_phrase(slot.name)}."
    return _summary(facts, definition)


def settled(slot: Slot, facts: Facts) -> str:
    """Return the one thing that can be said of a slot; empty where words are wanted.

    An exception that never leaves is described only where pydoclint takes each `raise` for one
    that does. Whatever condition a model names for it, no caller would meet it.
    """
    raised = [r for r in facts.raises if r.exception == slot.name]
    if slot.kind is not SlotKind.RAISES or slot.via or not raised:
        return ""
    if any(one.escapes for one in raised):
        return ""
    if all(one.dead for one in raised):
        return "Never; what raises it cannot be reached."
    return "Never; it is caught inside."


def _phrase(name: str) -> str:
    return " ".join(words(name)) or name


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _subject(definition: Definition) -> str:
    return _phrase(definition.name) + " items"


def _parameter(slot: Slot, facts: Facts) -> str:
    found = next((p for p in facts.parameters if p.starred == slot.name), None)
    if slot.name.startswith("**"):
        return "Further options, by keyword."
    if slot.name.startswith("*"):
        return f"Any number of {_phrase(slot.name.lstrip('*'))}, by position."
    return _sentence(_named(slot.name, found) + _otherwise(found))


def _named(name: str, parameter: Parameter | None) -> str:
    default = parameter.default if parameter else None
    annotation = parameter.annotation if parameter else None
    if annotation == "bool" or default in {"True", "False"}:
        return f"whether {_phrase(name)} is wanted"
    return f"the {_phrase(name)} to use"


def _otherwise(parameter: Parameter | None) -> str:
    default = parameter.default if parameter else None
    if default is None or default == "None" or len(default) > _LONGEST:
        return "; may be left out" if default is not None else ""
    return f"; {default} by default"


def _raise(raises: list[Raise]) -> str:
    conditions = list(dict.fromkeys(condition(r.condition) for r in raises if r.condition))
    if conditions:
        return f"If {' or '.join(conditions[:2])}."
    message = next((r.message for r in raises if r.message and r.message.strip()), None)
    if message and re.search(r"[{}%]", message) is None and len(message) <= _LONGEST:
        return f"With the message '{' '.join(message.split()).rstrip('.')}'."
    if any(r.reraise for r in raises):
        return "Raised again after it was caught here."
    return "If no earlier path ends the call."


def _returned(facts: Facts, definition: Definition) -> str:
    parts = words(definition.name)
    if facts.return_annotation == "bool" or (parts and parts[0] in _QUESTION):
        question = " ".join(parts[1:] if parts and parts[0] in _QUESTION else parts)
        return f"True if the check of {question or definition.name} holds, False otherwise."
    if facts.returns and all(value.text == "self" for value in facts.returns):
        return "The instance itself, so that calls can be chained."
    said = _expressions(facts.returns)
    if said:
        return said
    if facts.return_annotation == "None":
        return "Nothing."
    return f"What {definition.name} results in."


def _expressions(values: tuple[Value, ...]) -> str:
    texts = list(dict.fromkeys(v.text for v in values if v.text))
    if not texts or len(texts) > 2 or not all(map(_is_short_expression, texts)):
        return ""
    return f"The value of {' or '.join(texts)}."


def _is_short_expression(text: str) -> bool:
    if len(text) > _LONGEST or "\n" in text:
        return False
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return False
    return any(isinstance(node, ast.Name) for node in ast.walk(tree))


def _summary(facts: Facts, definition: Definition) -> str:
    if definition.name in _DUNDERS:
        return _DUNDERS[definition.name]
    if definition.kind is DefinitionKind.MODULE:
        return "Definitions that belong together."
    phrase = _phrase(definition.name)
    if definition.kind is DefinitionKind.CLASS:
        bases = ", ".join(facts.bases[:2])
        article = "An" if phrase[0] in "aeiouAEIOU" else "A"
        return f"{article} {phrase}, built on {bases}." if bases else f"{article} {phrase}."
    if facts.is_property:
        return f"The {phrase}."
    if phrase.partition(" ")[0] in _THINGS:
        return f"Run the {phrase}."
    return imperative(_sentence(phrase))
