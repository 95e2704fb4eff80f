"""Texts that a hostile or clumsy model gives, and the newlines and marks that real files have."""

from __future__ import annotations

import ast

from neovim_ai.source.text import SourceText

HOSTILE = (
    "Return the plain truth.",
    'Say "hello" and """goodbye""" to it.',
    r"Match \d+\.\w* on C:\new\table, ending in a backslash \\",
    "Braces {like} {these} %s %(name)d and $dollars.",
    "A" * 140 + " is one very long word.",
    "See https://example.org/a/very/long/path?with=query&and=more#fragment-that-does-not-wrap now.",
    "Use `code spans that are quite long and must not break` and ``x = '''y'''`` here.",
    "* a star, - a dash, :param x: a field, Args: a header, >>> a prompt.",
    "It's 'quoted' — with a dash, an ellipsis… and naïve café.",
    'Ends with a quote"',
)
VARIANTS = ("as it is", "crlf", "tabs", "bom", "latin-1", "form feed")


def varied(source: SourceText, variant: str) -> SourceText:
    """Return a file as another project might have it; as it is where that cannot be."""
    text = source.text
    if variant == "crlf" and "\r" not in text:
        return SourceText(text.replace("\n", "\r\n"), source.path, source.encoding)
    if variant == "tabs" and _parses(text.replace("    ", "\t")):
        return SourceText(text.replace("    ", "\t"), source.path, source.encoding)
    if variant == "bom" and source.encoding == "utf-8":
        return SourceText(text, source.path, source.encoding, bom=True)
    if variant == "latin-1" and text.isascii():
        return SourceText(f"# coding: latin-1\n{text}", source.path, "iso-8859-1")
    if variant == "form feed":
        # Python takes one at the start of a line as white space that does not count.
        fed = "\f\n" + text.replace("\n\n\ndef ", "\n\n\f\ndef ")
        return SourceText(fed, source.path, source.encoding)
    return source


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
