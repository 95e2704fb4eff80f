r"""Text into the words that are searched: whole and split forms, folded, CJK as pairs.

Parts (`head` of `multi-head`, `frac` of `\frac`) stand in the order of the text, so that phrases
can be found; whole forms (`--autosquash`, `os.environ`, `\frac`) are found by themselves only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from neovim_ai.notes.model import FrontMatter, ParsedSection, Span, SpanKind

PATH = 0x0100
"""The word stands in the heading path, the file's name or title, or an alias."""
OWN = 0x0200
"""The word stands in the section's own heading."""
CODE = 0x0400
MATH = 0x0800
LINK = 0x1000
TODO = 0x2000

GAP = ""
"""Stands between pieces of text, so that no phrase runs across."""
HAS = "\x01"
LANG = "\x02"
TAG = "\x03"
LONGEST = 48

_ASCII_PART = re.compile(r"[a-z0-9]+")
_PART = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"[^\W_]+(?:['./:@+_-]+[^\W_]+)+[+#]*|\w[+#]{1,2}(?!\w)")
_OPTION = re.compile(r"(?<![\w-])--?[^\W_][\w-]*")
_CHUNK = re.compile(r"\S+")
_DOTTED = re.compile(r"\w+(?:[._-]+\w+)+|_+\w+")
_COMMAND = re.compile(r"\\[^\W\d_]+")
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_CJK = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]+)")
_EDGES = "\"'`()[]{},;"
_SHELLS = frozenset({"bash", "zsh", "shell", "console", "shell-session", "ksh", "fish"})
_LANGUAGES = {"py": "python", "python3": "python", "js": "javascript", "ts": "typescript"}
_KIND_FLAGS = {SpanKind.PROSE: 0, SpanKind.CODE: CODE, SpanKind.MATH: MATH}


@dataclass
class Words:
    """The words of one section.

    Attributes:
        stream: Parts in the order of the text, with gaps.
        flags: What each of `stream` is.
        extras: Whole forms and marks.
        extra_flags: What each of `extras` is.
    """

    stream: list[str] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)
    extra_flags: list[int] = field(default_factory=list)

    def say(self, parts: list[str], flag: int) -> None:
        """Add parts in order."""
        self.stream += parts
        self.flags += [flag] * len(parts)

    def pause(self) -> None:
        """Let no phrase run on from here."""
        self.stream.append(GAP)
        self.flags.append(0)

    def note(self, forms: list[str], flag: int) -> None:
        """Add forms that have no place in the order."""
        self.extras += forms
        self.extra_flags += [flag] * len(forms)


def section_words(section: ParsedSection, front: FrontMatter, name: str) -> Words:
    """Return the words of a section of the file `name` (a path within its vault)."""
    words = Words()
    own, last = section.own, len(section.heading_path) - 1
    for number, heading in enumerate(section.heading_path):
        _prose(words, heading, PATH | OWN if own and number == last else PATH)
        words.pause()
    for title in (name, front.title, *front.aliases):
        words.note(parts(fold(title)), PATH)
    for span in section.spans:
        _span(words, span)
    words.pause()
    tags = [*front.tags, *(s.text for s in section.spans if s.kind is SpanKind.TAG)]
    words.note(sorted({TAG + one for tag in tags for one in _nested(fold(tag))}), 0)
    words.note(sorted(set(_has(section.spans))), 0)
    return words


def fold(text: str) -> str:
    """Return a text in the case and without the accents that search does not see."""
    if text.isascii():
        return text.lower()
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).casefold().replace("\u2019", "'")


def parts(folded: str) -> list[str]:
    """Split a folded text into parts; runs of CJK become pairs that overlap."""
    if folded.isascii():
        found = _ASCII_PART.findall(folded)
    else:
        found = [one for part in _PART.findall(folded) for one in _without_cjk(part)]
    if len(folded) > LONGEST:
        return [part[:LONGEST] for part in found]
    return found


def whole_forms(folded: str) -> list[str]:
    """Return the forms of prose that are words with signs in them, as typed and joined."""
    if not any(sign in folded for sign in "-'./_:@+#\\"):
        return []
    forms = _JOINED.findall(folded) + _OPTION.findall(folded) + _COMMAND.findall(folded)
    joined = [form.replace("-", "").replace("'", "") for form in forms if _is_hyphenated(form)]
    return [form[:LONGEST] for form in forms + joined]


@lru_cache(maxsize=4096)
def code_forms(text: str) -> tuple[str, ...]:
    """Return the whole forms of a piece of code: what stands between spaces, names, options."""
    folded = fold(text)
    chunks = [chunk.strip(_EDGES) for chunk in _CHUNK.findall(folded)]
    forms = {chunk for chunk in chunks if chunk and not chunk.isalnum()}
    forms.update(_DOTTED.findall(folded), _OPTION.findall(folded))
    for chunk in _CHUNK.findall(text):
        if not (chunk.islower() or chunk.isupper()):
            humps = _HUMP.findall(chunk)
            forms.update(hump.lower() for hump in humps if len(humps) > 1)
    return tuple(sorted(form[:LONGEST] for form in forms))


def language(name: str) -> tuple[str, ...]:
    """Return the names under which a code block's language is found."""
    folded = fold(name)
    more = "sh" if folded in _SHELLS else _LANGUAGES.get(folded, "")
    return (folded, more) if more else (folded,)


def _prose(words: Words, text: str, flag: int) -> None:
    folded = fold(text)
    words.say(parts(folded), flag)
    if forms := whole_forms(folded):
        words.note(forms, flag)


def _span(words: Words, span: Span) -> None:
    kind = span.kind
    if kind is SpanKind.PROSE:
        _prose(words, span.text, 0)
    elif kind is SpanKind.CODE:
        words.say(parts(fold(span.text)), CODE)
        words.note(list(code_forms(span.text)), CODE)
        if "\n" in span.text:
            words.pause()
    elif kind is SpanKind.MATH:
        folded = fold(span.text)
        words.say(parts(folded), MATH)
        words.note(_COMMAND.findall(folded), MATH)
        words.note([c for c in folded.split() if not c.isalnum() and len(c) <= LONGEST], MATH)
        words.note(_DOTTED.findall(folded), MATH)
    elif kind is SpanKind.LINK:
        words.note(parts(fold(span.extra)) + parts(fold(span.text)), LINK)
    elif kind is SpanKind.TODO and span.extra == "open":
        words.note(parts(fold(span.text)), TODO)


def _has(spans: tuple[Span, ...]) -> Iterator[str]:
    for span in spans:
        if span.kind is SpanKind.TODO:
            yield HAS + ("todo" if span.extra == "open" else "done")
        elif span.kind in (SpanKind.CODE, SpanKind.MATH, SpanKind.LINK):
            yield HAS + str(span.kind)
        if span.kind is SpanKind.CODE and span.extra:
            yield from (LANG + name for name in language(span.extra))


def _nested(tag: str) -> Iterator[str]:
    levels = tag.strip("/").split("/")
    for depth in range(1, len(levels) + 1):
        yield "/".join(levels[:depth])


def _is_hyphenated(form: str) -> bool:
    return "-" in form.strip("-") and form.replace("-", "").replace("'", "").isalnum()


def _without_cjk(part: str) -> Iterator[str]:
    for number, run in enumerate(_CJK.split(part)):
        if number % 2 == 0:
            yield from (run,) if run else ()
        elif len(run) == 1:
            yield run
        else:
            yield from (run[at : at + 2] for at in range(len(run) - 1))
