"""A project's test file as it stands: what it defines, imports, and where things end."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from neovim_ai.errors import AiError, Kind
from neovim_ai.source.text import SourceText

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Block:
    """A function or class of the file's top level, with its rows, 0-based and inclusive."""

    name: str
    start: int
    end: int
    is_class: bool
    is_test_case: bool
    words: frozenset[str]


class Existing:
    """One text, parsed."""

    def __init__(self, text: str) -> None:
        """Parse it.

        Raises:
            AiError: `syntax` when it does not parse: nothing can be joined into it.
        """
        self.source = SourceText(text)
        self.tree = _parsed(text)

    def names(self) -> frozenset[str]:
        """Return the names of all functions and classes in it, wherever they stand."""
        kinds = (*_FUNCTIONS, ast.ClassDef)
        return frozenset(n.name for n in ast.walk(self.tree) if isinstance(n, kinds))

    def blocks(self) -> list[Block]:
        """Return the functions and classes of the top level, in order."""
        return [
            self._block(node)
            for node in self.tree.body
            if isinstance(node, (*_FUNCTIONS, ast.ClassDef))
        ]

    def _block(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Block:
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        bases = node.bases if isinstance(node, ast.ClassDef) else []
        words = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        words |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
        return Block(
            node.name,
            first - 1,
            (node.end_lineno or node.lineno) - 1,
            isinstance(node, ast.ClassDef),
            any("TestCase" in ast.unparse(base) for base in bases),
            frozenset(words),
        )

    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """Return the import statements of the top level that stand before other code."""
        found: list[ast.Import | ast.ImportFrom] = []
        for place, node in enumerate(self.tree.body):
            if isinstance(node, ast.Import | ast.ImportFrom):
                found.append(node)
            elif not (place == 0 and _is_docstring(node)):
                break
        return found

    def bound(self) -> dict[str, str]:
        """Return what each name bound by the file's top level is: `module:name`, or empty."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.col_offset == 0:
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{node.module or ''}:{alias.name}"
            elif isinstance(node, ast.Import) and node.col_offset == 0:
                for alias in node.names:
                    bare = alias.asname or alias.name.partition(".")[0]
                    found[bare] = f"{alias.name if alias.asname else bare}:"
        for node in self.tree.body:
            if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
                found[node.name] = ""
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found.update(
                    {n.id: "" for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
                )
        return found

    def head_row(self) -> int:
        """Return the row before which the first import goes where there is none."""
        body = self.tree.body
        if body and _is_docstring(body[0]):
            return body[0].end_lineno or 0
        if body:
            decorators: list[ast.expr] = getattr(body[0], "decorator_list", [])
            return min([body[0].lineno, *(d.lineno for d in decorators)]) - 1
        return self.source.text.count("\n")

    def main_row(self) -> int | None:
        """Return the row of a closing `if __name__ == "__main__":`; None without one."""
        last = self.tree.body[-1] if self.tree.body else None
        if isinstance(last, ast.If) and "__name__" in ast.unparse(last.test):
            return last.lineno - 1
        return None


def _parsed(text: str) -> ast.Module:
    if "\r" in text.replace("\r\n", ""):
        # rows end at `\n` alone here, as in the editor; the parser would count `\r` too
        raise AiError(
            Kind.GATE, "The test file has lone carriage returns.", "Convert its line endings."
        )
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise AiError(
            Kind.SYNTAX,
            f"The test file has a syntax error (line {line}).",
            "Mend it, then ask again.",
        ) from error


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
