"""The method `check`: what docstrings say that the code does not, while a buffer is edited."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from neovim_ai.docs.drift import Finding, Watch
from neovim_ai.docs.house import detect
from neovim_ai.methods.docs import source_of
from neovim_ai.methods.events import Emit
from neovim_ai.protocol import FindingMessage
from neovim_ai.settings import DocSettings
from neovim_ai.source import project
from neovim_ai.source.text import SourceText

MOST_BUFFERS = 16
"""Buffers whose trees are kept; the one looked at longest ago is let go first."""


class CheckMethods:
    """What the editor asks about drift; each buffer is looked at only where it has changed."""

    def __init__(self) -> None:
        self._watches: OrderedDict[str, Watch] = OrderedDict()

    async def check(self, params: Mapping[str, Any], _: Emit) -> Mapping[str, Any]:
        """Return the findings of a buffer as it stands; examples are run only where that is asked.

        Where nobody asked, those of before stay while a syntax error stands in the buffer: to see
        past it takes as long as the whole check, at each rest of typing.

        Raises:
            AiError: `sandbox` when examples are wanted and cannot be run.
        """
        source = source_of(params["buffer"])
        watch = self._watch(str(params["id"]), source)
        look = watch.check_resting if params.get("unasked") else watch.check
        found = [*look(source)]
        found += await _asked_for(source, params.get("options") or {})
        found.sort(key=lambda one: one.line)
        return {"findings": [finding_message(one) for one in found]}

    def _watch(self, name: str, source: SourceText) -> Watch:
        watch = self._watches.pop(name, None)
        if watch is None:
            root = project.root(source.path) if source.path else None
            watch = Watch(detect(source, root, DocSettings()))
        self._watches[name] = watch
        while len(self._watches) > MOST_BUFFERS:
            self._watches.popitem(last=False)
        return watch


async def _asked_for(source: SourceText, options: Mapping[str, Any]) -> list[Finding]:
    found: list[Finding] = []
    if options.get("examples"):
        from neovim_ai.docs.examples.check import failing
        from neovim_ai.sandbox.choose import choose

        found += await failing(source, await choose())
    if options.get("age"):
        from neovim_ai.docs.drift import age

        found += await asyncio.to_thread(age.older, source)
    return found


def finding_message(finding: Finding) -> FindingMessage:
    """Pack a finding for the editor, which counts rows from 0."""
    return {
        "kind": str(finding.kind),
        "qualname": finding.qualname,
        "ordinal": finding.ordinal,
        "row": finding.line - 1,
        "key": finding.key,
        "message": finding.message,
        "severity": str(finding.severity),
        "mendable": finding.mendable,
    }
