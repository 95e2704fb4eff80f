"""Hide the defaults of type parameters (PEP 696), which the grammar does not know.

`def f[T = int](x)` is an error to tree-sitter-python 0.25; `def f[T      ](x)` is none.
"""

from __future__ import annotations

import re

_OPENING = re.compile(
    rb"^[ \t\f]*(?:(?:async[ \t]+)?def|class|type)[ \t]+[A-Za-z_\x80-\xff][\w\x80-\xff]*[ \t]*\[",
    re.MULTILINE,
)
# Much faster than the pattern above, and nearly always without a match.
_LIKELY = tuple(
    re.compile(word + rb"[ \t]+[\w\x80-\xff]+[ \t]*\[") for word in (b"def", b"class", b"type")
)
_TOKEN = re.compile(
    rb"#[^\n]*"
    rb"|'[^'\n]*'|\"[^\"\n]*\""
    rb"|[=!<>:]=|[\[\](){},=]"
)


def blanked(data: bytes) -> bytes:
    """Return the bytes with each default replaced by as many spaces."""
    if b"[" not in data or not any(likely.search(data) for likely in _LIKELY):
        return data
    holes: list[tuple[int, int]] = []
    for opening in _OPENING.finditer(data):
        holes += _defaults(data, opening.end())
    if not holes:
        return data
    result = bytearray(data)
    for start, end in holes:
        result[start:end] = re.sub(rb"[^\n]", b" ", data[start:end])
    return bytes(result)


def _defaults(data: bytes, at: int) -> list[tuple[int, int]]:
    """Return the ranges from `=` to the comma or bracket that ends each default."""
    holes: list[tuple[int, int]] = []
    depth, start = 0, -1
    for token in _TOKEN.finditer(data, at):
        found = token[0]
        if found in b"([{":
            depth += 1
        elif found in b")]}" and depth:
            depth -= 1
        elif not depth and found == b"=" and start < 0:
            start = token.start()
        elif not depth and found in b",])}":
            if start >= 0:
                holes.append((start, token.start()))
            start = -1
            if found != b",":
                return holes
    # The bracket never closes: an unfinished line, to be left as it is.
    return []
