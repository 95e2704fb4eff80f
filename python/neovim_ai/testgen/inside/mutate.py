"""Which mutants are there for this interpreter: those that compile to something else."""

from __future__ import annotations

from typing import Any, Mapping

from . import swap
from .worker import Emit, Failed, Setup


def distinct(setup: Setup, request: Mapping[str, Any], emit: Emit) -> None:
    """Tell the keys of the mutants whose bytecode differs from the subject's and each other's."""
    original = swap.compiled(setup.text, setup.path)
    if original is None:
        raise Failed("import", "the module is not Python to this interpreter")
    kept = []
    seen = set()
    for mutant in request["mutants"]:
        text = swap.mutated(setup.text, mutant)
        code = swap.compiled(text, setup.path)
        if code is not None and text not in seen and not swap.same(original, code):
            seen.add(text)
            kept.append(mutant["key"])
    emit({"distinct": kept})
