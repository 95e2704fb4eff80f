"""The environment: packages that must be importable side by side, and none that fights another."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

TOGETHER = (
    "pydoclint.main",
    "docstring_parser",
    "griffe",
    "tree_sitter",
    "tree_sitter_python",
    "openai",
    "httpx2",
    "socksio",
    "tiktoken",
    "pynvim",
    "platformdirs",
    "neovim_ai",
)


def installed() -> set[str]:
    return {
        (dist.metadata["Name"] or "").lower().replace("-", "_") for dist in metadata.distributions()
    }


def test_all_packages_import_together_in_a_fresh_interpreter() -> None:
    names = [*TOGETHER, *(["xllamacpp"] if "xllamacpp" in installed() else [])]
    code = "import " + ", ".join(names)
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_original_docstring_parser_is_not_installed_beside_the_fork() -> None:
    # Both own the same files: with the original on top, pydoclint fails to import.
    assert "docstring_parser_fork" in installed()
    assert "docstring_parser" not in installed()


def test_importing_the_package_loads_no_slow_library() -> None:
    code = (
        "import sys, neovim_ai.service, neovim_ai.cli; "
        "print([n for n in ('openai', 'tiktoken', 'xllamacpp', 'pynvim') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
