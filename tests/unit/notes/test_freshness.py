"""What is found follows the files, and only what changed is read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.unit.notes.notebook import Notebook

from neovim_ai.errors import AiError
from neovim_ai.notes import folders, update
from neovim_ai.notes.vault import index_folder


def parsed(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that fills with the names of the files that are parsed."""
    names: list[str] = []
    real = update.parse

    def counting(data: bytes, path: str) -> object:
        names.append(Path(path).name)
        return real(data, path)

    monkeypatch.setattr(update, "parse", counting)
    return names


def ids(notebook: Notebook) -> dict[str, int]:
    rows = notebook.vault.store.db.execute("SELECT heading_path, id FROM sections")
    return dict(rows.fetchall())


def test_only_changed_files_are_parsed(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    names = parsed(notebook, monkeypatch)
    notebook.write("a.md", "# A\n")
    notebook.write("b.md", "# B\n")
    assert notebook.update() == 2
    notebook.read("b.md", "# Bee\n")
    assert sorted(names) == ["a.md", "b.md", "b.md"]
    assert (notebook.find("Bee"), notebook.find("B ")) == (["Bee"], ["Bee"])
    assert notebook.update() == 0


def test_a_touched_file_is_read_but_not_parsed(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = notebook.write("a.md", "# A\n")
    notebook.update()
    names = parsed(notebook, monkeypatch)
    os.utime(path, ns=(1, 1))
    assert notebook.update() == 1
    assert (names, notebook.find("A")) == ([], ["A"])
    assert notebook.update() == 0


def test_sections_that_did_not_change_stay_the_same(notebook: Notebook) -> None:
    notebook.read("a.md", "# one\n\ntext\n\n# two\n\nold\n\n# three\n\nend\n")
    before = ids(notebook)
    notebook.read(
        "a.md", "# one\n\ntext\n\n# new\n\nin between\n\n# two\n\nfresh\n\n# three\n\nend\n"
    )
    after = ids(notebook)
    assert (after["one"], after["three"]) == (before["one"], before["three"])
    assert after["two"] != before["two"]
    assert notebook.find("old ") == []
    assert notebook.found("end").rows[0].row == 12


def test_a_removed_file_is_found_no_more(notebook: Notebook) -> None:
    notebook.read("a.md", "# gone\n\nsilver\n")
    notebook.read("b.md", "# here\n\nsilver\n")
    (notebook.root / "a.md").unlink()
    notebook.update()
    assert notebook.find("silver") == ["here"]


def test_a_saved_file_alone_can_be_looked_at(notebook: Notebook) -> None:
    notebook.read("a.md", "# A\n\nsilver\n")
    path = notebook.write("b.md", "# B\n\nsilver\n")
    assert notebook.update(path) == 1
    assert sorted(notebook.find("silver")) == ["A", "B"]
    path.unlink()
    assert notebook.update(path) == 1
    assert notebook.find("silver") == ["A"]


def test_many_small_changes_lose_nothing(notebook: Notebook) -> None:
    for number in range(40):
        notebook.read(f"{number % 7}.md", f"# n{number}\n\nsilver {number}\n")
    assert sorted(notebook.find("silver")) == sorted(f"n{number}" for number in range(33, 40))


def test_what_git_ignores_is_not_indexed(notebook: Notebook) -> None:
    (notebook.root / ".git" / "info").mkdir(parents=True)
    notebook.write(".git/info/exclude", "private.md\n")
    notebook.write(".gitignore", "drafts/\n*.tmp.md\n!keep.tmp.md\n")
    notebook.write("sub/.gitignore", "/only-here.md\n")
    for name in (
        "a.md", "private.md", "drafts/b.md", "c.tmp.md", "keep.tmp.md", "sub/only-here.md",
        "sub/deep/only-here.md", ".hidden/d.md", "e.txt",
    ):  # fmt: skip
        notebook.write(name, "# silver\n")
    notebook.update()
    found = {Path(row.path).relative_to(notebook.root) for row in notebook.found("silver").rows}
    assert {str(path) for path in found} == {"a.md", "keep.tmp.md", "sub/deep/only-here.md"}
    assert notebook.vault.holds(str(notebook.root / "new.md"))
    assert not notebook.vault.holds(str(notebook.root / "drafts" / "new.md"))
    assert not notebook.vault.holds(str(notebook.root / "sub" / "only-here.md"))
    assert not notebook.vault.holds("/elsewhere/a.md")


def test_an_unsaved_buffer_is_searched_in_place_of_its_file(notebook: Notebook) -> None:
    notebook.read("a.md", "# saved\n\nsilver\n")
    notebook.read("b.md", "# other\n\nsilver\n")
    notebook.edit("a.md", "# edited\n\nsilver golden\n")
    assert sorted(notebook.find("silver")) == ["edited", "other"]
    assert notebook.find("golden") == ["edited"]
    notebook.edit("a.md", None)
    assert (sorted(notebook.find("silver")), notebook.find("golden")) == (["other", "saved"], [])


def test_a_buffer_of_a_new_file_is_searched(notebook: Notebook) -> None:
    notebook.edit("new.md", "# fresh\n\nsilver\n")
    row = notebook.found("silver").rows[0]
    assert (row.heading_path, row.path) == (("fresh",), str(notebook.root / "new.md"))
    assert notebook.finder.sections(notebook.view, [row.section])[0].text == "# fresh\n\nsilver\n"


@pytest.mark.parametrize("damage", ["database", "version", "segment", "cut segment"])
def test_a_damaged_or_older_index_is_named_and_made_again(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    first = Notebook(tmp_path / "vault")
    first.read("a.md", "# A\n\nsilver\n")
    folder = index_folder(first.root)
    segment = next(folder.glob("*.segment"))
    first.vault.store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    first.vault.close()
    if damage == "database":
        (folder / "impact.db").write_bytes(b"no database at all" * 500)
    elif damage == "version":
        again = Notebook(first.root)
        again.vault.store.db.execute("PRAGMA user_version = 99")
        again.vault.close()
    elif damage == "segment":
        segment.write_bytes(b"no segment")
    else:
        segment.write_bytes(segment.read_bytes()[:-100])
    second = Notebook(first.root)
    assert second.update() == 1
    assert second.find("silver") == ["A"]
    assert f"the index in {folder} is" in caplog.text
    assert "made anew" in caplog.text


def test_a_vault_that_vanishes_is_one_line(notebook: Notebook) -> None:
    notebook.read("a.md", "# A\n")
    shutil.rmtree(notebook.root)
    with pytest.raises(AiError, match=r"The vault .* cannot be read") as raised:
        notebook.update()
    assert "\n" not in str(raised.value)
    # What was read before can still be found.
    assert notebook.find("A") == ["A"]


def test_notes_that_cannot_be_written_can_be_searched(notebook: Notebook) -> None:
    path = notebook.write("a.md", "# A\n\nsilver\n")
    path.chmod(0o400)
    notebook.root.chmod(0o500)
    try:
        before = path.stat()
        notebook.update()
        assert notebook.find("silver") == ["A"]
        assert path.stat().st_mtime_ns == before.st_mtime_ns
        assert list(notebook.root.iterdir()) == [path]
    finally:
        notebook.root.chmod(0o700)


def test_the_folders_of_the_newest_notes_and_those_above_are_worth_watching(
    notebook: Notebook,
) -> None:
    for number, name in enumerate(("old/a/1.md", "new/b/c/2.md", "3.md")):
        os.utime(notebook.write(name, "# n\n"), ns=(number, number))
    (notebook.root / "empty").mkdir()
    notebook.update()
    root, store = notebook.root, notebook.vault.store
    inside = ("new/b/c", "new/b", "new", "old/a", "old")
    assert folders.of_vault(store, root) == (str(root), *(str(root / one) for one in inside))
    assert folders.of_vault(store, root, 3) == (str(root), *(str(root / i) for i in inside[:2]))
    assert folders.of_vault(store, root / "3.md") == (str(root),)
