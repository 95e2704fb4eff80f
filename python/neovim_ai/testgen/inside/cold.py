"""Run plain pytest once, in a process that has nothing of ours in it, and tell what came out.

This one writes the files under test into the copy of the project, so that pytest finds them as it
would after they are saved; there is no import hook and no plugin.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from typing import Any, Dict, List, Set

from . import session
from .worker import here

_OF_TOOLS = frozenset({"__pycache__", ".pytest_cache", ".hypothesis", ".git", ".ruff_cache"})


def main() -> int:
    """Read a request from standard input, write the answer to standard output."""
    request = _moved(json.load(sys.stdin), os.getcwd())
    session.written(request["files"])
    before = _files(request["root"])
    report = os.path.join(tempfile.mkdtemp(), "report.xml")
    line = [sys.executable, *_pytest(request), *request["arguments"], f"--junitxml={report}"]
    ended = subprocess.run(
        line,
        cwd=request["cwd"],
        env={**os.environ, **request["env"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = ended.stdout.decode("utf-8", "replace")
    answer = {
        "status": ended.returncode,
        "tests": _tests(report) if os.path.exists(report) else [],
        "said": said[-4000:],
        "litter": sorted(_files(request["root"]) - before)[:10],
    }
    sys.stdout.write(json.dumps(answer))
    return 0


def _moved(request: Dict[str, Any], root: str) -> Dict[str, Any]:
    """Return the request with the project's paths as they are in this sandbox."""

    def move(text: str) -> str:
        path, mark, name = text.partition("::")
        return here(path, request["root"], root) + mark + name

    env = {n: os.pathsep.join(map(move, v.split(os.pathsep))) for n, v in request["env"].items()}
    return {
        "files": {move(path): text for path, text in request["files"].items()},
        "root": root,
        "cwd": move(request["cwd"]),
        "env": env,
        "lent": request["lent"],
        "arguments": [move(word) for word in request["arguments"]],
    }


def _pytest(request: Dict[str, Any]) -> List[str]:
    """Return how to run pytest: the project's own, else the lent one."""
    if request["lent"]:
        here = os.path.dirname(os.path.abspath(__file__))
        return [os.path.join(here, "start.py"), "lent_pytest", os.pathsep.join(request["lent"])]
    return ["-m", "pytest"]


def _files(root: str) -> Set[str]:
    """Return the files below a folder, without what tools keep there."""
    found = set()
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in _OF_TOOLS and not f.endswith(".egg-info")]
        found |= {os.path.relpath(os.path.join(folder, name), root) for name in names}
    return {name for name in found if not name.startswith(".coverage")}


def _tests(report: str) -> List[Dict[str, Any]]:
    """Return what the report says of each test, cases of one apart."""
    found = []
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - pytest's own
        bad = [child for child in case if child.tag in ("failure", "error")]
        said = (bad[0].get("message") or "") if bad else ""
        found.append(
            {
                "name": (case.get("name") or "").partition("[")[0],
                "of": case.get("classname") or "",
                "passed": not bad,
                "why": " ".join(said.split())[:300],
                "seconds": float(case.get("time") or 0.0),
            }
        )
    return found
