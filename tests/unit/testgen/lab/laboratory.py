"""A project on disk with its lab, in the strongest sandbox of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from neovim_ai.errors import AiError
from neovim_ai.sandbox import choose
from neovim_ai.sandbox.model import Sandbox
from neovim_ai.source.text import SourceText
from neovim_ai.testgen.lab.lab import SandboxLab
from neovim_ai.testgen.model import Argument, Call, Subject, TestText
from neovim_ai.testgen.subject import find

T = TypeVar("T")


async def sandbox() -> Sandbox:
    """Return the sandbox; a machine without one cannot run these tests."""
    try:
        return await choose.choose()
    except AiError as error:
        pytest.skip(error.message)


def subject_of(root: Path, files: Mapping[str, str], buffer: str | None = None) -> Subject:
    """Write a project and return its subject: the first file, or what stands in the editor."""
    (root / "pyproject.toml").write_text("[project]\nname = 'trial'\n")
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    path = root / next(iter(files))
    text = path.read_text(encoding="utf-8") if buffer is None else buffer
    return find.subject(SourceText(text, path), environment={})


def in_lab(subject: Subject, act: Callable[[SandboxLab], Awaitable[T]]) -> T:
    """Do something in a lab of a subject."""

    async def run() -> T:
        lab = SandboxLab(await sandbox(), subject)
        try:
            return await act(lab)
        finally:
            await lab.close()

    return asyncio.run(run())


def call(source: str, *arguments: str, **more: tuple[str, ...]) -> Call:
    """Return a call of a function with sources of its arguments."""
    return replace(Call(source, source, tuple(map(Argument, arguments))), **more)


def text(name: str, *lines: str, imports: tuple[str, ...] = ()) -> TestText:
    """Return a test with its body."""
    body = "\n".join(f"    {line}" for line in lines)
    return TestText(name, f"def {name}():\n{body}", imports, ())


def everything_in(root: Path) -> dict[str, bytes]:
    """Return all files below a folder."""
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}
