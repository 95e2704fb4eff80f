"""What disagrees with the code is mended by its action, in place, in one undo step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor.driver import Editor
from tests.editor.test_hunks import back, code_text, labels, on_hunk
from tests.fake_llm import FakeLLM

KINDS = {
    "parameter_renamed": (
        "def f(elements):",
        "Args:\n        element:   MY  words.",
        "print(elements)",
        ("element:", "elements:"),
    ),
    "default_changed": (
        "def f(most=7):",
        "Args:\n        most: At the end. Defaults to 5.",
        "print(most)",
        ("to 5", "to 7"),
    ),
    "type_changed": (
        "def f(most: int):",
        "Args:\n        most (str): At the end.",
        "print(most)",
        ("(str)", "(int)"),
    ),
    "returns_gone": (
        "def f():",
        "Returns:\n        The sum.",
        "print(1)\n    print(2)",
        ("\n\n    Returns:\n        The sum.", ""),
    ),
    "yields_gone": (
        "def f():",
        "Yields:\n        The parts.",
        "print(1)\n    print(2)",
        ("\n\n    Yields:\n        The parts.", ""),
    ),
    "raises_gone": (
        "def f():",
        "Raises:\n        FileNotFoundError: If so.",
        "a = 1\n    b = a + 1\n    a = b",
        ("\n\n    Raises:\n        FileNotFoundError: If so.", ""),
    ),
    "attribute_gone": (
        "class f:",
        "Attributes:\n        size: Kept.\n        gone: Old.",
        "size = 1",
        ("\n        gone: Old.", ""),
    ),
}


def checked(editor: Editor, path: Path, code: str) -> None:
    """Open code and wait until its drift is known."""
    editor.open(path, code)
    editor.nvim.command("AiCheck")
    editor.until(lambda: editor.lua("return vim.diagnostic.get(0)"))
    editor.at(1)


def actions(editor: Editor) -> list[str]:
    """Return the titles of the code actions at the cursor; the first is carried out."""
    return list(
        editor.lua(
            """
            local titles
            vim.ui.select = function(items, _, done)
              titles = vim.tbl_map(function(item) return item.action.title end, items)
              done(items[1], 1)
            end
            vim.lsp.buf.code_action({ context = { only = { "quickfix", "refactor.test" } } })
            vim.wait(20000, function() return titles ~= nil end, 10)
            return titles
            """
        )
    )


@pytest.fixture
def acting(editor: Editor, fake_llm: FakeLLM) -> Editor:
    editor.setup(provider="url", base_url=fake_llm.base_url, code_actions=True)
    return editor


@pytest.mark.parametrize("kind", KINDS)
def test_the_action_mends_it_without_a_model_and_one_undo_takes_it_back(
    acting: Editor, fake_llm: FakeLLM, tmp_path: Path, kind: str
) -> None:
    header, listed, rest, (old, new) = KINDS[kind]
    code = f'{header}\n    """Do it.\n\n    {listed}\n    """\n\n    {rest}\n'
    checked(acting, tmp_path / f"{kind}.py", code)
    assert [d["code"] for d in acting.lua("return vim.diagnostic.get(0)")] == [kind]
    acting.wait("#vim.lsp.get_clients({ bufnr = 0, name = 'neovim-ai' }) == 1")
    assert actions(acting)[0].startswith("Update docstring: ")
    acting.offered(1)
    assert acting.text() == code
    acting.nvim.command("AiAccept")
    acting.offered(0)
    assert acting.text() == code.replace(old, new)
    acting.until(lambda: not acting.lua("return vim.diagnostic.get(0)"))
    acting.nvim.command("undo")
    assert acting.text() == code
    assert fake_llm.chats == []


def test_what_words_depend_on_is_found_and_has_no_action(acting: Editor, tmp_path: Path) -> None:
    listed = "Args:\n        fast: If True (the default), it is fast."
    code = f'def f(fast=False):\n    """Do it.\n\n    {listed}\n    """\n    print(fast)\n'
    checked(acting, tmp_path / "words.py", code)
    acting.wait("#vim.lsp.get_clients({ bufnr = 0, name = 'neovim-ai' }) == 1")
    acting.lua("vim.lsp.buf.code_action({ context = { only = { 'quickfix' } } })")
    acting.said("No code actions available")
    acting.nvim.command("AiDoc")
    acting.said("Nothing is missing, but: The docstring says that 'fast' defaults to True")


def test_a_rejected_mend_is_left_out_and_the_others_are_taken(
    acting: Editor, tmp_path: Path
) -> None:
    listed = "Args:\n        elements: What I said. Defaults to 5.\n        most (str): MY words."
    code = (
        f'def f(elements=7, most: int = 1):\n    """Do it.\n\n    {listed}\n    """\n'
        "    print(elements, most)\n"
    )
    acting.open(tmp_path / "two.py", code)
    acting.at(1)
    acting.nvim.command("AiDoc")
    acting.offered(1)
    acting.lua(
        """
        local proposal = require("neovim_ai.offers").offered()[1]
        require("neovim_ai.decide").reject(proposal, "mend:type:most")
        """
    )
    acting.wait("not require('neovim_ai.offers').offered()[1].applying")
    acting.nvim.command("AiAccept")
    acting.offered(0)
    assert acting.text() == code.replace("to 5", "to 7")


def test_mends_are_walked_and_taken_one_by_one_in_the_window(
    acting: Editor, tmp_path: Path
) -> None:
    listed = "Args:\n        elements (str): What I said. Defaults to 5.\n        hight: MY words."
    code = (
        f'def f(elements: int = 7, height=1):\n    """Do it.\n\n    {listed}\n    """\n'
        "    print(elements, height)\n"
    )
    acting.open(tmp_path / "update.py", code)
    acting.at(1)
    acting.nvim.command("AiDoc")
    acting.offered(1)
    # Two on one line stand together until one of them is taken.
    assert labels(acting) == ["type of elements", "rename hight to height"]
    on_hunk(acting, "rename hight to height")
    acting.nvim.input("a")
    acting.until(lambda: labels(acting) == ["type of elements"])
    acting.nvim.input("gg]a")
    acting.until(lambda: labels(acting) == ["default of elements"])
    assert "elements (int): What I said. Defaults to 5." in code_text(acting)
    acting.nvim.input("gg]a")
    acting.offered(0)
    back(acting)
    mended = code.replace("(str)", "(int)").replace("to 5", "to 7").replace("hight:", "height:")
    assert acting.text() == mended
