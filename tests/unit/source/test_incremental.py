from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from neovim_ai.source import facts, outline, syntax, target
from neovim_ai.source.incremental import Buffers, GrowingTree, change, parts
from neovim_ai.source.text import Edit, SourceText, Span

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


def test_an_older_version_keeps_its_own_tree() -> None:
    buffers, text = (
        Buffers(),
        "def f(a, b=1):\n    if a:\n        raise ValueError(b)\n    return b\n",
    )
    old = SourceText(text)
    buffers.grow("x", old)
    (_, before) = target.definitions(old)
    told = facts.collect(old, before)
    buffers.grow("x", SourceText(text.replace("a, b", "a_long_name, b")))
    for more in ("# above\n", "import os\n\n\n", "class C:\n    def g(self): ...\n"):
        buffers.grow("x", SourceText(more + text))
    assert facts.collect(old, before) == told
    assert before.node is not None
    places = [node.start_byte for node in syntax.descendants(before.node)]
    assert places[:6] == [0, 4, 5, 5, 6, 7]


def test_a_buffer_grown_through_edits_has_the_definitions_of_its_text() -> None:
    buffers = Buffers(most=1)
    for text in (
        "def f(): pass\n",
        "def f(a): pass\n",
        "x = (\ndef f(a): pass\n",
        "def g(): pass\n",
    ):
        grown = SourceText(text)
        buffers.grow("x", grown)
        tree = syntax.parse(grown)
        assert [d.qualname for d in target.definitions(grown, tree)] == [
            d.qualname for d in target.definitions(SourceText(text, encoding="latin-1"))
        ]
        buffers.grow("another", SourceText("y = 1\n"))


def test_a_tree_belongs_to_its_text_alone() -> None:
    source = SourceText("def f(): pass\n")
    Buffers().grow("x", source)
    edited = source.apply([Edit(Span(4, 5), "g")])
    assert [d.qualname for d in target.definitions(edited)] == ["", "g"]


def test_a_broken_text_is_parsed_anew() -> None:
    buffers = Buffers()
    sound, broken = SourceText("def f(): pass\n"), SourceText("def f(: pass\n")
    buffers.grow("x", sound)
    assert syntax.parse(sound) is syntax.parse(sound)
    buffers.grow("x", broken)
    assert syntax.parse(broken) is not syntax.parse(broken)
