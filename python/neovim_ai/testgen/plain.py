"""Cases and tests as plain values, for an editor that keeps them and gives them back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from neovim_ai.source import target
from neovim_ai.source.text import SourceText
from neovim_ai.testgen.model import (
    Argument,
    Call,
    Case,
    Ending,
    Expectation,
    Provenance,
    Source,
    TestText,
)


def call_to_plain(call: Call) -> dict[str, Any]:
    """Return a call as plain values."""
    return {
        "target": call.target,
        "callee": call.callee,
        "arguments": [[one.source, one.name] for one in call.arguments],
        "arrange": list(call.arrange),
        "fixtures": list(call.fixtures),
        "imports": list(call.imports),
        "as_written": call.as_written,
    }


def call_from_plain(values: Mapping[str, Any]) -> Call:
    """Return the call that plain values describe."""
    return Call(
        values["target"],
        values["callee"],
        tuple(Argument(source, name) for source, name in values["arguments"]),
        tuple(values["arrange"]),
        tuple(values["fixtures"]),
        tuple(values["imports"]),
        bool(values.get("as_written")),
    )


def expectation_to_plain(expectation: Expectation) -> dict[str, Any]:
    """Return an expectation as plain values; `stdout` is absent where it is of no matter."""
    values: dict[str, Any] = {
        "provenance": str(expectation.provenance),
        "source": str(expectation.source),
        "ending": str(expectation.ending),
        "value": expectation.value,
        "type": expectation.type,
        "match": expectation.match,
        "checks": list(expectation.checks),
        "said": expectation.said,
        "line": expectation.line,
    }
    if expectation.stdout is not None:
        values["stdout"] = expectation.stdout
    return values


def expectation_from_plain(values: Mapping[str, Any]) -> Expectation:
    """Return the expectation that plain values describe."""
    return Expectation(
        provenance=Provenance(values["provenance"]),
        source=Source(values["source"]),
        ending=Ending(values["ending"]),
        value=values["value"],
        type=values["type"],
        match=values["match"],
        checks=tuple(values["checks"]),
        stdout=values.get("stdout"),
        said=values["said"],
        line=int(values["line"]),
    )


def test_to_plain(test: TestText) -> dict[str, Any]:
    """Return a test as plain values: its text, and where it belongs."""
    return {
        "name": test.name,
        "text": test.text,
        "imports": list(test.imports),
        "mark": test.mark,
        "target": test.cases[0].call.target if test.cases else "",
    }


def test_from_plain(values: Mapping[str, Any]) -> TestText:
    """Return the test that plain values describe; its cases are one that names its target."""
    call = Call(values["target"], "")
    case = Case("", "", call, Expectation(Provenance.OBSERVED, Source.RUN, Ending.RETURNED))
    return TestText(
        values["name"], values["text"], tuple(values["imports"]), (case,), values["mark"]
    )


def digest(source: SourceText, qualnames: Sequence[str]) -> str:
    """Return a stamp of the code of definitions: tests of them are stale when it changes."""
    spans = [
        source.slice(one.span) for one in target.definitions(source) if one.qualname in qualnames
    ]
    return hashlib.sha256("\0".join(spans).encode("utf-8", "surrogatepass")).hexdigest()[:16]
