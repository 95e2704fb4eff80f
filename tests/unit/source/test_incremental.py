from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from neovim_ai.source import outline, syntax
from neovim_ai.source.incremental import GrowingTree, change, parts
from neovim_ai.source.text import SourceText

LETTERS = st.text(alphabet='ab\n \r(:"def[=]é', max_size=40)


@given(LETTERS, LETTERS)
def test_a_change_is_all_that_differs(old: str, new: str) -> None:
    before, after = old.encode(), new.encode()
    found = change(before, after)
    if found is None:
        assert before == after
        return
    middle = after[found.start : found.new_end]
    assert before[: found.start] + middle + before[found.old_end :] == after
    assert found.start <= min(found.old_end, found.new_end)


def test_a_change_of_one_letter_is_one_letter_long() -> None:
    found = change(b"abcdef", b"abXdef")
    assert found is not None
    assert (found.start, found.old_end, found.new_end) == (2, 3, 3)


@settings(deadline=None)
@given(st.lists(LETTERS, min_size=2, max_size=5))
def test_a_grown_tree_is_the_tree_of_the_text(versions: list[str]) -> None:
    growing = GrowingTree()
    for text in versions:
        source = SourceText(f"def f(x):\n    return x\n{text}\nclass A:\n    y = 1\n")
        grown, anew = growing.parse(source).root_node, syntax.parse(source).root_node
        # Around an error reparsing may guess otherwise; whether there is one it tells alike.
        assert grown.has_error == anew.has_error
        if not anew.has_error:
            assert str(grown) == str(anew)


def test_equal_text_at_another_depth_has_another_key() -> None:
    source = SourceText("def f():\n    pass\nif x:\n    def f():\n        pass\n")
    root = syntax.parse(source).root_node
    keys = [part.key for part in parts(source, root, outline.Place())]
    assert len(keys) == len(set(keys)) == 2


def test_a_moved_definition_keeps_its_key() -> None:
    keys = []
    for text in ("def f():\n    pass\n", "x = 1\n\n\ndef f():\n    pass\n"):
        source = SourceText(text)
        root = syntax.parse(source).root_node
        keys.append([part.key for part in parts(source, root, outline.Place())])
    assert keys[0] == keys[1]
    assert len(keys[0]) == 1
