"""A public vault: the Markdown descriptions of installed packages, one file a package."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

PACKAGES = (
    "annotated-types",
    "httpx2",
    "idna",
    "msgpack",
    "openai",
    "platformdirs",
    "portalocker",
    "pydoclint",
    "ruff",
    "sacrebleu",
    "socksio",
    "tabulate",
    "tiktoken",
    "tree-sitter",
    "truststore",
    "urllib3",
)
"""All pinned in constraints.txt, all described in Markdown."""


def write(folder: Path) -> Path:
    """Write the vault into a folder and return it; a package that is not installed is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        try:
            found = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        text = found.get_payload() or found["Description"] or ""
        (folder / f"{name}.md").write_text(str(text), "utf-8")
    return folder
