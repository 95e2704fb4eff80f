"""Runs scripts in the sandbox, and says what came of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neovim_ai.docs.examples.importing import Module, interpreter
from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox import environment
from neovim_ai.sandbox.interpreter import actual, readable_for
from neovim_ai.sandbox.model import Job, Limits, Sandbox

PROGRAM = Path(__file__).parent / "inside.py"
LIMITS = Limits(wall_s=30.0, cpu_s=20)


@dataclass(frozen=True)
class Conditions:
    """What differs between two runs, so that what depends on it is seen.

    Attributes:
        hash_seed: Orders sets of text.
        seed: Of the module `random`.
        zone: The time zone.
        cwd: Where it runs; empty for the project.
    """

    hash_seed: int
    seed: int
    zone: str
    cwd: str


ONE = Conditions(1, 11, "UTC0", "")
OTHER = Conditions(4242, 977, "XST-05:45", "/tmp")  # noqa: S108 - the sandbox's own


@dataclass(frozen=True)
class Answer:
    """What one snippet did.

    Attributes:
        printed: What it printed, its value among it.
        raised: The last lines of a traceback; empty when it raised nothing.
        outside: Whether it went to the network, to programs or to files to write.
    """

    printed: str
    raised: str = ""
    outside: bool = False


Script = Sequence[str]
Answers = list[Answer] | None
"""One for each snippet that was reached; None for a script that did not come to an end."""


async def run(
    sandbox: Sandbox, module: Module, scripts: Sequence[Script], conditions: Conditions
) -> list[Answers]:
    """Import a module in a fresh process and run each script on a copy of its names.

    Raises:
        AiError: `sandbox` when it cannot be imported there, or the run came to no end.
    """
    ended = await sandbox.run(await _job(module, scripts, conditions))
    try:
        answer = json.loads(ended.stdout)
    except ValueError as error:
        why = f"the limit of {ended.why} ended it" if ended.why else "it ended early"
        raise AiError(Kind.SANDBOX, f"`{module.name}` gave no answer ({why}).") from error
    if "failed" in answer:
        last = answer["failed"].splitlines()[-1]
        raise AiError(
            Kind.SANDBOX,
            f"`{module.name}` cannot be imported in the sandbox: {last}",
            "Activate the project's environment, or put it into .venv.",
        )
    return [_answers(script) for script in answer["scripts"]]


async def _job(module: Module, scripts: Sequence[Script], conditions: Conditions) -> Job:
    executable = await actual(interpreter(module.project))
    request = {
        "module": module.name,
        "path": module.path,
        "text": module.text,
        "folders": module.folders,
        "cwd": conditions.cwd,
        "seed": conditions.seed,
        "scripts": [list(script) for script in scripts],
    }
    env = {"PYTHONHASHSEED": str(conditions.hash_seed), "TZ": conditions.zone}
    allowed = environment.allowed()
    return Job(
        argv=(str(executable), "-B", str(PROGRAM)),
        cwd=module.project or Path("/tmp"),  # noqa: S108 - the sandbox's own
        project=module.project,
        env={**allowed, **env, "PYTHONIOENCODING": "utf-8"},
        readable=(*await readable_for(executable, module.project), PROGRAM),
        stdin=json.dumps(request).encode(),
        limits=LIMITS,
    )


def _answers(script: list[dict[str, Any]] | None) -> Answers:
    if script is None:
        return None
    return [Answer(one["printed"], one.get("raised", ""), one["outside"]) for one in script]
