"""What notes say in passing: TODOs, tags, and the front matter of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from neovim_ai.notes.model import FrontMatter

TODO = re.compile(r"\b(?:(TODO|FIXME)|(DONE))(?:\([^)\n]*\))?(?::|(?<=TODO)(?=\s+\S))[ \t]*")
TAG = re.compile(r"(?<![\w/#&\\\[(])#([^\W\d][\w/-]*)")

_TAGS = re.compile(r"<!--|-->|</?[A-Za-z][^<>]*>")
_LISTED = re.compile(r"^\s+-\s+(.*\S)\s*$|^-\s+(.*\S)\s*$")
_ENTRY = re.compile(r"^([A-Za-z_][\w-]*)\s*:\s*(.*?)\s*$")
_NAMES = {
    "title": "title",
    "aliases": "aliases",
    "alias": "aliases",
    "tags": "tags",
    "tag": "tags",
    "keywords": "tags",
}


def todo_state(match: re.Match[str]) -> str:
    """Return whether a match of `TODO` is `open` or `done`."""
    return "done" if match[2] else "open"


def front_matter(text: str) -> FrontMatter:
    """Read title, aliases and tags out of YAML as note tools write it; anything else is skipped.

    Only plain scalars, `[a, b]`, and lists of `- a` are understood: a note is never refused for
    its front matter, and no YAML of a stranger is executed.
    """
    found: dict[str, list[str]] = {"title": [], "aliases": [], "tags": []}
    for name, value in _entries(text):
        if name in _NAMES:
            found[_NAMES[name]] += _values(value)
    return FrontMatter(
        title=" ".join(found["title"][:1]),
        aliases=tuple(found["aliases"]),
        tags=tuple(t.removeprefix("#") for one in found["tags"] for t in one.split()),
    )


def _entries(text: str) -> Iterator[tuple[str, str]]:
    name = ""
    for line in text.splitlines():
        if entry := _ENTRY.match(line):
            name = entry[1].lower()
            yield name, entry[2]
        elif listed := _LISTED.match(line):
            yield name, f"[{listed[1] or listed[2]}]"


def _values(value: str) -> list[str]:
    is_list = value.startswith("[") and value.endswith("]")
    parts = value[1:-1].split(",") if is_list else [value]
    return [bare for part in parts if (bare := part.strip().strip("'\""))]


def without_tags(html: str) -> str:
    """Return what a reader of HTML would see, more or less: tags are taken out."""
    return _TAGS.sub(" ", html)
