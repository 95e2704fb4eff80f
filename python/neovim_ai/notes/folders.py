"""The folders that hold a vault's notes, for whoever watches them."""

from __future__ import annotations

from pathlib import Path

from neovim_ai.notes.store import Store

MOST = 256
"""Folders; systems have few watches to give, and an editor is not alone in wanting them."""
_LOOKED_AT = 20_000
_NEWEST = "SELECT path FROM files ORDER BY mtime_ns DESC LIMIT ?"


def of_vault(store: Store, root: Path, most: int = MOST) -> tuple[str, ...]:
    """Return the folders of the notes that changed last, and those on the way to them.

    A vault that is a file lies in the one folder returned: writing often puts a new file in its
    place, which only the folder sees.
    """
    if not root.is_dir():
        return (str(root.parent),)
    top = str(root)
    found = {top: None}
    for (path,) in store.db.execute(_NEWEST, (_LOOKED_AT,)):
        folder = path.rpartition("/")[0]
        while folder not in found and len(folder) > len(top):
            found[folder] = None
            folder = folder.rpartition("/")[0]
        if len(found) >= most:
            break
    return tuple(found)[:most]
