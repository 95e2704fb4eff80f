"""Run calls, each in a fork of its own, and tell what they did."""

from __future__ import annotations

import json
import os
import random
import tempfile
from typing import Any, Callable, Dict, List, Mapping

from . import act, apart
from .record import Recorder
from .worker import Emit, Failed, Setup, import_subject


def _loaded(setup: Setup) -> Any:
    """Import the subject while recording; return it, the recorder and what the import ran."""
    recorder = recorder_of(setup)
    with recorder.recording():
        module = import_subject(setup)
    imported = recorder.taken()
    recorder.clear()
    return module, recorder, imported


def recorder_of(setup: Setup) -> Recorder:
    """Make the recorder of the subject's file.

    Raises:
        Failed: `coverage`, where the interpreter has none that runs; `import`, where the text is
            not Python to it.
    """
    try:
        return Recorder(setup.path, setup.text)
    except ImportError as error:
        raise Failed("coverage", f"coverage.py cannot be loaded: {error}") from error
    except SyntaxError as error:
        if error.filename and error.filename != setup.path:
            # Ours is too new for this interpreter.
            raise Failed("coverage", "coverage.py cannot be lent to this old Python") from error
        raise Failed("import", f"{error.msg} (line {error.lineno})") from error
    except Exception as error:
        raise Failed("import", " ".join(str(error).split())) from error


def measure(setup: Setup, request: Mapping[str, Any], emit: Emit) -> None:
    """Tell the lines and branches there are and those that importing runs."""
    _, recorder, imported = _loaded(setup)
    emit(
        {
            "lines": sorted(recorder.lines),
            "branches": sorted(recorder.branches),
            "imported": imported,
        }
    )


def observe(setup: Setup, request: Mapping[str, Any], emit: Emit) -> None:
    """Do the calls of a request; one message each, as they end."""
    module, recorder, _ = _loaded(setup)
    limits = apart.Limits(
        request.get("seconds", 5.0), request.get("memory_mib", 700), request.get("file_mib", 32)
    )
    calls: List[Any] = request["calls"]
    acts = [_act(call, module, recorder, request.get("seed", 0)) for call in calls]
    for index, ended in apart.run_each(acts, limits, request.get("width", 2)):
        emit({"index": index, "outcome": ended.value or _died(ended)})


def _act(call: Mapping[str, Any], module: Any, recorder: Recorder, seed: int) -> Callable[[], Any]:
    def act_once() -> Dict[str, Any]:
        random.seed(seed)
        with tempfile.TemporaryDirectory(prefix="run_") as folder:
            os.chdir(folder)
            try:
                told = act.perform(call, module, recorder.recording)
            except act.Unarranged as error:
                return {"ending": "unarranged", "message": str(error)}
            told["litter"] = sorted(os.listdir(folder))[:5]
            os.chdir(os.path.dirname(folder))
        told.update(recorder.taken())
        json.dumps(told)
        return told

    return act_once


def _died(ended: apart.Ended) -> Dict[str, Any]:
    timed_out = ended.why.startswith("ran longer") or "processor time" in ended.why
    return {
        "ending": "timed out" if timed_out else "died",
        "message": ended.why,
        "seconds": ended.seconds,
    }
