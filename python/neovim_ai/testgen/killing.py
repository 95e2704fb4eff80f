"""A test for one mutant that survives: search near its line, keep what tells it from the code."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from neovim_ai.errors import AiError, Kind
from neovim_ai.testgen import drafting, proving
from neovim_ai.testgen.drafting import Draft, Drafts
from neovim_ai.testgen.engine import Phase, Show, Wishes
from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.merge.existing import Existing
from neovim_ai.testgen.model import Coverage, Mutant, Subject
from neovim_ai.testgen.oracle.assemble import Oracle, rank
from neovim_ai.testgen.proposal import TestProposal
from neovim_ai.testgen.scaffold.house import detect
from neovim_ai.testgen.scaffold.render import Scaffold
from neovim_ai.testgen.searching import Search
from neovim_ai.testgen.specification.model import Specification

_ROUNDS = 4
_SEARCH_SECONDS = 10.0


async def kill(
    subject: Subject,
    lab: Lab,
    specifications: Mapping[str, Specification],
    key: str,
    show: Show,
    wishes: Wishes,
) -> TestProposal:
    """Propose one test that fails on a mutant; a proposal without tests when none was found.

    Raises:
        AiError: `stale` when the code has no such mutant now; what the lab raised.
    """
    began = time.monotonic()
    mutants = tuple(await lab.mutants(subject.targets))
    mutant = next((one for one in mutants if one.key == key), None)
    if mutant is None:
        raise AiError(Kind.STALE, "The code has changed since.", "Run :AiTest there again.")
    house = detect(subject)
    scaffold = Scaffold(subject, house)
    drafts = Drafts(lab, subject, scaffold)
    found = await _found(subject, lab, specifications, mutant, drafts, show)
    taken = Existing(subject.existing or "").names()
    kept = drafting.written([found] if found else [], scaffold, taken, frozenset())
    show(Phase("running the test in fresh processes"))
    proven = await proving.prove(kept, subject, lab, scaffold, house, wishes.runs)
    nothing = Coverage(frozenset(), frozenset(), frozenset(), frozenset())
    killed = frozenset({key}) if proven.kept else frozenset()
    return TestProposal(
        subject,
        tuple(proven.kept),
        (),
        proven.refused,
        proven.text,
        nothing,
        nothing,
        (mutant,),
        killed,
        seconds=time.monotonic() - began,
    )


async def _found(
    subject: Subject,
    lab: Lab,
    specifications: Mapping[str, Specification],
    mutant: Mutant,
    drafts: Drafts,
    show: Show,
) -> Draft | None:
    near = tuple(
        one for one in subject.targets if one.qualname == mutant.target and not one.private
    )
    search = Search(lab, replace(subject, targets=near or subject.targets), specifications)
    oracle = Oracle(lab, subject, specifications)
    show(Phase("searching for inputs"))
    await search.explore(_SEARCH_SECONDS)
    for number in range(_ROUNDS):
        show(Phase("judging", f"{len(search.found)} calls"))
        judged = await oracle.judge(search.found)
        await drafts.judge(judged.cases)
        killing = drafts.killing(mutant.key)
        if killing:
            return min(killing, key=lambda d: (rank(d.case, subject), len(d.test.text)))
        show(Phase("searching near the mutant", f"round {number + 1}"))
        await search.around(search.reaching([mutant]))
    return None
