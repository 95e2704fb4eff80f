"""Links between notes: what they point to, what points here, which lead nowhere."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import quote, unquote

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:|^//")


def is_local(target: str) -> bool:
    """Tell whether a link's target is a file or a heading, not a web address."""
    return bool(target) and not _SCHEME.match(target)


def split(target: str) -> tuple[str, str]:
    """Return a target's file and heading, both decoded; either may be empty."""
    file, _, heading = target.partition("#")
    return unquote(file), unquote(heading)


def name_of(target: str) -> str:
    """Return what notes are told apart by in links: the file's name, folded, without its suffix.

    Empty for web addresses and for headings of the same file.
    """
    if not is_local(target):
        return ""
    file, _ = split(target)
    return PurePath(file).stem.casefold() if file else ""


def slug(heading: str) -> str:
    """Return a heading as forges write it in links: lower case, hyphens, no punctuation."""
    text = unicodedata.normalize("NFC", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def link_to(path: str, heading_path: Sequence[str], from_path: str) -> str:
    """Return the Markdown link that leads from one note to a section of another or of its own."""
    heading = heading_path[-1] if heading_path else PurePath(path).stem
    label = heading.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    is_title = len(heading_path) == 1 and heading == PurePath(path).stem
    anchor = "" if is_title else f"#{quote(slug(heading))}"
    if os.path.normpath(path) == os.path.normpath(from_path):
        return f"[{label}]({anchor or quote(PurePath(path).name)})"
    folder = os.path.dirname(from_path) or "."  # noqa: PTH120 - relpath has no Path of its own
    there = PurePath(os.path.relpath(path, folder)).as_posix()
    return f"[{label}]({quote(there)}{anchor})"
