from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neovim_ai.notes.model import Note, SpanKind
from neovim_ai.notes.parse import parse


def read(text: str | bytes) -> Note:
    return parse(text.encode() if isinstance(text, str) else text, "/notes/my-file.md")


def paths(text: str | bytes) -> list[tuple[str, ...]]:
    return [section.heading_path for section in read(text).sections]


def spans(text: str, kind: SpanKind) -> list[tuple[str, str]]:
    found = [s for section in read(text).sections for s in section.spans if s.kind is kind]
    return [(span.text, span.extra) for span in found]


def test_headings_nest_by_level() -> None:
    assert paths("# A\n## B\n### C\n## D\n# E\n") == [
        ("A",),
        ("A", "B"),
        ("A", "B", "C"),
        ("A", "D"),
        ("E",),
    ]


def test_a_level_left_out_does_not_matter() -> None:
    assert paths("# A\n#### B\n## C\n") == [("A",), ("A", "B"), ("A", "C")]


@pytest.mark.parametrize(
    "text",
    [
        "# A\n\n```sh\n# not a heading\n```\n",
        "# A\n\n~~~\n# no\n```\n# no\n~~~\n",
        "# A\n\n    # indented code\n",
        "# A\n\n```\n# the fence is never closed\n## nor this\n",
        "# A\n\n<div>\n# html\n</div>\n",
        "# A\n\n> # quoted\n",
        "# A\n\n- # in a list\n",
        "# A\n\n\\# escaped\n",
        "# A\n\n#nospace\n",
    ],
    ids=["fence", "other fence", "indented", "unclosed", "html", "quote", "list", "escape", "tag"],
)
def test_what_only_looks_like_a_heading_is_none(text: str) -> None:
    assert paths(text) == [("A",)]


def test_underlined_headings_are_headings() -> None:
    assert paths("One\n===\ntext\n\nTwo\n---\n") == [("One",), ("One", "Two")]


def test_a_heading_keeps_its_words_and_loses_its_markup() -> None:
    assert paths("# A *b* `c d` [link](x) $e$ #\n") == [("A b c d link e",)]


def test_windows_line_ends_change_no_row_and_stay_out_of_the_text() -> None:
    note = read("# A\r\none\r\n\r\n## B\r\ntwo\r\n")
    assert [(s.row, s.end_row) for s in note.sections] == [(0, 2), (3, 4)]
    assert note.sections[1].text == "## B\ntwo\n"


def test_a_file_without_headings_is_named_after_itself() -> None:
    assert paths("just text\n") == [("my-file",)]
    assert paths("") == [("my-file",)]


def test_text_before_the_first_heading_is_a_section() -> None:
    assert paths("before\n\n# A\n") == [("my-file",), ("A",)]


def test_blank_lines_before_the_first_heading_are_none() -> None:
    note = read("\n\n# A\ntext\n")
    assert [(s.heading_path, s.row, s.start) for s in note.sections] == [(("A",), 2, 0)]
    assert note.sections[0].text == "# A\ntext\n"


def test_bytes_that_are_not_utf8_move_nothing() -> None:
    data = b"# A\nm\xe9chant \xff\n\n## B\ntext\n"
    note = read(data)
    assert [data[s.start : s.end] for s in note.sections] == [data[:15], data[15:]]


def test_a_byte_order_mark_hides_no_heading() -> None:
    assert paths(b"\xef\xbb\xbf# A\n") == [("A",)]


def test_front_matter_gives_title_aliases_and_tags() -> None:
    note = read(
        '---\ntitle: "The Title"\naliases: [one, two]\ntags:\n  - a\n  - b/c\n---\n\ntext\n'
    )
    assert note.front.title == "The Title"
    assert note.front.aliases == ("one", "two")
    assert note.front.tags == ("a", "b/c")
    assert note.sections[0].heading_path == ("The Title",)


def test_code_keeps_its_language() -> None:
    text = "```python title=x\nprint(1)\n```\n\n`ls -la`\n"
    assert spans(text, SpanKind.CODE) == [("print(1)\n", "python"), ("ls -la", "")]


def test_maths_is_no_prose() -> None:
    assert spans("a $x_1$ b\n\n$$\n\\frac{a}{b}\n$$\n", SpanKind.MATH) == [
        ("x_1", ""),
        ("\n\\frac{a}{b}\n", ""),
    ]


def test_links_have_text_and_target() -> None:
    text = "[a *b*](c.md#d) ![p](q.png) [[wiki|name]] <http://x.y> [r]\n\n[r]: z.md\n"
    assert spans(text, SpanKind.LINK) == [
        ("a b", "c.md#d"),
        ("p", "q.png"),
        ("name", "wiki"),
        ("http://x.y", "http://x.y"),
        ("r", "z.md"),
    ]


def test_tags_are_found_in_prose_only() -> None:
    text = "#one and #two/three, not a#four, 5 #6\n\n`#seven`\n\n```\n#eight\n```\n[#nine](x#ten)\n"
    assert [name for name, _ in spans(text, SpanKind.TAG)] == ["one", "two/three", "nine"]


def test_todos_have_a_state() -> None:
    text = "- [ ] open\n- [x] done\n\nText. TODO: write it\n\nDONE: did it\n\n`TODO: code`\n"
    assert spans(text, SpanKind.TODO) == [
        ("open", "open"),
        ("done", "done"),
        ("write it", "open"),
        ("did it", "done"),
    ]


def test_a_span_is_where_it_says() -> None:
    text = "# Ä `b`\n\nü $x$ [l](t) #tag TODO: später\n"
    for section in read(text).sections:
        for span in section.spans:
            raw = text.encode()[span.start : span.end].decode()
            assert span.text in raw, (span, raw)


def test_tables_and_footnotes_are_text() -> None:
    text = "| a | b |\n|---|---|\n| `c` | d |\n\nx[^1]\n\n[^1]: note\n"
    words = [s.text for section in read(text).sections for s in section.spans]
    assert words == ["a", "b", "c", "d", "x", "note"]


def test_a_line_that_says_where_links_lead_is_text_and_no_link() -> None:
    lines = ('[r]: https://example.org/kiwi "Title"', "[unused]: other.md")
    text = f"# a\n\n[one][r]\n\n```\n[in]: code\n```\n\n{lines[0]}\n  {lines[1]}\n"
    spans = [span for section in read(text).sections for span in section.spans]
    assert [s.text for s in spans if s.kind is SpanKind.PROSE] == ["one", *lines]
    assert [s.extra for s in spans if s.kind is SpanKind.LINK] == ["https://example.org/kiwi"]


def test_a_large_file_without_headings_is_cut_at_blank_lines() -> None:
    text = "some words of a line\n\n" * 20_000
    sections = read(text).sections
    assert len(sections) > 10
    assert {s.heading_path for s in sections} == {("my-file",)}
    assert all(len(s.text) < 100_000 for s in sections)
    assert "".join(s.text for s in sections) == text


MARKDOWN = st.lists(
    st.sampled_from(
        ["# ", "## ", "\n", "\n\n", "===\n", "---\n", "```", "~~~", "$", "$$", "`", "- [ ] ",
         "TODO: ", "#tag ", "[a](b)", "[[w]]", "<div>", "> ", "    ", "\r\n", "word ", "é", "\t",
         "| a |\n|---|\n", "\x00", "\ufeff", "日本", "*", "\\"]
    )
    | st.text(max_size=5),
    max_size=60,
).map("".join)  # fmt: skip


@given(MARKDOWN.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=200))
def test_any_bytes_parse_and_the_sections_tile_them(data: bytes) -> None:
    sections = read(data).sections
    assert b"".join(data[s.start : s.end] for s in sections) == data
    assert [s.start for s in sections] == sorted({s.start for s in sections})
    rows = data.count(b"\n")
    assert all(0 <= s.row <= s.end_row <= rows for s in sections)


@given(MARKDOWN)
def test_every_span_lies_in_its_section(text: str) -> None:
    data = text.encode()
    for section in read(data).sections:
        for span in section.spans:
            assert section.start <= span.start <= span.end <= len(data)
            assert span.start < section.end or span.start == span.end
