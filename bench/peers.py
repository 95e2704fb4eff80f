"""The ways of asking that ours stands beside: prompts in the manner of the usual plugins.

Their wording is ours; what they ask for, and what they leave to the model, is what those do (which
plugin asks how is listed in the research notes of this project). They get the same server, model,
temperature and, for a bare docstring, our own placement.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neovim_ai.paths import cache_dir

if TYPE_CHECKING:
    from openai import AsyncOpenAI

WHOLE_CODE = (
    "Write a high quality docstring for the following Python code, in Google style. Describe its "
    "parameters, what it returns and the errors it may raise. Answer with nothing but the complete "
    "code, including the docstring.\n\n```python\n{code}\n```"
)
DOCSTRING_ONLY = (
    "You document Python. Answer with nothing but the docstring, no code and no fences. Follow "
    'PEP 257: a brief paragraph, then "Args:", "Returns:" and "Raises:" where they apply.\n\n'
    "```python\n{code}\n```"
)


@dataclass(frozen=True)
class Reply:
    """What one way of asking gave for one function.

    Attributes:
        docstring: The docstring's value, cleaned of indentation; empty when there was none.
        safe: Whether the code around it is unchanged; None where only a docstring came back.
        prompt_tokens: As the server counted.
        completion_tokens: As the server counted.
        seconds: From sending to the last byte.
        cached: Taken from an earlier run, so that its time is of another minute.
    """

    docstring: str
    safe: bool | None
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cached: bool = False


@dataclass(frozen=True)
class Way:
    """A way of asking: the prompt around the code, how a reply is read, and its longest."""

    prompt: str
    read: Callable[[str, str], tuple[str, bool | None]]
    most_tokens: int


class Server:
    """The local model, asked as a plugin does: one chat, nothing held to any form."""

    def __init__(self, client: AsyncOpenAI, model: str, fresh: Collection[str]) -> None:
        self._client = client
        self._model = model
        self._fresh = fresh

    async def ask(self, peer: str, code: str) -> Reply:
        """Ask in a peer's way, or remember the answer to the same prompt of the same model.

        Args:
            peer: A name in `PEERS`.
            code: The function without its docstring.
        """
        way = PEERS[peer]
        prompt = way.prompt.format(code=code)
        place = _place(self._model, prompt)
        if place.exists() and peer not in self._fresh:
            known = json.loads(place.read_text(encoding="utf-8"))
            return Reply(*way.read(known["text"], code), **known["cost"], cached=True)
        began = time.perf_counter()
        answer = await self._client.chat.completions.create(
            model=self._model,
            messages=[{"role": "user", "content": prompt}],
            max_tokens=way.most_tokens,
            temperature=0.0,
            extra_headers={"X-Neovim-Ai-Priority": "interactive"},
        )
        text = answer.choices[0].message.content or ""
        usage = answer.usage
        cost: dict[str, Any] = {
            "prompt_tokens": usage.prompt_tokens if usage else 0,
            "completion_tokens": usage.completion_tokens if usage else 0,
            "seconds": time.perf_counter() - began,
        }
        place.write_text(json.dumps({"text": text, "cost": cost}), encoding="utf-8")
        return Reply(*way.read(text, code), **cost)


def _place(model: str, prompt: str) -> Path:
    folder = cache_dir() / "bench"
    folder.mkdir(exist_ok=True)
    return folder / (hashlib.sha256(f"{model}\n{prompt}".encode()).hexdigest() + ".json")


def _from_code(text: str, code: str) -> tuple[str, bool]:
    fenced = re.search(r"```(?:python)?\n(.*?)(?:```|\Z)", text, re.S)
    try:
        theirs, ours = ast.parse(fenced[1] if fenced else text), ast.parse(code)
    except SyntaxError:
        return "", False
    function = next((n for n in ast.walk(theirs) if isinstance(n, _FUNCTIONS)), None)
    docstring = ast.get_docstring(function) if function else None
    for node in ast.walk(theirs):
        if isinstance(node, _FUNCTIONS) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    same = ast.dump(theirs) == ast.dump(ours) and _comments(text) >= _comments(code)
    return docstring or "", same


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _comments(text: str) -> set[str]:
    return {line.partition("#")[2].strip() for line in text.splitlines() if "#" in line}


def _bare(text: str) -> str:
    text = re.sub(r"^```\w*\n?|\n?```\s*$", "", text.strip())
    found = re.search(r'("""|\'\'\')(.*?)(\1|\Z)', text, re.S)
    return inspect.cleandoc(found[2] if found else text)


PEERS = {
    "whole code": Way(WHOLE_CODE, _from_code, 1200),
    "docstring only": Way(DOCSTRING_ONLY, lambda text, _code: (_bare(text), None), 512),
}
"""By the name of the row. Usual plugins set no limit; this one ends replies that go in circles."""
