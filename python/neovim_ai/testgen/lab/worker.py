"""The host's end of one warm worker: it is started, asked, and stopped with all it began."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import struct
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox import environment
from neovim_ai.sandbox.interpreter import readable_for
from neovim_ai.sandbox.model import Job, Limits, Running, Sandbox
from neovim_ai.testgen.model import Subject

Message = dict[str, Any]

INSIDE = Path(__file__).parents[1] / "inside"
LENT = ("pytest", "coverage")
STARTING_S = 60.0
IMPORTING_S = 30.0
"""Seconds that importing the subject may take; an endless loop at module level ends there."""

LONGEST_FRAME = 64 * 2**20
_LIMITS = Limits(wall_s=None, cpu_s=900, memory_mib=2048, processes=160, output_kib=4096)

_WHY = {
    "memory": "needed too much memory",
    "processes": "started too many processes",
    "output": "printed too much",
    "disk": "wrote too much",
    "cpu": "used too much processor time",
    "wall": "ran too long",
}


@dataclass(frozen=True)
class Conditions:
    """What two runs of one call differ in; what differs then is by chance.

    Attributes:
        hash_seed: `PYTHONHASHSEED`, which orders sets.
        seed: Of `random`.
        timezone: `TZ`.
    """

    hash_seed: int = 0
    seed: int = 1
    timezone: str = "UTC"


FIRST = Conditions()
SECOND = Conditions(hash_seed=4711, seed=99, timezone="Asia/Kathmandu")


def lent_folders() -> tuple[Path, ...]:
    """Return the folders that hold our pytest and coverage."""
    found = (importlib.util.find_spec(name) for name in LENT)
    origins = [Path(spec.origin).parents[1] for spec in found if spec and spec.origin]
    return tuple(dict.fromkeys(origins))


async def job_for(
    subject: Subject, arguments: tuple[str, ...], conditions: Conditions, limits: Limits
) -> Job:
    """Return the job of a program of `inside` under the project's interpreter."""
    executable = subject.interpreter.executable
    readable = await readable_for(executable, subject.root)
    lent = lent_folders()
    return Job(
        argv=(str(executable), str(INSIDE / "start.py"), *arguments),
        project=subject.root,
        cwd=subject.root,
        env={
            **environment.allowed(subject.env),
            "PYTHONHASHSEED": str(conditions.hash_seed),
            "TZ": conditions.timezone,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONIOENCODING": "utf-8",
        },
        readable=(*readable, INSIDE, *lent, *_beside(subject)),
        limits=limits,
    )


def _beside(subject: Subject) -> tuple[Path, ...]:
    """Return the folders of the import path that the project's copy does not hold."""
    return tuple(
        path for path in subject.sys_path if path.exists() and not path.is_relative_to(subject.root)
    )


class Worker:
    """One process that has imported what is not the project's, and forks for each request.

    Attributes:
        versions: Of pytest and coverage there; an empty text for what it has not.
        python: Major and minor version of the interpreter.
    """

    def __init__(self, running: Running, conditions: Conditions) -> None:
        self.conditions = conditions
        self.versions: Mapping[str, str] = {}
        self.python: tuple[int, int] = (0, 0)
        self._running = running
        self._asked = 0

    @classmethod
    async def start(
        cls, sandbox: Sandbox, subject: Subject, conditions: Conditions = FIRST
    ) -> Worker:
        """Start it and wait until it is warm.

        Raises:
            AiError: `sandbox` or `setup` where it does not start.
        """
        job = await job_for(subject, ("worker",), conditions, _LIMITS)
        worker = cls(await sandbox.start(job), conditions)
        try:
            async with asyncio.timeout(STARTING_S):
                await worker._send(_setup(subject, conditions))
                ready = await worker._receive()
        except TimeoutError as error:
            await worker.stop()
            raise AiError(Kind.SETUP, "The project's Python did not start in time.") from error
        except BaseException:
            await worker.stop()
            raise
        worker.versions = ready["ready"]
        worker.python = (int(ready["version"][0]), int(ready["version"][1]))
        return worker

    async def ask(
        self, operation: str, within: float, **parameters: Any
    ) -> AsyncGenerator[Message, None]:
        """Do one operation; yield its messages as they come.

        Stopping to listen before the end, a cancellation for one, stops the worker.

        Args:
            operation: Its name in `inside.worker.OPERATIONS`.
            within: Seconds until it is given up.
            parameters: What it needs, plain data.

        Raises:
            AiError: In one line, when the worker dies, is too slow or cannot do it.
        """
        self._asked += 1
        over = False
        try:
            async with asyncio.timeout(within):
                await self._send({"id": self._asked, "op": operation, **parameters})
                while True:
                    message = await self._receive()
                    if message.get("over") == self._asked:
                        over = True
                        break
                    if "failed" in message:
                        raise _translated(message)
                    yield message
        except TimeoutError as error:
            raise AiError(
                Kind.SANDBOX, f"The code under test did not end within {within:g} s."
            ) from error
        finally:
            if not over:
                await self.stop()

    async def answer(self, operation: str, within: float, **parameters: Any) -> Message:
        """Do one operation that has one message."""
        async with aclosing(self.ask(operation, within, **parameters)) as messages:
            found = [message async for message in messages]
        if not found:
            raise AiError(Kind.SANDBOX, "The code under test ended its process.")
        return found[-1]

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._running.returncode is None and not self._running.why

    @property
    def why(self) -> str:
        """What ended it, in words; empty when nobody knows."""
        return _WHY.get(self._running.why, "")

    async def stop(self) -> None:
        """End it and all that it started."""
        await self._running.stop()

    async def _send(self, message: Message) -> None:
        body = json.dumps(message).encode("utf-8", "surrogatepass")
        await self._running.write(struct.pack(">I", len(body)) + body)

    async def _receive(self) -> Message:
        try:
            head = await self._running.readexactly(4)
            size = min(int(struct.unpack(">I", head)[0]), LONGEST_FRAME)
            body = await self._running.readexactly(size)
        except AiError as error:
            why = self.why or "ended its process"
            raise AiError(Kind.SANDBOX, f"The code under test {why}.") from error
        try:
            return dict(json.loads(body))
        except (ValueError, TypeError) as error:
            raise AiError(Kind.SANDBOX, "The code under test sent what cannot be read.") from error


def _setup(subject: Subject, conditions: Conditions) -> Message:
    return {
        "module": subject.module,
        "path": str(subject.source.path),
        "text": subject.source.text,
        "root": str(subject.root),
        "sys_path": [str(path) for path in subject.sys_path],
        "lent": [str(path) for path in lent_folders()],
        "warm": list(LENT),
        "seed": conditions.seed,
    }


def _translated(message: Message) -> AiError:
    told = str(message["message"])
    if message["failed"] == "import":
        return AiError(
            Kind.SETUP,
            f"The module cannot be imported: {told}.",
            "Mend that, or choose the interpreter that has what it needs.",
        )
    if message["failed"] == "coverage":
        return AiError(Kind.SETUP, f"{told}.", "Install coverage in the project's environment.")
    if message["failed"] == "pytest":
        return AiError(Kind.SETUP, f"{told}.", "Install pytest in the project's environment.")
    return AiError(Kind.INTERNAL, f"The worker failed: {told}.")
