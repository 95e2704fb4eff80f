"""What tests of examples share: a documented function, its judgement, and its tests as text."""

from __future__ import annotations

import asyncio
import textwrap
from pathlib import Path

from tests.unit.testgen.desk_lab import DeskLab
from tests.unit.testgen.small import said_of, subject_of

from neovim_ai.testgen.model import Call, Case, Observation, Subject
from neovim_ai.testgen.oracle.assemble import Judged, Oracle
from neovim_ai.testgen.scaffold.house import detect
from neovim_ai.testgen.scaffold.render import Scaffold


def judged(subject: Subject, *calls: Call) -> Judged:
    lab = DeskLab(subject)

    async def ask() -> Judged:
        outcomes_ = await lab.observe(calls)
        seen = [Observation(c, o) for c, o in zip(calls, outcomes_, strict=True)]
        return await Oracle(lab, subject, said_of(subject)).judge(seen)

    return asyncio.run(ask())


def documented(docs: str, body: str = "return x", header: str = "def f(x, y=1):") -> str:
    lines = [f'    r"""Do it.\n\n{textwrap.indent(docs, "    ")}\n    """']
    return "\n".join([header, *lines, textwrap.indent(body, "    ")]) + "\n"


COMPLEMENT = '''
    def complement(func):
        """Convert a predicate to its complement.

        >>> iseven = lambda n: n % 2 == 0
        >>> isodd = complement(iseven)
        >>> iseven(2)
        True
        >>> isodd(2)
        False
        """
        return lambda *given: {0}
'''


def complement(root: Path, returned: str = "not func(*given)") -> Subject:
    return subject_of(COMPLEMENT.format(returned), root)


def scaffolded(subject: Subject, case: Case) -> str:
    return Scaffold(subject, detect(subject)).single(case, "test_it").text
