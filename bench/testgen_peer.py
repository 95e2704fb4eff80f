"""The usual way to get tests from a model: one prompt with the file, and what passes is kept."""

from __future__ import annotations

import ast
import asyncio
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.testgen_scores import Scorer, functions

PROMPT = (
    "Write pytest tests for the following Python module, `{module}`. Cover as much of it as you "
    "can, import what you test from `{module}`, and answer with nothing but the complete test "
    "file.\n\n```python\n{code}\n```"
)
TEST_PATH = Path("tests/test_it.py")
_MOST_TOKENS = 3000


@dataclass(frozen=True)
class Written:
    """A reply, and what it cost.

    Attributes:
        text: The test file in it, up to the last whole statement.
        prompt_tokens: As the server counted; 0 when the reply was stopped before it said so.
        completion_tokens: As the server counted, else the pieces that came.
        seconds: From sending to the last piece.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float


async def ask(name: str, module: str, code: str, budget: float) -> Written:
    """Ask the local model for a test file; what has come when the budget ends is the reply.

    Args:
        name: Of the local model.
        module: Import path.
        code: Its text.
        budget: Seconds.
    """
    from openai import AsyncOpenAI

    from neovim_ai.llm.local import connection

    server = await connection.connect(name, lambda _: None)
    client = AsyncOpenAI(base_url=server.base_url, api_key=server.token, max_retries=0)
    pieces: list[str] = []
    tokens = (0, 0)
    began = time.perf_counter()
    try:
        async with asyncio.timeout(budget):
            stream = await client.chat.completions.create(
                model=server.model,
                messages=[{"role": "user", "content": PROMPT.format(module=module, code=code)}],
                max_tokens=_MOST_TOKENS,
                temperature=0.0,
                stream=True,
                stream_options={"include_usage": True},
            )
            async for chunk in stream:
                pieces += [choice.delta.content or "" for choice in chunk.choices]
                if chunk.usage:
                    tokens = (chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
    except TimeoutError:
        # nobody waits longer than for ours; what has come counts
        print("testgen: the plain prompt's reply was stopped", file=sys.stderr, flush=True)
    finally:
        await client.close()
        await server.close()
    seconds = time.perf_counter() - began
    return Written(whole("".join(pieces)), tokens[0], tokens[1] or len(pieces), seconds)


def whole(reply: str) -> str:
    """Return the code of a reply up to the last statement that is complete."""
    fenced = re.search(r"```(?:python|py)?\n(.*?)(?:```|\Z)", reply, re.S)
    rows = (fenced[1] if fenced else reply).split("\n")
    while rows:
        text = "\n".join(rows) + "\n"
        try:
            ast.parse(text)
        except (SyntaxError, ValueError):
            rows.pop()
        else:
            return text
    return ""


def kept(text: str, scorer: Scorer) -> str:
    """Return a file without its failing tests; empty when none is left or it cannot be run."""
    for _ in range(scorer.runs):
        if not list(functions(text)):
            return ""
        bad = scorer.failing(text, TEST_PATH)
        if bad is None:
            return ""
        if not bad:
            return text
        text = without(text, bad)
    return text


def without(text: str, names: frozenset[str]) -> str:
    """Return a file without some test functions; a class that is emptied goes too."""
    tree = ast.parse(text)
    rows = text.split("\n")
    gone = [node for node in functions(text) if node.name in names]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            own = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name in names]
            if len(own) == len(node.body):
                gone.append(node)  # type: ignore[arg-type]
    for node in gone:
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        for row in range(first - 1, node.end_lineno or node.lineno):
            rows[row] = ""
    return "\n".join(rows)
