"""TODOs, links and new notes: lists out of the index, and small texts for the editor to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.notes.notebook import Notebook

from neovim_ai.errors import AiError
from neovim_ai.notes.links import link_to, name_of, slug
from neovim_ai.notes.listing import links, todos
from neovim_ai.notes.model import LineEdit
from neovim_ai.notes.newnote import file_name, new_note
from neovim_ai.notes.parse import parse
from neovim_ai.notes.todos import done


def applied(line: str, edit: LineEdit) -> str:
    raw = line.encode()
    return (raw[: edit.start_col] + edit.lines[0].encode() + raw[edit.end_col :]).decode()


def test_open_todos_are_listed_by_file_and_row(notebook: Notebook) -> None:
    notebook.write("b.md", "# B\n\n- [ ] second\n- [x] not this\n")
    notebook.write("a.md", "# A\n\ntext\n\nTODO: first\n")
    notebook.update()
    found = [(Path(t.path).name, t.row, t.text, t.heading_path) for t in todos(notebook.view)]
    assert found == [("a.md", 4, "first", ("A",)), ("b.md", 2, "second", ("B",))]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("- [ ] a", "- [x] a"),
        ("  1. [ ] a [ ]", "  1. [x] a [ ]"),
        ("> * [ ] a", "> * [x] a"),
        ("é TODO: b", "é DONE: b"),
        ("x TODO(ann): b TODO: c", "x DONE(ann): b TODO: c"),
    ],
)
def test_a_todo_is_done_by_one_small_edit(line: str, after: str) -> None:
    edit = done(["", line], 1)
    assert (edit.start_row, edit.end_row) == (1, 1)
    assert applied(line, edit) == after


@pytest.mark.parametrize("line", ["", "- [x] a", "DONE: b", "[ ] no list", "- []", "TODOS"])
def test_what_is_no_open_todo_is_refused(line: str) -> None:
    with pytest.raises(AiError, match="No open TODO"):
        done([line], 0)


def test_a_row_beyond_the_end_holds_no_todo() -> None:
    with pytest.raises(AiError, match="No open TODO"):
        done(["- [ ] a"], 5)


@given(st.lists(st.sampled_from(["- [ ] ", "TODO: ", "é", "x ", "[ ]", "> "])).map("".join))
def test_what_is_done_is_a_todo_no_more_at_its_place(line: str) -> None:
    try:
        edit = done([line], 0)
    except AiError:
        return
    after = applied(line, edit)
    assert after.replace("[x]", "[ ]", 1).replace("DONE", "TODO", 1) == line


def test_links_to_a_note_and_to_a_heading_are_found(notebook: Notebook) -> None:
    notebook.write("to.md", "# To\n\n## Part two\n\ntext\n")
    notebook.write("sub/from.md", "# From\n\n[a](../to.md) and [b](../to.md#part-two)\n\n[[to]]\n")
    notebook.write("other.md", "# Other\n\n[c](elsewhere/to.md) [d](http://x.y/to.md)\n")
    notebook.update()
    path = str(notebook.root / "to.md")
    assert [(b.text, b.row) for b in links(notebook.view, path, 0).backlinks] == [
        ("a", 2),
        ("b", 2),
        ("to", 4),
    ]
    assert [b.text for b in links(notebook.view, path, 2).backlinks] == ["b"]


def test_links_that_lead_nowhere_are_found_where_they_stand(notebook: Notebook) -> None:
    notebook.write("to.md", "# To\n\n## Part two\n")
    line = "é [ok](to.md#part-two) [no](gone.md) [head](to.md#none) [[wiki]] [web](https://x.y)"
    path = notebook.write("from.md", f"# From\n\n{line} [own](#from)\n")
    notebook.update()
    broken = links(notebook.view, str(path), 0).broken
    assert [b.target for b in broken] == ["gone.md", "to.md#none", "wiki"]
    raw = line.encode()
    assert [raw[b.col : b.end_col].decode() for b in broken] == [
        "[no](gone.md)",
        "[head](to.md#none)",
        "[[wiki]]",
    ]


@pytest.mark.parametrize(
    ("path", "headings", "source", "link"),
    [
        ("/v/a.md", ("A", "B c"), "/v/x.md", "[B c](a.md#b-c)"),
        ("/v/a.md", ("A", "B"), "/v/sub/x.md", "[B](../a.md#b)"),
        ("/v/a.md", ("A", "B"), "/v/a.md", "[B](#b)"),
        ("/v/a.md", ("a",), "/v/x.md", "[a](a.md)"),
        ("/v/a b.md", ("T", "x [y]"), "/v/x.md", r"[x \[y\]](a%20b.md#x-y)"),
    ],
)
def test_a_link_leads_from_where_it_is_written(
    path: str, headings: tuple[str, ...], source: str, link: str
) -> None:
    assert link_to(path, headings, source) == link


@given(st.text(min_size=1, max_size=30).filter(lambda text: text.strip() and "\n" not in text))
def test_a_link_is_read_as_the_link_it_is_meant_to_be(heading: str) -> None:
    text = link_to("/v/a.md", ("Top", heading), "/v/b.md")
    targets = [s.extra for one in parse(text.encode("utf-8", "replace"), "/v/b.md").sections
               for s in one.spans if s.extra]  # fmt: skip
    assert [name_of(target) for target in targets[-1:]] == ["a"]


def test_headings_are_linked_to_as_forges_do() -> None:
    assert slug("Scaled Dot-Product: Attention!") == "scaled-dot-product-attention"


def test_a_new_note_is_named_by_its_title_and_not_written(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "cafe-notes.md").write_text("taken")
    note = new_note([tmp_path / "single.md", folder], " Café: Notes! ")
    assert note.path == str(folder / "cafe-notes-2.md")
    assert note.lines == ("# Café: Notes!", "", "")
    assert [path.name for path in folder.iterdir()] == ["cafe-notes.md"]


def test_a_vault_may_hold_a_template(tmp_path: Path) -> None:
    (tmp_path / ".template.md").write_text("---\ntitle: {{title}}\n---\n\n# {{title}}\n")
    assert new_note([tmp_path], "One").lines == ("---", "title: One", "---", "", "# One")


@pytest.mark.parametrize(("title", "vault"), [("", ""), ("!?", ""), ("ok", "no such vault")])
def test_a_note_that_cannot_be_made_is_one_line(tmp_path: Path, title: str, vault: str) -> None:
    with pytest.raises(AiError):
        new_note([tmp_path], title, vault)


@given(st.text())
def test_a_file_name_never_leaves_its_folder(title: str) -> None:
    name = file_name(title)
    assert "/" not in name
    assert not name.startswith((".", "-"))
