"""Keep a seeded sample of a cosmic-ray session; runs in the environment that scores.

    python testgen_mutants.py pick SESSION COUNT SEED     0 keeps all
    python testgen_mutants.py count SESSION               prints tested, killed and left out

Mutants whose bytecode is the subject's are left out, as its own filters leave out others: they
cannot be killed. Nothing else is excluded.
"""

from __future__ import annotations

import json
import random
import sys
from types import CodeType

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, WorkerOutcome, WorkResult


def pick(session: str, count: int, seed: int) -> None:
    """Mark everything as skipped but a sample of the mutants that differ."""
    with use_db(session, WorkDB.Mode.open) as work:
        items = sorted(work.work_items, key=lambda i: _order(i.mutations[0]))
        random.Random(seed).shuffle(items)
        kept = 0
        for item in items:
            wanted = count == 0 or kept < count  # telling two apart parses the file twice
            if wanted and _differs(item.mutations[0]):
                kept += 1
                continue
            why = "same bytecode" if wanted else "not in the sample"
            work.set_result(item.job_id, WorkResult(WorkerOutcome.SKIPPED, output=why))


def _order(mutation: MutationSpec) -> tuple[object, ...]:
    arguments = json.dumps(mutation.operator_args, sort_keys=True)
    return (mutation.operator_name, mutation.occurrence, arguments)


def _differs(mutation: MutationSpec) -> bool:
    before = mutation.module_path.read_text(encoding="utf-8")
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    after = mutate_code(before, operator, mutation.occurrence)
    if after is None:
        return False
    try:
        return _essence(compile(after, "m", "exec")) != _essence(compile(before, "m", "exec"))
    except SyntaxError:
        return True


def _essence(code: CodeType) -> tuple[object, ...]:
    """Return what a code object does, without its places in the text."""
    constants = tuple(
        _essence(one) if isinstance(one, CodeType) else (type(one).__name__, repr(one))
        for one in code.co_consts
    )
    named = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    counts = (code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount, code.co_flags)
    return (code.co_code, code.co_exceptiontable, constants, named, counts)


def count(session: str) -> None:
    """Print how the mutants of a session ended, as JSON."""
    with use_db(session, WorkDB.Mode.open) as work:
        results = [result for _, result in work.results]
    tested = [one for one in results if one.worker_outcome is not WorkerOutcome.SKIPPED]
    told = {
        "tested": len(tested),
        "killed": sum(one.is_killed for one in tested),
        "same": sum(one.output == "same bytecode" for one in results),
        "survivors": [one.diff or "" for one in tested if not one.is_killed],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    if sys.argv[1] == "pick":
        pick(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        count(sys.argv[2])
