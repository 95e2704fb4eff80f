"""Examples in documentation: doctests, results in comments, results in prose."""

from __future__ import annotations

import ast
import doctest
import io
import re
import tokenize
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from neovim_ai.testgen.model import Call, Target
from neovim_ai.testgen.specification.docstring import Docstring
from neovim_ai.testgen.specification.model import Example
from neovim_ai.testgen.specification.session import Found, Session

PRINTERS = frozenset({"print", "pprint", "pp"})
_SAID = re.compile(
    r"(?:returns?|outputs?|gives|yields|prints|result(?:\s+is)?|->|-->|=>|==>|→|==|=)?\s*:?\s*(.+)",
    re.IGNORECASE,
)
_RAISES = re.compile(r"(?:raises?|throws)\s*:?\s*([A-Z]\w*)", re.IGNORECASE)
_WORDS = {"true": "True", "false": "False", "none": "None", "null": "None"}
_PROSE = r"(?<![\w.])({name}\([^\n]*?\))[`'\"]*\s*(?:==|->|=>|→|returns|gives|yields|is)\s*(.+)"


def read(docstring: Docstring, target: Target, modules: Collection[str]) -> tuple[Example, ...]:
    """Return the examples of a docstring that call its function.

    Args:
        docstring: What a person wrote.
        target: What it documents.
        modules: Names that stand for the subject's module in examples.
    """
    found = list(_doctests(docstring, target, modules))
    found += _in_lines(docstring, target, modules)
    once: dict[tuple[object, ...], Example] = {}
    for one in found:
        once.setdefault((one.call.callee, one.call.arguments, one.call.arrange, one.over), one)
    return tuple(once.values())


def _doctests(docstring: Docstring, target: Target, modules: Collection[str]) -> Iterator[Example]:
    try:
        said = doctest.DocTestParser().get_examples(docstring.text)
    except ValueError:
        yield from _unparsed(docstring, target, modules)
        return
    session, lines = Session(target, modules), docstring.text.split("\n")
    for one in said:
        line, statements = docstring.line_of(one.lineno), _statements(one.source)
        if not statements:
            yield from _no_python(one, target, line)
            continue
        for statement in statements[:-1]:
            session.take(statement)
        comment = _comment(one.source) or _comment_below(one, lines)
        yield from _at_prompt(one, statements[-1], comment, session, line)
        # what raises or is not run prepares nothing
        if one.exc_msg is None and not one.options.get(doctest.SKIP):
            session.take(statements[-1])


def _unparsed(docstring: Docstring, target: Target, modules: Collection[str]) -> Iterator[Example]:
    """Tell of the calls in examples that doctest itself cannot read, a line at a time."""
    for row, text in enumerate(docstring.text.split("\n")):
        prompt, _, code = text.strip().partition(">>> ")
        for statement in _statements(code) if not prompt else ():
            found = Session(target, modules).written(statement)
            if found is not None:
                why = "doctest cannot parse it"
                yield _plain(found, code.strip(), docstring.line_of(row), unread=why)


def _no_python(one: doctest.Example, target: Target, line: int) -> Iterator[Example]:
    name = target.definition.name
    wanted = bool(one.want.strip()) or one.exc_msg is not None
    if wanted and re.search(rf"\b{re.escape(name)}\b", one.source.partition("#")[0]):
        call = Call(target.qualname, one.source.strip(), as_written=True)
        yield Example(call, said=one.source.strip(), line=line, unread="it is no Python")


def _plain(found: Found, said: str, line: int, unread: str = "") -> Example:
    return Example(
        found.call, over=found.over, said=said, line=line, unread=unread, calls=found.calls
    )


def _at_prompt(
    one: doctest.Example, statement: ast.stmt, comment: str, session: Session, line: int
) -> Iterator[Example]:
    """Read what a session says of its last line, by what stands before it where that is needed."""
    wanting, raising = bool(one.want.strip()) and one.exc_msg is None, one.exc_msg is not None
    if not (wanting or raising or comment):
        return
    exact = not ("..." in one.want or one.options.get(doctest.NORMALIZE_WHITESPACE))
    printed = _printed(statement) if wanting and exact else None
    found = _alone(printed or statement, session, printed=printed is not None)
    text = None if printed is None or found is None else one.want.rstrip("\n")
    found = found or session.written(statement)
    if found is None:
        return
    plain = _with_all(_plain(found, one.source.strip(), line), statement, session)
    if one.options.get(doctest.SKIP):
        # what it says came out once; nobody counts on it
        skipped = replace(plain, unread="it is marked to be skipped")
        yield from [skipped] if wanting or raising else ()
    elif text is not None:
        text = text.replace("<BLANKLINE>", "")
        said = f"{plain.said} prints {text}"
        yield replace(plain, wanted=repr(text), over=f"str({plain.over})", said=said)
    elif one.exc_msg is not None:
        example = _raising(plain, one.exc_msg)
        any_text = one.options.get(doctest.IGNORE_EXCEPTION_DETAIL, False)
        yield replace(example, message="") if any_text else example
    elif wanting:
        yield _wanting(plain, one.want, prints=prints(statement))
    else:
        yield from _commented(plain, comment)


def _with_all(example: Example, statement: ast.stmt, session: Session) -> Example:
    whole = session.written(statement, whole=True)
    same = whole is None or whole.call == example.call
    return example if same or whole is None else replace(example, whole=whole.call)


def _alone(statement: ast.stmt, session: Session, *, printed: bool) -> Found | None:
    """Return the one call of the target that a line is about; None where it is said whole."""
    if not isinstance(statement, ast.Expr) or prints(statement):
        return None
    value = statement.value
    found = session.find(value.value if isinstance(value, ast.Await) else value)
    # what is made of a generator or of a coroutine can only be seen whole
    if found is None or session.returns_at_once:
        return found
    if found.over == "list(result)" and session.yields and not printed:
        return replace(found, over="result")  # a generator's outcome is the list of its values
    return found if found.over == "result" and not printed else None


def _printed(statement: ast.stmt) -> ast.Expr | None:
    """Return what `print(value)` prints; None for anything else."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "print" or call.keywords:
        return None
    single = len(call.args) == 1 and not isinstance(call.args[0], ast.Starred)
    return ast.Expr(call.args[0]) if single else None


def prints(statement: ast.stmt) -> bool:
    """Tell whether what a line shows must have been printed: it is no expression, or it prints."""
    if not isinstance(statement, ast.Expr):
        return True
    call = statement.value
    return isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in PRINTERS


def _comment_below(example: doctest.Example, lines: Sequence[str]) -> str:
    """Return a comment that stands at a prompt of its own below an example."""
    row = example.lineno + example.source.count("\n")
    matched = re.match(r"\s*>>>\s*#\s*(.*)", lines[row]) if row < len(lines) else None
    return matched[1] if matched else ""


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError):
        return []


def _comment(source: str) -> str:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return ""
    comments = [t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT]
    return comments[-1] if comments and not comments[-1].startswith("doctest:") else ""


def _raising(example: Example, message: str) -> Example:
    name, _, text = message.strip().partition(":")
    text = text.strip()
    shortened = "..." in text
    return replace(
        example,
        exception=name.strip(),
        message="" if shortened else text,
        said=f"{example.said}  # raises {message.strip()}",
    )


def _wanting(example: Example, want: str, *, prints: bool) -> Example:
    text = want.strip("\n")
    said = f"{example.said} {'prints' if prints else 'gives'} {text.strip()}"
    value = None if prints or "..." in text else literal(text.strip())
    if value is not None:
        return replace(example, wanted=value, said=said)
    return replace(example, wanted=text, shown=True, said=said)


def _commented(example: Example, comment: str) -> Iterator[Example]:
    said = example.said if comment in example.said else f"{example.said}  # {comment}"
    if raised := _RAISES.match(comment):
        yield replace(example, exception=raised[1], said=said)
        return
    matched = _SAID.match(comment)
    value = beginning(matched[1]) if matched else None
    if value is not None:
        yield replace(example, wanted=value, said=said)


def _in_lines(docstring: Docstring, target: Target, modules: Collection[str]) -> Iterator[Example]:
    """Read `f(1)  # 2`, `assert f(1) == 2` and "`f(1)` returns `2`" outside of sessions."""
    prose = re.compile(_PROSE.format(name=re.escape(target.definition.name)))
    session = Session(target, modules)
    for row, text in enumerate(docstring.text.split("\n")):
        line, stripped = docstring.line_of(row), text.strip()
        if stripped.startswith((">>>", "...")) or target.definition.name not in text:
            if not stripped.startswith(">") and re.match(
                r"\w+ = .|from .* import |import ", stripped
            ):
                for statement in _statements(stripped):
                    session.take(statement)
            continue
        found = list(_asserted(stripped, session, line)) or list(_coded(stripped, session, line))
        yield from found
        if not found and (matched := prose.search(text)):
            yield from _told(matched[1], matched[2], session, stripped, line)


def _asserted(text: str, session: Session, line: int) -> Iterator[Example]:
    if not text.startswith("assert "):
        return
    for statement in _statements(text):
        if isinstance(statement, ast.Assert):
            yield from compared(statement.test, session, text, line)


def compared(test: ast.expr, session: Session, said: str, line: int) -> Iterator[Example]:
    """Read `f(x) == value` and `f(x) is True` as an example."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return
    if not isinstance(test.ops[0], ast.Eq | ast.Is):
        return
    for side, other in ((test.left, test.comparators[0]), (test.comparators[0], test.left)):
        found, value = session.find(side), literal(ast.unparse(other))
        if found is not None and value is not None:
            yield Example(found.call, value, over=found.over, said=said, line=line)
            return


def _coded(text: str, session: Session, line: int) -> Iterator[Example]:
    comment = _comment(text)
    for statement in _statements(text) if comment else ():
        found = session.find(statement.value) if isinstance(statement, ast.Expr) else None
        if found is not None:
            plain = Example(found.call, over=found.over, said=text, line=line)
            yield from _commented(plain, comment)


def _told(called: str, rest: str, session: Session, said: str, line: int) -> Iterator[Example]:
    value = beginning(rest.strip().lstrip("`"))
    for statement in _statements(called) if value is not None else ():
        found = session.find(statement.value) if isinstance(statement, ast.Expr) else None
        if found is None or value is None:
            continue
        if all(literal(argument.source) is not None for argument in found.call.arguments):
            yield Example(found.call, value, over=found.over, said=said, line=line)


def literal(text: str) -> str | None:
    """Return a literal in Python's own spelling; None when the text is none."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
    shown = repr(value)
    return shown if "<" not in shown or isinstance(value, str | bytes) else text


def beginning(text: str) -> str | None:
    """Return the literal a text begins with; `true` and `none` count as Python's words."""
    text = text.strip().strip("`").strip()
    word = re.match(r"[A-Za-z]+\b", text)
    if word:
        known = _WORDS.get(word[0].lower())
        alone = not re.match(r"\w+\s+\w", text) or _ends(text)
        return known if alone else None
    for end in _ends_of_literals(text):
        value = literal(text[:end].rstrip())
        # a quote inside of a word ends no literal: `'It's here'`
        if value is not None and not re.match(r"[\w'\"]", text[end:]):
            return value
    return None


def _ends(text: str) -> bool:
    return re.match(r"\w+\s*(?:if|when|since|because|\(|,|\.)", text) is not None


def _ends_of_literals(text: str) -> Iterator[int]:
    """Yield where a literal at the start of a text may end, the longest first."""
    yield len(text)
    stripped = text.rstrip(" .,;`)")
    yield len(stripped)
    places = [m.end() for m in re.finditer(r"""['"\])}]|\d(?![\d.])""", text)]
    yield from reversed(places)
