"""What stands first, for both rankers alike."""

from __future__ import annotations

import pytest
from tests.unit.notes.notebook import Notebook

from neovim_ai.notes.model import MatchKind

NOTES = """# Notes

## Git

### Rebase

Clean up with `git rebase -i --autosquash HEAD~3`, which reads "fixup!" commits.

### Search

Files: `find . -name '*.py' -exec grep foo_bar {} +` #shell

```bash
git log --follow
```

## Maths

### Fractions

The rule is $\\frac{a}{b} = c$ and more.

### Slopes

The chain rule of slopes. A rule, and much later a chain of things.

## Places

### Café Zürich

日本語の検索 works. Open at eight.

- [ ] ask for os.environ
- [x] pay the bill

TODO: book a table
"""


@pytest.fixture
def notes(notebook: Notebook) -> Notebook:
    notebook.read("notes.md", NOTES)
    return notebook


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("autosquash", "Rebase"),
        ("--autosquash", "Rebase"),
        ("clean fixup rebase", "Rebase"),
        ("fixup clean", "Rebase"),
        ("autosq", "Rebase"),
        ("foo_bar", "Search"),
        ("bar", "Search"),
        ("-exec", "Search"),
        ("find -exec", "Search"),
        (r"\frac", "Fractions"),
        ("frac", "Fractions"),
        ("os.environ", "Café Zürich"),
        ("environ", "Café Zürich"),
        ("cafe zurich", "Café Zürich"),
        ("CAFÉ", "Café Zürich"),
        ("日本", "Café Zürich"),
        ("検索", "Café Zürich"),
        ("検", "Café Zürich"),
        ("#shell", "Search"),
        ("lang:sh", "Search"),
        ("code:follow", "Search"),
        ("code:exec", "Search"),
        ("math:frac", "Fractions"),
        ("todo:table", "Café Zürich"),
        ("todo: table", "Café Zürich"),
        ('"chain rule"', "Slopes"),
        ("autosqaush", "Rebase"),
        ("frction", "Fractions"),
        ("environn", "Café Zürich"),
    ],
)
def test_the_section_meant_stands_first(notes: Notebook, query: str, first: str) -> None:
    assert notes.find(query)[:1] == [first]


@pytest.mark.parametrize(
    "query",
    [
        '"rule chain"',
        "code:clean",
        "math:rule",
        "todo:pay",
        "todo:rebase",
        "#exec",
        "lang:python git",
        "rebase path:elsewhere",
        "rebase in:elsewhere",
        "qqqqqq",
        '"the rule of slopes"',
    ],
)
def test_what_is_not_there_is_not_found(notes: Notebook, query: str) -> None:
    assert notes.find(query) == []


@pytest.mark.parametrize(
    "query", ["", " ", '"', "-", "#", "todo:x:", '-"', ":", "\x00", "*", "(", "a AND"]
)
def test_any_text_is_a_query(notes: Notebook, query: str) -> None:
    assert isinstance(notes.find(query), list)


def test_words_left_out_are_left_out(notes: Notebook) -> None:
    assert "Slopes" in notes.find("rule")
    assert "Slopes" not in notes.find("rule -chain")
    assert "Slopes" not in notes.find('rule -"chain rule"')
    assert "Search" not in notes.find("git -#shell")


def test_an_option_of_the_notes_is_looked_for_and_not_left_out(notes: Notebook) -> None:
    assert notes.find("git --follow") == ["Search"]
    assert "Search" in notes.find("find -exec")
    assert "Search" not in notes.find('find -"exec"')


def test_filters_by_path_and_vault(notes: Notebook) -> None:
    notes.read("sub/other.md", "# Other\n\nrebase too\n")
    assert notes.find("rebase path:sub") == ["Other"]
    assert "Rebase" in notes.find("rebase in:vault")


def test_the_order_is_phrase_heading_section_prefix_typo(notebook: Notebook) -> None:
    notebook.read(
        "a.md",
        "# typo\n\nsilver walf\n\n# prefix\n\nsilver wolfish\n\n# section\n\nwolf, later silver\n\n"
        "# wolf silver\n\nheading\n\n# phrase\n\na silver wolf\n",
    )
    kinds = ["phrase", "wolf silver", "section", "prefix", "typo"]
    assert notebook.find("silver wolf") == kinds


def test_typos_stand_below_exact_words_however_good(notebook: Notebook) -> None:
    notebook.read("a.md", "# attentoin\n\nattentoin attentoin\n\n# other\n\nonce attention here\n")
    assert notebook.find("attention ") == ["other", "attentoin"]
    assert [row.kind for row in notebook.found("attention ").rows] == [
        MatchKind.EXACT,
        MatchKind.TYPO,
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cot ", False),
        ("hors ", True),
        ("hrose ", True),
        ("hrosee ", False),
        ("kubernettes ", True),
        ("kubrnettes ", True),
    ],
)
def test_short_words_have_fewer_typos(notebook: Notebook, query: str, found: bool) -> None:
    notebook.read("a.md", "# A\n\ncat horse kubernetes\n")
    assert bool(notebook.find(query)) is found


def test_a_long_note_does_not_win_by_being_long(notebook: Notebook) -> None:
    long = "zebra " + "filler words all along " * 400 + "zebra"
    notebook.read("a.md", f"# long\n\n{long}\n\n# short\n\na zebra\n")
    assert notebook.find("zebra") == ["short", "long"]


def test_what_was_chosen_often_wins_ties(notebook: Notebook) -> None:
    notebook.read("a.md", "# one\n\nsame words\n\n# two\n\nsame words\n")
    assert notebook.find("same words")[0] == "one"
    for _ in range(3):
        notebook.finder.remember(str(notebook.root / "a.md"), ["two"])
    assert notebook.find("same words")[0] == "two"


def test_one_letter_finds_what_begins_with_it(notebook: Notebook) -> None:
    notebook.read("notes.md", "# apples\n\nx\n\n# pears\n\nan apple\n\n# nuts\n\nbanana\n")
    assert notebook.find("a")[:2] == ["apples", "pears"]


def test_some_of_the_words_are_better_than_nothing(notes: Notebook) -> None:
    rows = notes.found("zzzz autosquash qqqq").rows
    assert rows[0].heading_path[-1] == "Rebase"
    assert rows[0].kind is MatchKind.SOME


def test_a_row_shows_the_best_line_with_the_matches_marked(notes: Notebook) -> None:
    row = notes.found("fixup autosq").rows[0]
    line = NOTES.split("\n")[row.row_of_best]
    assert row.snippet == line
    marked = [row.snippet.encode()[start:end].decode() for start, end in row.matches]
    assert marked == ["autosq", "fixup"]
    assert row.heading_path == ("Notes", "Git", "Rebase")
    assert (row.row, row.kind) == (NOTES.split("\n").index("### Rebase"), MatchKind.PREFIX)


def test_matches_are_bytes_in_any_script(notes: Notebook) -> None:
    row = notes.found("検索").rows[0]
    marked = [row.snippet.encode()[start:end].decode() for start, end in row.matches]
    assert marked == ["検索"]


def test_aliases_and_names_of_files_are_found(notebook: Notebook) -> None:
    notebook.read("trip-to-rome.md", "---\naliases: [Holiday]\ntags: [travel]\n---\n\nplain text\n")
    for query in ("rome", "holiday", "#travel"):
        assert notebook.find(query) == ["trip-to-rome"], query


def test_the_total_counts_what_is_not_shown(notebook: Notebook) -> None:
    notebook.read("a.md", "".join(f"# h{n}\n\nword\n\n" for n in range(30)))
    found = notebook.found("word", limit=5)
    assert (len(found.rows), found.total) == (5, 30)


def test_passages_need_not_hold_all_words(notes: Notebook) -> None:
    asked = "how do I squash the fixup commits while cleaning up?"
    passages = notes.finder.passages(notes.view, asked, 3)
    assert passages[0].heading_path[-1] == "Rebase"
    again = notes.finder.sections(notes.view, [passages[0].id])
    assert again == (passages[0],)


def test_before_anything_is_typed_what_changed_last_comes_first(notebook: Notebook) -> None:
    notebook.read("old.md", "# Old\n\nfirst\n")
    notebook.read("new.md", "# New\n\nsecond\n")
    assert notebook.find("") == ["New", "Old"]


def test_before_anything_is_typed_what_was_chosen_comes_before_what_is_new(
    notebook: Notebook,
) -> None:
    notebook.read("old.md", "# Old\n\nfirst\n")
    notebook.read("new.md", "# New\n\nsecond\n")
    notebook.finder.remember(str(notebook.root / "old.md"), ["Old"])
    assert notebook.find("") == ["Old", "New"]


def test_before_anything_is_typed_a_buffer_stands_for_its_file(notebook: Notebook) -> None:
    notebook.read("a.md", "# On disk\n")
    notebook.edit("a.md", "# In the buffer\n")
    assert notebook.find("") == ["In the buffer"]
