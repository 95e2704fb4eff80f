"""Which definitions of a file, or of some of its rows, lack something."""

from __future__ import annotations

import pytest

from neovim_ai.docs.batch import lacking
from neovim_ai.docs.model import House
from neovim_ai.docs.wishes import Wishes
from neovim_ai.source.text import SourceText

CODE = '''\
from typing import overload

class Shelf:
    """Holds books."""

    def __init__(self):
        self.books = []

    @overload
    def put(self, book: int): ...
    def put(self, book):
        def inner(x):
            return x
        return inner(book)

def whole():
    """Do it."""

def stale(a):
    """Do it.

    Args:
        a: One.
        gone: Two.
    """

def broken(:
    return 1
'''


def names(rows: tuple[int, int] | None = None, module: bool = False) -> list[tuple[str, int]]:
    found = lacking(SourceText(CODE), House(), Wishes(), rows, module=module)
    return [(one.definition.qualname, one.missing) for one in found]


def test_what_is_described_elsewhere_or_whole_or_broken_is_left_out() -> None:
    found = dict(names())
    assert found == {"Shelf.put": 3, "Shelf.put.inner": 3, "stale": 1}


def test_the_module_counts_when_it_is_asked_for() -> None:
    assert names(module=True)[0] == ("", 1)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((10, 11), ["Shelf.put", "Shelf.put.inner"]),
        ((13, 13), ["Shelf.put"]),
        ((12, 12), ["Shelf.put.inner"]),
        ((15, 16), []),
        ((0, 1), []),
        ((0, 99), ["Shelf.put", "Shelf.put.inner", "stale"]),
    ],
)
def test_a_range_means_what_starts_in_it_else_what_is_around(
    rows: tuple[int, int], expected: list[str]
) -> None:
    assert [name for name, _ in names(rows)] == expected
