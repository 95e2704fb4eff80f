"""Docstrings in every style with a person's oddities, for Hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = st.sampled_from(
    ["the width", "é 日本", "see `other`", "100%", "(x, y)", "a -- b", "it's", "%(name)s", "\\d+"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
NAMES = st.sampled_from(["a", "b", "*args", "**kw", "gone", "x, y"])
BLOCKS = st.sampled_from(
    [
        [">>> f(1)", "Args:", "    a: no entry"],
        ["Usage::", "", "    Args:", "        b: code"],
        [".. note::", "    Mind this."],
        ["====  ====", "a     b", "====  ===="],
        ["a -- by hand", "b -- by hand too"],
        ["* one", "* two"],
        ["Returns the sum."],
        ["@param a: epytext"],
        ["@param[in] a as Doxygen has it", "@return the sum"],
    ]
)


@st.composite
def google(draw: st.DrawFn) -> list[str]:
    title = draw(st.sampled_from(["Args", "Arguments", "Returns", "Raises", "Example", "Note"]))
    step = draw(st.sampled_from(["    ", "  ", "\t"]))
    entries = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["", " (int)", " (Callable[[int], str], optional)"]))
        entries.append(f"{step}{draw(NAMES)}{kind}: {draw(TEXTS)}")
        entries += [step * 2 + draw(TEXTS)] if draw(st.booleans()) else []
    return [f"{title}:", *entries]


@st.composite
def numpy(draw: st.DrawFn) -> list[str]:
    title = draw(st.sampled_from(["Parameters", "Returns", "Raises", "Notes", "Examples"]))
    lines = [title, draw(st.sampled_from(["-", "="])) * draw(st.integers(3, 12))]
    for _ in range(draw(st.integers(0, 3))):
        lines.append(draw(NAMES) + draw(st.sampled_from(["", " : int", " : {'a', 'b'}"])))
        lines += ["    " + draw(TEXTS)] if draw(st.booleans()) else []
    return lines


@st.composite
def sphinx(draw: st.DrawFn) -> list[str]:
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        word = draw(st.sampled_from(["param a", "param int b", "type a", "returns", "rtype"]))
        lines.append(f":{word}: {draw(TEXTS)}")
        lines += ["    " + draw(TEXTS)] if draw(st.booleans()) else []
    return lines


@st.composite
def epytext(draw: st.DrawFn) -> list[str]:
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        word = draw(st.sampled_from(["param a", "type a", "return", "rtype", "raise ValueError"]))
        lines.append(f"@{word}: {draw(TEXTS)}")
        lines += ["    " + draw(TEXTS)] if draw(st.booleans()) else []
    return lines


@st.composite
def plain(draw: st.DrawFn) -> list[str]:
    title = draw(st.sampled_from(["Arguments", "Keyword arguments", "Raises", "Returns"]))
    if title == "Returns":
        return [f"Returns: {draw(TEXTS)}"]
    lines = [f"{title}:"]
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["", " (int)"]))
        lines.append(f"{draw(NAMES)}{kind} -- {draw(TEXTS)}")
        lines += ["    " + draw(TEXTS)] if draw(st.booleans()) else []
    return lines


@st.composite
def values(draw: st.DrawFn, margin: str = "    ") -> str:
    """Return a docstring's value: prose, sections of mostly one style, hand-made blocks."""
    style = draw(st.sampled_from([google(), numpy(), sphinx(), epytext(), plain()]))
    parts = draw(st.lists(st.one_of(style, BLOCKS, TEXTS.map(lambda t: [t])), max_size=4))
    opening = draw(st.sampled_from([["Do it."], [], ["", "Do it."], ["Do it", "on two lines."]]))
    gap = draw(st.sampled_from([[""], [""], [], ["", ""]]))
    lines = list(opening)
    for part in parts:
        lines += [*gap, *part] if lines else part
    text = "\n".join(margin + line if at and line else line for at, line in enumerate(lines))
    return text + draw(st.sampled_from(["", "\n" + margin, "\n\n" + margin, " "]))
